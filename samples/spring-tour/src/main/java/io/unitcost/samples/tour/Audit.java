package io.unitcost.samples.tour;

import io.unitcost.samples.model.Bill;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * What the application metered beside what the model server would bill, model by model: tokens exactly, amounts to 10⁻¹² US
 * dollars.
 */
public final class Audit {

    private static final double EXACTLY = 1e-12;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String ROW = "   %-24s  %-8s  %8s  %8s  %8s  %14s%n";

    /** One model's sums; input without what was cached. */
    private record Sum(long input, long cached, long output, double usd) {

        boolean equalTo(Sum other) {
            return input == other.input
                    && cached == other.cached
                    && output == other.output
                    && Math.abs(usd - other.usd) <= EXACTLY;
        }
    }

    private final Scrape metered;
    private final List<Bill> billed;

    /** Of a page that Prometheus would see, and the ledger of the same moment. */
    public Audit(Scrape metered, List<Bill> billed) {
        this.metered = metered;
        this.billed = List.copyOf(billed);
    }

    /** Of now, or of a moment later: a client has its answer before the meters have its cost. */
    static Audit await(Browser browser, Provider provider) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Audit audit = new Audit(browser.scrape(), provider.ledger());
        while (!audit.differences().isEmpty() && System.nanoTime() - begun < PATIENCE_NANOS) {
            audit = new Audit(browser.scrape(), provider.ledger());
        }
        return audit;
    }

    /** What differs, one line for each model; empty if nothing does. */
    public List<String> differences() {
        return models().stream()
                .filter(model -> !metered(model).equalTo(billed(model)))
                .map(model -> model + ": metered " + metered(model) + ", billed " + billed(model))
                .toList();
    }

    void print(PrintWriter out) {
        out.printf(Locale.ROOT, ROW, "model", "", "input", "cached", "output", "USD");
        for (String model : models()) {
            print(out, model, "metered", metered(model));
            print(out, "", "billed", billed(model));
        }
        differences().forEach(difference -> out.println("   differs: " + difference));
    }

    private static void print(PrintWriter out, String model, String who, Sum sum) {
        out.printf(
                Locale.ROOT,
                ROW,
                model,
                who,
                String.format(Locale.ROOT, "%,d", sum.input),
                String.format(Locale.ROOT, "%,d", sum.cached),
                String.format(Locale.ROOT, "%,d", sum.output),
                String.format(Locale.ROOT, "%.12f", sum.usd));
    }

    private Set<String> models() {
        Set<String> models = new TreeSet<>(metered.values("ai_tokens_total", "gen_ai_response_model"));
        billed.forEach(bill -> models.add(bill.model()));
        return models;
    }

    private Sum metered(String model) {
        return new Sum(
                tokens(model, "input"),
                tokens(model, "cache_read"),
                tokens(model, "output"),
                metered.sum("ai_cost_part_usd_total", "gen_ai_response_model", model));
    }

    private long tokens(String model, String kind) {
        return Math.round(metered.sum("ai_tokens_total", "gen_ai_response_model", model, "kind", kind));
    }

    private Sum billed(String model) {
        List<Bill> its =
                billed.stream().filter(bill -> bill.model().equals(model)).toList();
        return new Sum(
                its.stream().mapToLong(bill -> bill.input() - bill.cached()).sum(),
                its.stream().mapToLong(Bill::cached).sum(),
                its.stream().mapToLong(Bill::output).sum(),
                its.stream()
                        .map(Provider::cost)
                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                        .doubleValue());
    }
}

package io.unitcost.cli.gate;

import io.unitcost.AttemptCost.Result;
import io.unitcost.Quality;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;

/** Test runs of a summariser, with amounts that can be checked: the same cases in every run, and noise of its own in each. */
final class Runs {

    static final String FEATURE = "support.summarise";

    private final Path folder;

    Runs(Path folder) {
        this.folder = folder;
    }

    /** How a release behaves. Prices are 0.5 and 0.05 (cached) a million input tokens, 1.5 a million output tokens. */
    record Release(String name, double output, double cached, double retries, double price) {

        static final Release OLD = new Release("1.42.0", 1, 0.5, 0.02, 1);

        Release output(double factor) {
            return new Release("1.43.0", factor, cached, retries, price);
        }
    }

    static PriceTable prices(Currency currency, double factor) {
        return PriceTable.builder("sheet")
                .asOf(LocalDate.parse("2026-11-01"))
                .currency(currency)
                .model("acme", "small", model -> model.rate(Unit.INPUT_TOKENS, 0.5 * factor + " per 1M")
                        .rate(Unit.CACHE_READ_TOKENS, 0.05 * factor + " per 1M")
                        .rate(Unit.OUTPUT_TOKENS, 1.5 * factor + " per 1M"))
                .build();
    }

    /** A ledger of so many cases. */
    String write(String name, Release release, int cases, long seed) {
        return write(name, records(release, cases, seed, Money.USD, "small"));
    }

    String write(String name, List<LedgerRecord> records) {
        Path file = folder.resolve(name);
        try (LedgerWriter writer = LedgerWriter.create(file)) {
            records.forEach(writer::write);
        }
        return file.toString();
    }

    static List<LedgerRecord> records(Release release, int cases, long seed, Currency currency, String model) {
        PriceTable prices = prices(currency, release.price());
        SplittableRandom size = new SplittableRandom(7);
        SplittableRandom noise = new SplittableRandom(seed);
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < cases; i++) {
            long input = Math.round(1_200 * lognormal(size, 0.4));
            long output = Math.round(315 * lognormal(size, 0.5) * release.output() * lognormal(noise, 0.1));
            List<LedgerAttempt> attempts = new ArrayList<>();
            if (noise.nextDouble() < release.retries()) {
                attempts.add(attempt(prices, model, input, output, release, Result.RETRIED));
            }
            attempts.add(attempt(prices, model, input, output, release, Result.DELIVERED));
            long millis = Math.round(1_200 * lognormal(noise, 0.42));
            records.add(LedgerRecord.builder(
                            release.name() + "-" + seed + "-" + i,
                            Instant.parse("2026-11-21T10:00:00Z").plusSeconds(i),
                            FEATURE,
                            currency)
                    .durationNanos(millis * 1_000_000)
                    .release(release.name())
                    .priceTable(prices.name() + "@2026-11-01")
                    .caseId("case-" + i)
                    .attempts(attempts)
                    .build());
        }
        return records;
    }

    /** A week of production: short cases are asked for often, long ones seldom, some were never tested, and some requests name none. */
    static List<LedgerRecord> week() {
        List<LedgerRecord> cases = records(Release.OLD, 420, 9, Money.USD, "small");
        List<LedgerRecord> week = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            LedgerRecord one = cases.get(i);
            long asked = Math.max(1, Math.round(0.02 / one.total().toDouble()));
            for (long k = 0; k < asked; k++) {
                week.add(one);
            }
            if (i % 10 == 0) {
                week.add(one.toBuilder().caseId(null).build());
            }
        }
        return week;
    }

    private static LedgerAttempt attempt(
            PriceTable prices, String model, long input, long output, Release release, Result result) {
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, input)
                .set(Unit.CACHE_READ_TOKENS, Math.round(input * release.cached()))
                .set(Unit.OUTPUT_TOKENS, output)
                .build();
        return LedgerAttempt.of("acme", model)
                .usage(usage, Quality.REPORTED)
                .result(result)
                .charge(prices.charge("acme", model, usage, Instant.parse("2026-11-21T10:00:00Z")))
                .build();
    }

    private static double lognormal(SplittableRandom random, double sigma) {
        return Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
    }

    String file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, content);
        return file.toString();
    }

    static void append(String file, String text) throws IOException {
        Files.write(Path.of(file), text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    }

    String slo(String allowed) throws IOException {
        return file("cost-slo-" + allowed + ".json", """
                {"v":1,"currency":"USD","features":{"support.summarise":{"ceilingPerRequest":"%s","p95Ms":2500}}}
                """.formatted(allowed));
    }
}

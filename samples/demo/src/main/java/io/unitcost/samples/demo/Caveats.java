package io.unitcost.samples.demo;

import static io.unitcost.samples.demo.Figures.decimal;
import static io.unitcost.samples.demo.Figures.percent;

import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a reader of the report has to know about its numbers. */
final class Caveats {

    private static final int WIDTH = 94;
    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);

    private final Run run;
    private final List<String> lines = new ArrayList<>();

    private Caveats(Run run) {
        this.run = run;
    }

    static List<String> of(Run run) {
        Caveats caveats = new Caveats(run);
        caveats.unpriced();
        caveats.estimated();
        caveats.failed();
        run.scenario().pools().forEach(caveats::pool);
        caveats.always();
        return caveats.lines;
    }

    private void unpriced() {
        run.whole()
                .unpriced()
                .forEach(
                        (model, answers) -> add(
                                Figures.count(answers, "answer") + " came from " + model
                                        + ", without an entry in the price table "
                                        + run.scenario().prices().id()
                                        + ". No price is no cost, not a cost of 0: mean and p95 are lower bounds, margin and burn leave"
                                        + " these requests out. The remedy: put the model into a price file, as docs/prices.md shows."));
    }

    private void estimated() {
        run.whole().features().forEach((name, tally) -> {
            if (tally.estimated() > 0) {
                add(Figures.count(tally.estimated(), "request") + " of " + name
                        + " had an answer that did not say what it used: estimated from the length of its text.");
            }
        });
    }

    private void failed() {
        long failed = run.whole().requests() - run.whole().delivered();
        if (failed > 0) {
            add(Figures.count(failed, "request")
                    + " failed and earned nothing. What that cost is in retry, and the delivered" + " ones carry it.");
        }
    }

    private void pool(CapacityPool pool) {
        BigDecimal seconds = run.whole().acceleratorSeconds();
        BigDecimal span = BigDecimal.valueOf(run.traffic().spanNanos());
        BigDecimal capacity = span.multiply(BigDecimal.valueOf(pool.replicas()));
        BigDecimal used = FeatureTally.ratio(seconds.multiply(NANOS_PER_SECOND), capacity);
        BigDecimal hours = FeatureTally.ratio(span, NANOS_PER_HOUR);
        if (seconds.signum() > 0 && used != null && hours != null) {
            Money paid = pool.pricePerHour(Instant.now()).times(hours);
            add(pool.name() + " did " + percent(used) + " of the work it sustains; "
                    + percent(pool.plannedUtilization()) + " is planned, and the idle part is priced by that. Its time"
                    + " costs " + decimal(paid.amount(), 2) + " USD; its requests were charged "
                    + decimal(run.whole().paid(pool.name()).amount(), 2) + " USD.");
        }
    }

    private void always() {
        add("p95 is exact: over the delivered requests of this run (cost), over all of them (time). Times are of this"
                + " loopback run, where models answer at once; in time = within the latency budget.");
        add("Revenue, target margins and latency budgets are made up: samples/README.md.");
    }

    private void add(String text) {
        List<String> wrapped = TextTable.wrapped(text, WIDTH);
        for (int i = 0; i < wrapped.size(); i++) {
            lines.add((i == 0 ? "- " : "  ") + wrapped.get(i));
        }
    }
}

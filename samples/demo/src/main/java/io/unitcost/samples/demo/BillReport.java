package io.unitcost.samples.demo;

import static io.unitcost.samples.demo.Figures.decimal;

import io.unitcost.capacity.CapacityPool;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The run as the providers' bills would show it: one amount each, whatever it was for. */
final class BillReport {

    private static final int WIDTH = 96;

    private final Run run;

    private BillReport(Run run) {
        this.run = run;
    }

    static List<String> of(Run run) {
        BillReport report = new BillReport(run);
        List<String> lines = new ArrayList<>(report.table());
        if (run.hasSwap()) {
            lines.add("");
            lines.addAll(report.conclusion());
        }
        return lines;
    }

    private List<String> table() {
        TextTable table = TextTable.aligned("<>>><").row("", "first half", "second half", "change");
        for (String provider : run.whole().bill().keySet()) {
            BigDecimal first = month(run.first(), provider);
            BigDecimal second = month(run.second(), provider);
            table.row(
                    provider,
                    decimal(first, 0),
                    decimal(second, 0),
                    SwapReport.trend(first, second),
                    pool(provider).isPresent() ? "by the hour, used or not" : "");
        }
        return table.lines();
    }

    private BigDecimal month(Tally half, String provider) {
        return pool(provider)
                .map(pool -> pool.pricePerHour(Instant.now()).amount().multiply(Run.HOURS_PER_MONTH))
                .orElseGet(() -> run.perMonthOfHalf(half.paid(provider)));
    }

    private Optional<CapacityPool> pool(String provider) {
        return run.scenario().pools().stream()
                .filter(pool -> pool.name().equals(provider))
                .findFirst();
    }

    private List<String> conclusion() {
        String provider = run.scenario().swapTo().provider();
        FeatureTally before = run.first().feature(Features.CODE_ASSIST);
        FeatureTally after = run.second().feature(Features.CODE_ASSIST);
        BigDecimal first = month(run.first(), provider);
        BigDecimal second = month(run.second(), provider);
        String text = "On the bill of " + provider + ": " + SwapReport.trend(first, second)
                + ". A delivered request of " + Features.CODE_ASSIST + ": "
                + Figures.times(before.perDelivered(before.cost()), after.perDelivered(after.cost()))
                + ". A bill knows no feature, no retry and no revenue: on it, nothing says that the margin went from "
                + Figures.percent(before.margin()) + " to " + Figures.percent(after.margin()) + ".";
        return TextTable.wrapped(text, WIDTH);
    }
}

package io.unitcost.samples.demo;

import static io.unitcost.samples.demo.Figures.decimal;
import static io.unitcost.samples.demo.Figures.perRequest;
import static io.unitcost.samples.demo.Figures.percent;
import static io.unitcost.samples.demo.Figures.times;

import io.unitcost.price.Unit;
import io.unitcost.samples.demo.Scenario.Route;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of {@code code-assist} when it moved to another model: what it spends, and beside it what a request costs. */
final class SwapReport {

    static final String TITLE = "Half-way " + Features.CODE_ASSIST
            + " moves to a dearer model and its traffic falls (USD, minutes of trace time)";

    private static final BigDecimal FLAT = new BigDecimal("0.05");

    private final Run run;
    private final FeatureTally before;
    private final FeatureTally after;

    private SwapReport(Run run) {
        this.run = run;
        this.before = run.first().feature(Features.CODE_ASSIST);
        this.after = run.second().feature(Features.CODE_ASSIST);
    }

    static List<String> of(Run run) {
        return new SwapReport(run).lines();
    }

    private List<String> lines() {
        BigDecimal ratesBefore = run.perMinuteOfHalf(BigDecimal.valueOf(before.delivered()));
        BigDecimal ratesAfter = run.perMinuteOfHalf(BigDecimal.valueOf(after.delivered()));
        BigDecimal spentBefore = run.perMinuteOfHalf(before.cost().amount());
        BigDecimal spentAfter = run.perMinuteOfHalf(after.cost().amount());
        BigDecimal costBefore = before.perDelivered(before.cost());
        BigDecimal costAfter = after.perDelivered(after.cost());
        BigDecimal earnedBefore = before.perDelivered(before.revenue());
        BigDecimal earnedAfter = after.perDelivered(after.revenue());
        Route from = run.scenario().route(Features.CODE_ASSIST);
        Route to = run.scenario().swapTo();
        return TextTable.aligned("<>>><")
                .row("", "before", "after", "change")
                .row("model", from.model(), to.model())
                .row("price of 1M tokens, in / out", prices(from), prices(to), priceChange(from, to))
                .row(
                        "delivered requests a minute",
                        decimal(ratesBefore, 1),
                        decimal(ratesAfter, 1),
                        times(ratesBefore, ratesAfter))
                .row(
                        "spend a minute",
                        decimal(spentBefore, 4),
                        decimal(spentAfter, 4),
                        trend(spentBefore, spentAfter),
                        "<- on the bill")
                .row(
                        "cost per delivered request",
                        perRequest(costBefore),
                        perRequest(costAfter),
                        times(costBefore, costAfter),
                        "<- per request")
                .row(
                        "revenue per delivered request",
                        perRequest(earnedBefore),
                        perRequest(earnedAfter),
                        times(earnedBefore, earnedAfter))
                .row("margin", percent(before.margin()), percent(after.margin()), sign(after.margin()))
                .row(
                        "burn of its allowance",
                        decimal(before.burn(), 2),
                        decimal(after.burn(), 2),
                        times(before.burn(), after.burn()))
                .lines();
    }

    private String prices(Route route) {
        return run.scenario().perMillion(route, Unit.INPUT_TOKENS) + " / "
                + run.scenario().perMillion(route, Unit.OUTPUT_TOKENS);
    }

    private String priceChange(Route from, Route to) {
        String input = priceChange(from, to, Unit.INPUT_TOKENS);
        String output = priceChange(from, to, Unit.OUTPUT_TOKENS);
        return input.equals(output) ? input : input + " / " + output;
    }

    private String priceChange(Route from, Route to, Unit unit) {
        return times(
                new BigDecimal(run.scenario().perMillion(from, unit)),
                new BigDecimal(run.scenario().perMillion(to, unit)));
    }

    /** The direction of a change, and how much it is: {@code flat (-1.0 %)}. */
    static String trend(@Nullable BigDecimal before, @Nullable BigDecimal after) {
        if (before == null || after == null || before.signum() == 0) {
            return "-";
        }
        BigDecimal change = after.subtract(before);
        boolean flat = change.abs().compareTo(before.multiply(FLAT)) < 0;
        return (flat ? "flat" : change.signum() > 0 ? "up" : "down") + " (" + Figures.change(before, after) + ")";
    }

    private static String sign(@Nullable BigDecimal margin) {
        return margin != null && margin.signum() < 0 ? "negative" : "";
    }
}

package io.unitcost.samples.demo;

import static io.unitcost.samples.demo.Figures.count;
import static io.unitcost.samples.demo.Figures.decimal;
import static io.unitcost.samples.demo.Figures.millis;
import static io.unitcost.samples.demo.Figures.percent;

import io.unitcost.Part;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The report for people. Fits into a hundred columns. */
final class TextReport {

    private static final int WIDTH = 100;
    private static final int TOTALS = 4;

    private final Run run;
    private final List<String> lines = new ArrayList<>();

    private TextReport(Run run) {
        this.run = run;
    }

    static String of(Run run) {
        TextReport report = new TextReport(run);
        report.heading();
        report.section("What the features ask", Questions.of(run));
        report.costs();
        report.earnings();
        report.section("What these numbers do and do not know", Caveats.of(run));
        if (run.hasSwap()) {
            report.section(SwapReport.TITLE, SwapReport.of(run));
        }
        if (run.hasBill()) {
            report.section("The same requests on the bills, USD a month (30 days) at this pace", BillReport.of(run));
        }
        report.next();
        return String.join("\n", report.lines) + "\n";
    }

    private void heading() {
        Traffic traffic = run.traffic();
        String text = count(traffic.arrivals().size(), "request") + " (" + traffic.source() + "), "
                + decimal(BigDecimal.valueOf(traffic.minutes()), 1) + " minutes of trace time, served in "
                + decimal(BigDecimal.valueOf(run.wallNanos(), 9), 1) + " s";
        lines.addAll(TextTable.wrapped(text, WIDTH));
    }

    private void costs() {
        TextTable table = TextTable.aligned("<>>>>>>>>")
                .row("", "requests", "delivered", "mean", "p95", "inference", "idle", "support", "retry");
        run.whole()
                .features()
                .forEach((name, tally) -> table.row(
                        name,
                        count(tally.requests()),
                        count(tally.delivered()),
                        perDelivered(tally, tally.cost()),
                        Figures.perRequest(tally.p95Cost()),
                        perDelivered(tally, tally.part(Part.INFERENCE)),
                        perDelivered(tally, tally.part(Part.IDLE)),
                        perDelivered(tally, tally.part(Part.SUPPORT)),
                        perDelivered(tally, tally.part(Part.RETRY))));
        section("Cost per delivered request, USD (mean = inference + idle + support + retry)", table.lines());
    }

    private void earnings() {
        TextTable table = TextTable.aligned("<>>>>>>>>")
                .row("", "revenue", "cost", "margin", "burn", "unpriced", "estimated", "p95 time", "in time");
        run.whole()
                .features()
                .forEach((name, tally) -> table.row(
                        name,
                        decimal(tally.revenue().amount(), TOTALS),
                        decimal(tally.cost().amount(), TOTALS),
                        percent(tally.margin()),
                        decimal(tally.burn(), 2),
                        percent(tally.unpriced(), tally.requests()),
                        percent(tally.estimated(), tally.requests()),
                        millis(tally.p95Nanos()),
                        percent(tally.shareInTime())));
        Money revenue = Money.zero(Money.USD);
        for (FeatureTally tally : run.whole().features().values()) {
            revenue = revenue.plus(tally.revenue());
        }
        table.row(
                "total",
                decimal(revenue.amount(), TOTALS),
                decimal(run.whole().cost().amount(), TOTALS));
        section("The whole run, USD (burn = cost / allowance: above 1.00 the objective is missed)", table.lines());
    }

    private void next() {
        section(
                "Where to look next",
                TextTable.aligned("<<")
                        .row("run it with --serve", "it stays up, with its meters at /metrics")
                        .row("run it with --json", "the same report for machines, exact to the last digit")
                        .row("run it with --help", "traces of your own, speed, seed")
                        .row("samples/README.md", "how to read this report, and what is made up in it")
                        .row("docs/prices.md", "prices of your own, over the bundled ones")
                        .row("README.md", "the first number from a service of yours")
                        .lines());
    }

    private void section(String title, List<String> body) {
        lines.add("");
        lines.add(title);
        body.forEach(line -> lines.add(line.isEmpty() ? line : "  " + line));
    }

    private static String perDelivered(FeatureTally tally, Money amount) {
        return Figures.perRequest(tally.perDelivered(amount));
    }
}

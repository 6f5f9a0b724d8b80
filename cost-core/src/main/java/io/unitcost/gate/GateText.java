package io.unitcost.gate;

import io.unitcost.explain.Explanation;
import io.unitcost.gate.CostCheck.Quantity;
import io.unitcost.gate.GateReport.FeatureReport;
import io.unitcost.gate.GateReport.Judged;
import io.unitcost.gate.GateReport.Level;
import io.unitcost.gate.GateReport.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A report as it stands in the log of a build: what was expected, what was found, how sure it is, and one last sentence. */
final class GateText {

    private static final double NANOS_PER_MILLI = 1e6;

    private final GateReport report;
    private final Currency currency;
    private final List<String> lines = new ArrayList<>();

    GateText(GateReport report) {
        this.report = report;
        Currency known = report.currency();
        this.currency = known == null ? Currency.getInstance("USD") : known;
    }

    String text() {
        head();
        report.features().forEach(this::feature);
        if (!report.assumptions().isEmpty()) {
            lines.add("");
            report.assumptions().forEach(assumption -> lines.add("assumed: " + harmless(assumption)));
        }
        halfWritten(report.candidate(), "candidate");
        Side baseline = report.baseline();
        if (baseline != null) {
            halfWritten(baseline, "baseline");
        }
        lines.add("");
        report.problems().forEach(problem -> lines.add("cannot judge: " + harmless(problem)));
        lines.add(last());
        return String.join("\n", lines) + "\n";
    }

    private void head() {
        Side baseline = report.baseline();
        String release = releases(report.candidate());
        String before = baseline == null ? "" : releases(baseline);
        lines.add("AI cost gate" + (release.isEmpty() ? "" : ": " + release)
                + (baseline == null
                        ? ", no baseline"
                        : before.isEmpty()
                                ? ", against a baseline"
                                : (release.isEmpty() ? "," : "") + " against " + before));
        String tables = names(report.candidate().priceTables());
        String tablesBefore = baseline == null ? tables : names(baseline.priceTables());
        if (!tables.isEmpty()) {
            lines.add(
                    tables.equals(tablesBefore) || tablesBefore.isEmpty()
                            ? "prices " + tables
                            : "prices " + tables + ", the baseline's " + tablesBefore
                                    + ": part of a growth may be prices alone");
        }
        long parts = report.candidate().subrequests();
        if (parts > 0) {
            lines.add(Amounts.count(parts)
                    + " records left out: parts of requests of other services, whose records have their" + " cost");
        }
    }

    private static String releases(Side side) {
        String names = names(side.releases());
        return names.isEmpty() ? "" : "release " + names;
    }

    private static String names(List<String> names) {
        return harmless(String.join(", ", names));
    }

    /** Names are somebody else's: a terminal obeys none of them, and none has a line of its own. */
    private static String harmless(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private void halfWritten(Side side, String name) {
        side.halfWritten()
                .forEach(line -> lines.add(
                        "left out of the " + name + ": " + line + ", a last line that was not written to its end"));
    }

    private void feature(FeatureReport feature) {
        lines.add("");
        lines.add(harmless(feature.feature()) + ": " + Amounts.count(feature.requests()) + " requests, "
                + Amounts.count(feature.calls()) + " calls, " + Amounts.count(feature.unpricedCalls())
                + " without a price"
                + (feature.estimatedCalls() == 0
                        ? ""
                        : ", " + Amounts.count(feature.estimatedCalls()) + " with estimated usage")
                + (feature.lateRecords() == 0
                        ? ""
                        : ", " + Amounts.count(feature.lateRecords()) + " records came late"));
        List<List<String>> rows = new ArrayList<>();
        List<CostCheck> shown = new ArrayList<>();
        for (Judged judged : feature.checks()) {
            CostCheck check = judged.check();
            if (check.quantity() != Quantity.UNPRICED || check.verdict() != Verdict.PASS) {
                rows.add(row(judged, feature));
                shown.add(check);
            }
        }
        if (!rows.isEmpty()) {
            lines.add("");
        }
        int[] widths = new int[4];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (int i = 0; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            lines.add("  " + left(row.get(0), widths[0]) + "  " + left(row.get(1), widths[1]) + "  "
                    + right(row.get(2), widths[2]) + "  " + left(row.get(3), widths[3]) + "  " + row.get(4));
            notes(shown.get(i));
        }
        if (feature.limits() == 0 && feature.requests() > 0) {
            lines.add("  not judged: it has neither an objective nor a baseline");
        }
        feature.notes().forEach(note -> lines.add("  " + note));
        unpriced(feature.unpricedModels());
        Explanation why = feature.why();
        if (why != null) {
            lines.add("");
            why.lines(amount -> Amounts.money(amount, currency)).forEach(line -> lines.add("  " + line));
        }
    }

    private void notes(CostCheck check) {
        check.notes().forEach(note -> lines.add("        " + note));
        Long needed = check.requestsToDecide();
        if (needed != null && check.bounds() != null) {
            lines.add("        about " + Amounts.count(needed) + " requests like these would decide");
        }
    }

    private void unpriced(Map<String, Long> models) {
        if (!models.isEmpty()) {
            lines.add("  without a price: "
                    + models.entrySet().stream()
                            .map(model -> harmless(model.getKey()) + " (" + Amounts.count(model.getValue()) + ")")
                            .collect(Collectors.joining(", "))
                    + "; add them to the price table");
        }
    }

    private List<String> row(Judged judged, FeatureReport feature) {
        CostCheck check = judged.check();
        String mark =
                switch (check.verdict()) {
                    case PASS -> "pass";
                    case FAIL -> judged.level() == Level.WARN ? "warn" : "FAIL";
                    case UNDECIDED -> "????";
                };
        Duration budget = feature.latencyBudget();
        return switch (check.quantity()) {
            case COST_PER_REQUEST ->
                List.of(
                        mark,
                        check.quantity().label(),
                        money(check.estimate()),
                        "allowed " + money(check.limit()),
                        check.evidence());
            case GROWTH ->
                List.of(
                        mark,
                        check.quantity().label(),
                        Amounts.growth(check.estimate()),
                        "limit " + Amounts.growth(check.limit()),
                        check.evidence());
            case LATENCY ->
                List.of(
                        mark,
                        check.quantity().label(),
                        millis(feature.p95Nanos()),
                        budget == null ? "budgets of their own" : "budget " + millis((double) budget.toNanos()),
                        check.evidence());
            case UNPRICED ->
                List.of(
                        mark,
                        check.quantity().label(),
                        Amounts.percent(check.estimate()),
                        "limit " + Amounts.percent(check.limit()),
                        check.evidence());
        };
    }

    private String money(double amount) {
        return Double.isNaN(amount) ? "-" : Amounts.money(amount, currency);
    }

    private static String millis(double nanos) {
        return Double.isNaN(nanos) ? "unknown" : String.format(Locale.ROOT, "%,.0f ms", nanos / NANOS_PER_MILLI);
    }

    private String last() {
        String counts = counts();
        return switch (report.exitCode()) {
            case 0 -> "GATE PASSED" + (counts.isEmpty() ? "" : ": " + counts);
            case 1 -> "GATE FAILED: " + counts;
            case 3 -> "GATE UNDECIDED: " + counts;
            default ->
                "GATE CANNOT JUDGE: " + (report.problems().isEmpty() ? "costs are missing, " + counts : "no verdict");
        };
    }

    private String counts() {
        List<String> counts = new ArrayList<>();
        count(counts, Verdict.FAIL, Level.FAIL, "failed");
        count(counts, Verdict.UNDECIDED, Level.FAIL, "undecided");
        long warnings = report.judged(Verdict.FAIL, Level.WARN);
        if (warnings > 0) {
            counts.add(Amounts.count(warnings) + (warnings == 1 ? " warning" : " warnings"));
        }
        return String.join(", ", counts);
    }

    private void count(List<String> counts, Verdict verdict, Level level, String word) {
        long many = report.judged(verdict, level);
        if (many > 0) {
            counts.add(Amounts.count(many) + " " + word);
        }
    }

    private static String left(@Nullable String text, int width) {
        String shown = text == null ? "" : text;
        return shown + " ".repeat(Math.max(0, width - shown.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}

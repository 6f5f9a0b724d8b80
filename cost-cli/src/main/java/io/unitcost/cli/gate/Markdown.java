package io.unitcost.cli.gate;

import io.unitcost.gate.CostCheck;
import io.unitcost.gate.CostCheck.Quantity;
import io.unitcost.gate.GateReport;
import io.unitcost.gate.GateReport.FeatureReport;
import io.unitcost.gate.GateReport.Judged;
import io.unitcost.gate.GateReport.Level;
import io.unitcost.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A report for a pull request: what it means first, the numbers in a table, the reasons folded away. */
final class Markdown {

    private final GateReport report;
    private final Amounts amounts;
    private final List<String> lines = new ArrayList<>();

    private Markdown(GateReport report) {
        this.report = report;
        this.amounts = Amounts.in(report.currency());
    }

    static String of(GateReport report) {
        return new Markdown(report).text();
    }

    private String text() {
        lines.add("### AI cost gate: " + outcome());
        lines.add("");
        report.problems().forEach(problem -> lines.add("- Cannot judge: " + escaped(problem)));
        for (FeatureReport feature : report.features()) {
            String headline = headline(feature);
            if (headline != null) {
                lines.add("- " + headline);
            }
        }
        if (!report.features().isEmpty()) {
            table();
        }
        report.features().forEach(this::why);
        List<String> small = new ArrayList<>(report.assumptions());
        small.add("Bounds are one-sided, each " + amounts.percent(report.confidence(), 0) + " sure; prices "
                + String.join(", ", report.candidate().priceTables()));
        lines.add("");
        lines.add("<sub>" + small.stream().map(Markdown::escaped).collect(Collectors.joining(". ")) + "</sub>");
        return String.join("\n", lines) + "\n";
    }

    private String outcome() {
        return switch (report.exitCode()) {
            case 0 -> "passed";
            case 1 -> "failed";
            case 3 -> "undecided";
            default -> "cannot judge";
        };
    }

    /** What a reviewer needs to know about a feature; {@code null} if it is fine. */
    private @Nullable String headline(FeatureReport feature) {
        CostCheck cost = feature.check(Quantity.COST_PER_REQUEST);
        CostCheck growth = feature.check(Quantity.GROWTH);
        String name = "`" + feature.feature().replace('`', '\'').replaceAll("[\\r\\n]+", " ") + "`";
        List<String> said = new ArrayList<>();
        if (growth != null
                && feature.why() != null
                && growth.bounds() != null
                && (growth.bounds().lower() > 0 || growth.bounds().upper() < 0)) {
            double change = feature.why().change();
            said.add((change >= 0 ? "rises by " : "falls by ") + amounts.money(Math.abs(change)) + " ("
                    + String.format(Locale.ROOT, "%+.0f %%", growth.estimate() * 100) + ")");
        }
        if (cost != null && cost.verdict() == Verdict.FAIL) {
            said.add("is over its objective: " + amounts.money(cost.estimate()) + ", allowed "
                    + amounts.money(cost.limit()));
        }
        if (growth != null && growth.verdict() == Verdict.FAIL) {
            said.add("grows by more than " + amounts.percent(growth.limit(), 0));
        }
        if (feature.unpricedCalls() > 0) {
            said.add("is a lower bound: " + feature.unpricedCalls() + " calls have no price");
        }
        return said.isEmpty() ? null : "**Cost per request of " + name + "** " + String.join("; ", said) + ".";
    }

    private void table() {
        lines.add("");
        lines.add("| | feature | | found | limit | |");
        lines.add("|---|---|---|--:|--:|---|");
        for (FeatureReport feature : report.features()) {
            for (Judged judged : feature.checks()) {
                CostCheck check = judged.check();
                if (check.quantity() != Quantity.UNPRICED || check.verdict() != Verdict.PASS) {
                    lines.add("| " + mark(judged) + " | " + escaped(feature.feature()) + " | "
                            + check.quantity().label() + " | " + amounts.shown(check, check.estimate()) + " | "
                            + amounts.shown(check, check.limit()) + " | " + escaped(check.evidence()) + " |");
                }
            }
        }
    }

    private static String mark(Judged judged) {
        return switch (judged.check().verdict()) {
            case PASS -> "pass";
            case FAIL -> judged.level() == Level.WARN ? "warn" : "**FAIL**";
            case UNDECIDED -> "undecided";
        };
    }

    private void why(FeatureReport feature) {
        if (feature.why() != null && feature.why().isDecided()) {
            lines.add("");
            lines.add("<details><summary>Why " + escaped(feature.feature()) + "</summary>");
            lines.add("");
            lines.add("```");
            lines.addAll(feature.why().lines(amounts::money));
            lines.add("```");
            lines.add("</details>");
        }
    }

    /** Names come from code and configuration; a table and a page must survive them all the same. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("|", "\\|")
                .replaceAll("[\\r\\n]+", " ");
    }
}

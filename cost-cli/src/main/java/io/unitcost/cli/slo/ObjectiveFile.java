package io.unitcost.cli.slo;

import io.unitcost.CostObjective;
import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.Money;
import io.unitcost.slo.CostObjectives;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One objective for each feature with a margin or a ceiling, in the words of another engine, where bad ÷ total may be 1 − target.
 *
 * <p>A margin is such a target as it stands: cost is bad, revenue is total. A ceiling is cost ÷ allowance ≤ 1, a target of 0, which only
 * Pyrra takes; for the others total is twice the allowance and the target one half.
 */
final class ObjectiveFile {

    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final int LONGEST_NAME = 55;

    private final ExportFormat format;
    private final MeterNames meters;
    private final Set<String> names = new HashSet<>();

    private ObjectiveFile(ExportFormat format, MeterNames meters) {
        this.format = format;
        this.meters = meters;
    }

    static String write(ExportFormat format, CostObjectives objectives, MeterNames meters) {
        if (!meters.currency().equals(objectives.currency())) {
            throw new DataException("--currency: " + meters.currency() + " is not that of the objectives, "
                    + objectives.currency() + "; leave it out");
        }
        ObjectiveFile file = new ObjectiveFile(format, meters);
        StringBuilder text = new StringBuilder(Template.fill(format.label() + ".yml"));
        int written = 0;
        for (CostObjective objective : objectives.objectives()) {
            if (objective.targetMargin() != null || objective.fixedAllowance() != null) {
                text.append(Template.fill(format.label() + "-feature.yml", file.values(objective)));
                written++;
            }
        }
        if (written == 0) {
            throw new DataException(
                    "--slo: no feature has a target margin or a ceiling, so there is no objective to write; give"
                            + " one of them targetMargin or ceilingPerRequest");
        }
        return text.toString();
    }

    private Map<String, String> values(CostObjective objective) {
        Map<String, String> known = meters.placeholders();
        String selector = "{feature=" + quoted(objective.feature()) + "}";
        BigDecimal margin = objective.targetMargin() == null ? BigDecimal.ZERO : objective.targetMargin();
        boolean byMargin = margin.signum() > 0;
        boolean byZero = !byMargin && format == ExportFormat.PYRRA;
        BigDecimal target = byMargin || byZero ? margin : HALF;
        String cost = known.get("cost") + selector;
        String total = known.get(byMargin ? "revenue" : "allowance") + selector;
        String twice = byMargin || byZero ? "" : "2 * ";
        Map<String, String> values = new HashMap<>();
        values.put("name", text(name(objective.feature())));
        values.put("feature", text(objective.feature()));
        values.put("title", text("Cost of " + objective.feature()));
        values.put("description", text(description(objective, margin)));
        values.put("target", Numbers.plain(target));
        values.put("target-percent", Numbers.plain(target.multiply(PERCENT)));
        values.put("window", Span.of(objective.window()).toString());
        values.put("cost-metric", text(cost));
        values.put("total-metric", text(total));
        values.put("cost-rate", text("sum(rate(" + cost + "[{{.window}}]))"));
        values.put("total-rate", text(twice + "sum(rate(" + total + "[{{.window}}]))"));
        values.put("cost-sum", text("sum(" + cost + ")"));
        values.put("total-sum", text(twice + "sum(" + total + ")"));
        return values;
    }

    private static String description(CostObjective objective, BigDecimal margin) {
        Money allowance = objective.fixedAllowance();
        String limit = margin.signum() > 0
                ? Numbers.plain(BigDecimal.ONE.subtract(margin).multiply(PERCENT)) + " % of its revenue"
                : "its allowance" + (allowance == null ? "" : ", " + allowance + " a delivered request");
        return "The cost of " + objective.feature() + " is at most " + limit + ".";
    }

    /** Lower case, digits and dashes, as Kubernetes wants them, and no name twice. */
    private String name(String feature) {
        String plain =
                feature.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String base = "cost-" + (plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) : plain);
        String name = base;
        for (int i = 2; !names.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    /** As PromQL quotes a label's value. */
    private static String quoted(String feature) {
        return '"' + feature.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** As JSON writes it, which is YAML too. */
    private static String text(String value) {
        return Json.write((Object) value);
    }
}

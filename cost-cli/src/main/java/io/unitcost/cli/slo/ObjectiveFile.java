package io.unitcost.cli.slo;

import io.unitcost.CostObjective;
import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Json;
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
        Map<String, String> names = meters.placeholders();
        String selector = "{feature=" + quoted(objective.feature()) + "}";
        String cost = names.get("cost") + selector;
        BigDecimal margin = objective.targetMargin();
        boolean byMargin = margin != null && margin.signum() > 0;
        String allowance = names.get("allowance") + selector;
        BigDecimal target;
        String total;
        if (byMargin) {
            target = margin;
            total = names.get("revenue") + selector;
        } else {
            target = format == ExportFormat.PYRRA ? BigDecimal.ZERO : new BigDecimal("0.5");
            total = allowance;
        }
        String factor = byMargin || format == ExportFormat.PYRRA ? "" : "2 * ";
        Map<String, String> values = new HashMap<>();
        values.put("name", Json.write((Object) name(objective.feature())));
        values.put("feature", Json.write((Object) objective.feature()));
        values.put("title", Json.write((Object) ("Cost of " + objective.feature())));
        values.put("description", Json.write((Object) description(objective, byMargin)));
        values.put("target", plain(target));
        values.put("target-percent", plain(target.multiply(PERCENT)));
        values.put("window", Span.of(objective.window()).toString());
        values.put("cost-metric", Json.write((Object) cost));
        values.put("total-metric", Json.write((Object) total));
        values.put("cost-rate", Json.write((Object) ("sum(rate(" + cost + "[{{.window}}]))")));
        values.put("total-rate", Json.write((Object) (factor + "sum(rate(" + total + "[{{.window}}]))")));
        values.put("cost-sum", Json.write((Object) ("sum(" + cost + ")")));
        values.put("total-sum", Json.write((Object) (factor + "sum(" + total + ")")));
        return values;
    }

    private String description(CostObjective objective, boolean byMargin) {
        return byMargin
                ? "The cost of " + objective.feature() + " is at most "
                        + plain(BigDecimal.ONE
                                .subtract(objective.targetMargin())
                                .multiply(PERCENT))
                        + " % of its revenue."
                : "The cost of " + objective.feature() + " is at most its allowance"
                        + (objective.fixedAllowance() == null
                                ? "."
                                : ", " + objective.fixedAllowance() + " a delivered request.");
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

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}

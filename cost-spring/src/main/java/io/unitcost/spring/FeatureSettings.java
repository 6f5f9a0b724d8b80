package io.unitcost.spring;

import io.unitcost.CostObjective;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objectives as {@code unitcost.features.*} says. */
final class FeatureSettings {

    /** A request that earns more than this is one somebody has written in cents, or per thousand. */
    private static final BigDecimal DEAREST_REQUEST = new BigDecimal("10000");

    private static final BigDecimal HUNDRED = new BigDecimal(100);

    private final Map<String, UnitcostProperties.Feature> features;

    FeatureSettings(Map<String, UnitcostProperties.Feature> features) {
        this.features = features;
    }

    List<CostObjective> objectives() {
        List<CostObjective> objectives = new ArrayList<>();
        features.forEach((name, feature) -> objectives.add(objective(name, feature)));
        return objectives;
    }

    /** Refuses what is said of a feature here, because its objective is in the file. Where its requests come from is said here only. */
    void refuseObjective(String name, String file) {
        UnitcostProperties.Feature feature = features.get(name);
        if (feature == null) {
            return;
        }
        Map<String, @Nullable Object> said = new LinkedHashMap<>();
        said.put("revenue", Settings.text(feature.revenue()));
        said.put(
                "revenue-by",
                feature.revenueBy() == null ? null : feature.revenueBy().amounts());
        said.put("target-margin", Settings.text(feature.targetMargin()));
        said.put("ceiling", Settings.text(feature.ceiling()));
        said.put("p95", feature.p95());
        said.forEach((setting, value) -> {
            if (value != null) {
                throw new InvalidSettingException(
                        "unitcost.features." + name + "." + setting,
                        value,
                        file + " has the objective of " + name,
                        "keep the whole objective in one of them; paths and grpc-methods can stay here");
            }
        });
    }

    private static CostObjective objective(String name, UnitcostProperties.Feature feature) {
        String property = "unitcost.features." + name;
        CostObjective.Builder objective = start(property, name);
        requirePlausible(property + ".revenue", feature.revenue());
        requirePlausible(property + ".ceiling", feature.ceiling());
        Settings.set(
                property + ".revenue",
                Settings.text(feature.revenue()),
                objective::revenue,
                "give what one delivered request earns in US dollars, 0 or more, such as 0.002");
        setRevenueBy(property + ".revenue-by", feature.revenueBy(), objective);
        Settings.set(
                property + ".target-margin",
                Settings.text(feature.targetMargin()),
                objective::targetMargin,
                marginRemedy(feature.targetMargin()));
        Settings.set(
                property + ".ceiling",
                Settings.text(feature.ceiling()),
                objective::ceiling,
                "give what one delivered request may cost in US dollars, above 0, such as 0.0004");
        Settings.set(property + ".p95", feature.p95(), objective::latencyBudget, "give a time above zero, such as 2s");
        if (feature.targetMargin() != null && feature.ceiling() != null) {
            throw new InvalidSettingException(
                    property + ".ceiling",
                    Settings.text(feature.ceiling()),
                    "there is a target margin too",
                    "keep one of them: a margin of the revenue, or a fixed ceiling");
        }
        if (feature.targetMargin() != null && feature.revenue() == null && feature.revenueBy() == null) {
            throw new InvalidSettingException(
                    property + ".revenue",
                    null,
                    "a target margin is a share of the revenue, and there is none",
                    "give the revenue, or a ceiling instead of the margin");
        }
        return objective.build();
    }

    private static void setRevenueBy(
            String property, UnitcostProperties.@Nullable RevenueBy by, CostObjective.Builder objective) {
        if (by == null) {
            return;
        }
        String attribute = Settings.required(
                property + ".attribute", by.attribute(), "name an attribute that requests have, such as plan");
        Map<String, Money> amounts = new HashMap<>();
        by.amounts().forEach((value, amount) -> {
            requirePlausible(property + ".amounts." + value, amount);
            amounts.put(value, Money.of(amount, Money.USD));
        });
        Settings.set(
                property + ".amounts",
                amounts,
                known -> objective.revenueBy(attribute, known),
                "give what a request of each " + attribute + " earns in US dollars, 0 or more");
    }

    private static CostObjective.Builder start(String property, String name) {
        try {
            return CostObjective.of(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(property, name, Settings.reason(e), "give the feature a short name", e);
        }
    }

    private static void requirePlausible(String property, @Nullable BigDecimal amount) {
        if (amount != null && amount.compareTo(DEAREST_REQUEST) > 0) {
            throw new InvalidSettingException(
                    property,
                    Settings.text(amount),
                    "that is more than " + DEAREST_REQUEST + " US dollars for one request",
                    "give the amount for one request, in dollars");
        }
    }

    private static String marginRemedy(@Nullable BigDecimal margin) {
        if (margin == null || margin.compareTo(BigDecimal.ONE) <= 0 || margin.compareTo(HUNDRED) >= 0) {
            return "give a share of at least 0 and below 1, such as 0.8 for 80 %";
        }
        String share = margin.movePointLeft(2).stripTrailingZeros().toPlainString();
        return "write " + share + " for " + margin.toPlainString() + " %";
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What a model costs at a time: rates, rates from a context size on, and what service tiers and regions change.
 *
 * @param rates billing by unit; for a tier, what differs from the standard
 * @param context steps, ascending
 * @param tiers by name, each with rates and context steps only
 * @param regions multiplier of token prices by region
 */
record Sheet(Map<Unit, Billing> rates, List<Step> context, Map<String, Sheet> tiers, Map<String, BigDecimal> regions) {

    /**
     * Rates from a context size on. The boundary is data because providers differ: above 200,000 here, from 200,000
     * there.
     *
     * @param tokens how many
     * @param inclusive whether exactly that many tokens already pay the step's rates
     * @param rates the rates that change; a unit that is missing keeps its base rate
     */
    record Step(long tokens, boolean inclusive, Map<Unit, Billing> rates) {
        Step {
            rates = Map.copyOf(rates);
        }

        boolean reachedBy(long input) {
            return inclusive ? input >= tokens : input > tokens;
        }

        /** The first count that reaches it. */
        long from() {
            return inclusive ? tokens : tokens + 1;
        }
    }

    Sheet {
        rates = Map.copyOf(rates);
        context = List.copyOf(context);
        tiers = Map.copyOf(tiers);
        regions = Map.copyOf(regions);
    }

    /**
     * The sheet of a tier on its own: its rates over the standard ones, step by step. A rate that the tier does not have
     * at a step is the standard one <em>at that step</em>, not the tier's own at a lower one.
     */
    Sheet ofTier(String name) {
        Sheet tier = tiers.get(name);
        if (tier == null) {
            return new Sheet(rates, context, Map.of(), regions);
        }
        Map<Unit, Billing> base = new HashMap<>(rates);
        base.putAll(tier.rates);
        TreeMap<Long, Step> standards = new TreeMap<>();
        for (Step step : context) {
            standards.put(step.from(), new Step(step.tokens, step.inclusive, over(rates, step.rates)));
        }
        TreeMap<Long, Step> steps = new TreeMap<>(standards);
        for (Step step : tier.context) {
            Map.Entry<Long, Step> standard = standards.floorEntry(step.from());
            Map<Unit, Billing> below = standard == null ? base : standard.getValue().rates;
            steps.put(step.from(), new Step(step.tokens, step.inclusive, over(below, step.rates)));
        }
        return new Sheet(base, List.copyOf(steps.values()), Map.of(), regions);
    }

    private static Map<Unit, Billing> over(Map<Unit, Billing> below, Map<Unit, Billing> above) {
        Map<Unit, Billing> both = new HashMap<>(below);
        both.putAll(above);
        return both;
    }

    /** All prices times a factor. */
    Sheet times(BigDecimal factor) {
        return map(entry -> Map.entry(entry.getKey(), entry.getValue().times(factor)));
    }

    /** Prices of tokens times a factor; fees and tools stay. */
    Sheet timesTokens(BigDecimal factor) {
        return map(entry -> entry.getKey().isTokens()
                ? Map.entry(entry.getKey(), entry.getValue().times(factor))
                : entry);
    }

    private Sheet map(UnaryOperator<Map.Entry<Unit, Billing>> change) {
        List<Step> steps = new ArrayList<>();
        context.forEach(step -> steps.add(new Step(step.tokens, step.inclusive, map(step.rates, change))));
        Map<String, Sheet> changedTiers = new HashMap<>();
        tiers.forEach((name, tier) -> changedTiers.put(name, tier.map(change)));
        return new Sheet(map(rates, change), steps, changedTiers, regions);
    }

    private static Map<Unit, Billing> map(Map<Unit, Billing> rates, UnaryOperator<Map.Entry<Unit, Billing>> change) {
        Map<Unit, Billing> changed = new HashMap<>();
        rates.entrySet().forEach(entry -> {
            Map.Entry<Unit, Billing> other = change.apply(entry);
            changed.put(other.getKey(), other.getValue());
        });
        return changed;
    }

    String canonical() {
        StringBuilder text = new StringBuilder(canonical(rates));
        for (Step step : context) {
            text.append(" from ").append(step.from()).append(canonical(step.rates));
        }
        for (String tier : new TreeSet<>(tiers.keySet())) {
            text.append(' ')
                    .append(tier)
                    .append('(')
                    .append(Objects.requireNonNull(tiers.get(tier)).canonical())
                    .append(')');
        }
        new TreeMap<>(regions).forEach((region, factor) -> text.append(' ')
                .append(region)
                .append('×')
                .append(factor.stripTrailingZeros().toPlainString()));
        return text.toString();
    }

    private static String canonical(Map<Unit, Billing> rates) {
        Map<String, String> sorted = new TreeMap<>();
        rates.forEach((unit, billing) -> sorted.put(unit.unitName(), billing.canonical()));
        return sorted.toString();
    }
}

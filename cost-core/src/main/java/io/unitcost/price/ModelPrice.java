package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The price of one model or service: its rates, and its rates at larger context sizes. Immutable. */
final class ModelPrice {

    private final Definition definition;
    private final RateCard base;
    private final RateCard[] steps;

    ModelPrice(Definition definition, Currency currency) {
        this.definition = definition;
        this.base = new RateCard(definition.rates, currency);
        this.steps = new RateCard[definition.context.size()];
        for (int i = 0; i < steps.length; i++) {
            Map<Unit, Rate> rates = new HashMap<>(definition.rates);
            rates.putAll(definition.context.get(i).rates);
            steps[i] = new RateCard(rates, currency);
        }
    }

    Definition definition() {
        return definition;
    }

    /** Charges a usage at the highest context step that its total input reaches: a cliff, for the whole request. */
    Charge charge(Usage usage) {
        RateCard card = base;
        if (steps.length > 0) {
            long input = usage.count(Unit.INPUT_TOKENS);
            for (int i = 0; i < steps.length && definition.context.get(i).reachedBy(input); i++) {
                card = steps[i];
            }
        }
        return card.charge(usage);
    }

    /**
     * Rates from a context size on. The boundary is data because providers differ: above 200,000 here, from 200,000
     * there.
     *
     * @param inputTokens total input tokens of the request
     * @param inclusive whether exactly that many tokens already pay the step's rates
     * @param rates the rates that change; a unit that is missing keeps its base rate
     */
    record ContextStep(long inputTokens, boolean inclusive, Map<Unit, Rate> rates) {
        boolean reachedBy(long input) {
            return inclusive ? input >= inputTokens : input > inputTokens;
        }
    }

    /**
     * What a file or a builder says about a model.
     *
     * @param provider the provider's id
     * @param id the model's id
     * @param aliases other exact ids of the same model at the same price
     * @param rates price by unit, not empty
     * @param context steps, ascending
     * @param source where the price was read, if stated
     */
    record Definition(
            String provider,
            String id,
            Set<String> aliases,
            Map<Unit, Rate> rates,
            List<ContextStep> context,
            @Nullable String source) {

        Definition {
            aliases = Set.copyOf(aliases);
            rates = Map.copyOf(rates);
            context = List.copyOf(context);
        }

        Definition converted(BigDecimal factor) {
            List<ContextStep> steps = new ArrayList<>();
            for (ContextStep step : context) {
                steps.add(new ContextStep(step.inputTokens, step.inclusive, converted(step.rates, factor)));
            }
            return new Definition(provider, id, aliases, converted(rates, factor), steps, source);
        }

        private static Map<Unit, Rate> converted(Map<Unit, Rate> rates, BigDecimal factor) {
            Map<Unit, Rate> converted = new HashMap<>();
            rates.forEach((unit, rate) -> converted.put(unit, rate.times(factor)));
            return converted;
        }

        /** One line that says all of the price and nothing else, for the table's content hash. */
        String canonical() {
            StringBuilder text = new StringBuilder(provider).append('/').append(id);
            List<String> names = new ArrayList<>(aliases);
            Collections.sort(names);
            text.append(names).append(canonical(rates));
            for (ContextStep step : context) {
                text.append(step.inclusive ? ">=" : ">")
                        .append(step.inputTokens)
                        .append(canonical(step.rates));
            }
            return text.append('\n').toString();
        }

        private static Map<String, String> canonical(Map<Unit, Rate> rates) {
            Map<String, String> sorted = new TreeMap<>();
            rates.forEach((unit, rate) ->
                    sorted.put(unit.unitName(), rate.each().stripTrailingZeros().toPlainString()));
            return sorted;
        }
    }
}

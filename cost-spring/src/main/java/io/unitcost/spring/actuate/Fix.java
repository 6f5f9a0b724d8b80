package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What to do about an attempt without a price.
 *
 * @param what in words
 * @param properties YAML to paste into the application's own, with {@value Snippets#AMOUNT} where a number belongs: an application
 *     does not start on it until it is there. {@code null} where properties cannot say it, or nothing needs to be said
 * @param file the same as a price file for {@code unitcost.prices.files}
 */
record Fix(
        String what, @Nullable String properties, @Nullable String file) {

    private static final List<String> USUAL_UNITS =
            List.of(Unit.INPUT_TOKENS.unitName(), Unit.OUTPUT_TOKENS.unitName());

    /**
     * The way out.
     *
     * @param price the price that the model has; {@code null} if it has none
     * @param units names of the units that were used; may be empty
     */
    static Fix of(
            CostMeter meter,
            Unpriced reason,
            String provider,
            String model,
            @Nullable ModelPrice price,
            Collection<String> units) {
        return switch (reason) {
            case UNKNOWN_PROVIDER, UNKNOWN_MODEL ->
                missingModel(meter, provider, model, units.isEmpty() ? USUAL_UNITS : units);
            case UNKNOWN_UNIT ->
                price == null
                        ? missingModel(meter, provider, model, units.isEmpty() ? USUAL_UNITS : units)
                        : missingRates(meter, price, units);
            case NO_CALIBRATION ->
                new Fix(
                        "Say what one replica of the pool sustains of this model: another model's rate says nothing about it.",
                        Snippets.calibration(provider, model),
                        null);
            case NO_USAGE ->
                new Fix(
                        "No price is missing: the answer had no usage. Let the provider report it, in streams with"
                                + " stream_options.include_usage, or leave unitcost.estimates on.",
                        null,
                        null);
            case ERROR ->
                new Fix(
                        "No price is missing: pricing failed. See errors.pricing here, and the log of io.unitcost.CostMeter.",
                        null,
                        null);
        };
    }

    private static Fix missingModel(CostMeter meter, String provider, String model, Collection<String> units) {
        Map<String, Object> rates = new TreeMap<>();
        units.forEach(unit -> rates.put(unit, Snippets.amount(unit)));
        return new Fix(
                "Give this model a price, in the properties or in a file. If it is another name of a model that has a price, list it"
                        + " in a file among the aliases of that one.",
                Snippets.override(provider, model, rates),
                Snippets.priceFile(meter, provider, model, Map.of("rates", rates)));
    }

    /** An entry replaces the whole price, so everything in force is in it: a tier that got lost would be a wrong price. */
    private static Fix missingRates(CostMeter meter, ModelPrice price, Collection<String> units) {
        Instant now = meter.clock().instant();
        List<String> missing =
                units.stream().filter(unit -> lacks(price, unit, now)).sorted().toList();
        Map<String, Object> definition = new LinkedHashMap<>();
        Map<String, Object> rates = new LinkedHashMap<>();
        copy(PriceDefinition.of(price, meter.prices()).content(), definition);
        copy(definition.get("rates"), rates);
        missing.forEach(unit -> rates.putIfAbsent(unit, Snippets.amount(unit)));
        definition.put("rates", rates);
        definition.remove("source"); // names what the file does not have
        boolean isPlain = definition.keySet().equals(Set.of("rates", "aliases"))
                || definition.keySet().equals(Set.of("rates"));
        boolean fitsProperties = isPlain && rates.values().stream().allMatch(rate -> rate instanceof String);
        return new Fix(
                "The model has a price, but not for "
                        + (missing.isEmpty() ? "a unit that was used" : String.join(", ", missing))
                        + ". An entry of yours replaces its whole price, so what is in force is in it; check it against"
                        + " your terms, where a discount would count twice.",
                fitsProperties ? Snippets.override(price.provider(), price.id(), rates) : null,
                Snippets.priceFile(meter, price.provider(), price.id(), definition));
    }

    private static void copy(@Nullable Object from, Map<String, Object> to) {
        if (from instanceof Map<?, ?> map) {
            map.forEach((key, value) -> to.put(String.valueOf(key), value));
        }
    }

    private static boolean lacks(ModelPrice price, String unit, Instant now) {
        Charge charge = price.charge(Usage.of(Unit.of(unit), 1), null, null, now);
        return charge.unpriced() == Unpriced.UNKNOWN_UNIT;
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Collects what a model costs: rates by unit, rates from a context size on, and what service tiers and regions change.
 * Lives inside {@link PriceTable.Builder#model}; one thread at a time. Refusals name the value and the remedy.
 */
public final class PriceSheet {

    private final boolean tier;
    private final Map<Unit, Billing> rates = new LinkedHashMap<>();
    private final List<Sheet.Step> context = new ArrayList<>();
    private final Map<String, Sheet> tiers = new LinkedHashMap<>();
    private final Map<String, BigDecimal> regions = new LinkedHashMap<>();

    PriceSheet(boolean tier) {
        this.tier = tier;
    }

    /**
     * The price of a unit.
     *
     * @param rate such as {@code 0.15 per 1M}; see {@link Rate#parse}
     * @throws IllegalArgumentException if the text is not a rate or the unit has one already
     */
    public PriceSheet rate(Unit unit, String rate) {
        return rate(unit, Rate.parse(rate));
    }

    /**
     * The price of a unit.
     *
     * @throws IllegalArgumentException if the unit has one already
     */
    public PriceSheet rate(Unit unit, Rate rate) {
        return billing(unit, Billing.of(rate));
    }

    /**
     * The smallest quantity that is billed once any is used, such as 10 seconds of audio.
     *
     * @param quantity decimal text above zero
     * @throws IllegalArgumentException if the unit has no rate yet
     */
    public PriceSheet minimum(Unit unit, String quantity) {
        BigDecimal minimum = positive(quantity, "minimum");
        return change(unit, b -> new Billing(b.rate(), minimum, b.increment(), b.slices(), b.graduated()));
    }

    /**
     * Quantities are billed in whole multiples of this, such as 1 second of audio.
     *
     * @param quantity decimal text above zero
     * @throws IllegalArgumentException if the unit has no rate yet
     */
    public PriceSheet increment(Unit unit, String quantity) {
        BigDecimal increment = positive(quantity, "increment");
        return change(unit, b -> new Billing(b.rate(), b.minimum(), increment, b.slices(), b.graduated()));
    }

    /**
     * A slice of a volume contract: what goes beyond this quantity pays this rate, and what comes before does not.
     *
     * @param above decimal text above zero and above the slice before
     * @throws IllegalArgumentException if the unit has no rate yet, or has {@link #largerThan} steps
     */
    public PriceSheet slice(Unit unit, String above, Rate rate) {
        return slice(unit, new Billing.Slice(positive(above, "slice"), false, rate), true);
    }

    /**
     * Once more than this quantity of the unit is charged, all of it pays this rate. The quantity is the unit's own,
     * less what more specific units are charged for; steps by the size of the whole request are {@link #above}.
     *
     * @param quantity decimal text above zero and above the step before
     * @throws IllegalArgumentException if the unit has no rate yet, or has {@link #slice} ones
     */
    public PriceSheet largerThan(Unit unit, String quantity, Rate rate) {
        return slice(unit, new Billing.Slice(positive(quantity, "step"), false, rate), false);
    }

    /**
     * Once at least this quantity of the unit is charged, all of it pays this rate, as {@link #largerThan}.
     *
     * @param quantity decimal text above zero and above the step before
     * @throws IllegalArgumentException if the unit has no rate yet, or has {@link #slice} ones
     */
    public PriceSheet atLeast(Unit unit, String quantity, Rate rate) {
        return slice(unit, new Billing.Slice(positive(quantity, "step"), true, rate), false);
    }

    private PriceSheet slice(Unit unit, Billing.Slice slice, boolean graduated) {
        return change(unit, b -> {
            List<Billing.Slice> slices = new ArrayList<>(b.slices());
            if (!slices.isEmpty() && b.graduated() != graduated) {
                throw new IllegalArgumentException(
                        "unit " + unit + " has both slices and steps; a quantity is priced by one of them");
            }
            if (!slices.isEmpty() && slices.get(slices.size() - 1).start().compareTo(slice.start()) >= 0) {
                throw new IllegalArgumentException("the rate of " + unit + " from "
                        + slice.start().toPlainString() + " on comes after a higher one; order them from low to high");
            }
            requireFitting(unit, slice.rate());
            slices.add(slice);
            return new Billing(b.rate(), b.minimum(), b.increment(), slices, graduated);
        });
    }

    /** Rates for requests with more than this many input tokens in all; what is not set keeps its base rate. */
    public PriceSheet above(long inputTokens, Map<Unit, Rate> rates) {
        return step(inputTokens, false, linear(rates));
    }

    /** Rates for requests with at least this many input tokens in all; what is not set keeps its base rate. */
    public PriceSheet from(long inputTokens, Map<Unit, Rate> rates) {
        return step(inputTokens, true, linear(rates));
    }

    /**
     * What a service tier costs instead: {@code batch}, {@code flex}, {@code priority}… What it does not set costs what
     * the standard does at the same context step.
     *
     * @param name as the provider's answer gives it, whatever the case
     * @throws IllegalArgumentException if the name is there already, or this is the sheet of a tier
     */
    public PriceSheet tier(String name, Consumer<PriceSheet> prices) {
        PriceSheet collected = new PriceSheet(true);
        prices.accept(collected);
        return tier(name, collected.build());
    }

    PriceSheet tier(String name, Sheet sheet) {
        String id = PricedSheet.normalize(name);
        if (tier || id.isEmpty()) {
            throw new IllegalArgumentException("tier '" + name + "': "
                    + (tier
                            ? "a tier has no tiers; put it beside the other one"
                            : "that is the standard; set its rates without a tier"));
        }
        if (tiers.putIfAbsent(id, sheet) != null) {
            throw new IllegalArgumentException("tier '" + name + "' is there twice; remove one of them");
        }
        return this;
    }

    /**
     * What token prices are multiplied by in a region, such as {@code 1.1} for regional processing. Fees stay.
     *
     * @param name as the provider's answer or the deployment gives it, whatever the case; {@code *} for every named region
     *     that is not set itself
     * @param factor decimal text above zero
     * @throws IllegalArgumentException if the name is there already, or this is the sheet of a tier
     */
    public PriceSheet region(String name, String factor) {
        BigDecimal multiplier = positive(factor, "region " + name);
        if (PricedSheet.normalize(name).isEmpty()) {
            throw new IllegalArgumentException("region '" + name + "' is what providers call none; give its name");
        }
        if (tier || regions.putIfAbsent(PricedSheet.normalize(name), multiplier) != null) {
            throw new IllegalArgumentException("region '" + name + "': "
                    + (tier ? "a tier has no regions; set it outside" : "is there twice; remove one of them"));
        }
        return this;
    }

    PriceSheet billing(Unit unit, Billing billing) {
        requireFitting(unit, billing.rate());
        if (rates.putIfAbsent(unit, billing) != null) {
            throw new IllegalArgumentException("unit " + unit + " has two rates; remove one");
        }
        return this;
    }

    PriceSheet step(long inputTokens, boolean inclusive, Map<Unit, Billing> stepRates) {
        if (inputTokens < 1 || stepRates.isEmpty()) {
            throw new IllegalArgumentException(
                    "context step at " + inputTokens + " input tokens: give 1 token or more, and at least one rate");
        }
        stepRates.forEach((unit, billing) -> requireFitting(unit, billing.rate()));
        Sheet.Step step = new Sheet.Step(inputTokens, inclusive, stepRates);
        if (!context.isEmpty() && context.get(context.size() - 1).from() >= step.from()) {
            throw new IllegalArgumentException("context step at " + inputTokens
                    + " input tokens comes after a higher one; order the steps from low to high");
        }
        context.add(step);
        return this;
    }

    /** What was collected; a tier may have context steps only. */
    Sheet build() {
        if (rates.isEmpty() && (!tier || context.isEmpty())) {
            throw new IllegalArgumentException(
                    "no rates; give at least one, such as input_tokens '0.15 per 1M' ('0 per 1M' if it is free)");
        }
        return new Sheet(rates, context, tiers, regions);
    }

    private PriceSheet change(Unit unit, UnaryOperator<Billing> change) {
        Billing billing = rates.get(unit);
        if (billing == null) {
            throw new IllegalArgumentException("unit " + unit + " has no rate yet; set its rate first");
        }
        rates.put(unit, change.apply(billing));
        return this;
    }

    private static void requireFitting(Unit unit, Rate rate) {
        if (rate.isOfTime() && !unit.isTime()) {
            throw new IllegalArgumentException(
                    "unit " + unit + " is not counted in seconds; give a price per count, like"
                            + " '0.15 per 1M', instead of per second, minute or hour");
        }
    }

    private static Map<Unit, Billing> linear(Map<Unit, Rate> rates) {
        Map<Unit, Billing> billings = new LinkedHashMap<>();
        rates.forEach((unit, rate) -> billings.put(unit, Billing.of(rate)));
        return billings;
    }

    private static BigDecimal positive(String text, String what) {
        BigDecimal number = Decimals.parse(text, what);
        if (number.signum() <= 0) {
            throw new IllegalArgumentException(what + ": " + text + " is not above zero");
        }
        return number;
    }
}

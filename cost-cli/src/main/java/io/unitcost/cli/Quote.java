package io.unitcost.cli;

import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A charge with the price behind it, as people and programs want to see it.
 *
 * @param price the entry
 * @param tier the tier asked for
 * @param region the region asked for, or named by the model's id
 * @param at when
 * @param usage what was used
 * @param charge what it costs
 */
record Quote(
        ModelPrice price, @Nullable String tier, @Nullable String region, Instant at, Usage usage, Charge charge) {

    /** What a factor leaves behind: {@code 33.0 per 1M}. */
    private static final Pattern TRAILING_ZEROS = Pattern.compile("\\.0+(?= per )|(\\.[0-9]*[1-9])0+(?= per )");

    private static final long LARGEST_REQUEST = 1L << 40;

    /** Input, what is part of it, output, what is part of it, and the rest. */
    static final Comparator<Unit> READING_ORDER = Comparator.comparingInt(
                    (Unit unit) -> within(Unit.INPUT_TOKENS, unit) ? 0 : within(Unit.OUTPUT_TOKENS, unit) ? 1 : 2)
            .thenComparingLong(unit -> Unit.standard().stream()
                    .filter(whole -> whole.contains(unit))
                    .count())
            .thenComparing(Unit::unitName);

    /** The lines with something in them, in the order people read them. */
    static List<Charge.Line> lines(Charge charge) {
        return charge.cost() == null
                ? List.of()
                : charge.lines().stream()
                        .filter(line -> line.quantity().signum() > 0)
                        .sorted(Comparator.comparing(Charge.Line::unit, READING_ORDER))
                        .toList();
    }

    /** The list price of a unit, and whose it is where the unit has none of its own. */
    String rate(Unit unit) {
        SortedMap<String, String> rates = rates();
        String own = rates.get(unit.unitName());
        if (own != null) {
            return own;
        }
        Unit nearest = null;
        for (String name : rates.keySet()) {
            Unit rated = Unit.of(name);
            if (rated.contains(unit) && (nearest == null || nearest.contains(rated))) {
                nearest = rated;
            }
        }
        return nearest == null ? "" : rates.get(nearest.unitName()) + " as " + nearest;
    }

    /** What was used and has no price at all. */
    List<Unit> unpriced() {
        List<Unit> rated = new ArrayList<>();
        rates().keySet().forEach(name -> rated.add(Unit.of(name)));
        return usage.units().stream()
                .filter(unit -> usage.quantity(unit).signum() > 0)
                .filter(unit -> rated.stream().noneMatch(whole -> within(whole, unit)))
                .sorted(READING_ORDER)
                .toList();
    }

    /** The list prices in force. */
    SortedMap<String, String> rates() {
        return rates(usage.count(Unit.INPUT_TOKENS));
    }

    SortedMap<String, String> rates(long input) {
        SortedMap<String, String> rates = price.rates(tier, region, at, input);
        rates.replaceAll((unit, rate) -> TRAILING_ZEROS.matcher(rate).replaceAll("$1"));
        return rates;
    }

    /** The fewest input tokens at which these prices begin; 0 for the ordinary ones. */
    long contextStep() {
        long input = usage.count(Unit.INPUT_TOKENS);
        return contextSteps().stream().filter(step -> step <= input).reduce(0L, Math::max);
    }

    /** Where other prices begin, by the input tokens of a request; empty when all sizes cost the same. */
    List<Long> contextSteps() {
        List<Long> steps = new ArrayList<>();
        long from = 0;
        while (!rates(from).equals(rates(LARGEST_REQUEST))) {
            from = firstUnlike(from);
            steps.add(from);
        }
        return steps;
    }

    private long firstUnlike(long start) {
        SortedMap<String, String> rates = rates(start);
        long same = start;
        long other = LARGEST_REQUEST;
        while (other - same > 1) {
            long middle = same + (other - same) / 2;
            if (rates(middle).equals(rates)) {
                same = middle;
            } else {
                other = middle;
            }
        }
        return other;
    }

    boolean hasTier() {
        return tier != null && price.tiers(at).stream().anyMatch(tier.strip()::equalsIgnoreCase);
    }

    boolean hasRegion() {
        return region != null
                && price.regions(at).stream()
                        .anyMatch(known -> known.equals("*") || known.equalsIgnoreCase(region.strip()));
    }

    /** What the list prices come to, where a contract makes it something else; {@code null} where it does not. */
    static @Nullable BigDecimal list(Charge charge) {
        Money list = charge.list();
        return list == null || list.equals(charge.cost()) || charge.cost() == null ? null : list.amount();
    }

    private static boolean within(Unit whole, Unit unit) {
        return whole.equals(unit) || whole.contains(unit);
    }
}

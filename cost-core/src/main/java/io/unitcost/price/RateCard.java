package io.unitcost.price;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rates of one model at one context step, ready to multiply.
 *
 * <p>Each unit is charged for its count less the counts of more specific units that have a rate of their own; a unit
 * without a rate is charged through its nearest ancestor. That one rule keeps cached tokens from being charged twice
 * and cache writes without a rate from being free.
 */
final class RateCard {

    /** The price of the smallest step of a unit is not a whole number of {@link Money} steps. */
    private static final long SLOW = -1;

    private static final int NO_RATE = -1;

    /** More units than any provider reports: beyond it counts have to be kept, not worked out anew. */
    private static final int MOST_UNITS = 12;

    /** The count is in an ancestor's count and charged with it. */
    private static final int WITHIN = -2;

    private final Unit[] units;
    private final long[] fast;
    private final Billing[] rates;
    private final Currency currency;
    private final int requests;

    RateCard(Map<Unit, Billing> rates, Currency currency) {
        this.units = new Unit[rates.size()];
        this.rates = new Billing[rates.size()];
        this.fast = new long[rates.size()];
        this.currency = currency;
        int i = 0;
        for (Map.Entry<Unit, Billing> rate : sorted(rates)) {
            units[i] = rate.getKey();
            this.rates[i] = rate.getValue();
            long steps = rate.getValue().isLinear()
                    ? rate.getValue().rate().stepsPerCount(rate.getKey())
                    : Decimals.NOT_EXACT;
            fast[i++] = steps == Decimals.NOT_EXACT ? SLOW : steps;
        }
        this.requests = indexOf(Unit.REQUESTS);
    }

    /**
     * The most specific unit first, and of equally specific ones the dearest: the first that contains a unit without a
     * rate is the one it is charged through.
     */
    private static List<Map.Entry<Unit, Billing>> sorted(Map<Unit, Billing> rates) {
        Comparator<Map.Entry<Unit, Billing>> order = Comparator.comparingInt(
                        (Map.Entry<Unit, Billing> rate) -> -rate.getKey().rank())
                .thenComparing(rate -> rate.getValue().rate().each().negate())
                .thenComparing(rate -> rate.getKey().unitName());
        return rates.entrySet().stream().sorted(order).toList();
    }

    Charge charge(Usage usage) {
        int fee = requests >= 0 && !countsRequests(usage) ? 1 : 0;
        int size = usage.size();
        if (size + fee == 0) {
            return Charge.unpriced(Unpriced.NO_USAGE);
        }
        Tally tally = new Tally(size + fee);
        for (int i = 0; i < size; i++) {
            tally.charge(usage, i);
        }
        Unit[] lines = usage.unitsShared();
        if (fee == 1) {
            lines = Arrays.copyOf(lines, size + 1);
            lines[size] = Unit.REQUESTS;
            tally.add(size, 1, requests);
            if (size == 0 && units.length > 1) {
                tally.unpriced = Unpriced.NO_USAGE;
            }
        }
        return tally.toCharge(lines, usage);
    }

    /**
     * What {@link #charge} comes to, without making anything: the exact sum in {@link Money} steps, or
     * {@link PriceTable#NO_PICOS} when it is not a whole number of them, does not fit, or is not complete.
     */
    long picos(Usage usage) {
        long sum = 0;
        boolean priced = false;
        int size = usage.size();
        if (requests >= 0 && !countsRequests(usage)) {
            if ((size == 0 && units.length > 1) || fast[requests] == SLOW) {
                return PriceTable.NO_PICOS;
            }
            sum = fast[requests];
            priced = true;
        }
        if (size > MOST_UNITS) {
            return PriceTable.NO_PICOS;
        }
        for (int line = 0; line < size; line++) {
            int rate = rateOf(usage, line);
            if (rate == WITHIN) {
                continue;
            }
            long count = own(usage, line);
            if (count == 0) {
                priced |= rate >= 0;
                continue;
            }
            if (rate < 0 || fast[rate] == SLOW || Math.multiplyHigh(fast[rate], count) != 0) {
                return PriceTable.NO_PICOS;
            }
            long product = fast[rate] * count;
            sum += product;
            if (product < 0 || sum < 0) {
                return PriceTable.NO_PICOS;
            }
            priced = true;
        }
        return priced ? sum : PriceTable.NO_PICOS;
    }

    /** The count of a line less what the more specific lines inside it are charged for, or 0. */
    private long own(Usage usage, int line) {
        long count = usage.stepsAt(line);
        Unit unit = usage.unit(line);
        for (int i = 0; i < line; i++) {
            if (unit.contains(usage.unit(i)) && rateOf(usage, i) >= 0) {
                count -= own(usage, i);
            }
        }
        return Math.max(0, count);
    }

    /** The rate that charges a line: its own or its ancestor's, {@link #WITHIN} the ancestor's own line, or {@link #NO_RATE}. */
    private int rateOf(Usage usage, int line) {
        Unit unit = usage.unit(line);
        int rate = indexOf(unit);
        if (rate >= 0) {
            return rate;
        }
        rate = nearestAncestor(unit);
        return rate >= 0 && isChargedWithin(usage, line, rate) ? WITHIN : rate;
    }

    /** The rates by unit name, as text. */
    SortedMap<String, String> describe() {
        SortedMap<String, String> described = new TreeMap<>();
        for (int i = 0; i < units.length; i++) {
            described.put(units[i].unitName(), rates[i].toString());
        }
        return described;
    }

    /** The lines of one charge while they are worked out, the most specific unit first. */
    private final class Tally {
        private final long[] counts;
        private final long[] steps;
        private BigDecimal @Nullable [] big;
        private boolean priced;
        private boolean contradictory;
        private @Nullable Unpriced unpriced;

        Tally(int lines) {
            counts = new long[lines];
            steps = new long[lines];
        }

        void charge(Usage usage, int line) {
            int rate = rateOf(usage, line);
            if (rate == WITHIN) {
                return;
            }
            Unit unit = usage.unit(line);
            long count = usage.stepsAt(line);
            for (int i = 0; i < line; i++) {
                if (counts[i] != 0 && unit.contains(usage.unit(i))) {
                    count -= counts[i];
                }
            }
            if (count < 0) {
                contradictory = true;
                count = 0;
            }
            if (rate >= 0) {
                add(line, count, rate);
            } else if (count > 0) {
                unpriced = Unpriced.UNKNOWN_UNIT;
            }
        }

        void add(int line, long count, int rate) {
            priced = true;
            counts[line] = count;
            if (big == null && fast[rate] != SLOW && Math.multiplyHigh(fast[rate], count) == 0) {
                long product = fast[rate] * count;
                if (product >= 0) {
                    steps[line] = product;
                    return;
                }
            }
            slow()[line] = rates[rate].price(Decimals.toQuantity(count, units[rate]));
        }

        private BigDecimal[] slow() {
            if (big == null) {
                big = new BigDecimal[steps.length];
                for (int i = 0; i < big.length; i++) {
                    big[i] = BigDecimal.valueOf(steps[i], Money.SCALE);
                }
            }
            return big;
        }

        Charge toCharge(Unit[] lines, Usage usage) {
            if (!priced) {
                return Charge.unpriced(unpriced == null ? Unpriced.UNKNOWN_UNIT : unpriced);
            }
            return new Charge(
                    lines, counts, steps, big, total(), null, unpriced, contradictory || usage.isContradictory());
        }

        private Money total() {
            if (big == null) {
                long sum = 0;
                for (long amount : steps) {
                    sum += amount;
                    if (sum < 0) {
                        slow();
                        break;
                    }
                }
                if (sum >= 0) {
                    return Money.ofSteps(sum, currency);
                }
            }
            BigDecimal sum = BigDecimal.ZERO;
            for (BigDecimal amount : slow()) {
                sum = sum.add(amount);
            }
            return Money.of(sum, currency);
        }
    }

    /**
     * Whether the unit's count is inside the reported count of the ancestor it is charged through. Not when it is
     * inside two that overlap, cached tokens and audio tokens: then it is taken out of both and charged by itself. Nor when
     * it is larger than what it should be in, which is a contradiction.
     */
    private boolean isChargedWithin(Usage usage, int line, int nearest) {
        Unit unit = usage.unit(line);
        if (!usage.has(units[nearest]) || usage.steps(units[nearest]) < usage.stepsAt(line)) {
            return false;
        }
        for (int i = nearest + 1; i < units.length; i++) {
            if (units[i].contains(unit) && !units[i].contains(units[nearest]) && usage.has(units[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether the usage says itself how many requests it was, of whatever kind. */
    private static boolean countsRequests(Usage usage) {
        for (int i = 0; i < usage.size(); i++) {
            Unit unit = usage.unit(i);
            if (unit == Unit.REQUESTS || Unit.REQUESTS.contains(unit)) {
                return true;
            }
        }
        return false;
    }

    private int nearestAncestor(Unit unit) {
        for (int i = 0; i < units.length; i++) {
            if (units[i].contains(unit)) {
                return i;
            }
        }
        return NO_RATE;
    }

    private int indexOf(Unit unit) {
        for (int i = 0; i < units.length; i++) {
            if (units[i] == unit) {
                return i;
            }
        }
        if (unit.isOpen()) {
            for (int i = 0; i < units.length; i++) {
                if (units[i].equals(unit)) {
                    return i;
                }
            }
        }
        return NO_RATE;
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Currency;
import java.util.Map;
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
        for (Map.Entry<Unit, Billing> rate : rates.entrySet()) {
            units[i] = rate.getKey();
            this.rates[i] = rate.getValue();
            Billing billing = rate.getValue();
            long steps = billing.isLinear() ? billing.rate().stepsPerCount(rate.getKey()) : Decimals.NOT_EXACT;
            fast[i++] = steps == Decimals.NOT_EXACT ? SLOW : steps;
        }
        this.requests = indexOf(Unit.REQUESTS);
    }

    Charge charge(Usage usage) {
        int fee = requests >= 0 && !usage.has(Unit.REQUESTS) ? 1 : 0;
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
        }
        return tally.toCharge(lines);
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
            Unit unit = usage.unit(line);
            int rate = indexOf(unit);
            if (rate < 0) {
                if (isChargedWithin(usage, line)) {
                    return;
                }
                rate = nearestAncestor(unit);
            }
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

        Charge toCharge(Unit[] lines) {
            if (!priced) {
                return Charge.unpriced(unpriced == null ? Unpriced.UNKNOWN_UNIT : unpriced);
            }
            return new Charge(lines, counts, steps, big, total(), null, unpriced, contradictory);
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

    /** Whether a reported ancestor with a rate of its own already contains this count. */
    private boolean isChargedWithin(Usage usage, int position) {
        for (int i = position + 1; i < usage.size(); i++) {
            if (usage.unit(i).contains(usage.unit(position)) && indexOf(usage.unit(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private int nearestAncestor(Unit unit) {
        int nearest = -1;
        for (int i = 0; i < units.length; i++) {
            if (units[i].contains(unit) && (nearest < 0 || units[i].rank() > units[nearest].rank())) {
                nearest = i;
            }
        }
        return nearest;
    }

    private int indexOf(Unit unit) {
        for (int i = 0; i < units.length; i++) {
            if (units[i] == unit) {
                return i;
            }
        }
        if (unit.rank() == 0) {
            for (int i = 0; i < units.length; i++) {
                if (units[i].equals(unit)) {
                    return i;
                }
            }
        }
        return -1;
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * How a count of a unit becomes money: a rate, at least a minimum, in whole increments, and other rates for larger
 * quantities: graduated, where each slice pays its own, or a cliff, where all of it pays the last one reached.
 *
 * @param rate the rate; the first slice's where there are slices
 * @param minimum the smallest quantity that is billed once any is used; 0 for none
 * @param increment quantities are billed in whole multiples of this; 0 for none
 * @param slices other rates for larger quantities, ascending
 * @param graduated whether a quantity pays each slice's rate for its part in it, or the last one reached for all of it
 */
record Billing(Rate rate, BigDecimal minimum, BigDecimal increment, List<Slice> slices, boolean graduated) {

    /**
     * Another rate for larger quantities.
     *
     * @param start where it starts
     * @param inclusive whether a quantity of exactly that much has reached it; makes no difference to graduated slices
     * @param rate its rate
     */
    record Slice(BigDecimal start, boolean inclusive, Rate rate) {

        boolean reachedBy(BigDecimal quantity) {
            int compared = quantity.compareTo(start);
            return compared > 0 || (inclusive && compared == 0);
        }
    }

    Billing {
        slices = List.copyOf(slices);
    }

    static Billing of(Rate rate) {
        return new Billing(rate, BigDecimal.ZERO, BigDecimal.ZERO, List.of(), true);
    }

    /** Whether a count simply times the rate is the price. */
    boolean isLinear() {
        return minimum.signum() == 0 && increment.signum() == 0 && slices.isEmpty();
    }

    Billing times(BigDecimal factor) {
        List<Slice> changed = slices.stream()
                .map(slice -> new Slice(slice.start, slice.inclusive, slice.rate.times(factor)))
                .toList();
        return new Billing(rate.times(factor), minimum, increment, changed, graduated);
    }

    /** The quantity that is billed for what was used. */
    BigDecimal billed(BigDecimal quantity) {
        if (quantity.signum() == 0) {
            return quantity;
        }
        BigDecimal billed = quantity.max(minimum);
        return increment.signum() == 0
                ? billed
                : billed.divide(increment, 0, RoundingMode.CEILING).multiply(increment);
    }

    BigDecimal price(BigDecimal quantity) {
        BigDecimal billed = billed(quantity);
        return graduated ? graduated(billed) : reached(billed).of(billed);
    }

    private Rate reached(BigDecimal billed) {
        Rate reached = rate;
        for (Slice slice : slices) {
            if (slice.reachedBy(billed)) {
                reached = slice.rate;
            }
        }
        return reached;
    }

    private BigDecimal graduated(BigDecimal billed) {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal start = BigDecimal.ZERO;
        Rate current = rate;
        for (Slice slice : slices) {
            if (billed.compareTo(slice.start) <= 0) {
                break;
            }
            sum = sum.add(current.of(slice.start.subtract(start)));
            start = slice.start;
            current = slice.rate;
        }
        return sum.add(current.of(billed.subtract(start)));
    }

    /** As people read it: {@code 0.111 per hour, at least 10, in steps of 1}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(rate.toString());
        if (minimum.signum() > 0) {
            text.append(", at least ").append(plain(minimum));
        }
        if (increment.signum() > 0) {
            text.append(", in steps of ").append(plain(increment));
        }
        for (Slice slice : slices) {
            text.append(graduated ? ", beyond " : slice.inclusive ? ", all of it from " : ", all of it above ")
                    .append(plain(slice.start))
                    .append(' ')
                    .append(slice.rate);
        }
        return text.toString();
    }

    String canonical() {
        StringBuilder text = new StringBuilder(rate.canonical());
        if (minimum.signum() > 0) {
            text.append(" min ").append(plain(minimum));
        }
        if (increment.signum() > 0) {
            text.append(" by ").append(plain(increment));
        }
        for (Slice slice : slices) {
            text.append(graduated ? " >" : slice.inclusive ? " all>=" : " all>")
                    .append(plain(slice.start))
                    .append(' ')
                    .append(slice.rate.canonical());
        }
        return text.toString();
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}

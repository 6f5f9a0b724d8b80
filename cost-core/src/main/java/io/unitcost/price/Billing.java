package io.unitcost.price;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * How a count of a unit becomes money: a rate, at least a minimum, in whole increments, or in graduated slices.
 *
 * @param rate the rate; the first slice's where there are slices
 * @param minimum the smallest quantity that is billed once any is used; 0 for none
 * @param increment quantities are billed in whole multiples of this; 0 for none
 * @param slices further slices, ascending: counts beyond a slice's start pay its rate, counts before do not
 */
record Billing(Rate rate, BigDecimal minimum, BigDecimal increment, List<Slice> slices) {

    /**
     * A slice of a volume contract.
     *
     * @param above where it starts: the first unit beyond this many pays its rate
     * @param rate its rate
     */
    record Slice(BigDecimal above, Rate rate) {}

    Billing {
        slices = List.copyOf(slices);
    }

    static Billing of(Rate rate) {
        return new Billing(rate, BigDecimal.ZERO, BigDecimal.ZERO, List.of());
    }

    /** Whether a count simply times the rate is the price. */
    boolean isLinear() {
        return minimum.signum() == 0 && increment.signum() == 0 && slices.isEmpty();
    }

    Billing times(BigDecimal factor) {
        return new Billing(
                rate.times(factor),
                minimum,
                increment,
                slices.stream()
                        .map(slice -> new Slice(slice.above, slice.rate.times(factor)))
                        .toList());
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
        if (slices.isEmpty()) {
            return rate.of(billed);
        }
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal start = BigDecimal.ZERO;
        Rate current = rate;
        for (Slice slice : slices) {
            if (billed.compareTo(slice.above) <= 0) {
                break;
            }
            sum = sum.add(current.of(slice.above.subtract(start)));
            start = slice.above;
            current = slice.rate;
        }
        return sum.add(current.of(billed.subtract(start)));
    }

    String canonical() {
        StringBuilder text = new StringBuilder(rate.canonical());
        if (minimum.signum() > 0) {
            text.append(" min ").append(plain(minimum));
        }
        if (increment.signum() > 0) {
            text.append(" by ").append(plain(increment));
        }
        slices.forEach(slice ->
                text.append(" >").append(plain(slice.above)).append(' ').append(slice.rate.canonical()));
        return text.toString();
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** Decimal text and its exact {@code long} form. */
final class Decimals {

    /** Returned by {@link #steps} when the number has no exact {@code long} form. */
    static final long NOT_EXACT = Long.MIN_VALUE;

    private static final Pattern PLAIN = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?");
    private static final int LONG_DIGITS = 19;
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private Decimals() {}

    /** Plain decimal text, such as {@code 0.15}: no exponent, no grouping, no blanks, at most 40 digits a side. */
    static BigDecimal parse(String text, String what) {
        if (!PLAIN.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    what + ": '" + text + "' is not a plain decimal number; write it like 0.00012, without exponent");
        }
        return new BigDecimal(text);
    }

    /** The number as a whole count of 10<sup>-scale</sup>, or {@link #NOT_EXACT}. */
    static long steps(BigDecimal number, int scale) {
        int zeros = scale - number.scale();
        if (zeros >= 0 && zeros <= 18 && number.precision() + zeros <= 18) {
            return number.unscaledValue().longValue() * POWERS[zeros];
        }
        if (number.signum() == 0) {
            return 0;
        }
        int wholeDigits = number.precision() - number.scale();
        if (wholeDigits + scale > LONG_DIGITS) {
            return NOT_EXACT;
        }
        BigDecimal shifted = number.movePointRight(scale).stripTrailingZeros();
        if (shifted.scale() > 0) {
            return NOT_EXACT;
        }
        BigInteger whole = shifted.toBigInteger();
        return whole.abs().compareTo(MAX) > 0 ? NOT_EXACT : whole.longValue();
    }

    static long powerOfTen(int exponent) {
        return POWERS[exponent];
    }

    /** A count in the smallest steps of its unit, as a quantity with decimals. */
    static BigDecimal toQuantity(long steps, Unit unit) {
        return BigDecimal.valueOf(steps, unit.decimals());
    }

    private static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** An amount as public lists write it: a number, or text such as {@code 3e-7}. */
final class ListedAmount {

    /** Published prices have at most this many digits; what lies beyond is the rounding of a {@code double}. */
    private static final MathContext MEANT = new MathContext(12);

    private static final int NOISE = 2;

    private ListedAmount() {}

    /**
     * The amount that a value is.
     *
     * @throws IllegalArgumentException if it is not a number, or is negative
     */
    static BigDecimal of(@Nullable Object value) {
        Object number = value instanceof String text ? JsonTree.number(text.strip()) : value;
        if (!(number instanceof BigDecimal amount)) {
            throw new IllegalArgumentException("is not a number");
        }
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("is negative");
        }
        return amount.signum() == 0 ? BigDecimal.ZERO : amount;
    }

    /**
     * The amount that was meant: {@code 0.18} for {@code 0.18000000000000002}. A long number that does not become clearly
     * shorter, such as a third, is meant as it is.
     *
     * @return the same object when there is no noise
     */
    static BigDecimal withoutNoise(BigDecimal amount) {
        if (amount.precision() <= MEANT.getPrecision()) {
            return amount;
        }
        BigDecimal rounded = amount.round(MEANT).stripTrailingZeros();
        return rounded.precision() <= MEANT.getPrecision() - NOISE ? rounded : amount;
    }

    /** A rate of this much for a single unit, written as people write it: per million for tokens. */
    static Rate rate(Unit unit, BigDecimal each) {
        if (!unit.isTokens()) {
            return Rate.of(plain(each), 1);
        }
        return Rate.of(plain(each.movePointRight(6)), 1_000_000);
    }

    /** Without trailing zeros, and without an exponent. */
    static BigDecimal plain(BigDecimal amount) {
        BigDecimal stripped = amount.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * An exact decimal amount in one currency. Immutable and thread-safe.
 *
 * <p>Nothing is ever rounded: sums, differences and products with whole counts are exact. An amount that is a whole
 * number of 10<sup>-12</sup> of the currency unit and fits a {@code long} (up to about 9.2 million units) is held as
 * that {@code long}; every other amount is held as a {@link BigDecimal}. The two give the same results and an amount
 * has only one of the two forms, so {@link #equals} compares values: {@code 0.50} equals {@code 0.5}.
 *
 * <p>There is no way in from a {@code double}: parse decimal text instead. {@link #toDouble()} is the way out to one, for
 * display and metrics.
 */
public final class Money implements Comparable<Money> {

    /** US dollar, the currency of public model prices. */
    public static final Currency USD = Currency.getInstance("USD");

    /** Decimal places of the {@code long} form. Published token prices need at most this many per token. */
    static final int SCALE = 12;

    private static final double STEPS_PER_UNIT = 1e12;
    private static final Money ZERO_USD = new Money(0, null, USD);

    private final long steps;
    private final @Nullable BigDecimal big;
    private final Currency currency;

    private Money(long steps, @Nullable BigDecimal big, Currency currency) {
        this.steps = steps;
        this.big = big;
        this.currency = currency;
    }

    /**
     * US dollars from decimal text, such as {@code "0.00012"}.
     *
     * @throws IllegalArgumentException if the text is not a plain decimal number
     */
    public static Money usd(String amount) {
        return of(amount, USD);
    }

    /**
     * An amount from decimal text, such as {@code "0.00012"} or {@code "-3"}. No exponent, no grouping.
     *
     * @throws IllegalArgumentException if the text is not a plain decimal number
     */
    public static Money of(String amount, Currency currency) {
        return of(Decimals.parse(amount, "amount"), currency);
    }

    /** An exact amount. The scale of the number does not matter. */
    public static Money of(BigDecimal amount, Currency currency) {
        if (amount.signum() == 0) {
            return zero(currency);
        }
        long steps = Decimals.steps(amount, SCALE);
        return steps == Decimals.NOT_EXACT
                ? new Money(0, amount.stripTrailingZeros(), currency)
                : new Money(steps, null, currency);
    }

    /** Nothing, in the given currency. An explicit price of zero is a price; an unknown price is not this. */
    public static Money zero(Currency currency) {
        return currency == USD ? ZERO_USD : new Money(0, null, currency);
    }

    static Money ofSteps(long steps, Currency currency) {
        return steps == 0 ? zero(currency) : new Money(steps, null, currency);
    }

    /** Starts an exact sum at zero. */
    public static Sum sum(Currency currency) {
        return new Sum(currency);
    }

    /** The currency of this amount. */
    public Currency currency() {
        return currency;
    }

    /** The exact amount, without trailing zeros. */
    public BigDecimal amount() {
        return big != null ? big : BigDecimal.valueOf(steps, SCALE).stripTrailingZeros();
    }

    /**
     * The exact sum.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public Money plus(Money other) {
        requireSameCurrency(other.currency);
        if (other.isZero()) {
            return this;
        }
        if (isZero()) {
            return other;
        }
        if (big == null && other.big == null) {
            long sum = steps + other.steps;
            if (((steps ^ sum) & (other.steps ^ sum)) >= 0 && sum != Long.MIN_VALUE) {
                return ofSteps(sum, currency);
            }
        }
        return of(amount().add(other.amount()), currency);
    }

    /**
     * The exact difference, negative when {@code other} is larger.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public Money minus(Money other) {
        return plus(other.negated());
    }

    /** This amount with the other sign. */
    public Money negated() {
        return big == null && steps != Long.MIN_VALUE ? ofSteps(-steps, currency) : of(amount().negate(), currency);
    }

    /** The exact product with a whole number. */
    public Money times(long count) {
        long product = steps * count;
        if (big == null && Math.multiplyHigh(steps, count) == product >> 63 && product != Long.MIN_VALUE) {
            return ofSteps(product, currency);
        }
        return of(amount().multiply(BigDecimal.valueOf(count)), currency);
    }

    /** The exact product with a decimal number, such as a share or a rate. */
    public Money times(BigDecimal factor) {
        return of(amount().multiply(factor), currency);
    }

    /** Whether this is exactly nothing. */
    public boolean isZero() {
        return big == null && steps == 0;
    }

    /** -1, 0 or 1: below, at or above zero. */
    public int signum() {
        return big != null ? big.signum() : Long.signum(steps);
    }

    /**
     * The nearest {@code double}, for metrics and display only. Above 9,007 units, where a double has fewer digits than
     * the amount, it may be the one beside it.
     */
    public double toDouble() {
        return big != null ? big.doubleValue() : toDouble(steps);
    }

    /** Divides by a power of ten that a double holds exactly: correctly rounded, which multiplying by 1e-12 is not. */
    static double toDouble(long steps) {
        return steps / STEPS_PER_UNIT;
    }

    /** Digits without exponent or trailing zeros, no currency: {@code 0.00012}. */
    public String toPlainString() {
        return amount().toPlainString();
    }

    /** @throws IllegalArgumentException if the currencies differ */
    @Override
    public int compareTo(Money other) {
        requireSameCurrency(other.currency);
        return big == null && other.big == null ? Long.compare(steps, other.steps) : amount().compareTo(other.amount());
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Money other
                && steps == other.steps
                && currency.equals(other.currency)
                && (big == null ? other.big == null : big.equals(other.big));
    }

    @Override
    public int hashCode() {
        return (big == null ? Long.hashCode(steps) : big.hashCode()) * 31 + currency.hashCode();
    }

    /** Amount and currency: {@code 0.00012 USD}. */
    @Override
    public String toString() {
        return toPlainString() + " " + currency;
    }

    private void requireSameCurrency(Currency other) {
        if (!currency.equals(other)) {
            throw new IllegalArgumentException("cannot combine " + currency + " with " + other
                    + ": convert one of them at a stated rate first (PriceTable.convertedTo)");
        }
    }

    /**
     * An exact running sum in one currency. Not thread-safe: one thread at a time adds.
     */
    public static final class Sum {
        private final Currency currency;
        private long steps;
        private @Nullable BigDecimal big;

        private Sum(Currency currency) {
            this.currency = currency;
        }

        /**
         * Adds an amount, which may be negative.
         *
         * @return this sum
         * @throws IllegalArgumentException if the currency differs
         */
        public Sum add(Money amount) {
            amount.requireSameCurrency(currency);
            if (amount.big != null) {
                addBig(amount.big);
            } else {
                addSteps(amount.steps);
            }
            return this;
        }

        void addSteps(long more) {
            long sum = steps + more;
            if (((steps ^ sum) & (more ^ sum)) < 0) {
                addBig(BigDecimal.valueOf(more, SCALE));
            } else {
                steps = sum;
            }
        }

        void addBig(BigDecimal more) {
            big = big == null ? more : big.add(more);
        }

        /** The sum so far. */
        public Money toMoney() {
            return big == null && steps != Long.MIN_VALUE
                    ? ofSteps(steps, currency)
                    : Money.of((big == null ? BigDecimal.ZERO : big).add(BigDecimal.valueOf(steps, SCALE)), currency);
        }
    }
}

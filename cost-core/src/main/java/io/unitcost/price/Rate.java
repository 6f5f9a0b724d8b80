package io.unitcost.price;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A price for an amount of a unit: {@code 0.15 per 1M}, {@code 20 per 1k}, {@code 0.111 per hour}. Immutable.
 *
 * <p>The one place that divides. Where a price per single unit terminates, as it does for every price per million or
 * thousand, it is worked out once, here, and from then on there is only multiplication. Where it does not (0.29 per
 * hour), the quantity is multiplied first and the result divided to 34 digits (DECIMAL128, half even).
 */
public final class Rate {

    private static final Pattern TEXT = Pattern.compile("(\\S+) per ([0-9]+)?([kMG]|second|minute|hour)?");
    private static final Map<String, Long> SUFFIX =
            Map.of("k", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L, "second", 1L, "minute", 60L, "hour", 3_600L);
    private static final int MAX_SCALE = 1000;

    private final BigDecimal price;
    private final long per;
    private final BigDecimal each;
    private final boolean terminates;
    private final boolean ofTime;

    private Rate(BigDecimal price, long per, boolean ofTime) {
        this.price = price;
        this.per = per;
        this.ofTime = ofTime;
        this.each = divide(price, per);
        this.terminates = each.multiply(BigDecimal.valueOf(per)).compareTo(price) == 0;
    }

    /**
     * A rate from text: a decimal number, {@code per}, and a count: {@code 1M}, {@code 1k}, {@code 1G}, a whole
     * number, or {@code second}, {@code minute}, {@code hour} for units counted in seconds.
     *
     * @throws IllegalArgumentException if the text is of another form, or the price is negative
     */
    public static Rate parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        String digits = matcher.matches() ? matcher.group(2) : null;
        String suffix = matcher.matches() ? matcher.group(3) : null;
        boolean time = suffix != null && suffix.length() > 1;
        if ((digits == null && suffix == null)
                || (digits == null) != time
                || (digits != null && digits.length() > 12)) {
            throw new IllegalArgumentException("rate: '" + text
                    + "' is not a price; write an amount and a count, like '0.15 per 1M', '20 per 1k' or '3 per hour'");
        }
        long count = digits == null ? 1 : Long.parseLong(digits);
        long times = suffix == null ? 1 : Objects.requireNonNull(SUFFIX.get(suffix));
        if (count > Long.MAX_VALUE / times) {
            throw new IllegalArgumentException("rate: '" + text + "' counts to more than 2^63; give a smaller count");
        }
        Rate rate = of(Decimals.parse(matcher.group(1), "rate"), count * times);
        return time ? new Rate(rate.price, rate.per, true) : rate;
    }

    /**
     * A price for {@code per} units.
     *
     * @param price not negative; zero is an explicit free price
     * @param per how many units the price is for, at least 1
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static Rate of(BigDecimal price, long per) {
        if (price.signum() < 0 || Math.abs((long) price.scale()) > MAX_SCALE) {
            throw new IllegalArgumentException(
                    "rate: a price of " + price + " is negative or not a price; give 0 or more");
        }
        if (per < 1) {
            throw new IllegalArgumentException("rate: 'per " + per + "' is not a count; give 1 or more");
        }
        return new Rate(price, per, false);
    }

    /** The price of a single unit. */
    public BigDecimal each() {
        return each;
    }

    /** Whether it was written per second, minute or hour, which only units counted in seconds can have. */
    boolean isOfTime() {
        return ofTime;
    }

    /** How many units the price is for. */
    long per() {
        return per;
    }

    Rate times(BigDecimal factor) {
        return new Rate(price.multiply(factor), per, ofTime);
    }

    /** As it can be parsed again: {@code 0.15 per 1M}. */
    @Override
    public String toString() {
        return price.toPlainString() + " per " + count();
    }

    private String count() {
        if (ofTime) {
            return per == 1 ? "second" : per == 60 ? "minute" : "hour";
        }
        return per % 1_000_000 == 0 ? per / 1_000_000 + "M" : per % 1_000 == 0 ? per / 1_000 + "k" : "" + per;
    }

    /** One text for one price, however it was written. */
    String canonical() {
        return terminates
                ? each.stripTrailingZeros().toPlainString()
                : price.stripTrailingZeros().toPlainString() + " per " + per;
    }

    /**
     * The price of a quantity: exact where it terminates, 34 digits where it does not. Multiplies before it divides, so
     * that an hour at a price per hour costs exactly that.
     */
    BigDecimal of(BigDecimal quantity) {
        return terminates ? each.multiply(quantity) : divide(price.multiply(quantity), per);
    }

    /** The price of the smallest step of a unit in {@link Money} steps, or {@link Decimals#NOT_EXACT}. */
    long stepsPerCount(Unit unit) {
        return terminates ? Decimals.steps(each.movePointLeft(unit.decimals()), Money.SCALE) : Decimals.NOT_EXACT;
    }

    /** The exponent of a power of ten, or -1. */
    private static int zerosOf(long number) {
        int zeros = 0;
        long rest = number;
        while (rest % 10 == 0) {
            rest /= 10;
            zeros++;
        }
        return rest == 1 ? zeros : -1;
    }

    private static BigDecimal divide(BigDecimal price, long per) {
        int zeros = zerosOf(per);
        if (zeros >= 0) {
            return price.movePointLeft(zeros);
        }
        BigDecimal divisor = BigDecimal.valueOf(per);
        try {
            return price.divide(divisor);
        } catch (ArithmeticException repeating) {
            return price.divide(divisor, MathContext.DECIMAL128);
        }
    }
}

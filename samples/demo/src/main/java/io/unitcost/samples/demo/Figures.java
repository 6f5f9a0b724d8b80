package io.unitcost.samples.demo;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers for people. What does not exist is a dash, never a zero. */
final class Figures {

    private static final String NONE = "-";
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A number of things: {@code 1 request}, {@code 2 requests}. */
    static String count(long count, String thing) {
        return count(count) + " " + thing + (count == 1 ? "" : "s");
    }

    static String decimal(@Nullable BigDecimal number, int decimals) {
        return number == null
                ? NONE
                : String.format(Locale.ROOT, "%,." + decimals + "f", number.setScale(decimals, RoundingMode.HALF_EVEN));
    }

    /** An amount of one request, to a tenth of a millionth; nothing at all is {@code 0}. */
    static String perRequest(@Nullable BigDecimal amount) {
        return amount != null && amount.signum() == 0 ? "0" : decimal(amount, 7);
    }

    static String perRequest(@Nullable Money amount) {
        return perRequest(amount == null ? null : amount.amount());
    }

    static String percent(@Nullable BigDecimal share) {
        return share == null ? NONE : decimal(share.multiply(HUNDRED), 1) + " %";
    }

    static String percent(long part, long whole) {
        return percent(FeatureTally.ratio(BigDecimal.valueOf(part), BigDecimal.valueOf(whole)));
    }

    /** The change from one number to another: {@code +1.2 %}. */
    static String change(@Nullable BigDecimal before, @Nullable BigDecimal after) {
        BigDecimal ratio = ratio(before, after);
        if (ratio == null) {
            return NONE;
        }
        String change = percent(ratio.subtract(BigDecimal.ONE));
        return change.startsWith("-") ? change : "+" + change;
    }

    /** How many times one number is another: {@code x 3.00}. */
    static String times(@Nullable BigDecimal before, @Nullable BigDecimal after) {
        BigDecimal ratio = ratio(before, after);
        return ratio == null ? NONE : "x " + decimal(ratio, 2);
    }

    static String millis(@Nullable Long nanos) {
        return nanos == null ? NONE : decimal(BigDecimal.valueOf(nanos, 6), 1) + " ms";
    }

    private static @Nullable BigDecimal ratio(@Nullable BigDecimal before, @Nullable BigDecimal after) {
        return before == null || after == null ? null : FeatureTally.ratio(after, before);
    }

    private Figures() {}
}

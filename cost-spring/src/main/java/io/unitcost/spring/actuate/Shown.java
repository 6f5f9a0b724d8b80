package io.unitcost.spring.actuate;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How amounts and texts look in an answer. */
final class Shown {

    private static final int DECIMALS = 12;
    private static final Pattern USER_IN_ADDRESS = Pattern.compile("(?<=://)[^/@\\s]*@");
    private static final Pattern QUERY_OF_ADDRESS = Pattern.compile("(?<=://)([^\\s?,;]*)\\?[^\\s,;]*");

    private Shown() {}

    /** Every digit, as text: a JSON number passes through a double. */
    static String amount(Money amount) {
        return amount.toPlainString();
    }

    static @Nullable String amountOrNull(@Nullable Money amount) {
        return amount == null ? null : amount(amount);
    }

    /** What was divided, to 10⁻¹². */
    static @Nullable String quotient(@Nullable Money amount) {
        return amount == null ? null : plain(amount.amount().setScale(DECIMALS, RoundingMode.HALF_EVEN));
    }

    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** Without users, passwords and queries of addresses. */
    static @Nullable String text(@Nullable String text) {
        return text == null
                ? null
                : QUERY_OF_ADDRESS
                        .matcher(USER_IN_ADDRESS.matcher(text).replaceAll(""))
                        .replaceAll("$1");
    }
}

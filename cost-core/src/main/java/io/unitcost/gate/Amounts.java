package io.unitcost.gate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Locale;

/** How numbers are shown: the same on every machine. */
final class Amounts {

    private static final MathContext SHOWN = new MathContext(4, RoundingMode.HALF_EVEN);

    private Amounts() {}

    /** Four digits: {@code $0.001175}, {@code EUR 0.001175}. */
    static String money(double amount, Currency currency) {
        if (!Double.isFinite(amount)) {
            return amount > 0 ? "any amount" : amount < 0 ? "-any amount" : "nothing known";
        }
        String sign = amount < 0 ? "-" : "";
        String code = currency.getCurrencyCode();
        String digits = amount == 0
                ? "0"
                : BigDecimal.valueOf(Math.abs(amount)).round(SHOWN).toPlainString();
        return sign + (code.equals("USD") ? "$" : code + " ") + digits;
    }

    /** One decimal: {@code 4.2 %}. */
    static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", share * 100) : "unknown";
    }

    /** With a sign: {@code +44.7 %}. */
    static String growth(double growth) {
        return Double.isFinite(growth) ? String.format(Locale.ROOT, "%+.1f %%", growth * 100) : "unknown";
    }

    /** Without decimals where it has none: {@code 95 %}, {@code 97.5 %}. */
    static String confidence(double confidence) {
        return BigDecimal.valueOf(confidence)
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}

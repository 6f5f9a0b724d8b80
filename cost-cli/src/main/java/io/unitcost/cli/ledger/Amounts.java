package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Amounts for people: rounded, while the JSON has them exact. */
final class Amounts {

    private static final int DIGITS = 4;
    private static final int MOST_DECIMALS = 12;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private Amounts() {}

    /** How many decimals a column needs so that its smallest amount shows four digits; 2 at least. */
    static int decimals(Collection<? extends @Nullable BigDecimal> column) {
        return column.stream()
                .filter(Objects::nonNull)
                .filter(amount -> amount.signum() != 0)
                .mapToInt(amount -> DIGITS - (amount.precision() - amount.scale()))
                .map(decimals -> Math.max(2, Math.min(decimals, MOST_DECIMALS)))
                .max()
                .orElse(2);
    }

    static String column(@Nullable BigDecimal amount, int decimals) {
        return amount == null ? "-" : Numbers.grouped(amount, decimals);
    }

    /** With four digits: {@code 0.001206}. */
    static String shown(@Nullable BigDecimal amount) {
        return amount == null ? "-" : Numbers.plain(amount.round(new MathContext(DIGITS, RoundingMode.HALF_EVEN)));
    }

    /** A share as {@code 66.0 %}. */
    static String percent(@Nullable BigDecimal share) {
        return share == null ? "-" : Numbers.grouped(share.multiply(HUNDRED), 1) + " %";
    }

    /** A change as {@code +17.5 %}; of nothing there is none. */
    static String change(BigDecimal from, BigDecimal difference) {
        if (from.signum() == 0) {
            return "-";
        }
        BigDecimal share = difference.divide(from, MathContext.DECIMAL64);
        return (share.signum() > 0 ? "+" : "") + percent(share);
    }

    static String signed(BigDecimal amount, int decimals) {
        return (amount.signum() > 0 ? "+" : "") + column(amount, decimals);
    }
}

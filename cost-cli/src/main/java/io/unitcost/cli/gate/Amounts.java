package io.unitcost.cli.gate;

import io.unitcost.gate.CostCheck;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Amounts and shares for people: four digits. */
record Amounts(String sign) {

    private static final MathContext SHOWN = new MathContext(4, RoundingMode.HALF_EVEN);

    static Amounts in(@Nullable Currency currency) {
        return new Amounts(
                currency == null || currency.getCurrencyCode().equals("USD") ? "$" : currency.getCurrencyCode() + " ");
    }

    String money(double amount) {
        if (!Double.isFinite(amount)) {
            return "unknown";
        }
        return (amount < 0 ? "-" : "")
                + sign
                + (amount == 0
                        ? "0"
                        : BigDecimal.valueOf(Math.abs(amount)).round(SHOWN).toPlainString());
    }

    String percent(double share, int decimals) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%." + decimals + "f %%", share * 100) : "unknown";
    }

    /** A quantity of a check in its unit. */
    String shown(CostCheck check, double value) {
        return switch (check.quantity()) {
            case COST_PER_REQUEST -> money(value);
            case GROWTH -> Double.isFinite(value) ? String.format(Locale.ROOT, "%+.1f %%", value * 100) : "unknown";
            case LATENCY -> percent(value, 1) + " beyond the budget";
            case UNPRICED -> percent(value, 1);
        };
    }
}

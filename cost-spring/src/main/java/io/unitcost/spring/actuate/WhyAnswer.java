package io.unitcost.spring.actuate;

import io.unitcost.explain.Driver;
import io.unitcost.explain.Explanation;
import io.unitcost.slo.CostWindow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code /cost/why}: what moved the cost per delivered request from the earlier half of the window to the later one. Amounts are rounded to
 * twelve digits.
 */
record WhyAnswer(
        String scope,
        String note,
        @Nullable String feature,
        String currency,
        @Nullable BigDecimal before,
        @Nullable BigDecimal after,
        @Nullable BigDecimal change,
        @Nullable Boolean decided,
        List<DriverAnswer> drivers,
        Map<String, BigDecimal> features) {

    private static final MathContext SHOWN = new MathContext(12);
    private static final String NOTE =
            "The earlier half of the window against the later one; ten drivers that add up to the change.";
    private static final String TOO_FEW =
            "One half of the window has no delivered request yet, so there is no change to explain.";
    private static final String NO_BOUNDS =
            " Fewer than 20 of the 30 time slots of a half hold requests, so nothing says whether it is chance.";
    private static final String CHANCE = " The change is no larger than chance: its parts mean nothing.";

    /**
     * What one driver did.
     *
     * @param driver its name
     * @param amount per delivered request
     * @param lower where the amount is at least, with 95 % confidence
     * @param upper where it is at most
     * @param before how much there was of it
     * @param after how much there is of it
     */
    record DriverAnswer(
            String driver,
            BigDecimal amount,
            @Nullable BigDecimal lower,
            @Nullable BigDecimal upper,
            @Nullable BigDecimal before,
            @Nullable BigDecimal after) {}

    static WhyAnswer of(CostWindow window, @Nullable String feature, Currency currency) {
        Explanation why = feature == null ? window.explain() : window.explain(feature);
        if (why == null) {
            return new WhyAnswer(
                    CostReport.SCOPE,
                    TOO_FEW,
                    feature,
                    currency.getCurrencyCode(),
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    Map.of());
        }
        Map<String, BigDecimal> features = new LinkedHashMap<>();
        why.features().forEach(part -> features.put(part.feature(), shown(part.amount())));
        return new WhyAnswer(
                CostReport.SCOPE,
                NOTE + (why.bounds() == null ? NO_BOUNDS : why.isDecided() ? "" : CHANCE),
                feature,
                currency.getCurrencyCode(),
                shown(why.before()),
                shown(why.after()),
                shown(why.change()),
                why.bounds() == null ? null : why.isDecided(),
                why.contributions().stream().map(WhyAnswer::driver).toList(),
                features);
    }

    private static DriverAnswer driver(Explanation.Contribution part) {
        Explanation.Bounds bounds = part.bounds();
        Explanation.Level level = part.level();
        return new DriverAnswer(
                name(part.driver()),
                shown(part.amount()),
                bounds == null ? null : shown(bounds.lower()),
                bounds == null ? null : shown(bounds.upper()),
                level == null ? null : shown(level.before()),
                level == null ? null : shown(level.after()));
    }

    private static String name(Driver driver) {
        return driver.name().toLowerCase(Locale.ROOT);
    }

    private static BigDecimal shown(double value) {
        return BigDecimal.valueOf(value).round(SHOWN).stripTrailingZeros();
    }
}

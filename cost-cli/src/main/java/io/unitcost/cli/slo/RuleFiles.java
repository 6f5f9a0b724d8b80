package io.unitcost.cli.slo;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files without features in them: rules and a dashboard for whatever the meters show. */
final class RuleFiles {

    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

    private RuleFiles() {}

    static String prometheus(MeterNames meters, RuleParameters parameters) {
        return Template.fill("prometheus-rules.yml", meters.placeholders(), parameters.placeholders());
    }

    static String grafana(MeterNames meters, RuleParameters parameters) {
        return Template.fill("grafana-dashboard.json", meters.placeholders(), parameters.placeholders());
    }

    /** Sloth states a window by the share of the budget that it may use: burn × window ÷ period. */
    static String slothWindows(RuleParameters parameters) {
        Map<String, String> budgets = new LinkedHashMap<>();
        budgets.put("page-quick", budget(parameters.fastBurn, parameters.fastWindow, parameters.sloWindow));
        BigDecimal middle = parameters.fastBurn.divide(BigDecimal.valueOf(2), MathContext.DECIMAL32);
        budgets.put("page-slow", budget(middle, parameters.slowWindow, parameters.sloWindow));
        budgets.put("half-fast-burn", middle.stripTrailingZeros().toPlainString());
        budgets.put("ticket-quick", budget(parameters.slowBurn, parameters.dayWindow, parameters.sloWindow));
        budgets.put("ticket-slow", budget(parameters.breachBurn, parameters.breachWindow, parameters.sloWindow));
        return Template.fill("sloth-windows.yml", parameters.placeholders(), budgets);
    }

    private static String budget(BigDecimal burn, Span window, Span period) {
        return burn.multiply(PERCENT)
                .multiply(BigDecimal.valueOf(window.seconds()))
                .divide(BigDecimal.valueOf(period.seconds()), MathContext.DECIMAL32)
                .stripTrailingZeros()
                .toPlainString();
    }
}

package io.unitcost.cli.slo;

import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The meters as a Prometheus scrape shows them, under the names that templates use. The currency is in the names of amounts. Labels
 * are in the templates: {@code feature}, {@code outcome}, {@code latency_budget}, {@code part}, {@code kind}, {@code reason},
 * {@code result}, {@code pool}, {@code gen_ai_provider_name}, {@code gen_ai_response_model}.
 *
 * @param currency of the amounts
 */
record MeterNames(Currency currency) {

    /** By placeholder. {@code request-cost} and {@code request-duration} are histograms: {@code _sum}, {@code _count} and {@code _bucket} go on. */
    Map<String, String> placeholders() {
        String code = currency.getCurrencyCode().toLowerCase(Locale.ROOT);
        Map<String, String> names = new LinkedHashMap<>();
        names.put("currency", code);
        names.put("currency-code", currency.getCurrencyCode());
        names.put("money", code.equals("usd") ? "$" : currency.getCurrencyCode() + " ");
        names.put("cost", "ai_cost_" + code + "_total");
        names.put("cost-part", "ai_cost_part_" + code + "_total");
        names.put("cost-compared", "ai_cost_compared_" + code + "_total");
        names.put("allowance", "ai_cost_allowance_" + code + "_total");
        names.put("revenue", "ai_revenue_" + code + "_total");
        names.put("requests", "ai_requests_total");
        names.put("request-cost", "ai_request_cost_nano_" + code);
        names.put("request-cost-squared", "ai_request_cost_squared_" + code + "_squared_total");
        names.put("request-duration", "ai_request_duration_seconds");
        names.put("tokens", "ai_tokens_total");
        names.put("attempts", "ai_attempts_seconds");
        names.put("unpriced", "ai_unpriced_total");
        names.put("estimated", "ai_estimated_total");
        names.put("late", "ai_late_total");
        names.put("reaped", "ai_reaped_total");
        names.put("overflow", "ai_tags_overflow_total");
        names.put("errors", "ai_meter_errors_total");
        names.put("ledger-records", "ai_ledger_records_total");
        names.put("price-age", "ai_price_age_seconds");
        names.put("capacity-work", "ai_capacity_work_seconds_total");
        names.put("capacity-price", "ai_capacity_price_" + code + "_per_hour");
        names.put("capacity-replicas", "ai_capacity_replicas");
        names.put("capacity-utilization", "ai_capacity_utilization_ratio");
        return names;
    }
}

package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.Json;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The columns of a FOCUS cost and usage table that a ledger can fill, by name, and our own behind them. */
record FocusTable(FocusVersion version) {

    private static final MathContext TWELVE_DIGITS = new MathContext(12, RoundingMode.HALF_EVEN);
    private static final int TOKENS_PRICED_BY = 6;
    private static final FocusRow.Key ANY =
            new FocusRow.Key(Instant.EPOCH, "", "", "", "", "", "", "", "", "", "", "", "", false);

    List<String> header() {
        return List.copyOf(columns(ANY, new FocusRow(Money.USD), "USD").keySet());
    }

    List<String> cells(FocusRow.Key key, FocusRow row, String currency) {
        return List.copyOf(columns(key, row, currency).values());
    }

    private Map<String, String> columns(FocusRow.Key key, FocusRow row, String currency) {
        boolean priced = key.unpriced().isEmpty();
        BigDecimal list = row.list.toMoney().amount();
        BigDecimal cost = row.cost.toMoney().amount();
        BigDecimal idle = row.idle.toMoney().amount();
        boolean tokens = key.counted().equals("Tokens");
        BigDecimal quantity = tokens ? row.quantity.movePointLeft(TOKENS_PRICED_BY) : row.quantity;
        YearMonth month = YearMonth.from(key.hour().atOffset(ZoneOffset.UTC));
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("BilledCost", priced ? Cell.of(cost) : "");
        columns.put("BillingAccountId", "");
        columns.put("BillingCurrency", currency);
        columns.put("BillingPeriodEnd", day(month.plusMonths(1)));
        columns.put("BillingPeriodStart", day(month));
        columns.put("ChargeCategory", "Usage");
        columns.put("ChargeClass", "");
        columns.put("ChargeDescription", description(key));
        columns.put("ChargeFrequency", "Usage-Based");
        columns.put("ChargePeriodEnd", key.hour().plus(1, ChronoUnit.HOURS).toString());
        columns.put("ChargePeriodStart", key.hour().toString());
        columns.put("ConsumedQuantity", key.isCounted() ? Cell.of(row.quantity) : "");
        columns.put("ConsumedUnit", key.counted());
        columns.put("ContractedCost", priced ? Cell.of(cost) : "");
        columns.put("ContractedUnitPrice", priced ? price(cost, quantity) : "");
        columns.put("EffectiveCost", priced ? Cell.of(cost.add(idle)) : "");
        if (version.host) {
            columns.put("HostProviderName", key.provider());
        }
        columns.put("InvoiceIssuerName", key.provider());
        columns.put("ListCost", priced ? Cell.of(list) : "");
        columns.put("ListUnitPrice", priced ? price(list, quantity) : "");
        columns.put("PricingCategory", key.isCharge() ? "Standard" : "");
        columns.put("PricingQuantity", key.isCounted() ? Cell.of(quantity) : "");
        columns.put("PricingUnit", tokens ? "1000000 Tokens" : key.counted());
        if (version.publisher) {
            columns.put("ProviderName", key.provider());
            columns.put("PublisherName", key.provider());
        }
        columns.put("RegionId", key.region());
        columns.put("ServiceCategory", "AI and Machine Learning");
        columns.put("ServiceName", key.service().isEmpty() ? key.provider() : key.service());
        if (version.host) {
            columns.put("ServiceProviderName", key.provider());
        }
        columns.put(
                "ServiceSubcategory", key.service().isEmpty() ? "Generative AI" : "Other (AI and Machine Learning)");
        columns.put("SkuId", sku(key));
        columns.put("SkuMeter", key.meter());
        columns.put("SkuPriceId", priced && key.isCounted() ? key.prices() + "/" + sku(key) + "/" + key.unit() : "");
        columns.put("Tags", tags(key));
        own(columns, key, row);
        return columns;
    }

    private static void own(Map<String, String> columns, FocusRow.Key key, FocusRow row) {
        columns.put("x_Estimated", "true");
        columns.put("x_UsageEstimated", Boolean.toString(key.estimated()));
        columns.put("x_UnpricedReason", key.unpriced());
        columns.put("x_Part", key.part());
        columns.put("x_IdleCost", key.unpriced().isEmpty() ? Cell.of(row.idle) : "");
        columns.put("x_PriceTable", key.prices());
        columns.put("x_PromptVersion", key.promptVersion());
        columns.put("x_Requests", Cell.of(row.requests));
        columns.put("x_Delivered", Cell.of(row.delivered));
        columns.put("x_Revenue", Cell.of(row.revenue, row.hasRevenue));
    }

    private static String day(YearMonth month) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).toString();
    }

    private static String description(FocusRow.Key key) {
        return key.isCharge()
                ? (key.meter() + " " + sku(key) + " for " + key.feature()).replace("  ", " ")
                : "Requests of " + key.feature();
    }

    private static String sku(FocusRow.Key key) {
        if (key.provider().isEmpty()) {
            return "";
        }
        return key.provider() + "/" + key.model() + (key.tier().isEmpty() ? "" : "/" + key.tier());
    }

    /** The average of the hour. */
    private static String price(BigDecimal cost, BigDecimal quantity) {
        return quantity.signum() == 0 ? "" : Cell.of(cost.divide(quantity, TWELVE_DIGITS));
    }

    private static String tags(FocusRow.Key key) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("feature", key.feature());
        if (!key.release().isEmpty()) {
            tags.put("release", key.release());
        }
        return Json.write((Object) tags);
    }
}

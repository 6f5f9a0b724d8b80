package io.unitcost.benchmarks;

import io.unitcost.price.PriceTable;
import io.unitcost.price.Rate;
import io.unitcost.price.Unit;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;

/** A price table of the size of the largest public one: 3,000 models of 30 providers, every third with tiers and dates. */
final class PriceList {

    static final int MODELS = 3_000;
    private static final int PROVIDERS = 30;

    /** 2026-11-02T12:00:00Z, a Monday. */
    static final long NOW = 1_793_620_800_000L;

    private PriceList() {}

    static PriceTable create() {
        PriceTable.Builder table = PriceTable.builder("large");
        for (int i = 0; i < MODELS; i++) {
            boolean full = i % 3 == 0;
            table.model(provider(i), model(i), m -> {
                m.rate(Unit.INPUT_TOKENS, "3 per 1M").rate(Unit.OUTPUT_TOKENS, "15 per 1M");
                if (full) {
                    full(m);
                }
            });
        }
        return table.build();
    }

    static String provider(int i) {
        return "provider-" + i % PROVIDERS;
    }

    static String model(int i) {
        return "vendor-model-" + i + "-instruct";
    }

    /** Cache, reasoning, a context step, a batch tier, a price change in the past and one to come, cheaper nights. */
    private static void full(PriceTable.Model model) {
        Instant lastYear = Instant.parse("2026-01-01T00:00:00Z");
        Instant nextYear = Instant.parse("2027-01-01T00:00:00Z");
        model.rate(Unit.CACHE_READ_TOKENS, "0.3 per 1M")
                .rate(Unit.CACHE_WRITE_TOKENS, "3.75 per 1M")
                .rate(Unit.REASONING_TOKENS, "20 per 1M")
                .above(200_000, Map.of(Unit.INPUT_TOKENS, Rate.parse("6 per 1M")))
                .sheet(sheet -> sheet.tier("batch", batch -> batch.rate(Unit.INPUT_TOKENS, "1.5 per 1M")
                        .rate(Unit.OUTPUT_TOKENS, "7.5 per 1M")
                        .rate(Unit.REASONING_TOKENS, "10 per 1M")))
                .between(null, lastYear, sheet -> sheet.rate(Unit.INPUT_TOKENS, "6 per 1M"))
                .between(nextYear, null, sheet -> sheet.rate(Unit.INPUT_TOKENS, "2 per 1M"))
                .weekly(
                        lastYear,
                        nextYear,
                        ZoneOffset.UTC,
                        EnumSet.allOf(DayOfWeek.class),
                        LocalTime.of(22, 0),
                        LocalTime.of(6, 0),
                        sheet -> sheet.rate(Unit.INPUT_TOKENS, "1 per 1M"));
    }
}

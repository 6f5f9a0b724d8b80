package io.unitcost.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.ReportedCost;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a provider reports a cost, both sums are published, so that their ratio is the drift. */
class ComparedCostTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @ParameterizedTest
    @EnumSource(
            value = ReportedCost.class,
            names = {"USE", "COMPARE"})
    void bothSumsAreOverTheSameAttempts(ReportedCost policy) {
        try (CostMeter meter = meter(policy)) {
            record(meter, "known", "0.0012");
            record(meter, "known", "0.001");
            record(meter, "unknown", "7"); // no price to compare with
            record(meter, "known", null); // nothing to compare
        }
        // 2 × 1000 × 1 per 1M
        assertThat(compared("table")).isEqualTo(0.002);
        assertThat(compared("provider")).isEqualTo(0.0012 + 0.001);
        assertThat(registry.find("ai.cost.compared")
                        .tag("gen_ai.response.model", "unknown")
                        .counters())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ReportedCost.class,
            names = {"IGNORE"})
    void whatIsIgnoredIsNotCompared(ReportedCost policy) {
        try (CostMeter meter = meter(policy)) {
            record(meter, "known", "0.0012");
        }
        assertThat(registry.find("ai.cost.compared").counters()).isEmpty();
        assertThat(registry.get("ai.cost")
                        .tag("feature", "unattributed")
                        .counter()
                        .count())
                .isEqualTo(0.001);
    }

    private CostMeter meter(ReportedCost policy) {
        return CostMeter.builder()
                .prices(PriceTable.builder("t")
                        .model("router", "known", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                        .build())
                .reportedCost(policy)
                .listener(CostMetrics.create(registry))
                .build();
    }

    private double compared(String by) {
        return registry.get("ai.cost.compared").tag("by", by).counter().count();
    }

    private static void record(CostMeter meter, String model, String reported) {
        meter.record(Attempt.of("router", model)
                .usage(Usage.of(Unit.INPUT_TOKENS, 1_000))
                .reportedCost(reported == null ? null : Money.usd(reported))
                .build());
    }
}

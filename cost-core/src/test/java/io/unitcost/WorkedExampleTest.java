package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A summary on a GPU of one's own: 3 $/h that sustain 18 requests per second of 1,200 input and 300 output tokens,
 * planned at half load; one request in twenty needs another attempt; a vector read and an embedding support it.
 */
class WorkedExampleTest {

    private static final BigDecimal TOLERANCE = new BigDecimal("1e-12");
    private static final String POOL = "summarizer-gpu";
    private static final Usage REFERENCE = Usage.tokens(1_200, 300);
    private static final int REQUESTS = 20;

    private final RecordedCosts costs = new RecordedCosts();

    private CostMeter meter(String utilization) {
        CapacityPool pool = CapacityPool.builder(POOL)
                .pricePerHour("3.00")
                .plannedUtilization(utilization)
                .calibrate("llama-8b", c -> c.sustainedRequestsPerSecond("18")
                        .reference(1_200, 300)
                        .outputWeight("4"))
                // the larger model halves the throughput: nine reference requests a second
                .calibrate("llama-70b", c -> c.sustainedRequestsPerSecond("9")
                        .reference(1_200, 300)
                        .outputWeight("4"))
                .calibrate("measured", c -> c.sustainedRequestsPerSecond("3.75")
                        .reference(1_200, 900)
                        .outputWeight("4"))
                .build();
        PriceTable services = PriceTable.builder("services")
                .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
                .model("vectors", "embed", m -> m.rate(Unit.INPUT_TOKENS, "0.02 per 1M"))
                .build();
        return CostMeter.builder().prices(services).pool(pool).listener(costs).build();
    }

    @AfterEach
    void everyCostWasLookedAt() {
        costs.assertNothingLeft();
    }

    @Test
    void rawComputeIsThreeDollarsAnHourOverEighteenRequestsASecond() {
        try (CostMeter meter = meter("1")) {
            // 3 ÷ (18 × 3600) = 1/21600
            assertClose(serve(meter, "llama-8b", REFERENCE, 0, false).total(), fraction(1, 21_600));
        }
    }

    @Test
    void halfUtilizationDoublesTheCostAndTheOtherHalfIsIdle() {
        try (CostMeter meter = meter("0.5")) {
            RequestCost cost = serve(meter, "llama-8b", REFERENCE, 0, false);
            // 1/21600 × (1 − 0.5) ÷ 0.5 = 1/21600 idle on top of 1/21600 work
            assertClose(cost.inference(), fraction(1, 21_600));
            assertClose(cost.idle(), fraction(1, 21_600));
            assertClose(cost.total(), fraction(1, 10_800));
        }
    }

    @Test
    void oneAttemptMoreInTwentyRequestsCostsFivePercentMore() {
        try (CostMeter meter = meter("0.5")) {
            // 1/10800 × 1.05 = 7/72000 on average, of which 1/10800 × 0.05 is retry
            Money sum = Money.zero(Money.USD);
            Money retry = sum;
            for (int i = 0; i < REQUESTS; i++) {
                RequestCost cost = serve(meter, "llama-8b", REFERENCE, i == 0 ? 1 : 0, false);
                sum = sum.plus(cost.total());
                retry = retry.plus(cost.retry());
            }
            assertClose(mean(sum), fraction(7, 72_000));
            assertClose(mean(retry), fraction(1, 216_000));
        }
    }

    @Test
    void retrievalComesOnTopOfEachDeliveredRequest() {
        try (CostMeter meter = meter("0.5")) {
            // 7/72000 + 20/1e6 + 100 × 0.02/1e6 = 0.000097222… + 0.000022 = 1073/9000000 = 0.000119222…
            assertClose(mean(served(meter, "llama-8b", REFERENCE)), fraction(1_073, 9_000_000));
            assertClose(new BigDecimal("0.000119222222"), fraction(1_073, 9_000_000));
        }
    }

    @Test
    void theUpgradeMultipliesTheTokensAndTheirPrice() {
        try (CostMeter meter = meter("0.5")) {
            // (1200 + 4 × 900) ÷ (1200 + 4 × 300) = 2, at twice the price per unit: × 4
            // 4 × 7/72000 + 0.000022 = 0.000410888…
            assertClose(
                    mean(served(meter, "llama-70b", Usage.tokens(1_200, 900))), new BigDecimal("0.000410888888888889"));
        }
    }

    @Test
    void aMeasuredRateOfTheUpgradeStandsOnItsOwn() {
        try (CostMeter meter = meter("0.5")) {
            // 3 ÷ (3.75 × 3600) × 2 × 1.05 + 0.000022 = 0.000488666…
            assertClose(
                    mean(served(meter, "measured", Usage.tokens(1_200, 900))), new BigDecimal("0.000488666666666667"));
        }
    }

    @Test
    void twentyPercentOfRevenueIsEnoughBeforeTheUpgradeAndNotAfter() {
        CostObjective objective = CostObjective.of("summarize")
                .revenue("0.002")
                .targetMargin("0.8")
                .build();
        Money allowance = objective.fixedAllowance();
        try (CostMeter meter = meter("0.5")) {
            assertThat(allowance).isEqualTo(Money.usd("0.0004"));
            assertThat(served(meter, "llama-8b", REFERENCE)).isLessThan(allowance.times(REQUESTS));
            assertThat(served(meter, "llama-70b", Usage.tokens(1_200, 900))).isGreaterThan(allowance.times(REQUESTS));
        }
    }

    @Test
    void halvingTheUtilizationDoublesComputeWithIdleAndLeavesSupportAlone() {
        RequestCost half;
        RequestCost quarter;
        try (CostMeter meter = meter("0.5")) {
            half = serve(meter, "llama-8b", REFERENCE, 0, true);
        }
        try (CostMeter meter = meter("0.25")) {
            quarter = serve(meter, "llama-8b", REFERENCE, 0, true);
        }
        assertClose(quarter.inference().plus(quarter.idle()), fraction(2, 10_800));
        assertThat(quarter.inference()).isEqualTo(half.inference());
        assertThat(quarter.support()).isEqualTo(half.support()).isEqualTo(Money.usd("0.000022"));
    }

    private Money served(CostMeter meter, String model, Usage usage) {
        Money sum = Money.zero(Money.USD);
        for (int i = 0; i < REQUESTS; i++) {
            sum = sum.plus(serve(meter, model, usage, i == 0 ? 1 : 0, true).total());
        }
        return sum;
    }

    private RequestCost serve(CostMeter meter, String model, Usage usage, int rejectedAnswers, boolean retrieval) {
        RequestMeter request = meter.open("summarize");
        if (retrieval) {
            request.recordSupport(
                    "retrieval",
                    Attempt.of("vectors", "read")
                            .usage(Usage.of(Unit.REQUESTS, 1))
                            .build());
            request.recordSupport(
                    "retrieval",
                    Attempt.of("vectors", "embed")
                            .usage(Usage.of(Unit.INPUT_TOKENS, 100))
                            .build());
        }
        CallMeter call = request.call();
        for (int i = 0; i <= rejectedAnswers; i++) {
            call.record(Attempt.of(POOL, model).usage(usage).build());
        }
        call.end();
        request.end(Outcome.DELIVERED);
        return costs.take();
    }

    private static BigDecimal mean(Money sum) {
        return sum.amount().divide(BigDecimal.valueOf(REQUESTS), MathContext.DECIMAL128);
    }

    private static BigDecimal fraction(long numerator, long denominator) {
        return BigDecimal.valueOf(numerator).divide(BigDecimal.valueOf(denominator), MathContext.DECIMAL128);
    }

    private static void assertClose(Money actual, BigDecimal expected) {
        assertClose(actual.amount(), expected);
    }

    private static void assertClose(BigDecimal actual, BigDecimal expected) {
        assertThat(actual).isCloseTo(expected, org.assertj.core.api.Assertions.within(TOLERANCE));
    }
}

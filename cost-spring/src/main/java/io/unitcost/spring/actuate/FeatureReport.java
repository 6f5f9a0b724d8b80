package io.unitcost.spring.actuate;

import io.unitcost.CostObjective;
import io.unitcost.slo.WindowSnapshot;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A feature: its objective, what it came to in the window and since the start, and where it goes. */
record FeatureReport(
        @Nullable Objective objective,
        SumsReport window,
        @Nullable Long p95Millis,
        Trend trend,
        SumsReport sinceStart) {

    /** What is fixed of the objective; what is computed for each request shows in the sums. */
    record Objective(
            @Nullable String revenue,
            @Nullable String allowance,
            @Nullable Long p95Millis) {
        static Objective of(CostObjective objective) {
            return new Objective(
                    Shown.amountOrNull(objective.fixedRevenue()),
                    Shown.amountOrNull(objective.fixedAllowance()),
                    millis(objective.latencyBudget()));
        }
    }

    /** One half of the window beside the other. */
    record Trend(
            Half earlier,
            Half later,
            @Nullable BigDecimal crossoverIndex,
            @Nullable BigDecimal daysToBreach) {}

    /** One half of the window. */
    record Half(
            long delivered,
            @Nullable String costPerDeliveredRequest,
            @Nullable BigDecimal burn) {
        static Half of(WindowSnapshot.Sums sums) {
            return new Half(sums.counts().delivered(), Shown.quotient(sums.costPerDelivered()), sums.burn());
        }
    }

    static FeatureReport of(WindowSnapshot.Feature feature) {
        CostObjective objective = feature.objective();
        WindowSnapshot.Trend trend = feature.trend();
        return new FeatureReport(
                objective == null ? null : Objective.of(objective),
                SumsReport.of(feature.window()),
                millis(feature.p95()),
                new Trend(
                        Half.of(trend.earlier()), Half.of(trend.later()), trend.crossoverIndex(), trend.daysToBreach()),
                SumsReport.of(feature.total()));
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }
}

package io.unitcost.cli.report;

import io.unitcost.CostObjective;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a feature is held to. Where something is {@code null}, what the ledger recorded with each request stands.
 *
 * @param revenue of a delivered request
 * @param allowance of a delivered request
 * @param costShare of the revenue of a delivered request, instead of an allowance
 * @param latencyBudget that 95 of 100 delivered requests should meet
 * @param minimumRequests below that there is no verdict
 */
record Goal(
        @Nullable Money revenue,
        @Nullable Money allowance,
        @Nullable BigDecimal costShare,
        @Nullable Duration latencyBudget,
        int minimumRequests) {

    static final int MINIMUM_REQUESTS = 30;

    /** Nothing but what the ledger says. */
    static final Goal RECORDED = new Goal(null, null, null, null, MINIMUM_REQUESTS);

    static Goal of(@Nullable CostObjective objective) {
        if (objective == null) {
            return RECORDED;
        }
        BigDecimal margin = objective.targetMargin();
        return new Goal(
                objective.fixedRevenue(),
                objective.fixedAllowance(),
                margin == null ? null : BigDecimal.ONE.subtract(margin),
                objective.latencyBudget(),
                objective.minimumRequests());
    }

    @Nullable
    Money revenueOf(LedgerRecord delivered) {
        return revenue == null ? delivered.revenue() : revenue;
    }

    @Nullable
    Money allowanceOf(LedgerRecord delivered) {
        if (allowance != null) {
            return allowance;
        }
        Money earned = costShare == null ? null : revenueOf(delivered);
        return earned == null || costShare == null ? delivered.allowance() : earned.times(costShare);
    }
}

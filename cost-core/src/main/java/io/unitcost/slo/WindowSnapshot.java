package io.unitcost.slo;

import io.unitcost.CostObjective;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CostWindow} has seen, at one moment. Immutable. All of it is of <em>this instance</em>: other instances of
 * the service have numbers of their own.
 *
 * <p>Sums are exact. What divides is given to 34 digits (DECIMAL128, half even) where it is money, to nine where it is a ratio, and is
 * {@code null} where it would divide by zero.
 *
 * @param since when counting began
 * @param at when this was taken
 * @param window how long the window is
 * @param from where it began: the start of its oldest slot, or {@code since}; up to a sixtieth of the window later than
 *     {@code at - window}
 * @param currency of every amount
 * @param features by name, sorted: the configured ones and those that had requests
 * @param unpriced the models without a price or without a whole one that were seen since {@code since}, the most frequent first; not
 *     those that another service has metered
 * @param unpricedBeyond attempts with models that are not listed because the list was full
 */
public record WindowSnapshot(
        Instant since,
        Instant at,
        Duration window,
        Instant from,
        Currency currency,
        List<Feature> features,
        List<UnpricedModel> unpriced,
        long unpricedBeyond) {

    private static final MathContext RATIO = new MathContext(9, RoundingMode.HALF_EVEN);

    /** The feature of this name; {@code null} if it is not configured and nothing of it was seen. */
    public @Nullable Feature feature(String name) {
        return features.stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    static BigDecimal ratio(BigDecimal dividend, BigDecimal divisor) {
        return dividend.divide(divisor, RATIO).stripTrailingZeros();
    }

    /**
     * A feature.
     *
     * @param name as its requests name it
     * @param objective what it earns and may cost; {@code null} without an objective
     * @param window what closed in the window
     * @param total what closed since counting began
     * @param p95 the latency that 95 % of the delivered requests in the window do not exceed, by nearest rank, within 3.2 %; {@code null}
     *     without any. Whether the objective is met is exact: {@link Sums#missedShare}
     * @param trend where it goes
     */
    public record Feature(
            String name,
            @Nullable CostObjective objective,
            Sums window,
            Sums total,
            @Nullable Duration p95,
            Trend trend) {}

    /**
     * What accounts come to. All kinds of accounts are in it; what the service publishes as {@code ai.cost} is
     * {@code cost + subrequests - meteredElsewhere}.
     *
     * @param cost the cost of requests of this service, late usage included
     * @param subrequests the cost of work on requests that other services count
     * @param meteredElsewhere what of both other services have published
     * @param revenue what delivered requests earned
     * @param allowance what delivered requests were allowed to cost
     * @param counts of accounts
     * @param tokens by kind, such as {@code cache_read}; kinds do not overlap. Without those that another service has metered
     * @param quality how well the usage of billed attempts is known; their costs add up to {@code cost + subrequests}
     * @param unpricedAttempts attempts without a price or without a whole one; above zero, costs are lower bounds
     */
    public record Sums(
            Cost cost,
            Cost subrequests,
            Money meteredElsewhere,
            Money revenue,
            Money allowance,
            Counts counts,
            Map<String, Long> tokens,
            Map<Quality, Share> quality,
            long unpricedAttempts) {

        /** Cost ÷ delivered requests: what fails or is cancelled is paid by what is delivered. {@code null} if nothing was. */
        public @Nullable Money costPerDelivered() {
            return perDelivered(cost.total());
        }

        /** A part of the cost ÷ delivered requests; {@code null} if nothing was delivered. */
        public @Nullable Money costPerDelivered(Part part) {
            return perDelivered(cost.part(part));
        }

        private @Nullable Money perDelivered(Money sum) {
            return counts.delivered == 0
                    ? null
                    : Money.of(
                            sum.amount().divide(BigDecimal.valueOf(counts.delivered), MathContext.DECIMAL128),
                            sum.currency());
        }

        /** (Revenue − cost) ÷ revenue: 0.8 keeps 80 %, below 0 each request loses money. {@code null} without revenue. */
        public @Nullable BigDecimal margin() {
            return revenue.isZero() ? null : ratio(revenue.minus(cost.total()).amount(), revenue.amount());
        }

        /** Cost ÷ allowance: above 1 the objective is missed. {@code null} without an allowance. */
        public @Nullable BigDecimal burn() {
            return allowance.isZero() ? null : ratio(cost.total().amount(), allowance.amount());
        }

        /** Allowance − cost; negative when the objective is missed. {@code null} without an allowance. */
        public @Nullable Money remaining() {
            return allowance.isZero() ? null : allowance.minus(cost.total());
        }

        /**
         * The share of delivered requests that took longer than the latency budget. Exact: up to 0.05 the p95 is within the budget.
         * {@code null} if none had a budget.
         */
        public @Nullable BigDecimal missedShare() {
            long judged = counts.met + counts.missed;
            return judged == 0 ? null : ratio(BigDecimal.valueOf(counts.missed), BigDecimal.valueOf(judged));
        }
    }

    /**
     * A cost in its four parts.
     *
     * @param inference see {@link Part#INFERENCE}
     * @param idle see {@link Part#IDLE}
     * @param support see {@link Part#SUPPORT}
     * @param retry see {@link Part#RETRY}
     */
    public record Cost(Money inference, Money idle, Money support, Money retry) {

        /** The exact sum of the parts. */
        public Money total() {
            return inference.plus(idle).plus(support).plus(retry);
        }

        /** One of the parts. */
        public Money part(Part part) {
            return switch (part) {
                case INFERENCE -> inference;
                case IDLE -> idle;
                case SUPPORT -> support;
                case RETRY -> retry;
            };
        }
    }

    /**
     * How many accounts closed.
     *
     * @param delivered requests that were delivered
     * @param failed requests that failed
     * @param cancelled requests whose user went away
     * @param met delivered requests within the latency budget
     * @param missed delivered requests beyond it
     * @param subrequests work on requests that other services count
     * @param late attempts that came after their request's account was closed
     * @param unattributed usage outside any request
     * @param reaped accounts that nobody closed, by reason
     */
    public record Counts(
            long delivered,
            long failed,
            long cancelled,
            long met,
            long missed,
            long subrequests,
            long late,
            long unattributed,
            Map<Reaped, Long> reaped) {

        /** Requests of whatever outcome. */
        public long requests() {
            return delivered + failed + cancelled;
        }
    }

    /**
     * Billed attempts of one quality.
     *
     * @param attempts how many
     * @param cost what those of them that have a price cost
     */
    public record Share(long attempts, Money cost) {}

    /**
     * How the two halves of the window compare. Everything derived is {@code null} until each half has
     * {@link CostWindow.Builder#minRequests} delivered requests.
     *
     * @param earlier what closed in the earlier half
     * @param later what closed in the later half
     * @param crossoverIndex (later cost ÷ later revenue) ÷ (earlier cost ÷ earlier revenue): how fast cost grows beside revenue. Above 1
     *     cost outgrows revenue; how many requests there were cancels out. {@code null} without cost in the earlier half or revenue in both
     * @param daysToBreach days until cost reaches the allowance if the burn goes on along the straight line through the two halves: 0 when
     *     the later half is beyond it already, {@code null} without allowance in both, or when the burn grew by no more than 2 %. It extrapolates
     *     one window, so it is as short-sighted as the window is short
     */
    public record Trend(
            Sums earlier,
            Sums later,
            @Nullable BigDecimal crossoverIndex,
            @Nullable BigDecimal daysToBreach) {}

    /**
     * A model, or support service, without a price or without a whole one.
     *
     * @param provider as attempts name it
     * @param model as attempts name it
     * @param reason why
     * @param attempts how many since counting began
     * @param lastSeen when an attempt with it was last counted
     * @param units the names of the units that such attempts used, sorted; at most {@value UnpricedModels#MOST_NAMES}
     * @param features the features that pay for them, sorted; at most {@value UnpricedModels#MOST_NAMES}
     */
    public record UnpricedModel(
            String provider,
            String model,
            Unpriced reason,
            long attempts,
            Instant lastSeen,
            Set<String> units,
            Set<String> features) {}
}

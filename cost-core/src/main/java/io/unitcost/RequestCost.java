package io.unitcost;

import io.unitcost.price.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request cost, after its account was closed. Immutable, may be kept.
 *
 * <p>{@code inference + idle + support + retry = total}, exactly. What could not be priced is not in there:
 * {@link #unpricedAttempts()} says how many attempts that are, and then the total is a lower bound.
 */
public final class RequestCost {

    /** What kind of account was closed. */
    public enum Kind {
        /** A user-facing request. */
        REQUEST,
        /** Usage that arrived after its request's account was closed; its feature pays, no request is counted. */
        LATE,
        /** Work on a request whose account is at another service: its feature pays, no request is counted and none earns. */
        SUBREQUEST,
        /** Usage outside any open request, under the feature {@code unattributed}. */
        UNATTRIBUTED
    }

    /** Whether a request met the latency budget of its feature. */
    public enum LatencyBudget {
        /** It took no longer than the budget. */
        MET,
        /** It took longer. */
        MISSED,
        /** Its feature has no latency budget. */
        NONE;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The verdict as a metric tag: {@code met}. */
        public String label() {
            return label;
        }
    }

    /** Why the reaper closed an account instead of its owner. */
    public enum Reaped {
        /** The request had ended, and a call stayed open for longer than the linger time. */
        LINGER,
        /** The request never ended within the maximum age. Its outcome is {@link Outcome#FAILED}. */
        MAX_AGE,
        /** The meter was closed. */
        SHUTDOWN;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The reason as a metric tag: {@code max_age}. */
        public String label() {
            return label;
        }
    }

    private final Kind kind;
    private final String feature;
    private final boolean featureOverflow;
    private final Outcome outcome;
    private final @Nullable Reaped reaped;
    private final long openedMillis;
    private final long durationNanos;
    private final LatencyBudget latencyBudget;
    private final Settlement parts;
    private final @Nullable Money revenue;
    private final @Nullable Money allowance;
    private final String priceTable;
    private final Map<String, String> attributes;

    RequestCost(
            Kind kind,
            Features.Feature feature,
            Outcome outcome,
            @Nullable Reaped reaped,
            long openedMillis,
            long durationNanos,
            Settlement parts,
            String priceTable,
            Map<String, String> attributes,
            @Nullable Money revenue,
            @Nullable Money allowance) {
        this.kind = kind;
        this.feature = feature.name();
        this.featureOverflow = feature.isOverflow();
        this.outcome = outcome;
        this.reaped = reaped;
        this.openedMillis = openedMillis;
        this.durationNanos = durationNanos;
        this.latencyBudget = latencyBudget(feature, durationNanos);
        this.parts = parts;
        this.priceTable = priceTable;
        this.attributes = attributes;
        this.revenue = revenue;
        this.allowance = allowance;
    }

    private static LatencyBudget latencyBudget(Features.Feature feature, long durationNanos) {
        Duration budget =
                feature.objective() == null ? null : feature.objective().latencyBudget();
        return budget == null
                ? LatencyBudget.NONE
                : durationNanos <= budget.toNanos() ? LatencyBudget.MET : LatencyBudget.MISSED;
    }

    RequestCost earning(@Nullable Money revenue, @Nullable Money allowance) {
        return new RequestCost(this, revenue, allowance);
    }

    private RequestCost(RequestCost cost, @Nullable Money revenue, @Nullable Money allowance) {
        this.kind = cost.kind;
        this.feature = cost.feature;
        this.featureOverflow = cost.featureOverflow;
        this.outcome = cost.outcome;
        this.reaped = cost.reaped;
        this.openedMillis = cost.openedMillis;
        this.durationNanos = cost.durationNanos;
        this.latencyBudget = cost.latencyBudget;
        this.parts = cost.parts;
        this.priceTable = cost.priceTable;
        this.attributes = cost.attributes;
        this.revenue = revenue;
        this.allowance = allowance;
    }

    /** What kind of account this was. */
    public Kind kind() {
        return kind;
    }

    /** The feature that pays. */
    public String feature() {
        return feature;
    }

    /** Whether the feature was named otherwise and is {@code other} here because the cap on names was reached. */
    public boolean isFeatureOverflow() {
        return featureOverflow;
    }

    /** What the application said about the request, by {@link RequestMeter#attribute}; unmodifiable. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /** How the request ended. For {@link Kind#UNATTRIBUTED}, whether any attempt delivered. */
    public Outcome outcome() {
        return outcome;
    }

    /** Why the reaper closed the account; {@code null} when its owner did. */
    public @Nullable Reaped reaped() {
        return reaped;
    }

    /** When the account was opened. */
    public Instant openedAt() {
        return Instant.ofEpochMilli(openedMillis);
    }

    /** From opening to the end of the response. */
    public long durationNanos() {
        return durationNanos;
    }

    /** Whether that met the feature's latency budget. */
    public LatencyBudget latencyBudget() {
        return latencyBudget;
    }

    /** The attempts that delivered generation. */
    public Money inference() {
        return parts.inference();
    }

    /** The idle share of own capacity on delivered work. */
    public Money idle() {
        return parts.idle();
    }

    /** Delivered work that is not generation. */
    public Money support() {
        return parts.support();
    }

    /** Everything that did not deliver. */
    public Money retry() {
        return parts.retry();
    }

    /** One of the four parts. */
    public Money part(Part part) {
        return switch (part) {
            case INFERENCE -> inference();
            case IDLE -> idle();
            case SUPPORT -> support();
            case RETRY -> retry();
        };
    }

    /** The fully loaded cost: the exact sum of the four parts. */
    public Money total() {
        return parts.total();
    }

    /**
     * What of the total other services of one's own have metered and published; zero without any. It is left out of this
     * service's {@code ai.cost}, so that the sum over all services is right. What they used is in {@link Attempt#elsewhere()}.
     */
    public Money meteredElsewhere() {
        Money elsewhere = parts.elsewhere();
        return elsewhere == null ? Money.zero(parts.total().currency()) : elsewhere;
    }

    /** What the request earned; {@code null} when it was not delivered or its feature has no revenue. */
    public @Nullable Money revenue() {
        return revenue;
    }

    /** What the request was allowed to cost; {@code null} when it was not delivered or its feature has no objective. */
    public @Nullable Money allowance() {
        return allowance;
    }

    /** The attempts, in the order they were recorded. */
    public List<AttemptCost> attempts() {
        return parts.attempts();
    }

    /**
     * How many attempts have no price or not a whole one; above zero, the total is a lower bound. What another service did counts
     * as one, however much of it has no price there.
     */
    public int unpricedAttempts() {
        return parts.unpricedAttempts();
    }

    /** How many attempts are priced from a usage that was estimated or partly reported. */
    public int estimatedAttempts() {
        return parts.estimatedAttempts();
    }

    /** The id of the price table in force when the account was closed. */
    public String priceTable() {
        return priceTable;
    }

    @Override
    public String toString() {
        return feature + " " + outcome.label() + " " + total() + " (inference "
                + inference().toPlainString()
                + ", idle " + idle().toPlainString() + ", support " + support().toPlainString() + ", retry "
                + retry().toPlainString() + ")"
                + (unpricedAttempts() > 0 ? ", " + unpricedAttempts() + " attempts unpriced" : "");
    }
}

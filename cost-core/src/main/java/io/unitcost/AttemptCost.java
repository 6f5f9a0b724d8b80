package io.unitcost;

import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt cost and what became of it. Immutable.
 */
public final class AttemptCost {

    /** What became of an attempt within its call. */
    public enum Result {
        /** Its answer was used. At most one attempt of a call delivers: the last one that gave an answer. */
        DELIVERED,
        /** It failed, and another one followed. */
        RETRIED,
        /** It gave an answer, and a later one was used. */
        SUPERSEDED,
        /** It failed, or its answer was rejected, and none followed. */
        FAILED,
        /** It was given up. */
        CANCELLED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The result as a metric tag: {@code delivered}. */
        public String label() {
            return label;
        }
    }

    private final Attempt attempt;
    private final Charge charge;
    private final Result result;
    private final @Nullable String service;
    private final int call;

    AttemptCost(Attempt attempt, Charge charge, Result result, @Nullable String service, int call) {
        this.attempt = attempt;
        this.charge = charge;
        this.result = result;
        this.service = service;
        this.call = call;
    }

    /** What was tried. */
    public Attempt attempt() {
        return attempt;
    }

    /** The price of its usage, by line, without its idle share; or why there is none. */
    public Charge charge() {
        return charge;
    }

    /** What became of it. */
    public Result result() {
        return result;
    }

    /** The support service it was for, such as {@code retrieval}; {@code null} for generation. */
    public @Nullable String service() {
        return service;
    }

    /** Which call of the request it belongs to, counted from 0 in the order they were opened. */
    public int call() {
        return call;
    }

    /** The part its charge goes into: {@link Part#RETRY} unless it delivered. */
    public Part part() {
        return result != Result.DELIVERED ? Part.RETRY : service == null ? Part.INFERENCE : Part.SUPPORT;
    }

    /** The part its idle share goes into. */
    public Part idlePart() {
        return result == Result.DELIVERED ? Part.IDLE : Part.RETRY;
    }

    /** Everything it cost, idle share included; {@code null} when it has no price. */
    public @Nullable Money cost() {
        Money cost = charge.cost();
        Money idle = charge.idle();
        return cost == null || idle == null ? cost : cost.plus(idle);
    }

    /** Why it has no price or not a whole one; {@code null} when everything was priced. */
    public @Nullable Unpriced unpriced() {
        return charge.unpriced();
    }

    @Override
    public String toString() {
        return attempt + " " + result + " " + charge;
    }
}

package io.unitcost;

import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attempts of an account, priced and sorted into the four parts. Made once, when the account closes. */
final class Settlement {

    private final AttemptCost[] attempts;
    private final Money inference;
    private final Money idle;
    private final Money support;
    private final Money retry;
    private final Money total;
    private final @Nullable Money elsewhere;
    private final int unpriced;
    private final int estimated;
    private final boolean delivered;

    private Settlement(Currency currency, AttemptCost[] attempts) {
        Money inference = Money.zero(currency);
        Money idle = inference;
        Money support = inference;
        Money retry = inference;
        Money elsewhere = null;
        int unpriced = 0;
        int estimated = 0;
        boolean delivered = false;
        for (AttemptCost attempt : attempts) {
            Charge charge = attempt.charge();
            delivered |= attempt.result() == AttemptCost.Result.DELIVERED;
            if (charge.unpriced() != null) {
                unpriced++;
            }
            if (attempt.attempt().isEstimated()) {
                estimated++;
            }
            Money cost = charge.cost();
            if (cost == null) {
                continue;
            }
            switch (attempt.part()) {
                case INFERENCE -> inference = inference.plus(cost);
                case SUPPORT -> support = support.plus(cost);
                default -> retry = retry.plus(cost);
            }
            if (attempt.attempt().isMeteredElsewhere()) {
                elsewhere = elsewhere == null ? cost : elsewhere.plus(cost);
            }
            Money share = charge.idle();
            if (share != null && attempt.idlePart() == Part.IDLE) {
                idle = idle.plus(share);
            } else if (share != null) {
                retry = retry.plus(share);
            }
        }
        this.attempts = attempts;
        this.inference = inference;
        this.idle = idle;
        this.support = support;
        this.retry = retry;
        this.total = inference.plus(idle).plus(support).plus(retry);
        this.elsewhere = elsewhere;
        this.unpriced = unpriced;
        this.estimated = estimated;
        this.delivered = delivered;
    }

    /**
     * Settles a whole account.
     *
     * @param newest the newest entry, {@code null} when there was none
     */
    static Settlement of(@Nullable Entry newest, Pricer pricer, long atMillis) {
        AttemptCost[] attempts = new AttemptCost[size(newest)];
        int i = attempts.length;
        for (Entry entry = newest; entry != null; entry = entry.older) {
            attempts[--i] = price(entry, entry.settle(), pricer, atMillis);
        }
        return new Settlement(pricer.currency(), attempts);
    }

    /** Settles one attempt, and what worked on its answer, that came after its account was closed. */
    static Settlement ofLate(Entry newest, Pricer pricer, long atMillis) {
        AttemptCost.Result result = newest.call.settleLate(newest.attempt);
        AttemptCost[] attempts = new AttemptCost[size(newest)];
        int i = attempts.length;
        for (Entry entry = newest; entry != null; entry = entry.older) {
            attempts[--i] = price(entry, result, pricer, atMillis);
        }
        return new Settlement(pricer.currency(), attempts);
    }

    private static int size(@Nullable Entry newest) {
        int size = 0;
        for (Entry entry = newest; entry != null; entry = entry.older) {
            size++;
        }
        return size;
    }

    private static AttemptCost price(Entry entry, AttemptCost.Result result, Pricer pricer, long atMillis) {
        CallMeter call = entry.call;
        return new AttemptCost(
                entry.attempt, pricer.charge(entry.attempt, atMillis), result, call.service(), call.number());
    }

    Money inference() {
        return inference;
    }

    Money idle() {
        return idle;
    }

    Money support() {
        return support;
    }

    Money retry() {
        return retry;
    }

    Money total() {
        return total;
    }

    /** What of the total others publish; {@code null} if nothing. */
    @Nullable
    Money elsewhere() {
        return elsewhere;
    }

    int unpricedAttempts() {
        return unpriced;
    }

    int estimatedAttempts() {
        return estimated;
    }

    boolean isDelivered() {
        return delivered;
    }

    List<AttemptCost> attempts() {
        return Collections.unmodifiableList(Arrays.asList(attempts));
    }
}

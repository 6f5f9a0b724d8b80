package io.unitcost;

import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unpriced;
import java.util.Currency;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prices attempts: on a pool of one's own when the provider is one, else by the price table. Immutable. */
final class Pricer {

    private final PriceTable prices;
    private final Map<String, CapacityPool> pools;
    private final Guard guard;
    private final ReportedCost reported;
    private final Map<String, ReportedCost> reportedByProvider;
    private final Charge unbilled;

    Pricer(
            PriceTable prices,
            Map<String, CapacityPool> pools,
            Guard guard,
            ReportedCost reported,
            Map<String, ReportedCost> reportedByProvider) {
        this.prices = prices;
        this.pools = pools;
        this.guard = guard;
        this.reported = reported;
        this.reportedByProvider = reportedByProvider;
        this.unbilled = Charge.nothing(prices.currency());
    }

    Pricer with(PriceTable other) {
        return new Pricer(other, pools, guard, reported, reportedByProvider);
    }

    PriceTable prices() {
        return prices;
    }

    Currency currency() {
        return prices.currency();
    }

    Charge charge(Attempt attempt, long atMillis) {
        if (!attempt.isBilled()) {
            return unbilled;
        }
        try {
            if (attempt.isMeteredElsewhere()) {
                return elsewhere(attempt);
            }
            CapacityPool pool = pools.isEmpty() ? null : pools.get(attempt.provider());
            if (pool != null) {
                return pool.charge(attempt.model(), attempt.usage(), atMillis);
            }
            Charge computed = prices.charge(
                    attempt.provider(),
                    attempt.model(),
                    attempt.serviceTier(),
                    attempt.region(),
                    attempt.usage(),
                    atMillis);
            Money said = attempt.reportedCost();
            return said == null ? computed : reconciled(attempt.provider(), computed, said);
        } catch (Throwable failure) {
            guard.caught(CostMeter.Site.PRICING, failure);
            return Charge.unpriced(Unpriced.ERROR);
        }
    }

    private Charge elsewhere(Attempt attempt) {
        Money said = attempt.reportedCost();
        if (said == null || !isUsable(said)) {
            refuse(attempt.provider(), said);
            return Charge.unpriced(Unpriced.ERROR);
        }
        Tally work = attempt.elsewhere();
        Unpriced reason = work == null ? null : work.reason();
        if (reason == null) {
            return unbilled.replacedBy(said);
        }
        Charge missing = Charge.unpriced(reason);
        return said.isZero() ? missing : unbilled.replacedBy(said).plus(missing);
    }

    private boolean isUsable(Money said) {
        return said.signum() >= 0 && said.currency().equals(currency());
    }

    private void refuse(String provider, @Nullable Money said) {
        guard.caught(
                CostMeter.Site.PRICING,
                new IllegalArgumentException("reported cost of " + provider + ": " + said + " is negative or not in "
                        + currency() + "; it was not used"));
    }

    /** The computed cost or the reported one, as the policy for the provider says. */
    private Charge reconciled(String provider, Charge computed, Money said) {
        ReportedCost policy = reportedByProvider.getOrDefault(provider, reported);
        if (policy == ReportedCost.IGNORE) {
            return computed;
        }
        if (!isUsable(said)) {
            refuse(provider, said);
            return computed;
        }
        boolean used = policy == ReportedCost.USE || (computed.unpriced() != null && said.signum() > 0);
        return used ? computed.replacedBy(said) : computed.comparedTo(said);
    }
}

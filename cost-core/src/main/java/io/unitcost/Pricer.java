package io.unitcost;

import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Charge;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unpriced;
import java.util.Currency;
import java.util.Map;

/** Prices attempts: on a pool of one's own when the provider is one, else by the price table. Immutable. */
final class Pricer {

    private final PriceTable prices;
    private final Map<String, CapacityPool> pools;
    private final Guard guard;
    private final Charge unbilled;

    Pricer(PriceTable prices, Map<String, CapacityPool> pools, Guard guard) {
        this.prices = prices;
        this.pools = pools;
        this.guard = guard;
        this.unbilled = Charge.nothing(prices.currency());
    }

    Pricer with(PriceTable other) {
        return new Pricer(other, pools, guard);
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
            CapacityPool pool = pools.isEmpty() ? null : pools.get(attempt.provider());
            return pool != null
                    ? pool.charge(attempt.model(), attempt.usage(), atMillis)
                    : prices.charge(
                            attempt.provider(),
                            attempt.model(),
                            attempt.serviceTier(),
                            attempt.region(),
                            attempt.usage(),
                            atMillis);
        } catch (Throwable failure) {
            guard.caught(CostMeter.Site.PRICING, failure);
            return Charge.unpriced(Unpriced.ERROR);
        }
    }
}

package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.price.PriceMatch;
import io.unitcost.price.Unpriced;
import io.unitcost.slo.WindowSnapshot;
import java.time.Instant;
import java.util.Set;

/** A model without a price, and what to do about it. */
record UnpricedReport(
        String provider,
        String model,
        String reason,
        long attempts,
        Instant lastSeen,
        Set<String> units,
        Set<String> features,
        boolean hasPriceNow,
        Fix fix,
        String explained) {

    static UnpricedReport of(CostMeter meter, WindowSnapshot.UnpricedModel model) {
        PriceMatch match = meter.prices().find(model.provider(), model.model());
        boolean wasUnknown = model.reason() == Unpriced.UNKNOWN_MODEL || model.reason() == Unpriced.UNKNOWN_PROVIDER;
        return new UnpricedReport(
                model.provider(),
                model.model(),
                model.reason().label(),
                model.attempts(),
                model.lastSeen(),
                model.units(),
                model.features(),
                wasUnknown && match.isFound(),
                Fix.of(meter, model.reason(), model.provider(), model.model(), match.price(), model.units()),
                "cost/prices/" + model.provider() + "/" + model.model());
    }
}

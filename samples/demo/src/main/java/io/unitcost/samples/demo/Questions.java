package io.unitcost.samples.demo;

import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.samples.demo.Scenario.Route;
import java.time.Instant;
import java.util.List;

/** What each feature asks, and what that costs. */
final class Questions {

    static List<String> of(Run run) {
        TextTable table = TextTable.aligned("<<<");
        for (String feature : run.whole().features().keySet()) {
            Route route = run.scenario().routes().get(feature);
            if (route != null) {
                table.row(feature, route.provider() + "/" + route.model(), price(run.scenario(), route));
            }
        }
        return table.lines();
    }

    private static String price(Scenario scenario, Route route) {
        for (CapacityPool pool : scenario.pools()) {
            if (pool.name().equals(route.provider())) {
                Money hour = pool.pricePerHour(Instant.now());
                return hour.toPlainString() + " USD an hour; an embedding, a vector read";
            }
        }
        return scenario.perMillion(route, Unit.INPUT_TOKENS) + " / " + scenario.perMillion(route, Unit.OUTPUT_TOKENS)
                + " USD per 1M tokens in / out";
    }

    private Questions() {}
}

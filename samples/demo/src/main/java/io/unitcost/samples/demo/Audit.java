package io.unitcost.samples.demo;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.Part;
import io.unitcost.price.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares what was metered with what the others know: the client, the model server's books, the metrics. */
final class Audit {

    private static final double METRICS_TOLERANCE = 1e-9;

    private final Run run;
    private final Client client;
    private final Map<String, Tokens> ledger;
    private final CostMeter meter;
    private final MeterRegistry registry;
    private final List<String> contradictions = new ArrayList<>();

    Audit(Run run, Client client, Map<String, Tokens> ledger, CostMeter meter, MeterRegistry registry) {
        this.run = run;
        this.client = client;
        this.ledger = ledger;
        this.meter = meter;
        this.registry = registry;
    }

    /** What does not add up, in words; empty when everything does. */
    List<String> contradictions() {
        String unexpected = client.unexpected();
        if (unexpected != null) {
            contradictions.add("the client got an answer that nobody planned: " + unexpected);
        }
        Tally metered = run.whole();
        compare("requests sent and metered", (long) run.traffic().arrivals().size(), metered.requests());
        compare("requests answered and metered as delivered", client.delivered(), metered.delivered());
        Set<String> models = new TreeSet<>(ledger.keySet());
        models.addAll(metered.tokens().keySet());
        for (String model : models) {
            compare(
                    "what " + model + " served and what was metered",
                    ledger.getOrDefault(model, Tokens.NONE),
                    metered.tokens().getOrDefault(model, Tokens.NONE));
        }
        metered.features().forEach(this::compareFeature);
        for (CostMeter.Site site : CostMeter.Site.values()) {
            compare("no failures of metering at " + site.label() + " and its count", 0L, meter.errors(site));
        }
        return contradictions;
    }

    private void compareFeature(String feature, FeatureTally tally) {
        Money parts = Money.zero(Money.USD);
        for (Part part : Part.values()) {
            parts = parts.plus(tally.part(part));
        }
        compare("the four parts of " + feature + " and its cost", parts, tally.cost());
        Counter counter = registry.find("ai.cost").tag("feature", feature).counter();
        double counted = counter == null ? 0 : counter.count();
        double cost = tally.cost().toDouble();
        if (Math.abs(counted - cost) > METRICS_TOLERANCE * cost) {
            contradictions.add("the meter ai.cost of " + feature + " is " + counted + ", its requests cost " + cost);
        }
    }

    private void compare(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            contradictions.add(what + " differ: " + expected + " and " + actual);
        }
    }
}

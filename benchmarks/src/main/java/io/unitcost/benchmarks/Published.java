package io.unitcost.benchmarks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What a registry holds after a measurement: a variant that published less than it claims fails. */
final class Published {

    private static final double TOLERANCE = 1e-6;
    private final MeterRegistry registry;

    Published(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * The sum over all meters of a name is this.
     *
     * @throws IllegalStateException if it is not
     */
    Published has(String name, double expected) {
        double actual = 0;
        for (Meter meter : registry.getMeters()) {
            actual += meter.getId().getName().equals(name) ? value(meter) : 0;
        }
        if (Math.abs(actual - expected) > Math.abs(expected) * TOLERANCE) {
            throw new IllegalStateException(
                    name + " says " + actual + " after the measurement; it should say " + expected);
        }
        return this;
    }

    /** The ten updates of a hosted request with one attempt, this many times. */
    void isOneAttemptEach(double requests) {
        double cost =
                (Traffic.INPUT * Traffic.INPUT_STEPS + Traffic.OUTPUT * Traffic.OUTPUT_STEPS) / Traffic.STEPS_PER_USD;
        if (requests == 0) {
            throw new IllegalStateException("no requests were made");
        }
        has("ai.requests", requests);
        has("ai.cost", requests * cost);
        has("ai.cost.part", requests * cost);
        has("ai.request.cost", requests);
        has("ai.request.cost.squared", requests * cost * cost);
        has("ai.request.duration", requests);
        has("ai.attempts", requests);
        has("ai.tokens", requests * (Traffic.INPUT + Traffic.OUTPUT));
    }

    /** What a meter counts: how often it was used, or for a counter the sum. */
    static double value(Meter meter) {
        if (meter instanceof Counter counter) {
            return counter.count();
        }
        if (meter instanceof FunctionCounter counter) {
            return counter.count();
        }
        if (meter instanceof Timer timer) {
            return timer.count();
        }
        if (meter instanceof DistributionSummary summary) {
            return summary.count();
        }
        return meter instanceof LongTaskTimer timer ? timer.activeTasks() : 0;
    }
}

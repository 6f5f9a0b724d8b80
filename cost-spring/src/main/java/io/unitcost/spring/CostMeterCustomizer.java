package io.unitcost.spring;

import io.unitcost.CostMeter;

/**
 * A bean that changes the {@link CostMeter} before it is built, after the properties were applied: a
 * clock, a listener that is no bean. Runs at start; what it throws keeps the application from starting.
 */
@FunctionalInterface
public interface CostMeterCustomizer {

    /** Changes the builder. */
    void customize(CostMeter.Builder meter);
}

package io.unitcost.spring.http;

import io.unitcost.http.HttpCosts;

/**
 * A bean that changes the {@link HttpCosts} before they are built, after the properties were applied: which failures are billed, say.
 * Runs at start; what it throws keeps the application from starting.
 */
@FunctionalInterface
public interface HttpCostsCustomizer {

    /** Changes the builder. */
    void customize(HttpCosts.Builder costs);
}

package io.unitcost.spring.grpc;

import io.unitcost.grpc.GrpcCosts;

/**
 * A bean that changes the {@link GrpcCosts} before they are built, after the properties were applied: which callers are trusted,
 * which failures are billed. Runs at start; what it throws keeps the application from starting.
 */
@FunctionalInterface
public interface GrpcCostsCustomizer {

    /** Changes the builder. */
    void customize(GrpcCosts.Builder costs);
}

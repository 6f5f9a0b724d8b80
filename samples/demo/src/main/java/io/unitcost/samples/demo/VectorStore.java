package io.unitcost.samples.demo;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;

/** A vector store that finds nothing and bills each read. */
final class VectorStore {

    private static final Attempt READ = Attempt.of(Scenario.VECTOR_READ.provider(), Scenario.VECTOR_READ.model())
            .usage(Usage.of(Unit.REQUESTS, 1))
            .build();

    static void read(CostMeter meter) {
        CallMeter call = meter.support("retrieval");
        call.record(READ);
        call.end();
    }

    private VectorStore() {}
}

package io.unitcost.benchmarks;

import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The library without its meters: accounts and prices, told to a listener that only counts. */
@State(Scope.Benchmark)
public class Accounted {

    private final Count count = new Count();
    private CostMeter meter;

    private static final class Count implements RequestCostListener {
        private final LongAdder requests = new LongAdder();

        @Override
        public void onRequestCost(RequestCost cost) {
            if (!cost.total().isZero()) {
                requests.increment();
            }
        }
    }

    /** Builds the meter. */
    @Setup
    public void start(Traffic traffic) {
        CostMeter.Builder builder = CostMeter.builder().prices(traffic.prices()).listener(count);
        traffic.features().forEach(builder::feature);
        meter = builder.build();
    }

    void request(Traffic.Series series) {
        Metered.request(meter, series.feature(), Traffic.PROVIDER, series.model());
    }

    /** Every request came out with a cost. */
    @TearDown
    public void check(Traffic traffic) {
        meter.close();
        if (count.requests.sum() != traffic.requests()) {
            throw new IllegalStateException(
                    count.requests.sum() + " costs came out of " + traffic.requests() + " requests");
        }
    }
}

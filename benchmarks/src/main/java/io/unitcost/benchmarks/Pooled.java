package io.unitcost.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.metrics.CostMetrics;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The library with capacity of one's own: work and idle share have no finite decimal form, so BigDecimal does the sums. */
@State(Scope.Benchmark)
public class Pooled {

    private static final String POOL = "own";

    /** 3 $/h ÷ 3600 ÷ 18 requests of (1020 + 4 × 129) units, and as much again idle at half load. */
    private static final double COST = 3.0 / 3_600 / 18 * 2;

    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private CostMeter meter;
    private long before;

    /** Builds the meter and makes one request of each series, so that every series exists. */
    @Setup
    public void start(Traffic traffic) {
        CapacityPool.Builder pool =
                CapacityPool.builder(POOL).pricePerHour("3.00").plannedUtilization("0.5");
        for (String model : traffic.models()) {
            pool.calibrate(model, c -> c.sustainedRequestsPerSecond("18")
                    .reference(Traffic.INPUT, Traffic.OUTPUT)
                    .outputWeight("4"));
        }
        CostMeter.Builder builder = CostMeter.builder()
                .pool(pool.build())
                .listener(
                        CostMetrics.builder(registry).maxSeries(traffic.size()).build());
        traffic.features().forEach(builder::feature);
        meter = builder.build();
        for (int i = 0; i < traffic.size(); i++) {
            request(traffic.series(i));
            before++;
        }
    }

    void request(Traffic.Series series) {
        Metered.request(meter, series.feature(), POOL, series.model());
    }

    /** Every request was counted and priced. */
    @TearDown
    public void check(Traffic traffic) {
        meter.close();
        double requests = before + traffic.requests();
        new Published(registry)
                .has("ai.tags.overflow", 0)
                .has("ai.unpriced", 0)
                .has("ai.meter.errors", 0)
                .has("ai.requests", requests)
                .has("ai.cost", requests * COST)
                .has("ai.cost.part", requests * COST)
                .has("ai.capacity.work", requests / 18.0)
                .has("ai.tokens", requests * (Traffic.INPUT + Traffic.OUTPUT));
    }
}

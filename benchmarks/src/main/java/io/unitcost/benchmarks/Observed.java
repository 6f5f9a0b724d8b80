package io.unitcost.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A Micrometer observation of the same request: a timer and a long task timer with four tags, no tokens, no cost. */
@State(Scope.Benchmark)
public class Observed {

    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ObservationRegistry observations = ObservationRegistry.create();
    private long before;

    /** Sets up the way to the meters and makes one request of each series, so that every series exists. */
    @Setup
    public void start(Traffic traffic) {
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
        for (int i = 0; i < traffic.size(); i++) {
            request(traffic.series(i));
            before++;
        }
    }

    void request(Traffic.Series series) {
        Observation observation = Observation.createNotStarted("ai.request", observations)
                .lowCardinalityKeyValue("feature", series.feature())
                .lowCardinalityKeyValue("provider", Traffic.PROVIDER)
                .lowCardinalityKeyValue("model", series.model())
                .start();
        observation.lowCardinalityKeyValue("outcome", "delivered");
        observation.stop();
    }

    /** Every request was timed. */
    @TearDown
    public void check(Traffic traffic) {
        double requests = before + traffic.requests();
        new Published(registry).has("ai.request", requests);
    }
}

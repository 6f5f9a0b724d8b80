package io.unitcost.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Usage;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The library, as an application uses it: known features, a price for every model, meters in a registry. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
public class Metered {

    final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private CostMeter meter;
    private long before;

    /** Builds the meter and makes one request of each series, so that every series exists. */
    @Setup
    public void start(Traffic traffic) {
        CostMeter.Builder builder = CostMeter.builder()
                .prices(traffic.prices())
                .listener(
                        CostMetrics.builder(registry).maxSeries(traffic.size()).build());
        traffic.features().forEach(builder::feature);
        meter = builder.build();
        for (int i = 0; i < traffic.size(); i++) {
            Traffic.Series series = traffic.series(i);
            request(series.feature(), series.model());
            before++;
        }
    }

    void request(String feature, String model) {
        request(meter, feature, Traffic.PROVIDER, model);
    }

    static void request(CostMeter meter, String feature, String provider, String model) {
        RequestMeter request = meter.open(feature);
        CallMeter call = request.call();
        call.record(attempt(provider, model));
        call.end();
        request.end(Outcome.DELIVERED);
    }

    void requestWithScope(String feature, String model) {
        RequestMeter request = meter.open(feature);
        try (Scope scope = request.makeCurrent()) {
            meter.record(attempt(Traffic.PROVIDER, model));
        } finally {
            request.end(Outcome.DELIVERED);
        }
    }

    /**
     * What a transport hook does that finds nobody above it: it owns the call, and the answer's id tells it apart from
     * what an SDK wrapper may report of the same answer.
     */
    void requestThroughTransport(String feature, String model, String responseId) {
        RequestMeter request = meter.open(feature);
        try (Scope scope = request.makeCurrent()) {
            CallMeter call = meter.joinCall();
            call.record(Attempt.of(Traffic.PROVIDER, model)
                    .usage(Usage.tokens(Traffic.INPUT, Traffic.OUTPUT))
                    .durationNanos(Traffic.ATTEMPT_NANOS)
                    .responseId(responseId)
                    .build());
            call.end();
        } finally {
            request.end(Outcome.DELIVERED);
        }
    }

    private static Attempt attempt(String provider, String model) {
        return Attempt.of(provider, model)
                .usage(Usage.tokens(Traffic.INPUT, Traffic.OUTPUT))
                .durationNanos(Traffic.ATTEMPT_NANOS)
                .build();
    }

    /** Every request was counted and priced, under its own names, without a failure. */
    @TearDown
    public void check(Traffic traffic) {
        meter.close();
        double requests = before + traffic.requests();
        new Published(registry)
                .has("ai.tags.overflow", 0)
                .has("ai.unpriced", 0)
                .has("ai.meter.errors", 0)
                .has("ai.reaped", 0)
                .isOneAttemptEach(requests);
    }
}

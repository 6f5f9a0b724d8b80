package io.unitcost.benchmarks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The least that these meters can cost: each one found beforehand, its updates written out by hand. The same names,
 * tags, types and buckets as the library's, the same number of updates, and a price worked out with two products.
 */
@State(Scope.Benchmark)
public class Floor {

    private static final double NANO = 1e9;
    private static final double[] BUCKETS = {1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 1e9};

    final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Handles[] handles = {};

    /** The meters that a request of one feature and model updates. */
    private record Handles(
            Counter cost,
            Counter requests,
            DistributionSummary requestCost,
            Counter squared,
            Timer duration,
            Timer attempts,
            Counter inputTokens,
            Counter outputTokens,
            Counter inputCost,
            Counter outputCost) {}

    /** Registers the meters. */
    @Setup
    public void register(Traffic traffic) {
        handles = new Handles[traffic.size()];
        for (int i = 0; i < handles.length; i++) {
            Traffic.Series series = traffic.series(i);
            handles[series.index()] = handles(series.feature(), series.model());
        }
    }

    void request(Traffic.Series series) {
        Handles meters = handles[series.index()];
        long opened = System.nanoTime();
        long input = Traffic.INPUT * Traffic.INPUT_STEPS;
        long output = Traffic.OUTPUT * Traffic.OUTPUT_STEPS;
        double total = (input + output) / Traffic.STEPS_PER_USD;
        meters.cost.increment(total);
        meters.requests.increment();
        meters.requestCost.record(total);
        meters.squared.increment(total * total);
        meters.duration.record(System.nanoTime() - opened, TimeUnit.NANOSECONDS);
        meters.attempts.record(Traffic.ATTEMPT_NANOS, TimeUnit.NANOSECONDS);
        meters.inputTokens.increment(Traffic.INPUT);
        meters.outputTokens.increment(Traffic.OUTPUT);
        meters.inputCost.increment(input / Traffic.STEPS_PER_USD);
        meters.outputCost.increment(output / Traffic.STEPS_PER_USD);
    }

    /** Every request was counted. */
    @TearDown
    public void check(Traffic traffic) {
        double requests = traffic.requests();
        new Published(registry).isOneAttemptEach(requests);
    }

    private Handles handles(String feature, String model) {
        return new Handles(
                Counter.builder("ai.cost")
                        .baseUnit("usd")
                        .tag("feature", feature)
                        .register(registry),
                Counter.builder("ai.requests")
                        .tag("feature", feature)
                        .tag("outcome", "delivered")
                        .tag("latency.budget", "none")
                        .register(registry),
                DistributionSummary.builder("ai.request.cost")
                        .baseUnit("nano_usd")
                        .scale(NANO)
                        .serviceLevelObjectives(BUCKETS)
                        .tag("feature", feature)
                        .tag("outcome", "delivered")
                        .register(registry),
                Counter.builder("ai.request.cost.squared")
                        .baseUnit("usd_squared")
                        .tag("feature", feature)
                        .register(registry),
                Timer.builder("ai.request.duration")
                        .tag("feature", feature)
                        .tag("outcome", "delivered")
                        .register(registry),
                Timer.builder("ai.attempts")
                        .tag("gen_ai.provider.name", Traffic.PROVIDER)
                        .tag("gen_ai.response.model", model)
                        .tag("result", "delivered")
                        .register(registry),
                tokens(feature, model, "input"),
                tokens(feature, model, "output"),
                part(feature, model, "input"),
                part(feature, model, "output"));
    }

    private Counter tokens(String feature, String model, String kind) {
        return Counter.builder("ai.tokens")
                .baseUnit("tokens")
                .tag("feature", feature)
                .tag("gen_ai.provider.name", Traffic.PROVIDER)
                .tag("gen_ai.response.model", model)
                .tag("kind", kind)
                .register(registry);
    }

    private Counter part(String feature, String model, String kind) {
        return Counter.builder("ai.cost.part")
                .baseUnit("usd")
                .tag("feature", feature)
                .tag("part", "inference")
                .tag("gen_ai.provider.name", Traffic.PROVIDER)
                .tag("gen_ai.response.model", model)
                .tag("kind", kind)
                .register(registry);
    }
}

package io.unitcost.benchmarks;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.http.HttpTracing;
import brave.jakarta.servlet.TracingFilter;
import brave.propagation.TraceContext;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.servlet.CostFilter;
import jakarta.servlet.Filter;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** The filters that are compared: each as an application would install it, with somebody who takes what it finds. */
final class Filters implements AutoCloseable {

    private static final String FEATURES = "/chat/* : chat; /costs/* : chat; /costsServing/* : chat";

    private final LongAdder ended = new LongAdder();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("t")
                    .model("openai", "gpt-5-mini", m -> m.rate(Unit.INPUT_TOKENS, "0.25 per 1M")
                            .rate(Unit.CACHE_READ_TOKENS, "0.025 per 1M")
                            .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
                    .build())
            .listener(CostMetrics.create(registry))
            .build();
    private final Tracing tracing = Tracing.newBuilder()
            .addSpanHandler(new SpanHandler() {
                @Override
                public boolean end(TraceContext context, MutableSpan span, Cause cause) {
                    ended.increment();
                    return true;
                }
            })
            .build();
    private final HttpTracing http = HttpTracing.create(tracing);
    private final PrometheusMeterRegistry observed = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Ours, with an account and all its meters. */
    Filter costs() {
        return builder().build();
    }

    /** The same, which reads what is answered as the answer of a model. */
    Filter costsServing() {
        return builder().serves(request -> "openai").build();
    }

    /** The same as the first, which tells the caller in a header. */
    Filter costsTelling() {
        return builder().costHeader("X-Request-Cost").build();
    }

    private CostFilter.Builder builder() {
        return CostFilter.builder(meter).features(FEATURES);
    }

    /** Brave's: a span for each request, handed to a handler that only counts. */
    Filter brave() {
        return TracingFilter.create(http);
    }

    /** Spring's: an observation for each request, with the handler that moves a timer. */
    Filter spring() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(observed));
        return new ServerHttpObservationFilter(observations);
    }

    /** How many requests ours has closed. */
    double requests() {
        return sum(registry, "ai.requests");
    }

    double tokens() {
        return sum(registry, "ai.tokens");
    }

    double errors() {
        return sum(registry, "ai.meter.errors");
    }

    double spans() {
        return ended.sum();
    }

    double observations() {
        return sum(observed, "http.server.requests");
    }

    private static double sum(PrometheusMeterRegistry registry, String name) {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().equals(name))
                .mapToDouble(Published::value)
                .sum();
    }

    @Override
    public void close() {
        meter.close();
        http.close();
        tracing.close();
    }
}

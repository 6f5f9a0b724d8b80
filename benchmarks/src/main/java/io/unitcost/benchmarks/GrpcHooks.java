package io.unitcost.benchmarks;

import io.grpc.ManagedChannelBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingClientInterceptor;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcClientInterceptor;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcServerInterceptor;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.unitcost.CostMeter;
import io.unitcost.grpc.GrpcCosts;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;

/** Hooks for gRPC that are compared: each as an application would install it, with somebody who takes what it finds. */
final class GrpcHooks implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("t")
                    .model("google", GrpcModel.NAME, m -> m.rate(Unit.INPUT_TOKENS, "1.25 per 1M")
                            .rate(Unit.OUTPUT_TOKENS, "10 per 1M"))
                    .build())
            .listener(CostMetrics.create(registry))
            .build();
    private final TelemetrySink sink = new TelemetrySink();
    private final String name;

    GrpcHooks(String name) {
        this.name = name;
    }

    void install(InProcessChannelBuilder channel, InProcessServerBuilder server) {
        switch (name) {
            case "none" -> {}
            case "empty" -> {
                channel.intercept(EmptyHooks.client());
                server.addStreamTracerFactory(EmptyHooks.serverTracers()).intercept(EmptyHooks.server());
            }
            case "micrometer" -> {
                channel.intercept(new MetricCollectingClientInterceptor(registry));
                server.intercept(new MetricCollectingServerInterceptor(registry));
            }
            case "observation" -> {
                ObservationRegistry observations = ObservationRegistry.create();
                observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
                channel.intercept(new ObservationGrpcClientInterceptor(observations));
                server.intercept(new ObservationGrpcServerInterceptor(observations));
            }
            case "openTelemetryNoop" -> library(OpenTelemetry.noop(), channel, server);
            case "openTelemetry" -> library(sink.openTelemetry(), channel, server);
            case "grpcOpenTelemetry" -> {
                GrpcOpenTelemetry module =
                        GrpcOpenTelemetry.newBuilder().sdk(sink.openTelemetry()).build();
                module.configureChannelBuilder(channel);
                module.configureServerBuilder(server);
            }
            case "costsClient" -> channel.intercept(costs().clientInterceptor());
            case "costs" -> {
                GrpcCosts costs = costs();
                channel.intercept(costs.clientInterceptor());
                costs.install(server);
            }
            default -> throw new IllegalArgumentException(name);
        }
    }

    private static void library(
            OpenTelemetry telemetry, ManagedChannelBuilder<?> channel, InProcessServerBuilder server) {
        GrpcTelemetry hooks = GrpcTelemetry.create(telemetry);
        channel.intercept(hooks.createClientInterceptor());
        server.intercept(hooks.createServerInterceptor());
    }

    private GrpcCosts costs() {
        return GrpcCosts.builder(meter).unmapped("chat").build();
    }

    /**
     * All of the calls were found by these hooks.
     *
     * @throws IllegalStateException if they were not
     */
    void check(double calls, double tokens) {
        if (calls == 0) {
            throw new IllegalStateException("no calls were made");
        }
        Published published = new Published(registry);
        published.has("ai.meter.errors", 0);
        switch (name) {
            case "micrometer" ->
                published.has("grpc.client.processing.duration", calls).has("grpc.server.processing.duration", calls);
            case "observation" -> published.has("grpc.client", calls).has("grpc.server", calls);
            case "openTelemetry" -> sink.hasSpans(2 * calls);
            case "grpcOpenTelemetry" ->
                sink.has("grpc.client.call.duration", calls)
                        .has("grpc.client.attempt.duration", calls)
                        .has("grpc.server.call.duration", calls);
            case "costsClient" -> published.has("ai.attempts", calls).has("ai.tokens", tokens);
            case "costs" ->
                published.has("ai.attempts", calls).has("ai.tokens", tokens).has("ai.requests", calls);
            default -> {}
        }
    }

    @Override
    public void close() {
        meter.close();
        sink.close();
        registry.close();
    }
}

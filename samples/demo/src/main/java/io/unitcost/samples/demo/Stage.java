package io.unitcost.samples.demo;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.metrics.CostMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that runs in this process: the users, the service, and the models it asks. */
final class Stage implements AutoCloseable {

    private static final long LAST_ACCOUNTS_SECONDS = 10;

    private final Scenario scenario;
    private final Traffic traffic;
    private final Costs costs = new Costs();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final TraceClock clock;
    private final CostMeter meter;
    private final ModelServer models;
    private final Loopback modelServer;
    private final Service service;
    private final Loopback serviceServer;
    private final Client client;
    private final @Nullable Ledgers ledgers;

    private Stage(Scenario scenario, Traffic traffic, long seed, int port, @Nullable Ledgers ledgers)
            throws IOException {
        this.scenario = scenario;
        this.traffic = traffic;
        this.ledgers = ledgers;
        this.clock = TraceClock.of(traffic);
        this.meter = meter(scenario, costs, registry, clock, ledgers);
        this.models = new ModelServer(traffic, new Faults(scenario.faults(), seed));
        this.modelServer = Loopback.start("models", 0, models);
        this.service = new Service(new ModelClient(meter, http(), modelServer.uri()), scenario.routes());
        this.serviceServer = Loopback.start("service", port, service.handler(meter, registry));
        this.client = new Client(http(), serviceServer.uri());
    }

    /**
     * @param port of the service; 0 for any free one
     * @param ledgers to be written beside; closed with the stage
     */
    static Stage open(Scenario scenario, Traffic traffic, long seed, int port, @Nullable Ledgers ledgers)
            throws IOException {
        return new Stage(scenario, traffic, seed, port, ledgers);
    }

    private static CostMeter meter(
            Scenario scenario,
            Costs costs,
            PrometheusMeterRegistry registry,
            TraceClock clock,
            @Nullable Ledgers ledgers) {
        // the metrics and ledgers first: when the costs have heard of a request, it is there
        CostMeter.Builder builder =
                CostMeter.builder().prices(scenario.prices()).clock(clock).listener(CostMetrics.create(registry));
        if (ledgers != null) {
            builder.listener(ledgers);
        }
        builder.listener(costs);
        scenario.pools().forEach(builder::pool);
        scenario.objectives().forEach(builder::objective);
        return builder.build();
    }

    private static HttpClient http() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    Costs costs() {
        return costs;
    }

    /** Of the service. */
    URI uri() {
        return serviceServer.uri();
    }

    /** Of the model server. */
    URI modelUri() {
        return modelServer.uri();
    }

    /** Sends the traffic and waits until every account is closed. */
    Run run(double speed) throws InterruptedException {
        long start = System.nanoTime();
        client.send(traffic, speed, clock, this::half);
        costs.await(traffic.arrivals().size(), LAST_ACCOUNTS_SECONDS);
        costs.finish();
        clock.finish();
        return new Run(scenario, traffic, costs.whole(), costs.first(), costs.second(), System.nanoTime() - start);
    }

    private void half() throws InterruptedException {
        costs.await(client.delivered() + client.failed(), LAST_ACCOUNTS_SECONDS);
        costs.half();
        if (ledgers != null) {
            ledgers.half();
        }
        service.move(Features.CODE_ASSIST, scenario.swapTo());
    }

    /** What does not add up, in words; empty when everything does. */
    List<String> contradictions(Run run) {
        return new Audit(run, client, models.ledger(), meter, registry).contradictions();
    }

    @Override
    public void close() {
        serviceServer.close();
        modelServer.close();
        meter.close();
        if (ledgers != null) {
            ledgers.close();
        }
        registry.close();
    }
}

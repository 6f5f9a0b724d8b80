package io.unitcost.samples.inference;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.grpc.GrpcCosts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Two services and two engines, each with a server of its own; elsewhere that would be four processes. */
final class Shop implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 10;

    private final Ledger ledger = new Ledger();
    private final Vllm vllm = new Vllm(ledger);
    private final Triton triton = new Triton(ledger);
    private final Books assistant = new Books();
    private final Books search = new Books();
    private final CostMeter assistantMeter = Metering.assistantMeter(assistant.registry(), assistant.receipts());
    private final CostMeter searchMeter = Metering.searchMeter(search.registry(), search.receipts());
    private final List<Server> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final Server front;
    private final Client client;

    /** What a service publishes: what each request cost, and its meters. */
    record Books(Receipts receipts, PrometheusMeterRegistry registry) {
        Books() {
            this(new Receipts(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        }
    }

    private Shop() throws IOException {
        Server vllmServer = serve(Channels.server(vllm.service()).intercept(vllm.faults()));
        Server tritonServer = serve(Channels.server(triton.service()).intercept(triton.faults()));

        GrpcCosts searchCosts = Metering.searchHooks(searchMeter);
        ManagedChannel toTriton = open(tritonServer, Metering.TRITON, Channels.RETRIES, searchCosts);
        Server searchServer = serve(searchCosts.install(Channels.server(new Search(toTriton, searchMeter).service())));

        GrpcCosts costs = Metering.assistantHooks(assistantMeter);
        Assistant service = new Assistant(new Assistant.Neighbours(
                open(vllmServer, Metering.VLLM, Channels.RETRIES, costs),
                open(tritonServer, Metering.TRITON, Channels.STUBBORN, costs),
                open(tritonServer, Metering.TRITON, Channels.HEDGES, costs),
                open(searchServer, Metering.SEARCH, Channels.RETRIES, costs)));
        front = serve(costs.install(Channels.server(service.service())));

        // its users meter nothing
        ManagedChannel users = Channels.to(front, "assistant", Map.of()).build();
        channels.add(users);
        client = new Client(users);
    }

    static Shop open() throws IOException {
        return new Shop();
    }

    private Server serve(NettyServerBuilder builder) throws IOException {
        Server server = builder.build().start();
        servers.add(server);
        return server;
    }

    private ManagedChannel open(Server server, String authority, Map<String, ?> serviceConfig, GrpcCosts costs) {
        ManagedChannel channel = Channels.to(server, authority, serviceConfig)
                .intercept(costs.clientInterceptor())
                .build();
        channels.add(channel);
        return channel;
    }

    Client client() {
        return client;
    }

    /** Where the service in front listens. */
    int port() {
        return front.getPort();
    }

    Vllm vllm() {
        return vllm;
    }

    Triton triton() {
        return triton;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Of the service in front. */
    Books assistant() {
        return assistant;
    }

    /** Of the service behind it. */
    Books search() {
        return search;
    }

    List<CostMeter> meters() {
        return List.of(assistantMeter, searchMeter);
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(Server::shutdownNow);
        try {
            for (Server server : servers) {
                server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assistantMeter.close();
        searchMeter.close();
    }
}

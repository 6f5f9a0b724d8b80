package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.vertexai.api.Content;
import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.Part;
import com.google.cloud.vertexai.api.PredictionServiceGrpc;
import com.google.cloud.vertexai.api.PredictionServiceGrpc.PredictionServiceBlockingStub;
import com.google.cloud.vertexai.api.PredictionServiceGrpc.PredictionServiceStub;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A model on this machine over Netty or in-process, a meter with round prices, and a metered channel between them.
 * {@link #close()} fails when something was published that no one looked at, or when the meter has caught a failure.
 */
final class Loopback implements AutoCloseable {

    /** A token of input is a millionth of a dollar, a token of output ten. */
    static final PriceTable PRICES = PriceTable.builder("round")
            .model("google", Model.NAME, m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "10 per 1M"))
            .build();
    /** 0.001 for the prompt and 0.001 for the answer. */
    static final Money ONE = Money.usd("0.002");
    /** Forty characters are ten tokens by the usual rule. */
    static final GenerateContentRequest ASKED = GenerateContentRequest.newBuilder()
            .setModel("projects/p/locations/l/publishers/google/models/" + Model.NAME)
            .addContents(Content.newBuilder().addParts(Part.newBuilder().setText("0123456789".repeat(4))))
            .build();

    enum Transport {
        NETTY,
        IN_PROCESS
    }

    final RecordedCosts costs = new RecordedCosts();
    final Model model = new Model();
    final CostMeter meter;
    final GrpcCosts hooks;
    final ManagedChannel channel;
    private final Server server;
    private final ExecutorService handlers = Executors.newCachedThreadPool();
    private boolean failuresExpected;

    private Loopback(
            Transport transport,
            Map<String, ?> serviceConfig,
            UnaryOperator<CostMeter.Builder> meters,
            UnaryOperator<GrpcCosts.Builder> hooks) {
        this.meter =
                meters.apply(CostMeter.builder().prices(PRICES).listener(costs)).build();
        this.hooks = hooks.apply(GrpcCosts.builder(meter)).build();
        try {
            if (transport == Transport.NETTY) {
                server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .executor(handlers)
                        .addService(model)
                        .build()
                        .start();
                channel = NettyChannelBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                        .usePlaintext()
                        .defaultServiceConfig(serviceConfig)
                        .enableRetry()
                        .intercept(this.hooks.clientInterceptor())
                        .build();
            } else {
                String name = InProcessServerBuilder.generateName();
                server = InProcessServerBuilder.forName(name)
                        .executor(handlers)
                        .addService(model)
                        .build()
                        .start();
                channel = InProcessChannelBuilder.forName(name)
                        .defaultServiceConfig(serviceConfig)
                        .enableRetry()
                        .intercept(this.hooks.clientInterceptor())
                        .build();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Loopback start() {
        return start(Transport.NETTY, Map.of(), hooks -> hooks);
    }

    static Loopback start(Map<String, ?> serviceConfig) {
        return start(Transport.NETTY, serviceConfig, hooks -> hooks);
    }

    static Loopback start(Transport transport, Map<String, ?> serviceConfig, UnaryOperator<GrpcCosts.Builder> hooks) {
        return new Loopback(transport, serviceConfig, meter -> meter, hooks);
    }

    static Loopback start(
            Map<String, ?> serviceConfig,
            UnaryOperator<CostMeter.Builder> meter,
            UnaryOperator<GrpcCosts.Builder> hooks) {
        return new Loopback(Transport.NETTY, serviceConfig, meter, hooks);
    }

    /** Up to this many tries after UNAVAILABLE, with a back-off of this many seconds at most. */
    static Map<String, ?> retries(int attempts, String backOff) {
        return methods(Map.of(
                "retryPolicy",
                Map.of(
                        "maxAttempts",
                        (double) attempts,
                        "initialBackoff",
                        backOff,
                        "maxBackoff",
                        backOff,
                        "backoffMultiplier",
                        1.0,
                        "retryableStatusCodes",
                        List.of("UNAVAILABLE"))));
    }

    /** Up to this many tries side by side. */
    static Map<String, ?> hedges(int attempts, String delay) {
        return methods(Map.of("hedgingPolicy", Map.of("maxAttempts", (double) attempts, "hedgingDelay", delay)));
    }

    private static Map<String, ?> methods(Map<String, ?> policy) {
        Map<String, Object> method = new java.util.HashMap<>(policy);
        method.put("name", List.of(Map.of()));
        return Map.of("methodConfig", List.of(method));
    }

    PredictionServiceBlockingStub blocking() {
        return PredictionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    PredictionServiceStub async() {
        return PredictionServiceGrpc.newStub(channel);
    }

    /** The only attempt of the next cost. */
    AttemptCost only() {
        RequestCost cost = costs.take();
        assertThat(cost.attempts()).hasSize(1);
        return cost.attempts().get(0);
    }

    static List<String> results(RequestCost cost) {
        return cost.attempts().stream()
                .map(attempt -> attempt.result() + " "
                        + (attempt.attempt().isBilled() ? attempt.attempt().quality() : "unbilled"))
                .toList();
    }

    void expectFailures() {
        failuresExpected = true;
    }

    long failures() {
        long failures = 0;
        for (Site site : Site.values()) {
            failures += meter.errors(site);
        }
        return failures;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        handlers.shutdownNow();
        try {
            assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        meter.close();
        costs.assertNothingLeft();
        assertThat(failures() > 0).as("failures of the meter").isEqualTo(failuresExpected);
        assertThat(hooks.open().size()).as("calls under way").isZero();
    }
}

package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Unit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes wrong in what meters a call, the call is as it would have been without it, and nothing hangs. */
@Timeout(60)
class FailuresOfOursTest {

    /** Where something of ours, or of what an application gave us, throws. */
    enum Point {
        REQUEST,
        RESPONSE,
        ESTIMATOR,
        LISTENER,
        TICKER,
        BILLED,
        FEATURE,
        OUTCOME,
        TRUST
    }

    enum Kind {
        EXCEPTION,
        ERROR;

        RuntimeException provoked() {
            if (this == ERROR) {
                throw new NoClassDefFoundError("provoked");
            }
            throw new IllegalStateException("provoked");
        }
    }

    private static final class Bench implements AutoCloseable {
        private final AtomicBoolean broken = new AtomicBoolean();
        final CostMeter meter;
        final ManagedChannel channel;
        private final Server server;

        Bench(Point point, Kind kind) {
            meter = CostMeter.builder()
                    .ticker(() -> fails(point, Point.TICKER, kind) ? 0 : System.nanoTime())
                    .listener(cost -> fails(point, Point.LISTENER, kind))
                    .build();
            GrpcCosts costs = GrpcCosts.builder(meter)
                    .estimator((text, model) -> fails(point, Point.ESTIMATOR, kind) ? 0 : 1)
                    .billedFailures((provider, code) -> fails(point, Point.BILLED, kind))
                    .feature(call -> fails(point, Point.FEATURE, kind) ? "" : null)
                    .unmapped("words")
                    .outcome(status -> fails(point, Point.OUTCOME, kind) ? null : null)
                    .trust(call -> fails(point, Point.TRUST, kind))
                    .forward("*")
                    .usage(GrpcUsage.builder("shop.Words/Ask")
                            .provider("acme")
                            .request(String.class, (question, said) -> {
                                fails(point, Point.REQUEST, kind);
                                said.model("m");
                            })
                            .response(String.class, (answer, said) -> {
                                fails(point, Point.RESPONSE, kind);
                                said.set(Unit.INPUT_TOKENS, 1);
                            })
                            .build())
                    .build();
            try {
                server = costs.install(NettyServerBuilder.forAddress(
                                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .addService(Words.service(Bench::answer)))
                        .build()
                        .start();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            channel = NettyChannelBuilder.forAddress(
                            InetAddress.getLoopbackAddress().getHostAddress(), server.getPort())
                    .usePlaintext()
                    .intercept(costs.clientInterceptor())
                    .build();
            broken.set(true);
        }

        private boolean fails(Point point, Point here, Kind kind) {
            if (point == here && broken.get()) {
                throw kind.provoked();
            }
            return false;
        }

        private static String answer(String question) {
            if (question.equals("fail")) {
                Metadata trailers = new Metadata();
                trailers.put(Metadata.Key.of("why", Metadata.ASCII_STRING_MARSHALLER), "asked to");
                throw Status.ABORTED.withDescription("as asked").asRuntimeException(trailers);
            }
            return "to " + question;
        }

        String ask(String question) {
            return ClientCalls.blockingUnaryCall(
                    channel, Words.ASK, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), question);
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
            broken.set(false);
            channel.shutdownNow();
            server.shutdownNow();
            meter.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void exceptionsChangeNothing(Point point) {
        changesNothing(point, Kind.EXCEPTION);
    }

    @ParameterizedTest
    @EnumSource
    void errorsChangeNothing(Point point) {
        changesNothing(point, Kind.ERROR);
    }

    private static void changesNothing(Point point, Kind kind) {
        try (Bench bench = new Bench(point, kind)) {
            assertThat(bench.ask("me")).isEqualTo("to me");
            assertThatThrownBy(() -> bench.ask("fail")).hasMessage("ABORTED: as asked");
            if (point != Point.TICKER) {
                RequestMeter request = bench.meter.open("chat");
                try (Scope scope = request.makeCurrent()) {
                    assertThat(bench.ask("me")).isEqualTo("to me");
                    assertThatThrownBy(() -> bench.ask("fail")).hasMessage("ABORTED: as asked");
                }
            }
            bench.broken.set(false);
            assertThat(bench.ask("me")).isEqualTo("to me");
            boolean asked = point != Point.TRUST && point != Point.ESTIMATOR;
            assertThat(bench.failures() > 0).as("counted").isEqualTo(asked);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "triton:8001/v2, 'authority: ''triton:8001/v2'' is not HOST[:PORT] without scheme'",
        "dns:///triton, 'authority: ''dns:///triton'' is not HOST[:PORT] without scheme'"
    })
    void authoritiesAreCheckedWhenTheyAreGiven(String authority, String message) {
        try (CostMeter meter = CostMeter.builder().build()) {
            assertThatThrownBy(() -> GrpcCosts.builder(meter).provider(authority, "pool"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(message);
            assertThatThrownBy(() -> GrpcCosts.builder(meter).provider("triton", " "))
                    .hasMessageContaining("an id of the price table or the name of a capacity pool");
            assertThatThrownBy(() -> GrpcCosts.builder(meter).measure("pool", Unit.INPUT_TOKENS))
                    .hasMessageContaining("give ACCELERATOR_SECONDS, BYTES or REQUESTS");
            assertThatThrownBy(() -> GrpcCosts.builder(meter).features("Chat : chat"))
                    .hasMessageStartingWith("features: 'Chat : chat' is no METHOD : FEATURE; give it like");
            assertThatThrownBy(() -> GrpcCosts.builder(meter).features("a.B/C : x; a.B/C : y"))
                    .hasMessageContaining("is there twice, for x and y");
            assertThatThrownBy(() -> GrpcCosts.builder(meter).features(" ; ")).hasMessageContaining("nothing in");
            assertThatThrownBy(() -> GrpcCosts.builder(meter).unmapped(" ")).hasMessageContaining("feature is empty");
            assertThatThrownBy(() -> GrpcCosts.builder(meter).longestSilence(java.time.Duration.ZERO))
                    .hasMessageContaining("not above 0");
        }
    }
}

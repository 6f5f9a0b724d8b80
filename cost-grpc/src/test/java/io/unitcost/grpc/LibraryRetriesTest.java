package io.unitcost.grpc;

import static io.unitcost.grpc.Loopback.ASKED;
import static io.unitcost.grpc.Loopback.ONE;
import static io.unitcost.grpc.Loopback.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.api.gax.rpc.StatusCode;
import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.PredictionServiceClient;
import com.google.cloud.vertexai.api.PredictionServiceSettings;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.unitcost.AttemptCost;
import io.unitcost.CallMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One wish and several tries, above and below what an interceptor sees. */
@Timeout(60)
class LibraryRetriesTest {

    private final Loopback loopback = Loopback.start();

    @AfterEach
    void close() {
        loopback.close();
    }

    private RequestCost request(Supplier<?> work) {
        RequestMeter request = loopback.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            work.get();
        } finally {
            request.end(Outcome.DELIVERED);
        }
        return loopback.costs.take();
    }

    private Object triesThreeTimes() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> loopback.blocking()
                            .generateContent(ASKED.toBuilder().build()))
                    .hasMessageContaining("UNAVAILABLE");
        }
        return loopback.blocking().generateContent(ASKED);
    }

    @Test
    void clientsOfGoogleTryThreeTimesForOneCall() throws Exception {
        PredictionServiceSettings.Builder settings = PredictionServiceSettings.newBuilder()
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(
                        FixedTransportChannelProvider.create(GrpcTransportChannel.create(loopback.channel)));
        settings.generateContentSettings()
                .setRetryableCodes(StatusCode.Code.UNAVAILABLE)
                .setRetrySettings(RetrySettings.newBuilder()
                        .setMaxAttempts(3)
                        .setInitialRetryDelayDuration(java.time.Duration.ofMillis(5))
                        .setMaxRetryDelayDuration(java.time.Duration.ofMillis(5))
                        .setInitialRpcTimeoutDuration(java.time.Duration.ofSeconds(20))
                        .setMaxRpcTimeoutDuration(java.time.Duration.ofSeconds(20))
                        .setTotalTimeoutDuration(java.time.Duration.ofSeconds(20))
                        .build());
        loopback.model
                .thenFails(Status.UNAVAILABLE)
                .thenFails(Status.UNAVAILABLE)
                .thenAnswers();
        try (PredictionServiceClient client = PredictionServiceClient.create(settings.build())) {
            RequestCost cost = request(() -> client.generateContent(ASKED));
            assertThat(results(cost)).containsExactly("RETRIED unbilled", "RETRIED unbilled", "DELIVERED REPORTED");
            assertThat(cost.attempts())
                    .extracting(AttemptCost::call)
                    .hasSize(3)
                    .containsOnly(cost.attempts().get(0).call());
        }
    }

    @Test
    void askingTheSameAgainAfterAFailureIsTheSameCall() {
        loopback.model
                .thenFails(Status.UNAVAILABLE)
                .thenFails(Status.UNAVAILABLE)
                .thenAnswers();
        RequestCost cost = request(this::triesThreeTimes);
        assertThat(results(cost)).containsExactly("RETRIED unbilled", "RETRIED unbilled", "DELIVERED REPORTED");
    }

    @Test
    void askingSomethingElseAfterAFailureIsAnotherCall() {
        loopback.model.thenFails(Status.UNAVAILABLE).thenAnswers();
        RequestCost cost = request(() -> {
            assertThatThrownBy(() -> loopback.blocking().generateContent(ASKED)).hasMessageContaining("UNAVAILABLE");
            GenerateContentRequest other = ASKED.toBuilder().setModel("other").build();
            return loopback.blocking().generateContent(other);
        });
        assertThat(results(cost)).containsExactly("FAILED unbilled", "DELIVERED REPORTED");
    }

    @Test
    void askingTheSameAgainAfterAnAnswerIsAnotherCall() {
        RequestCost cost = request(() -> {
            loopback.blocking().generateContent(ASKED);
            return loopback.blocking().generateContent(ASKED);
        });
        assertThat(results(cost)).containsExactly("DELIVERED REPORTED", "DELIVERED REPORTED");
        assertThat(cost.inference()).isEqualTo(ONE.times(2));
    }

    @Test
    void anotherRequestIsAnotherAccount() {
        loopback.model.thenFails(Status.UNAVAILABLE).thenAnswers();
        RequestCost first =
                request(() -> assertThatThrownBy(() -> loopback.blocking().generateContent(ASKED))
                        .hasMessageContaining("UNAVAILABLE"));
        RequestCost second = request(() -> loopback.blocking().generateContent(ASKED));
        assertThat(results(first)).containsExactly("FAILED unbilled");
        assertThat(results(second)).containsExactly("DELIVERED REPORTED");
    }

    @Test
    void aLayerAboveOwnsTheCall() {
        loopback.model
                .thenFails(Status.UNAVAILABLE)
                .thenFails(Status.UNAVAILABLE)
                .thenAnswers();
        RequestCost cost = request(() -> {
            CallMeter call = loopback.meter.call();
            try (Scope scope = call.makeCurrent()) {
                triesThreeTimes();
            }
            call.record(io.unitcost.Attempt.of("google", Model.NAME)
                    .usage(io.unitcost.price.Usage.tokens(1_000, 100))
                    .build());
            call.end();
            return null;
        });
        assertThat(results(cost)).containsExactly("RETRIED unbilled", "RETRIED unbilled", "DELIVERED REPORTED");
    }

    /** A stream that the server refuses before it looks at it is tried again by the transport, without any policy. */
    @Test
    void aStreamThatWasRefusedCostsNothing() throws Exception {
        GenerateContentResponse answer = Model.whole();
        try (RefusingServer server = new RefusingServer(answer.toByteArray())) {
            var channel = NettyChannelBuilder.forAddress(
                            InetAddress.getLoopbackAddress().getHostAddress(), server.port())
                    .usePlaintext()
                    .intercept(loopback.hooks.clientInterceptor())
                    .build();
            RequestCost cost =
                    request(() -> com.google.cloud.vertexai.api.PredictionServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(10, TimeUnit.SECONDS)
                            .generateContent(ASKED));
            channel.shutdownNow();
            assertThat(results(cost)).containsExactly("RETRIED unbilled", "DELIVERED REPORTED");
            assertThat(cost.total()).isEqualTo(ONE);
        }
    }
}

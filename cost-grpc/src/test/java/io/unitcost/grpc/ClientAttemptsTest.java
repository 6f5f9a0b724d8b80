package io.unitcost.grpc;

import static io.unitcost.grpc.Loopback.ASKED;
import static io.unitcost.grpc.Loopback.ONE;
import static io.unitcost.grpc.Loopback.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.PredictionServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.grpc.Loopback.Transport;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each try of a call is written to the account as, with the transports of gRPC as they are. */
@Timeout(60)
class ClientAttemptsTest {

    private static final Money PROMPT = Money.usd("0.001");

    private Loopback loopback = Loopback.start();

    private void restart(Loopback other) {
        loopback.close();
        loopback = other;
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private RequestCost request(Runnable work) {
        RequestMeter request = loopback.meter.open("chat");
        Outcome outcome = Outcome.FAILED;
        try (Scope scope = request.makeCurrent()) {
            work.run();
            outcome = Outcome.DELIVERED;
        } finally {
            request.end(outcome);
        }
        return loopback.costs.take();
    }

    /** A message that counts at all counts what it does not mention, too: as zero. */
    private static void assertTokens(Attempt attempt, long input, long output) {
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(input);
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(output);
        assertThat(attempt.usage().count(Unit.CACHE_READ_TOKENS)).isZero();
    }

    private void ask() {
        assertThat(loopback.blocking().generateContent(ASKED).getModelVersion()).isEqualTo(Model.NAME);
    }

    private void fails(Status.Code code) {
        assertThatThrownBy(() -> loopback.blocking().generateContent(ASKED))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerIsOneAttempt(Transport transport) {
        restart(Loopback.start(transport, Map.of(), hooks -> hooks));
        RequestCost cost = request(this::ask);
        assertThat(results(cost)).containsExactly("DELIVERED REPORTED");
        assertThat(cost.inference()).isEqualTo(ONE);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(attempt.provider()).isEqualTo("google");
        assertThat(attempt.model()).isEqualTo(Model.NAME);
        assertTokens(attempt, 1_000, 100);
        assertThat(attempt.durationNanos()).isPositive();
    }

    @Test
    void callsOutsideOfARequestAreUnattributed() {
        ask();
        assertThat(loopback.only().cost()).isEqualTo(ONE);
    }

    @Test
    void triesAfterUnavailableAreOneCall() {
        restart(Loopback.start(Loopback.retries(3, "0.01s")));
        loopback.model
                .thenFails(Status.UNAVAILABLE)
                .thenFails(Status.UNAVAILABLE)
                .thenAnswers();
        RequestCost cost = request(this::ask);
        assertThat(results(cost)).containsExactly("RETRIED unbilled", "RETRIED unbilled", "DELIVERED REPORTED");
        assertThat(cost.total()).isEqualTo(ONE);
        assertThat(cost.attempts()).extracting(AttemptCost::call).containsOnly(0);
    }

    @Test
    void theBackOffIsInNoAttempt() {
        restart(Loopback.start(Loopback.retries(2, "3s")));
        loopback.model.thenFails(Status.UNAVAILABLE).thenAnswers();
        RequestCost cost = request(this::ask);
        assertThat(cost.durationNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(2_300));
        assertThat(cost.attempts()).hasSize(2).allSatisfy(attempt -> assertThat(
                        attempt.attempt().durationNanos())
                .isBetween(1L, TimeUnit.MILLISECONDS.toNanos(2_000)));
        assertThat(cost.attempts().get(1).attempt().firstTokenNanos())
                .isBetween(0L, TimeUnit.MILLISECONDS.toNanos(2_000));
    }

    @ParameterizedTest
    @EnumSource
    void aTryThatWasDecidedOnAndNeverSentIsNone(Transport transport) {
        restart(Loopback.start(transport, Loopback.retries(2, "30s"), hooks -> hooks));
        loopback.model.thenFails(Status.UNAVAILABLE);
        RequestCost cost =
                request(() -> assertThatThrownBy(() -> PredictionServiceGrpc.newBlockingStub(loopback.channel)
                                .withDeadlineAfter(400, TimeUnit.MILLISECONDS)
                                .generateContent(ASKED))
                        .hasMessageContaining("DEADLINE_EXCEEDED"));
        assertThat(results(cost)).containsExactly("FAILED unbilled");
        assertThat(cost.total()).isEqualTo(Money.usd("0"));
    }

    @Test
    void aLostHedgeCostsItsPrompt() {
        restart(Loopback.start(Loopback.hedges(2, "0.05s")));
        CountDownLatch gate = new CountDownLatch(1);
        loopback.model.thenWaits(gate).thenAnswers();
        RequestCost cost = request(this::ask);
        gate.countDown();
        assertThat(results(cost)).containsExactlyInAnyOrder("CANCELLED ESTIMATED", "DELIVERED REPORTED");
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.retry()).isEqualTo(PROMPT);
    }

    @Test
    void threeHundredHedgedCallsDeliverOnceEach() {
        restart(Loopback.start(Loopback.hedges(3, "0.001s")));
        for (int i = 0; i < 300; i++) {
            RequestCost cost = request(this::ask);
            assertThat(cost.attempts()).extracting(AttemptCost::result).containsOnlyOnce(Result.DELIVERED);
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(cost.attempts()).hasSizeBetween(1, 3);
        }
    }

    @Test
    void aStreamThatFailsAfterItsFirstMessageIsNotTriedAgain() {
        restart(Loopback.start(Loopback.retries(3, "0.01s")));
        loopback.model.then(to -> {
            to.onNext(Model.text("0123"));
            to.onError(Status.UNAVAILABLE.asRuntimeException());
        });
        RequestCost cost = request(() -> {
            Iterator<GenerateContentResponse> answer = loopback.blocking().streamGenerateContent(ASKED);
            answer.next();
            assertThatThrownBy(answer::hasNext).hasMessageContaining("UNAVAILABLE");
        });
        assertThat(results(cost)).containsExactly("FAILED ESTIMATED");
        assertThat(cost.attempts().get(0).attempt().usage()).isEqualTo(Usage.tokens(10, 1));
    }

    @Test
    void aServerMayForbidRetries() {
        restart(Loopback.start(Loopback.retries(3, "0.01s")));
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER), "-1");
        loopback.model.thenFails(Status.UNAVAILABLE, trailers);
        RequestCost cost = request(() -> fails(Status.Code.UNAVAILABLE));
        assertThat(results(cost)).containsExactly("FAILED unbilled");
    }

    @Test
    void aDeadlineThatHasPassedSendsNothing() {
        ask();
        loopback.only();
        RequestCost cost =
                request(() -> assertThatThrownBy(() -> PredictionServiceGrpc.newBlockingStub(loopback.channel)
                                .withDeadlineAfter(-1, TimeUnit.SECONDS)
                                .generateContent(ASKED))
                        .hasMessageContaining("DEADLINE_EXCEEDED"));
        assertThat(cost.attempts()).isEmpty();
    }

    @Test
    void aContextThatWasCancelledSendsNothing() {
        Context.CancellableContext cancelled = Context.current().withCancellation();
        cancelled.cancel(null);
        RequestCost cost = request(() -> cancelled.run(() -> fails(Status.Code.CANCELLED)));
        assertThat(cost.attempts()).isEmpty();
    }

    @Test
    void aCallThatIsNeverStartedIsNone() {
        RequestCost cost = request(() -> {
            ClientCall<GenerateContentRequest, GenerateContentResponse> call =
                    loopback.channel.newCall(PredictionServiceGrpc.getGenerateContentMethod(), CallOptions.DEFAULT);
            call.cancel("no more", null);
            ClientCall<GenerateContentRequest, GenerateContentResponse> other =
                    loopback.channel.newCall(PredictionServiceGrpc.getGenerateContentMethod(), CallOptions.DEFAULT);
            assertThat(other).isNotNull();
        });
        assertThat(cost.attempts()).isEmpty();
        assertThat(cost.reaped()).isNull();
    }

    @Test
    void aSecondStartOfACallChangesNothing() {
        CountDownLatch gate = new CountDownLatch(1);
        loopback.model.thenWaits(gate);
        RequestMeter request = loopback.meter.open("chat");
        Giving answer = new Giving();
        try (Scope scope = request.makeCurrent()) {
            ClientCall<GenerateContentRequest, GenerateContentResponse> call =
                    loopback.channel.newCall(PredictionServiceGrpc.getGenerateContentMethod(), CallOptions.DEFAULT);
            ClientCalls.asyncUnaryCall(call, ASKED, answer);
            assertThatThrownBy(() -> call.start(new ClientCall.Listener<>() {}, new Metadata()))
                    .isInstanceOf(IllegalStateException.class);
        }
        request.end(Outcome.DELIVERED);
        gate.countDown();
        assertThat(results(loopback.costs.take())).containsExactly("DELIVERED REPORTED");
        answer.done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsPricedByItsLastCount(Transport transport) {
        restart(Loopback.start(transport, Map.of(), hooks -> hooks));
        loopback.model.then(to -> {
            for (int i = 1; i <= 5; i++) {
                to.onNext(Model.text("word ").toBuilder()
                        .setModelVersion(Model.NAME)
                        .setUsageMetadata(Model.usage(20 * i))
                        .build());
            }
            to.onCompleted();
        });
        RequestCost cost =
                request(() -> loopback.blocking().streamGenerateContent(ASKED).forEachRemaining(piece -> {}));
        assertThat(results(cost)).containsExactly("DELIVERED REPORTED");
        assertTokens(cost.attempts().get(0).attempt(), 1_000, 100);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.attempts().get(0).attempt().firstTokenNanos()).isNotNegative();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatTheCallerGivesUpCostsWhatWasSeen(Transport transport) {
        restart(Loopback.start(transport, Map.of(), hooks -> hooks));
        loopback.model.then(to -> to.onNext(Model.text("01234567")));
        RequestCost cost = request(() -> {
            Giving giving = new Giving();
            loopback.async().streamGenerateContent(ASKED, giving);
            giving.done.orTimeout(10, TimeUnit.SECONDS).join();
        });
        assertThat(results(cost)).containsExactly("CANCELLED ESTIMATED");
        assertThat(cost.attempts().get(0).attempt().usage()).isEqualTo(Usage.tokens(10, 2));
    }

    @Test
    void countsOfAStreamThatBrokeOffArePartial() {
        loopback.model.then(to -> {
            to.onNext(Model.text("0123").toBuilder()
                    .setUsageMetadata(Model.usage(40))
                    .build());
            to.onError(Status.INTERNAL.asRuntimeException());
        });
        RequestCost cost = request(() -> {
            Iterator<GenerateContentResponse> answer = loopback.blocking().streamGenerateContent(ASKED);
            answer.next();
            assertThatThrownBy(answer::hasNext).hasMessageContaining("INTERNAL");
        });
        assertThat(results(cost)).containsExactly("FAILED PARTIAL");
        assertTokens(cost.attempts().get(0).attempt(), 1_000, 40);
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineInTheMiddleOfAStreamIsAFailure(Transport transport) {
        restart(Loopback.start(transport, Map.of(), hooks -> hooks));
        loopback.model.then(to -> to.onNext(Model.text("01234567")));
        RequestCost cost = request(() -> {
            Iterator<GenerateContentResponse> answer = PredictionServiceGrpc.newBlockingStub(loopback.channel)
                    .withDeadlineAfter(1_500, TimeUnit.MILLISECONDS)
                    .streamGenerateContent(ASKED);
            answer.next();
            assertThatThrownBy(answer::hasNext).hasMessageContaining("DEADLINE_EXCEEDED");
        });
        assertThat(results(cost)).containsExactly("FAILED ESTIMATED");
    }

    @Test
    void aDeadlineOfTheContextIsADeadline() {
        loopback.model.then(to -> to.onNext(Model.text("01234567")));
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        Context.CancellableContext limited = Context.current().withDeadlineAfter(1_500, TimeUnit.MILLISECONDS, timer);
        RequestCost cost = request(() -> limited.run(() -> {
            Iterator<GenerateContentResponse> answer =
                    PredictionServiceGrpc.newBlockingStub(loopback.channel).streamGenerateContent(ASKED);
            answer.next();
            assertThatThrownBy(answer::hasNext).isInstanceOf(StatusRuntimeException.class);
        }));
        limited.cancel(null);
        timer.shutdownNow();
        assertThat(results(cost)).containsExactly("FAILED ESTIMATED");
    }

    @Test
    void anAnswerThatTheApplicationChokesOnWasSpent() {
        RequestCost cost = request(() -> {
            Giving choking = new Giving() {
                @Override
                public void onNext(GenerateContentResponse message) {
                    throw new IllegalStateException("provoked");
                }
            };
            loopback.async().generateContent(ASKED, choking);
            choking.done.orTimeout(10, TimeUnit.SECONDS).join();
        });
        assertTokens(cost.attempts().get(0).attempt(), 1_000, 100);
        assertThat(cost.retry()).isEqualTo(ONE);
        assertThat(cost.inference()).isEqualTo(Money.usd("0"));
    }

    @Test
    void anAbandonedIteratorEndsAfterALongSilence() {
        ManualTicker ticker = new ManualTicker();
        restart(Loopback.start(Map.of(), meter -> meter.ticker(ticker).clock(ticker.clock()), hooks -> hooks));
        loopback.model.then(to -> to.onNext(Model.text("01234567")));
        PredictionServiceGrpc.newBlockingStub(loopback.channel)
                .streamGenerateContent(ASKED)
                .next();
        assertThat(loopback.hooks.open().size()).isEqualTo(1);
        loopback.meter.reap();
        ticker.advance(Duration.ofMinutes(11));
        loopback.meter.reap();
        AttemptCost attempt = loopback.only();
        assertThat(attempt.result()).isEqualTo(Result.CANCELLED);
        assertThat(attempt.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(attempt.attempt().usage()).isEqualTo(Usage.tokens(10, 2));
    }

    @Test
    void twoInterceptorsMeterOnce() {
        RequestCost cost = request(() -> assertThat(PredictionServiceGrpc.newBlockingStub(loopback.channel)
                        .withInterceptors(loopback.hooks.clientInterceptor())
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .generateContent(ASKED))
                .isNotNull());
        assertThat(results(cost)).containsExactly("DELIVERED REPORTED");
    }

    @Test
    void anAsynchronousCallIsOnTheAccountOfItsCaller() {
        CountDownLatch gate = new CountDownLatch(1);
        loopback.model.thenWaits(gate);
        RequestMeter request = loopback.meter.open("chat");
        Giving answer = new Giving();
        try (Scope scope = request.makeCurrent()) {
            loopback.async().generateContent(ASKED, answer);
        }
        request.end(Outcome.DELIVERED);
        assertThat(loopback.costs.drain()).as("open while the call is").isEmpty();
        gate.countDown();
        RequestCost cost = loopback.costs.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.inference()).isEqualTo(ONE);
        answer.done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void whatIsPaidByTimeIsMeasuredWhereNothingIsReported() {
        restart(Loopback.start(Transport.NETTY, Map.of(), hooks -> hooks.measure("google", Unit.ACCELERATOR_SECONDS)));
        loopback.model.then(to -> {
            to.onNext(Model.text("0123"));
            to.onCompleted();
        });
        RequestCost cost = request(() -> loopback.blocking().generateContent(ASKED));
        assertThat(results(cost)).containsExactly("DELIVERED ESTIMATED");
        assertThat(cost.attempts().get(0).attempt().usage().quantity(Unit.ACCELERATOR_SECONDS))
                .isPositive();
    }

    @Test
    void whatIsPaidByBytesIsMeasuredOnTheWire() {
        restart(Loopback.start(Transport.NETTY, Map.of(), hooks -> hooks.measure("google", Unit.BYTES)));
        GenerateContentResponse answer = Model.text("0123");
        loopback.model.then(to -> {
            to.onNext(answer);
            to.onCompleted();
        });
        RequestCost cost = request(() -> loopback.blocking().generateContent(ASKED));
        assertThat(cost.attempts().get(0).attempt().usage())
                .isEqualTo(Usage.of(Unit.BYTES, ASKED.getSerializedSize() + answer.getSerializedSize()));
    }

    /** Goes after the first message. */
    private static class Giving implements ClientResponseObserver<GenerateContentRequest, GenerateContentResponse> {
        final CompletableFuture<List<String>> done = new CompletableFuture<>();
        private ClientCallStreamObserver<GenerateContentRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<GenerateContentRequest> stream) {
            call = stream;
        }

        @Override
        public void onNext(GenerateContentResponse message) {
            if (!message.hasUsageMetadata()) {
                call.cancel("enough", null);
            }
        }

        @Override
        public void onError(Throwable failure) {
            done.complete(List.of(failure.toString()));
        }

        @Override
        public void onCompleted() {
            done.complete(List.of());
        }
    }
}

package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a call may end before its answer does: what had been used by then is known or estimated, and marked. */
class MeteredHttpClientEndsTest {

    /** Ten tokens of input at a millionth of a dollar. */
    private static final Money INPUT_ONLY = Money.usd("0.00001");

    private final Loopback loopback = Loopback.start();

    @AfterEach
    void nothingIsPublishedUnseen() {
        loopback.close();
    }

    @Test
    void aConnectionThatIsNotMadeInTimeCostsNothing() throws Exception {
        HttpClient hurried = loopback.metered(
                HttpClient.newBuilder().connectTimeout(Duration.ofMillis(100)).build());
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = connected(full);
                Socket second = connected(full)) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + full.getLocalPort() + Loopback.CHAT))
                    .POST(BodyPublishers.ofString(Loopback.ASKED))
                    .build();
            assertThatThrownBy(() -> hurried.send(request, BodyHandlers.ofString()))
                    .isInstanceOf(HttpConnectTimeoutException.class);
            assertUnbilled();
        }
    }

    @Test
    void aRefusedConnectionCostsNothing() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + Loopback.CHAT))
                .POST(BodyPublishers.ofString(Loopback.ASKED))
                .build();
        assertThatThrownBy(() -> loopback.client.send(request, BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
        assertUnbilled();
        assertThatThrownBy(() -> loopback.client
                        .sendAsync(request, BodyHandlers.ofString())
                        .get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConnectException.class);
        assertUnbilled();
    }

    @Test
    void aHostThatNobodyKnowsCostsNothing() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://no-such-host.invalid" + Loopback.CHAT))
                .POST(BodyPublishers.ofString(Loopback.ASKED))
                .build();
        assertThatThrownBy(() -> loopback.client.send(request, BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
        assertUnbilled();
    }

    @Test
    void aRequestThatGoesUnansweredCostsItsPrompt() {
        loopback.server.answers(Answer.empty(200).hang());
        HttpRequest request = loopback.post(Loopback.CHAT, Loopback.ASKED)
                .timeout(Duration.ofMillis(300))
                .build();
        assertThatThrownBy(() -> loopback.client.send(request, BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class)
                .hasMessage("request timed out");
        assertEnded(Result.FAILED, Quality.ESTIMATED, INPUT_ONLY);
    }

    @Test
    void aStreamThatTheApplicationStopsWaitingForIsCancelled() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        loopback.server.answers(Loopback.stream().pausedBefore(3, never));
        CompletableFuture<HttpResponse<String>> future =
                loopback.client.sendAsync(loopback.chatStream(), BodyHandlers.ofString());
        loopback.server.awaitRequest();
        assertThatThrownBy(() -> future.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(future.cancel(true)).isTrue();
        loopback.server.awaitAborted(1);
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.CANCELLED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        // "It" and " is" are five characters, which are two tokens
        assertThat(cost.attempt().usage()).isEqualTo(Usage.tokens(10, 2));
    }

    @Test
    void aCallThatIsCancelledBeforeItsAnswerCostsItsPrompt() {
        loopback.server.answers(Answer.empty(200).hang());
        CompletableFuture<HttpResponse<String>> future =
                loopback.client.sendAsync(loopback.chat(), BodyHandlers.ofString());
        loopback.server.awaitRequest();
        assertThat(future.cancel(true)).isTrue();
        assertThat(future).isCompletedExceptionally();
        assertEnded(Result.CANCELLED, Quality.ESTIMATED, INPUT_ONLY);
        loopback.server.awaitAborted(1);
    }

    @Test
    void anInterruptedCallIsCancelled() throws Exception {
        loopback.server.answers(Answer.empty(200).hang());
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                loopback.client.send(loopback.chat(), BodyHandlers.ofString());
                thrown.complete(null);
            } catch (Throwable failure) {
                thrown.complete(failure);
            }
        });
        caller.start();
        loopback.server.awaitRequest();
        caller.interrupt();
        assertThat(thrown.get(10, TimeUnit.SECONDS)).isExactlyInstanceOf(InterruptedException.class);
        assertEnded(Result.CANCELLED, Quality.ESTIMATED, INPUT_ONLY);
    }

    @Test
    void anInterruptBeforeTheCallMeansThatNothingWasSent() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> loopback.client.send(loopback.chat(), BodyHandlers.ofString()))
                .isInstanceOf(InterruptedException.class);
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.CANCELLED);
        assertThat(cost.attempt().isBilled()).isFalse();
    }

    @Test
    void aStreamThatIsClosedMidwayCostsWhatWasSeen() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        loopback.server.answers(Loopback.stream().pausedBefore(3, never));
        HttpResponse<InputStream> response = loopback.client.send(loopback.chatStream(), BodyHandlers.ofInputStream());
        readUntil(response.body(), " is");
        loopback.costs.assertNothingLeft();
        response.body().close();
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.CANCELLED);
        assertThat(cost.attempt().usage()).isEqualTo(Usage.tokens(10, 2));
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        // 10 x 1 + 2 x 10 millionths
        assertThat(cost.cost()).isEqualTo(Money.usd("0.00003"));
        loopback.server.awaitAborted(1);
    }

    @Test
    void aMessageThatIsClosedMidwayKeepsTheInputThatWasReported() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        loopback.server.answers(Loopback.answer().messageStream().pausedBefore(5, never));
        HttpResponse<InputStream> response = loopback.client.send(
                loopback.post("/v1/messages", Loopback.ASKED_STREAM).build(), BodyHandlers.ofInputStream());
        readUntil(response.body(), " is");
        response.body().close();
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.CANCELLED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.PARTIAL);
        assertThat(cost.attempt().usage().count(Unit.INPUT_TOKENS)).isEqualTo(1_000);
        assertThat(cost.attempt().usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(2);
        // 1,000 x 1 + 2 x 10 millionths
        assertThat(cost.cost()).isEqualTo(Money.usd("0.00102"));
    }

    @Test
    void aStreamThatIsClosedAfterItsLastEventIsDelivered() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        loopback.server.answers(Loopback.stream().pausedBefore(7, never));
        HttpResponse<InputStream> response = loopback.client.send(loopback.chatStream(), BodyHandlers.ofInputStream());
        readUntil(response.body(), "[DONE]");
        response.body().close();
        loopback.assertDelivered();
        never.countDown();
    }

    @Test
    void aSubscriptionThatIsCancelledCostsWhatWasSeen() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        loopback.server.answers(Loopback.stream().pausedBefore(3, never));
        Flow.Publisher<List<ByteBuffer>> body = loopback.client
                .send(loopback.chatStream(), BodyHandlers.ofPublisher())
                .body();
        body.subscribe(new Leaving(" is"));
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.CANCELLED);
        assertThat(cost.attempt().usage()).isEqualTo(Usage.tokens(10, 2));
        loopback.server.awaitAborted(1);
    }

    @Test
    void aBodyOverTheLimitCostsWhatWasSeen() throws Exception {
        loopback.server.answers(Loopback.stream().pausedBefore(3, new CountDownLatch(1)));
        var limited = MeteredHttpClientBodiesTest.limiting(BodyHandlers.ofString(), 300);
        assertThatThrownBy(() -> loopback.client.send(loopback.chatStream(), limited))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("300");
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isIn(Result.CANCELLED, Result.FAILED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.attempt().usage().isEmpty()).isFalse();
    }

    @Test
    void aBodyHandlerThatThrowsGetsItsExceptionAndTheAttemptFailed() {
        loopback.server.answers(Loopback.answer().chat());
        assertThatThrownBy(() -> loopback.client.send(loopback.chat(), info -> {
                    throw new IllegalStateException("mine");
                }))
                .isInstanceOf(IOException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertEnded(Result.FAILED, Quality.ESTIMATED, INPUT_ONLY);
    }

    @Test
    void aBodyThatNobodyReadsKeepsItsRequestOpenUntilTheReaperComes() throws Exception {
        loopback.server.answers(Loopback.answer().bigText(1 << 20).chatStreamWithUsage());
        RequestMeter request = loopback.meter.open("chat");
        HttpResponse<InputStream> response;
        try (Scope scope = request.makeCurrent()) {
            response = loopback.client.send(loopback.chatStream(), BodyHandlers.ofInputStream());
        }
        request.end(Outcome.DELIVERED);
        assertThat(request.isOpen()).isTrue();
        loopback.costs.assertNothingLeft();
        // whoever reads it after all gets all of it
        assertThat(response.body().readAllBytes()).hasSizeGreaterThan(1 << 20);
        RequestCost cost = loopback.costs.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
        assertThat(request.isOpen()).isFalse();
    }

    /** With its length before it; the JDK takes the end of chunks from the wire only when someone reads. */
    @Test
    void aShortBodyThatNobodyReadsEndsByItself() throws Exception {
        loopback.server.answers(Answers.rateLimited(), Loopback.answer().chat());
        for (int i = 0; i < 2; i++) {
            loopback.client.send(loopback.chat(), BodyHandlers.ofInputStream());
        }
        assertUnbilled();
        loopback.assertDelivered();
    }

    @ParameterizedTest
    @EnumSource
    void aCutStreamCostsWhatWasSeen(Cut cut) {
        int afterTwoWords = Loopback.stream().length(3);
        loopback.server.answers(Loopback.stream().cutAfter(afterTwoWords, cut));
        assertThatThrownBy(() -> loopback.client.send(loopback.chatStream(), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.FAILED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        if (cut == Cut.FIN) {
            // after a reset the client may not see what had come
            assertThat(cost.attempt().usage()).isEqualTo(Usage.tokens(10, 2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsCutInTheMiddleOfAChunkCostsWhatWasSeen(Cut cut) throws Exception {
        int inTheThirdWord = Loopback.stream().length(4) - 10;
        CountDownLatch read = new CountDownLatch(1);
        loopback.server.answers(Loopback.stream().pausedBefore(3, read).cutAfter(inTheThirdWord, cut));
        HttpResponse<InputStream> response = loopback.client.send(loopback.chatStream(), BodyHandlers.ofInputStream());
        readUntil(response.body(), " is");
        read.countDown();
        assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.FAILED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.attempt().usage().count(Unit.OUTPUT_TOKENS)).isBetween(2L, 5L);
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatIsDroppedWithoutAnAnswerCostsItsPrompt(Cut cut) {
        loopback.server.answers(Answer.empty(200).dropped(cut));
        assertThatThrownBy(() -> loopback.client.send(loopback.chat(), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertEnded(Result.FAILED, Quality.ESTIMATED, INPUT_ONLY);
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsTakenAsItIs() throws Exception {
        int afterTwoWords = Loopback.stream().length(3);
        loopback.server.answers(Loopback.stream().untilClose().cutAfter(afterTwoWords, Cut.FIN));
        assertThat(loopback.client
                        .send(loopback.chatStream(), BodyHandlers.ofString())
                        .body())
                .endsWith("\n\n");
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.DELIVERED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.attempt().usage()).isEqualTo(Usage.tokens(10, 2));
    }

    private void assertUnbilled() {
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.FAILED);
        assertThat(cost.attempt().isBilled()).isFalse();
        assertThat(cost.cost()).isEqualTo(Money.usd("0"));
    }

    private void assertEnded(Result result, Quality quality, Money retry) {
        RequestCost cost = loopback.costs.take();
        assertThat(cost.attempts())
                .extracting(
                        attempt -> attempt.result() + " " + attempt.attempt().quality())
                .containsExactly(result + " " + quality);
        assertThat(cost.retry()).isEqualTo(retry);
        assertThat(cost.total()).isEqualTo(retry);
    }

    /** Reads as little as shows the text. */
    static void readUntil(InputStream body, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = body.read();
            assertThat(next).as("the end of " + read).isNotNegative();
            read.append((char) next);
        }
    }

    private static Socket connected(ServerSocket server) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 2_000);
        return socket;
    }

    /** Leaves once it has seen a text. */
    private static final class Leaving implements Flow.Subscriber<List<ByteBuffer>> {
        private final String text;
        private final StringBuilder seen = new StringBuilder();
        final CompletableFuture<Integer> length = new CompletableFuture<>();
        private Flow.Subscription subscription;

        Leaving(String text) {
            this.text = text;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (ByteBuffer piece : pieces) {
                while (piece.hasRemaining()) {
                    seen.append((char) piece.get());
                }
            }
            if (seen.indexOf(text) >= 0) {
                subscription.cancel();
                length.complete(seen.length());
            } else {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            length.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            length.completeExceptionally(new AssertionError("it came to its end without " + text));
        }
    }
}

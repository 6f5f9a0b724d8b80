package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.testing.Answer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the application makes of a body: it is what the client gives, and the usage in it is seen. */
class MeteredHttpClientBodiesTest {

    private final Loopback loopback = Loopback.start();

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsPublishedUnseen() {
        loopback.close();
    }

    /** The two ways of asking. */
    enum Way {
        SEND {
            @Override
            <T> HttpResponse<T> ask(HttpClient client, HttpRequest request, BodyHandler<T> handler) throws Exception {
                return client.send(request, handler);
            }
        },
        SEND_ASYNC {
            @Override
            <T> HttpResponse<T> ask(HttpClient client, HttpRequest request, BodyHandler<T> handler) throws Exception {
                return client.sendAsync(request, handler).get(10, TimeUnit.SECONDS);
            }
        };

        abstract <T> HttpResponse<T> ask(HttpClient client, HttpRequest request, BodyHandler<T> handler)
                throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void aString(Way way) throws Exception {
        assertThat(asked(way, BodyHandlers.ofString())).isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void anArray(Way way) throws Exception {
        assertThat(new String(asked(way, BodyHandlers.ofByteArray()), StandardCharsets.UTF_8))
                .isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void anInputStreamThatIsReadToItsEnd(Way way) throws Exception {
        try (InputStream body = asked(way, BodyHandlers.ofInputStream())) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void lines(Way way) throws Exception {
        try (Stream<String> lines = asked(way, BodyHandlers.ofLines())) {
            assertThat(lines.collect(Collectors.joining("\n")) + "\n").isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFile(Way way) throws Exception {
        Path file = asked(way, BodyHandlers.ofFile(folder.resolve("body")));
        assertThat(Files.readString(file)).isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void aDownload(Way way) throws Exception {
        loopback.server.answers(Loopback.stream().header("Content-Disposition", "attachment; filename=\"said.txt\""));
        Path file = ask(way, BodyHandlers.ofFileDownload(folder, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        assertThat(file).hasFileName("said.txt");
        assertThat(Files.readString(file)).isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void aPublisher(Way way) throws Exception {
        Collector collector = new Collector();
        asked(way, BodyHandlers.ofPublisher()).subscribe(collector);
        assertThat(collector.text()).isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriber(Way way) throws Exception {
        Collector collector = new Collector();
        assertThat(asked(way, BodyHandlers.fromSubscriber(collector, Collector::text)))
                .isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberOfLines(Way way) throws Exception {
        LineCollector collector = new LineCollector();
        assertThat(asked(way, BodyHandlers.fromLineSubscriber(collector, LineCollector::text, "\n")))
                .isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void nothingBecauseItIsDiscarded(Way way) throws Exception {
        assertThat(asked(way, BodyHandlers.discarding())).isNull();
        loopback.assertDelivered();
    }

    @ParameterizedTest
    @EnumSource
    void somethingElse(Way way) throws Exception {
        assertThat(asked(way, BodyHandlers.replacing("else"))).isEqualTo("else");
        loopback.assertDelivered();
    }

    @ParameterizedTest
    @EnumSource
    void largerPieces(Way way) throws Exception {
        assertThat(asked(way, BodyHandlers.buffering(BodyHandlers.ofString(), 777)))
                .isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void pieces(Way way) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        asked(way, BodyHandlers.ofByteArrayConsumer(piece -> piece.ifPresent(bytes::writeBytes)));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void whatTheApplicationMakesOfIt(Way way) throws Exception {
        BodyHandler<Integer> length =
                info -> BodySubscribers.mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), String::length);
        assertThat(asked(way, length)).isEqualTo(expected().length());
    }

    @ParameterizedTest
    @EnumSource
    void aLimitedString(Way way) throws Exception {
        BodyHandler<String> limited = limiting(BodyHandlers.ofString(), 1 << 20);
        assertThat(asked(way, limited)).isEqualTo(expected());
    }

    /** The handler that only newer JDKs have. */
    @SuppressWarnings("unchecked")
    static <T> BodyHandler<T> limiting(BodyHandler<T> handler, long capacity) throws Exception {
        assumeTrue(Runtime.version().feature() >= 25, "limiting came with JDK 25");
        return (BodyHandler<T>) BodyHandlers.class
                .getMethod("limiting", BodyHandler.class, long.class)
                .invoke(null, handler, capacity);
    }

    private <T> T asked(Way way, BodyHandler<T> handler) throws Exception {
        loopback.server.answers(Loopback.stream());
        return ask(way, handler);
    }

    private <T> T ask(Way way, BodyHandler<T> handler) throws Exception {
        return way.ask(loopback.client, loopback.chatStream(), handler).body();
    }

    /** What was sent; its cost has been published, once. */
    private String expected() {
        loopback.assertDelivered();
        return text(Loopback.stream());
    }

    private String text(Answer answer) {
        try {
            loopback.server.answers(answer);
            return loopback.plain()
                    .send(loopback.chatStream(), BodyHandlers.ofString())
                    .body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Takes one piece at a time. */
    private static final class Collector implements Flow.Subscriber<List<ByteBuffer>> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (ByteBuffer piece : pieces) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
            }
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }

        String text() {
            end.orTimeout(10, TimeUnit.SECONDS).join();
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private static final class LineCollector implements Flow.Subscriber<String> {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            text.append(line).append('\n');
        }

        @Override
        public void onError(Throwable failure) {
            text.append(failure);
        }

        @Override
        public void onComplete() {
            // the text is all there
        }

        String text() {
            return text.toString();
        }
    }

    @Test
    void theBodyOfAnotherRequestIsNotTouched() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        HttpRequest get =
                HttpRequest.newBuilder(loopback.server.uri("/v1/models")).build();
        assertThat(loopback.client.send(get, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }
}

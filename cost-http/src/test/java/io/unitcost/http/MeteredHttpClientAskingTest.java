package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Quality;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.ReceivedRequest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage is asked for where it is switched on and missing, and nothing else is changed. */
class MeteredHttpClientAskingTest {

    private static final String ASKING = Loopback.ASKED_STREAM.substring(0, Loopback.ASKED_STREAM.length() - 1)
            + ",\"stream_options\":{\"include_usage\":true}}";

    private final Loopback loopback = Loopback.start(HttpCosts.Builder::askForUsageInStreams);

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsPublishedUnseen() {
        loopback.close();
    }

    /** As a server of OpenAI's does. */
    private void answersWithUsageIfAsked() {
        Answers answers = Loopback.answer();
        loopback.server.answersBy(request -> request.text().contains("\"include_usage\":true")
                ? answers.chatStreamWithUsage()
                : answers.chatStream());
    }

    @Test
    void aStreamIsAskedForItsUsage() throws Exception {
        answersWithUsageIfAsked();
        loopback.client.send(loopback.chatStream(), BodyHandlers.ofString());
        loopback.assertDelivered();
        byte[] whole = ("--" + Loopback.ASKED_STREAM + "--").getBytes(StandardCharsets.UTF_8);
        HttpRequest part = HttpRequest.newBuilder(loopback.server.uri(Loopback.CHAT))
                .POST(BodyPublishers.ofByteArray(whole, 2, whole.length - 4))
                .build();
        loopback.client.send(part, BodyHandlers.ofString());
        loopback.assertDelivered();
        assertThat(loopback.server.requests()).hasSize(2).allSatisfy(sent -> {
            assertThat(sent.text()).isEqualTo(ASKING);
            assertThat(sent.header("Content-Length")).isEqualTo(Integer.toString(ASKING.length()));
            assertThat(sent.header("Transfer-Encoding")).isNull();
        });
    }

    @Test
    void aStreamThatIsRedirectedIsAskedAgain() throws Exception {
        answersWithUsageIfAsked();
        loopback.server.answersTo(
                "/old/chat/completions", Answer.empty(308).redirectTo(loopback.server.uri(Loopback.CHAT)));
        HttpClient following = loopback.metered(HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build());
        following.send(
                loopback.post("/old/chat/completions", Loopback.ASKED_STREAM).build(), BodyHandlers.ofString());
        loopback.assertDelivered();
        assertThat(loopback.server.requests()).extracting(ReceivedRequest::text).containsExactly(ASKING, ASKING);
    }

    static Stream<String> bodiesThatStay() {
        return Stream.of(
                Loopback.ASKED,
                Loopback.ASKED.replace("}]}", "}],\"stream\":false}"),
                Loopback.ASKED.replace("}]}", "}],\"stream\":true,\"stream_options\":{\"include_usage\":false}}"),
                Loopback.ASKED.replace("}]}", "}],\"stream\":true,\"stream_options\":null}"),
                Loopback.ASKED_STREAM + "and more",
                Loopback.ASKED_STREAM.substring(1),
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\\"stream\\\":true\"}]}",
                "{\"model\":\"m\",\"metadata\":{\"stream\":true}}",
                "[" + Loopback.ASKED_STREAM + "]",
                "");
    }

    @ParameterizedTest
    @MethodSource("bodiesThatStay")
    void otherBodiesStayAsTheyAre(String body) throws Exception {
        assertStays(BodyPublishers.ofString(body), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/responses", "/v1/messages", "/v1/embeddings", "/api/chat"})
    void otherPathsStayAsTheyAre(String path) throws Exception {
        answersWithUsageIfAsked();
        loopback.client.send(loopback.post(path, Loopback.ASKED_STREAM).build(), BodyHandlers.ofString());
        assertThat(loopback.server.awaitRequest().text()).isEqualTo(Loopback.ASKED_STREAM);
        loopback.costs.drain();
    }

    @Test
    void aBodyThatIsNotInMemoryStaysAsItIs() throws Exception {
        byte[] bytes = Loopback.ASKED_STREAM.getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("body.json"), bytes);
        AtomicInteger opened = new AtomicInteger();
        assertStays(BodyPublishers.ofFile(file), Loopback.ASKED_STREAM);
        assertStays(BodyPublishers.ofByteArrays(List.of(bytes)), Loopback.ASKED_STREAM);
        assertStays(
                BodyPublishers.ofInputStream(() -> {
                    opened.incrementAndGet();
                    return new ByteArrayInputStream(bytes);
                }),
                Loopback.ASKED_STREAM);
        assertThat(opened).hasValue(1);
        assertStays(BodyPublishers.fromPublisher(new Once(bytes), bytes.length), Loopback.ASKED_STREAM);
        assertStays(BodyPublishers.fromPublisher(new Once(bytes)), Loopback.ASKED_STREAM);
    }

    @Test
    void aBodyOfAnApplicationsOwnStaysAsItIs() throws Exception {
        byte[] bytes = Loopback.ASKED_STREAM.getBytes(StandardCharsets.UTF_8);
        Once once = new Once(bytes);
        assertStays(
                new BodyPublisher() {
                    @Override
                    public long contentLength() {
                        return bytes.length;
                    }

                    @Override
                    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
                        once.subscribe(subscriber);
                    }
                },
                Loopback.ASKED_STREAM);
    }

    @Test
    void aVeryLargeBodyStaysAsItIs() throws Exception {
        String large = Loopback.ASKED_STREAM.replace(Loopback.FORTY, "x".repeat(4 << 20));
        assertStays(BodyPublishers.ofString(large), large);
    }

    @Test
    void nothingIsAskedForUnlessSwitchedOn() throws Exception {
        answersWithUsageIfAsked();
        HttpCosts silent =
                HttpCosts.builder(loopback.meter).provider("127.0.0.1", "acme").build();
        MeteredHttpClient.wrap(loopback.plain(), silent).send(loopback.chatStream(), BodyHandlers.ofString());
        assertThat(loopback.server.awaitRequest().text()).isEqualTo(Loopback.ASKED_STREAM);
        assertThat(loopback.only().attempt().quality()).isEqualTo(Quality.ESTIMATED);
    }

    private void assertStays(BodyPublisher body, String text) throws Exception {
        answersWithUsageIfAsked();
        HttpRequest request = HttpRequest.newBuilder(loopback.server.uri(Loopback.CHAT))
                .POST(body)
                .build();
        assertThat(loopback.client.send(request, BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        ReceivedRequest sent = loopback.server.awaitRequest();
        assertThat(sent.text()).isEqualTo(text);
        if (body.contentLength() >= 0) {
            assertThat(sent.header("Content-Length")).isEqualTo(Long.toString(body.contentLength()));
        } else {
            assertThat(sent.header("Transfer-Encoding")).isEqualTo("chunked");
        }
        assertThat(loopback.only().attempt().quality()).isEqualTo(Quality.ESTIMATED);
    }

    /** A body that can be had once. */
    private static final class Once implements Flow.Publisher<ByteBuffer> {
        private final byte[] bytes;
        private boolean gone;

        Once(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            assertThat(gone).as("whether it was had before").isFalse();
            gone = true;
            SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Runnable::run, 8);
            publisher.subscribe(subscriber);
            publisher.submit(ByteBuffer.wrap(bytes));
            publisher.close();
        }
    }
}

package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Quality;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as they come over the wire: in pieces, slowly, compressed, long, wrong. */
class MeteredHttpClientStreamsTest {

    private final Loopback loopback = Loopback.start();

    @AfterEach
    void nothingIsPublishedUnseen() {
        loopback.close();
    }

    static Stream<Answer> shapes() {
        return Stream.of(
                Loopback.answer().chat(),
                Loopback.answer().chatStreamWithUsage(),
                Loopback.answer().response(),
                Loopback.answer().responseStream(),
                Loopback.answer().message(),
                Loopback.answer().messageStream(),
                Loopback.answer().gemini(),
                Loopback.answer().geminiStream(),
                Loopback.answer().ollama());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyShapeIsReadInWhateverPieces(Answer answer) throws Exception {
        List<Answer> ways = List.of(
                answer,
                answer.chunked().inPiecesOf(1),
                answer.inPiecesOf(7),
                answer.untilClose(),
                answer.gzip(),
                answer.gzip().inPiecesOf(3));
        for (Answer way : ways) {
            loopback.server.answers(way);
            loopback.client.send(loopback.chatStream(), BodyHandlers.ofByteArray());
            loopback.assertDelivered();
        }
    }

    @Test
    void thePieceThatHasComeIsNotHeldBack() throws Exception {
        CountDownLatch[] gates =
                Stream.generate(() -> new CountDownLatch(1)).limit(4).toArray(CountDownLatch[]::new);
        Answer answer = Loopback.stream();
        for (int i = 0; i < gates.length; i++) {
            answer = answer.pausedBefore(i + 1, gates[i]);
        }
        loopback.server.answers(answer);
        try (InputStream body = loopback.client
                .send(loopback.chatStream(), BodyHandlers.ofInputStream())
                .body()) {
            for (int i = 0; i < gates.length; i++) {
                // the server sends no further byte before this one was read
                MeteredHttpClientEndsTest.readUntil(body, "\n\n");
                gates[i].countDown();
            }
            body.readAllBytes();
        }
        loopback.assertDelivered();
    }

    @Test
    void aSingleByteIsNotHeldBack() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        loopback.server.answers(Loopback.stream().inPiecesOf(1).pausedBefore(1, gate));
        try (InputStream body = loopback.client
                .send(loopback.chatStream(), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(body.read()).isEqualTo('d');
            gate.countDown();
            body.readAllBytes();
        }
        loopback.assertDelivered();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tenMegabytesOfTextComeBeforeTheUsage(boolean zipped) throws Exception {
        Answer answer = Loopback.answer().bigText(10 << 20).chatStreamWithUsage();
        loopback.server.answers(zipped ? answer.gzip() : answer);
        HttpResponse<Void> response = loopback.client.send(loopback.chatStream(), BodyHandlers.discarding());
        assertThat(response.statusCode()).isEqualTo(200);
        loopback.assertDelivered();
    }

    @Test
    void aStreamWithoutUsageIsEstimated() throws Exception {
        loopback.server.answers(Loopback.answer().chatStream());
        loopback.client.send(loopback.chatStream(), BodyHandlers.ofString());
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.DELIVERED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        // ten tokens asked; "It is forty-two." is 16 characters, which are four
        assertThat(cost.attempt().usage()).isEqualTo(Usage.tokens(10, 4));
        assertThat(cost.cost()).isEqualTo(Money.usd("0.00005"));
    }

    @Test
    void anErrorInTheMiddleOfAStreamIsAFailureThatCostsWhatWasSeen() throws Exception {
        loopback.server.answers(
                Answer.events(
                        "{\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"" + Loopback.FORTY + "\"}}]}",
                        "{\"error\":{\"message\":\"The server had an error.\",\"type\":\"server_error\"}}"),
                Answer.events(
                        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"r2\",\"model\":\"m\",\"usage\":{\"input_tokens\":1000,\"output_tokens\":1}}}",
                        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"),
                Answer.events("{\"error\":{\"message\":\"The engine is overloaded.\"}}"));
        for (int i = 0; i < 3; i++) {
            loopback.client.send(loopback.chatStream(), BodyHandlers.ofString());
        }
        AttemptCost written = loopback.only();
        assertThat(written.result()).isEqualTo(Result.FAILED);
        assertThat(written.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        // 10 x 1 + 10 x 10 millionths
        assertThat(written.cost()).isEqualTo(Money.usd("0.00011"));
        AttemptCost begun = loopback.only();
        assertThat(begun.result()).isEqualTo(Result.FAILED);
        assertThat(begun.attempt().quality()).isEqualTo(Quality.PARTIAL);
        // 1,000 x 1 + 1 x 10 millionths
        assertThat(begun.cost()).isEqualTo(Money.usd("0.00101"));
        AttemptCost refused = loopback.only();
        assertThat(refused.result()).isEqualTo(Result.FAILED);
        assertThat(refused.attempt().isBilled()).isFalse();
    }

    @Test
    void deflateIsReadToo() throws Exception {
        loopback.server.answers(coded("deflate", deflated(text())));
        loopback.client.send(loopback.chatStream(), BodyHandlers.ofByteArray());
        loopback.assertDelivered();
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, br", "aes128gcm"})
    void aCodingThatCannotBeReadMakesTheUsageUnknown(String coding) throws Exception {
        byte[] body = new byte[500];
        new Random(7).nextBytes(body);
        loopback.server.answers(coded(coding, body));
        assertThat(loopback.client
                        .send(loopback.chatStream(), BodyHandlers.ofByteArray())
                        .body())
                .isEqualTo(body);
        assertUnknown();
    }

    @Test
    void aCodingThatIsBrokenMakesTheUsageUnknown() throws Exception {
        byte[] zipped = gzipped(text());
        Arrays.fill(zipped, zipped.length / 2, zipped.length - 8, (byte) 0xff);
        loopback.server.answers(coded("gzip", zipped), coded("gzip", text()), coded("deflate", zipped));
        for (int i = 0; i < 3; i++) {
            loopback.client.send(loopback.chatStream(), BodyHandlers.ofByteArray());
            assertUnknown();
        }
    }

    @Test
    void aBombIsPassedOnAndNotUnpackedForLong() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bomb)) {
            byte[] megabyte = new byte[1 << 20];
            for (int i = 0; i < 80; i++) {
                zip.write(megabyte);
            }
            zip.write(text());
        }
        loopback.server.answers(coded("gzip", bomb.toByteArray()));
        assertThat(loopback.client
                        .send(loopback.chatStream(), BodyHandlers.ofByteArray())
                        .body())
                .hasSize(bomb.size());
        assertUnknown();
    }

    @Test
    void aRefusalThatCannotBeReadIsARefusal() throws Exception {
        loopback.server.answers(coded("br", new byte[] {1, 2, 3}).status(503));
        loopback.client.send(loopback.chat(), BodyHandlers.ofByteArray());
        assertThat(loopback.only().attempt().isBilled()).isFalse();
    }

    @Test
    void hostileBodiesPassUnchangedAndBreakNothing() throws Exception {
        List<byte[]> bodies = List.of(
                new byte[0],
                new byte[] {0},
                "[".repeat(100_000).getBytes(StandardCharsets.UTF_8),
                "{\"usage\":".repeat(10_000).getBytes(StandardCharsets.UTF_8),
                "{\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1e400}}".getBytes(StandardCharsets.UTF_8),
                ("{\"usage\":{\"prompt_tokens\":" + "9".repeat(5_000) + "}}").getBytes(StandardCharsets.UTF_8),
                ("data: " + "x".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8),
                "data:\n\n".repeat(50_000).getBytes(StandardCharsets.UTF_8),
                "\u0000\uFFFF\uD83D\uDE00{\"usage\":{}}".getBytes(StandardCharsets.UTF_16),
                "{\"choices\":[{\"message\":{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":7}\"}}]}"
                        .getBytes(StandardCharsets.UTF_8));
        for (byte[] body : bodies) {
            loopback.server.answers(Answer.body(200, "application/json", body));
            assertThat(loopback.client
                            .send(loopback.chat(), BodyHandlers.ofByteArray())
                            .body())
                    .isEqualTo(body);
            AttemptCost cost = loopback.only();
            assertThat(cost.attempt().quality()).isNotEqualTo(Quality.REPORTED);
            assertThat(cost.attempt().usage().count(Unit.INPUT_TOKENS)).isIn(0L, 10L);
        }
    }

    private void assertUnknown() {
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.DELIVERED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.UNKNOWN);
        assertThat(cost.attempt().usage().isEmpty()).isTrue();
        assertThat(cost.cost()).isNull();
    }

    private byte[] text() throws Exception {
        loopback.server.answersTo("/text", Loopback.stream());
        return loopback.plain()
                .send(loopback.post("/text", "").build(), BodyHandlers.ofByteArray())
                .body();
    }

    private static Answer coded(String coding, byte[] body) {
        return Answer.body(200, "text/event-stream", body).header("Content-Encoding", coding);
    }

    private static byte[] gzipped(byte[] text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflated(byte[] text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream zip = new DeflaterOutputStream(bytes)) {
            zip.write(text);
        }
        return bytes.toByteArray();
    }
}

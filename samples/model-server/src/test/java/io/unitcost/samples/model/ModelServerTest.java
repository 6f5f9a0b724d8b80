package io.unitcost.samples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What it counts, and what goes wrong on request. */
class ModelServerTest {

    private static final String CHAT = "/v1/chat/completions";

    private final HttpClient http = HttpClient.newHttpClient();

    @AutoClose
    private final ModelServer server = ModelServer.start();

    ModelServerTest() throws IOException {}

    @Test
    void whatBeginsLikeAnEarlierPromptIsCached_from1024TokensOnInBlocksOf128() {
        PromptCache cache = new PromptCache();
        String prompt = "0123456789abcdef".repeat(400);
        assertThat(cache.tokens("m", prompt.substring(0, 4 * 1_200))).isZero();
        // 1,200 were seen: 9 blocks of 128 are 1,152
        assertThat(cache.tokens("m", prompt)).isEqualTo(1_152);
        // 1,600 were seen: 12 blocks are 1,536
        assertThat(cache.tokens("m", prompt)).isEqualTo(1_536);
        assertThat(cache.tokens("m", prompt.substring(0, 4 * 1_024))).isEqualTo(1_024);
        assertThat(cache.tokens("m", prompt.substring(0, 4 * 1_024 - 1))).isZero();
        assertThat(cache.tokens("another", prompt)).isZero();
        assertThat(cache.tokens("m", "!" + prompt)).isZero();
    }

    @Test
    void theFirstTriesFailAsAskedFor_andThenAnew() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(post(CHAT, "503, 429", "a").statusCode()).isEqualTo(503);
            // another body is another request
            assertThat(post(CHAT, "503, 429", "b").statusCode()).isEqualTo(503);
            assertThat(post(CHAT, "503, 429", "a").statusCode()).isEqualTo(429);
            assertThat(post(CHAT, "503, 429", "a").statusCode()).isEqualTo(200);
            assertThat(post(CHAT, "503, 429", "b").statusCode()).isEqualTo(429);
            assertThat(post(CHAT, "503, 429", "b").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerBreaksHalfWay() throws Exception {
        for (String path : new String[] {CHAT, "/v1/responses", "/v1/messages"}) {
            assertThatThrownBy(() -> post(path, "cut", "a")).isInstanceOf(IOException.class);
            assertThat(post(path, "cut", "a").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theLedgerHasABillForEachAnswer_andNoneForARefusal() throws Exception {
        post(CHAT, "503", "a");
        post(CHAT, "503", "a");
        assertThatThrownBy(() -> post(CHAT, "cut", "b")).isInstanceOf(IOException.class);
        String embedding = "{\"model\":\"e\",\"input\":\"eight by four is 32 characters!!\"}";
        send(HttpRequest.newBuilder(server.uri().resolve("/v1/embeddings")), embedding);
        // "No model has read this, so here is a made-up answer to: a" has 57 characters
        assertThat(server.ledger())
                .containsExactly(
                        new Bill("m", 1, 0, 15, true), new Bill("m", 1, 0, 15, false), new Bill("e", 8, 0, 0, true));
        HttpRequest ask =
                HttpRequest.newBuilder(server.uri().resolve("/ledger")).build();
        assertThat(read(http.send(ask, BodyHandlers.ofByteArray())).size()).isEqualTo(3);
    }

    @Test
    void aStreamThatIsLeftIsBilledUntilThen() throws Exception {
        server.failWhen("slowly", "slow");
        String body = "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"slowly, "
                + "please ".repeat(20) + "\"}]}";
        HttpRequest ask = HttpRequest.newBuilder(server.uri().resolve(CHAT))
                .POST(BodyPublishers.ofString(body))
                .build();
        http.send(ask, BodyHandlers.ofInputStream()).body().close();
        long begun = System.nanoTime();
        while (server.ledger().isEmpty() && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(30)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        Bill bill = server.ledger().get(0);
        assertThat(bill.isWhole()).isFalse();
        // all of it would be 44
        assertThat(bill.output()).isLessThan(30);
    }

    @Test
    void requestsWithATextFail_withoutAHeader() throws Exception {
        HttpRequest wish = HttpRequest.newBuilder(server.uri().resolve("/faults/503,429"))
                .PUT(BodyPublishers.ofString("at a bad moment\n\"m\""))
                .build();
        assertThat(http.send(wish, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
        assertThat(ask("at a bad moment")).isEqualTo(503);
        assertThat(ask("at a good moment")).isEqualTo(200);
        assertThat(ask("once more at a bad moment")).isEqualTo(429);
        assertThat(ask("at a bad moment")).isEqualTo(200);
        assertThat(ask("at a bad moment")).isEqualTo(503);
    }

    @Test
    void anAnswerFitsTheSchema_unlessATextIsWanted() throws Exception {
        String body = """
                {"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":
                {"name":"s","schema":{"type":"object","properties":{"mood":{"type":"string","enum":["CROSS"]},
                "points":{"type":"array"},"inner":{"type":"object","properties":{"count":{"type":"integer"}}}}}}}}""";
        assertThat(content(send(HttpRequest.newBuilder(server.uri().resolve(CHAT)), body)))
                .isEqualTo("{\"mood\":\"CROSS\",\"points\":[],\"inner\":{\"count\":1}}");
        HttpRequest.Builder asText =
                HttpRequest.newBuilder(server.uri().resolve(CHAT)).header(ModelServer.FAIL, "text");
        assertThat(content(send(asText, body))).startsWith("No model");
    }

    private static String content(HttpResponse<byte[]> response) {
        return read(response).at("/choices/0/message/content").asString();
    }

    private int ask(String text) throws Exception {
        return send(
                        HttpRequest.newBuilder(server.uri().resolve(CHAT)),
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}")
                .statusCode();
    }

    @Test
    void whatIsWrongIsSaidInTheFormatThatWasAsked() throws Exception {
        assertThat(error(CHAT, "{\"messages\":[]}", 400)).startsWith("model: it is missing");
        assertThat(error("/v1/messages", "{", 400)).startsWith("not JSON");
        assertThat(error("/v1/embeddings", "{\"model\":\"e\",\"dimensions\":0}", 400))
                .startsWith("dimensions: 0");
        assertThat(error("/v1/engines", "{}", 404)).contains("POST /v1/engines");
        assertThat(read(post(CHAT, "sometimes", "a"))
                        .path("error")
                        .path("message")
                        .asString())
                .contains("'sometimes'", "503,503");
    }

    @Test
    void aPortIsTakenOnce() {
        assertThatThrownBy(() -> ModelServer.start(server.uri().getPort())).isInstanceOf(BindException.class);
    }

    @Test
    void whatIsWrongWithTheArgumentsIsOneMessage() {
        String taken = Integer.toString(server.uri().getPort());
        assertThat(message("--port", taken)).contains("--port: it is taken", "give another one");
        assertThat(message("--port", "70000")).contains("--port: '70000' is not a port; give 0 to 65535");
        assertThat(message("--port")).contains("--port: '' is not a port");
        assertThat(message("--colour")).contains("--colour: there is no such option");
    }

    private static String message(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(Main.run(new PrintStream(out), new PrintStream(err), args)).isEqualTo(2);
        assertThat(out.size()).isZero();
        return err.toString(StandardCharsets.UTF_8);
    }

    private String error(String path, String body, int status) throws Exception {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(server.uri().resolve(path)), body);
        assertThat(response.statusCode()).isEqualTo(status);
        return read(response).path("error").path("message").asString();
    }

    private HttpResponse<byte[]> post(String path, String faults, String text) throws Exception {
        return send(
                HttpRequest.newBuilder(server.uri().resolve(path)).header(ModelServer.FAIL, faults),
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String body) throws Exception {
        return http.send(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode read(HttpResponse<byte[]> response) {
        return Json.read(response.body());
    }
}

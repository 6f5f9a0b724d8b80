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

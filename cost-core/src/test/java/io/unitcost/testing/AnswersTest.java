package io.unitcost.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Unit;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Each shape is what its provider sends: JSON, read by the usage reader as it arrives. */
@Timeout(60)
class AnswersTest {

    private static final Answers WHO =
            Answers.of("some-model-1", 1_200, 34, "id-7").cached(200);

    /** Those that say all of model, id, input and output, and the others. */
    static final Map<String, Function<Answers, Answer>> SHAPES = Map.ofEntries(
            Map.entry("chat", Answers::chat),
            Map.entry("chatStreamWithUsage", Answers::chatStreamWithUsage),
            Map.entry("toolCall", who -> who.toolCall("weather", "{\"city\":\"Paris\"}")),
            Map.entry("response", Answers::response),
            Map.entry("responseStream", Answers::responseStream),
            Map.entry("message", Answers::message),
            Map.entry("messageStream", Answers::messageStream),
            Map.entry("gemini", Answers::gemini),
            Map.entry("geminiStream", Answers::geminiStream),
            Map.entry("openRouter", who -> who.openRouter("0.00125")),
            Map.entry("openRouterStream", who -> who.openRouterStream("0.00125")),
            Map.entry("liteLlm", who -> who.liteLlm("0.00125")),
            Map.entry("ollama", Answers::ollama),
            Map.entry("converse", Answers::converse));

    static final List<String> NAMES = SHAPES.keySet().stream().sorted().toList();

    private final ModelServer server = ModelServer.start();
    private final HttpClient client = HttpClient.newHttpClient();
    private long received;

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void saysWhoAnsweredAndWhatItUsed(String name) throws Exception {
        Answer answer = SHAPES.get(name).apply(WHO);
        server.answers(answer, answer.inPiecesOf(1));
        for (int i = 0; i < 2; i++) {
            UsageReport report = read();
            assertThat(report.usage().count(Unit.INPUT_TOKENS)).isEqualTo(1_200);
            assertThat(report.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(34);
            assertThat(report.isComplete()).isTrue();
            assertThat(report.isError()).isFalse();
            if (!name.equals("converse")) {
                assertThat(report.model()).isEqualTo("some-model-1");
            }
            if (!Set.of("converse", "ollama").contains(name)) {
                assertThat(report.responseId()).isEqualTo("id-7");
            }
            if (!name.equals("ollama")) {
                assertThat(report.usage().count(Unit.CACHE_READ_TOKENS)).isEqualTo(200);
            }
            if (name.startsWith("openRouter")) {
                assertThat(report.cost()).isEqualByComparingTo(new BigDecimal("0.00125"));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void isJsonWithTheTextInIt(String name) throws Exception {
        server.answers(SHAPES.get(name).apply(WHO.text("say \"hi\"\n", "\\ 中 ", "end")));
        StringBuilder all = new StringBuilder();
        for (String part : parts(get().body())) {
            if (!part.equals("[DONE]")) {
                all.append(new ObjectMapper().readTree(part)).append('\n');
            }
        }
        if (!name.equals("toolCall")) {
            assertThat(all).contains("say \\\"hi\\\"\\n").contains("\\\\ 中 ").contains("end");
        }
        assertThat(all).doesNotContain("{text}", "{whole}", "{extra}", "{more}");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void usageComesAfterALotOfText(String name) throws Exception {
        long bytes = 10_000_000;
        server.answers(SHAPES.get(name).apply(WHO.bigText(bytes)));
        UsageReport report = read();
        assertThat(report.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(34);
        assertThat(report.isComplete()).isTrue();
        if (!name.equals("toolCall")) {
            assertThat(received).isGreaterThanOrEqualTo(bytes);
        }
    }

    @Test
    void aChatStreamHasNoUsageUnlessAskedFor() throws Exception {
        server.answers(WHO.chatStream());
        UsageReport report = read();
        assertThat(report.usage().isEmpty()).isTrue();
        assertThat(report.isComplete()).isTrue();
        assertThat(report.model()).isEqualTo("some-model-1");
    }

    @Test
    void embeddingsHaveNoOutput() throws Exception {
        server.answers(WHO.embeddings());
        UsageReport report = read();
        assertThat(report.usage().count(Unit.INPUT_TOKENS)).isEqualTo(1_200);
        assertThat(report.usage().has(Unit.OUTPUT_TOKENS)).isFalse();
    }

    @Test
    void aProxySaysTheCostInAHeader() throws Exception {
        server.answers(WHO.liteLlm("0.00125"));
        assertThat(get().headers().firstValue("x-litellm-response-cost")).hasValue("0.00125");
    }

    @Test
    void errorsAreWhatTheirStatusSays() throws Exception {
        server.answers(
                Answers.badRequest(),
                Answers.rateLimited().retryAfter(2).retryAfterMillis(1),
                Answers.serverError(),
                Answers.unavailable(),
                Answers.overloaded());
        for (int status : new int[] {400, 429, 500, 503, 529}) {
            HttpResponse<String> response = get();
            assertThat(response.statusCode()).isEqualTo(status);
            JsonNode error = new ObjectMapper().readTree(response.body()).get("error");
            assertThat(error.get("message").asString()).isNotEmpty();
            assertThat(error.get("type").asString()).isNotEmpty();
            if (status == 429) {
                assertThat(response.headers().firstValue("x-ratelimit-remaining-requests"))
                        .hasValue("0");
                assertThat(response.headers().firstValue("retry-after")).hasValue("2");
                assertThat(response.headers().firstValue("retry-after-ms")).hasValue("1");
            }
        }
    }

    private static String[] parts(String body) {
        if (body.contains("data: ")) {
            return body.replaceAll("(?m)^event: .*$", "")
                    .replaceAll("(?m)^data: ", "")
                    .strip()
                    .split("\\s*\n\\s*\n\\s*");
        }
        return body.contains("\"done\":") ? body.strip().split("\n") : new String[] {body};
    }

    private HttpResponse<String> get() throws Exception {
        return client.send(HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofString());
    }

    private UsageReport read() throws Exception {
        UsageReader reader = UsageReader.create();
        try (InputStream body = client.send(HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofInputStream())
                .body()) {
            byte[] buffer = new byte[8_192];
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                reader.read(buffer, 0, count);
                received += count;
            }
        }
        return reader.report();
    }
}

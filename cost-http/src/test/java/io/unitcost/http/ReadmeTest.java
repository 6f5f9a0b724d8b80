package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.docs.MarkdownExamples;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answers;
import io.unitcost.testing.ModelServer;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the pages show about HTTP clients and usage. */
class ReadmeTest {

    private static final Path HERE = Path.of("src/test/java/io/unitcost/http/ReadmeTest.java");

    private final RecordedCosts recorded = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("t")
                    .model("openai", "gpt-4o", m -> m.rate(Unit.INPUT_TOKENS, "2.50 per 1M")
                            .rate(Unit.OUTPUT_TOKENS, "10 per 1M"))
                    .build())
            .listener(recorded)
            .build();

    @AfterEach
    void nothingIsLeft() {
        meter.close();
        recorded.assertNothingLeft();
    }

    @Test
    void thePagesShowThisCode() {
        MarkdownExamples.assertCompiled(Path.of("README.md"), HERE);
        MarkdownExamples.assertCompiled(Path.of("..", "docs", "usage.md"), HERE);
    }

    @Test
    void oneHttpCostsIsEnough() {
        HttpCosts costs = HttpCosts.create(meter);
        assertThat(costs.estimator()).isNotNull();
    }

    @Test
    void hostsAreNamed() {
        HttpCosts costs = HttpCosts.builder(meter)
                .provider("llm.example.com:8000", "llama-pool")
                .provider("*.gateway.example.com/openai", "azure")
                .build();
        assertThat(costs.asksForUsage()).isFalse();
    }

    @Test
    void aTokenizerEstimates() {
        HttpCosts costs =
                HttpCosts.builder(meter).estimator(TokenEstimator.jtokkit()).build();
        assertThat(costs.estimator()).hasToString("jtokkit");
    }

    @Test
    void aReaderReports() {
        byte[] bytes = "{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}".getBytes(StandardCharsets.UTF_8);
        int length = bytes.length;
        UsageReader reader = UsageReader.create();
        reader.read(bytes, 0, length); // every piece of the body, in order
        UsageReport report = reader.report();
        assertThat(report.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(4);
    }

    /** The one line of the main page, whose client would ask the real provider. */
    static OpenAIClient client(CostMeter meter) {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .fromEnv()
                .addInterceptor(OkHttpCosts.interceptor(HttpCosts.create(meter)))
                .build();
        return client;
    }

    @Test
    void oneLineMetersAnSdk() throws Exception {
        try (ModelServer server = ModelServer.start()) {
            server.answers(Answers.of("gpt-4o", 1_000, 100, "chatcmpl-1").chat());
            HttpCosts costs = HttpCosts.builder(meter)
                    .provider(server.uri().getAuthority(), "openai")
                    .build();
            OpenAIClient client = OpenAIOkHttpClient.builder()
                    .apiKey("none")
                    .baseUrl(server.uri("/v1").toString())
                    .addInterceptor(OkHttpCosts.interceptor(costs))
                    .build();
            RequestMeter request = meter.open("chat");
            try (Scope scope = request.makeCurrent()) {
                client.chat()
                        .completions()
                        .create(ChatCompletionCreateParams.builder()
                                .model("gpt-4o")
                                .addUserMessage("How much is this?")
                                .build());
            }
            request.end(Outcome.DELIVERED);
            client.close();
        }
        // 1,000 x 2.50 + 100 x 10 millionths
        assertThat(recorded.take().total()).isEqualTo(Money.usd("0.0035"));
    }
}

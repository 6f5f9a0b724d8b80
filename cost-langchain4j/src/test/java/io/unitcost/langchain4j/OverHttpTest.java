package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.QUESTION;
import static io.unitcost.langchain4j.Bench.ask;
import static io.unitcost.langchain4j.Bench.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import io.unitcost.AttemptCost;
import io.unitcost.CallMeter;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.MeteredHttpClient;
import io.unitcost.price.Money;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All hooks at once: a metered client below, which counts what the listener counts, or what it cannot see. */
@Timeout(60)
class OverHttpTest {

    private static final Tokens TOKENS = Provider.OPENAI.tokens();

    private Bench bench = new Bench();

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @Test
    void anAnswerIsCountedOnce() throws Exception {
        bench.server.answers(Provider.OPENAI.answer(TOKENS));
        ChatModel model = openAi("openai", 0);
        RequestCost cost = bench.request(() -> model.chat(QUESTION));
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.total()).isEqualTo(TOKENS.bill());
        assertThat(bench.meter.duplicates()).isZero();
        assertThat(CallMeter.current()).isNull();
    }

    @Test
    void anAnswerOfAnthropicToo() throws Exception {
        bench.server.answers(Provider.ANTHROPIC.answer(Provider.ANTHROPIC.tokens()));
        ChatModel model = AnthropicChatModel.builder()
                .httpClientBuilder(metered("anthropic"))
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("m")
                .listeners(List.of(listener()))
                .build();
        RequestCost cost = bench.request(() -> model.chat(QUESTION));
        assertThat(cost.total()).isEqualTo(Provider.ANTHROPIC.tokens().bill());
        assertThat(cost.attempts()).hasSize(1);
    }

    @Test
    void aStreamIsCountedOnceByItsId() throws Exception {
        StreamingChatModel model = openAiStreaming();
        bench.server.answers(Provider.OPENAI.stream(TOKENS));
        RequestCost cost = bench.request(() -> ask(model));
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.total()).isEqualTo(TOKENS.bill());
        assertThat(bench.meter.duplicates()).isEqualTo(1);
    }

    @Test
    void aStreamOfAnthropicToo() throws Exception {
        bench.server.answers(Provider.ANTHROPIC.stream(Provider.ANTHROPIC.tokens()));
        StreamingChatModel model = AnthropicStreamingChatModel.builder()
                .httpClientBuilder(metered("anthropic"))
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("m")
                .listeners(List.of(listener()))
                .build();
        RequestCost cost = bench.request(() -> ask(model));
        assertThat(cost.total()).isEqualTo(Provider.ANTHROPIC.tokens().bill());
        assertThat(cost.attempts()).hasSize(1);
    }

    @Test
    void triesThatLangChain4jHidesAreSeen() throws Exception {
        bench.server.answers(Answers.unavailable(), Answers.unavailable(), Provider.OPENAI.answer(TOKENS));
        ChatModel model = openAi("openai", 2);
        RequestCost cost = bench.request(() -> model.chat(QUESTION));
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.call() + " " + attempt.result() + " "
                        + attempt.attempt().isBilled())
                .containsExactly("0 RETRIED false", "0 RETRIED false", "0 DELIVERED true");
        assertThat(cost.total()).isEqualTo(TOKENS.bill());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatFailsIsLeftToTheClientBelow(boolean isSaid) throws Exception {
        if (isSaid) {
            overMeteredClient();
        }
        bench.server.answers(Answer.empty(200).hang());
        ChatModel model = OpenAiChatModel.builder()
                .httpClientBuilder(metered("openai"))
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("m")
                .maxRetries(0)
                .timeout(Duration.ofMillis(300))
                .listeners(List.of(listener()))
                .build();
        // 40 characters are ten tokens
        RequestCost cost = bench.failing(() -> model.chat("0123456789".repeat(4)));
        assertThat(only(cost).attempt().quality()).hasToString("ESTIMATED");
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00002000003"));
    }

    @Test
    void aStreamThatBreaksIsLeftToIt() throws Exception {
        overMeteredClient();
        bench.server.answers(Provider.OPENAI.stream(TOKENS).cutAfter(150, Cut.RST));
        StreamingChatModel model = openAiStreaming();
        RequestCost cost = bench.failing(() -> ask(model));
        assertThat(cost.attempts()).extracting(AttemptCost::result).hasToString("[FAILED]");
    }

    @Test
    void aStreamWithoutAnIdIsLeftToIt() throws Exception {
        overMeteredClient();
        Tokens tokens = Provider.OLLAMA.tokens();
        bench.server.answers(Provider.OLLAMA.stream(tokens));
        StreamingChatModel model = OllamaStreamingChatModel.builder()
                .httpClientBuilder(metered("ollama"))
                .baseUrl(bench.url())
                .modelName("m")
                .listeners(List.of(listener()))
                .build();
        RequestCost cost = bench.request(() -> ask(model));
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.total()).isEqualTo(tokens.bill());
    }

    @Test
    void laterRoundsOfAStreamingAssistantAreCountedOnceAndNobodys() throws Exception {
        Tokens first = new Tokens("chatcmpl-1", 900, 0, 0, 40, 0);
        bench.server.answers(Answer.events("""
                        {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,\
                        "id":"call_1","type":"function","function":{"name":"now","arguments":"{}"}}]}}]}""", """
                        {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""", first.fill("""
                        {"id":"{id}","model":"m","choices":[],"usage":{"prompt_tokens":{input},"completion_tokens":{output},\
                        "total_tokens":{total}}}"""), "[DONE]"), Provider.OPENAI.stream(TOKENS));
        Assistant assistant = AiServices.builder(Assistant.class)
                .streamingChatModel(openAiStreaming())
                .tools(new Clock())
                .build();
        RequestCost cost = bench.request(() -> {
            CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
            assistant
                    .answer(QUESTION)
                    .onPartialResponse(part -> {})
                    .onCompleteResponse(whole::complete)
                    .onError(whole::completeExceptionally)
                    .start();
            return whole.get(10, TimeUnit.SECONDS);
        });
        RequestCost other = bench.recorded.take();
        assertThat(List.of(cost.kind(), other.kind())).containsExactlyInAnyOrder(Kind.REQUEST, Kind.UNATTRIBUTED);
        assertThat(cost.total().plus(other.total())).isEqualTo(first.bill().plus(TOKENS.bill()));
        assertThat(bench.meter.duplicates()).isEqualTo(2);
    }

    interface Assistant {
        TokenStream answer(String question);
    }

    static final class Clock {
        @Tool("tells the time")
        String now() {
            return "noon";
        }
    }

    @Test
    void embeddingsAreCountedOnce() throws Exception {
        bench.server.answers(Answers.of("e", 1_200, 0, "").embeddings());
        EmbeddingModel model = OpenAiEmbeddingModel.builder()
                .httpClientBuilder(metered("openai"))
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("e")
                .encodingFormat("float")
                .maxRetries(0)
                .build()
                .addListener(bench.costs.embeddingModelListener());
        RequestCost cost = bench.request(() -> model.embed(QUESTION));
        // 1,200 x 0.02 millionths
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.support()).isEqualTo(Money.usd("0.000024"));
        assertThat(CallMeter.current()).isNull();
    }

    private void overMeteredClient() {
        bench.close();
        bench = new Bench(LangChain4jCosts.Builder::overMeteredClient);
    }

    private ChatModelListener listener() {
        return bench.costs.chatModelListener();
    }

    private ChatModel openAi(String provider, int retries) {
        return OpenAiChatModel.builder()
                .httpClientBuilder(metered(provider))
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("m")
                .maxRetries(retries)
                .listeners(List.of(listener()))
                .build();
    }

    private StreamingChatModel openAiStreaming() {
        return OpenAiStreamingChatModel.builder()
                .httpClientBuilder(metered("openai"))
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("m")
                .listeners(List.of(listener()))
                .build();
    }

    private HttpClientBuilder metered(String provider) {
        HttpCosts hooks =
                HttpCosts.builder(bench.meter).provider("127.0.0.1", provider).build();
        return new JdkHttpClientBuilder().httpClientBuilder(MeteredHttpClient.builder(HttpClient.newBuilder(), hooks));
    }
}

package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static io.unitcost.http.SdkBench.ONE;
import static io.unitcost.http.SdkBench.only;
import static io.unitcost.http.SdkBench.results;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.unitcost.AttemptCost.Result;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.testing.Answers;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LangChain4j's models on the JDK's client, which is their usual one. */
@Timeout(30)
class LangChainTest {

    private static final String QUESTION = "What is six times seven?";

    private final SdkBench bench = new SdkBench();

    @AfterEach
    void close() {
        bench.assertNoErrors();
        bench.close();
    }

    @Test
    void openAi() throws Exception {
        bench.server.answers(ANSWERS.chat());
        ChatModel model = OpenAiChatModel.builder()
                .httpClientBuilder(metered())
                .baseUrl(bench.url())
                .apiKey("key")
                .modelName("m-asked")
                .build();
        RequestCost cost = bench.request(() -> model.chat(QUESTION));
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void openAiTriesAgain() throws Exception {
        bench.server.answers(Answers.unavailable(), ANSWERS.chat());
        ChatModel model = OpenAiChatModel.builder()
                .httpClientBuilder(metered())
                .baseUrl(bench.url())
                .apiKey("key")
                .modelName("m-asked")
                .maxRetries(1)
                .build();
        RequestCost cost = bench.request(() -> model.chat(QUESTION));
        // these tries do not say that they belong together
        assertThat(results(cost)).containsExactly(Result.FAILED, Result.DELIVERED);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @Test
    void openAiStreams() throws Exception {
        bench.server.answers(ANSWERS.chatStreamWithUsage());
        StreamingChatModel model = OpenAiStreamingChatModel.builder()
                .httpClientBuilder(metered())
                .baseUrl(bench.url())
                .apiKey("key")
                .modelName("m-asked")
                .build();
        RequestCost cost = bench.request(() -> stream(model));
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void openAiEmbeds() throws Exception {
        bench.server.answers(Answers.of("e-1", 1_200, 0, "id-1").embeddings());
        OpenAiEmbeddingModel model = OpenAiEmbeddingModel.builder()
                .httpClientBuilder(metered())
                .baseUrl(bench.url())
                .apiKey("key")
                .modelName("e-1")
                .build();
        RequestCost cost = bench.request(() -> model.embed(QUESTION));
        assertThat(cost.support()).isEqualTo(Money.usd("0.00012"));
        assertThat(cost.total()).isEqualTo(cost.support());
    }

    @Test
    void anthropic() throws Exception {
        bench.server.answers(ANSWERS.message());
        ChatModel model = AnthropicChatModel.builder()
                .httpClientBuilder(metered())
                .baseUrl(bench.url())
                .apiKey("key")
                .modelName("m-asked")
                .build();
        assertThat(bench.request(() -> model.chat(QUESTION)).inference()).isEqualTo(ONE);
    }

    @Test
    void anthropicStreams() throws Exception {
        bench.server.answers(ANSWERS.messageStream());
        StreamingChatModel model = AnthropicStreamingChatModel.builder()
                .httpClientBuilder(metered())
                .baseUrl(bench.url())
                .apiKey("key")
                .modelName("m-asked")
                .build();
        assertThat(bench.request(() -> stream(model)).inference()).isEqualTo(ONE);
    }

    private HttpClientBuilder metered() {
        return new JdkHttpClientBuilder()
                .httpClientBuilder(MeteredHttpClient.builder(HttpClient.newBuilder(), bench.costs));
    }

    private static ChatResponse stream(StreamingChatModel model) throws Exception {
        CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        model.chat(QUESTION, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String text) {}

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                whole.completeExceptionally(failure);
            }
        });
        return whole.get();
    }
}

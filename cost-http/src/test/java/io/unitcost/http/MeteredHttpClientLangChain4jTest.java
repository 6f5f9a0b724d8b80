package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
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
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** LangChain4j's models of OpenAI and Anthropic, whose only change is the builder of their client. */
class MeteredHttpClientLangChain4jTest {

    private final Loopback loopback = Loopback.start();

    @AfterEach
    void nothingIsPublishedUnseen() {
        loopback.close();
    }

    @Test
    void aChatOfOpenAi() {
        loopback.server.answers(Loopback.answer().chat());
        RequestMeter request = loopback.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            assertThat(openAi(0).chat("Hello?")).isEqualTo("It is forty-two.");
        }
        request.end(Outcome.DELIVERED);
        loopback.assertDelivered();
    }

    @Test
    void aStreamOfOpenAi() {
        loopback.server.answersBy(request -> request.text().contains("include_usage")
                ? Loopback.answer().chatStreamWithUsage()
                : Loopback.answer().chatStream());
        StreamingChatModel model = OpenAiStreamingChatModel.builder()
                .httpClientBuilder(client())
                .baseUrl(loopback.server.uri("/v1").toString())
                .apiKey("key")
                .modelName("m")
                .build();
        RequestMeter request = loopback.meter.open("chat");
        Answered answered = new Answered();
        try (Scope scope = request.makeCurrent()) {
            model.chat("Hello?", answered);
        }
        request.end(Outcome.DELIVERED);
        ChatResponse response = answered.get();
        assertThat(response.aiMessage().text()).isEqualTo("It is forty-two.");
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(100);
        RequestCost cost = loopback.costs.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
        assertThat(cost.attempts()).hasSize(1);
    }

    @Test
    void aMessageOfAnthropic() {
        loopback.server.answers(Loopback.answer().message());
        ChatModel model = AnthropicChatModel.builder()
                .httpClientBuilder(client())
                .baseUrl(loopback.server.uri("/v1").toString())
                .apiKey("key")
                .modelName("m")
                .maxRetries(0)
                .build();
        assertThat(model.chat("Hello?")).isEqualTo("It is forty-two.");
        loopback.assertDelivered();
    }

    @Test
    void aStreamOfAnthropic() {
        loopback.server.answers(Loopback.answer().messageStream());
        StreamingChatModel model = AnthropicStreamingChatModel.builder()
                .httpClientBuilder(client())
                .baseUrl(loopback.server.uri("/v1").toString())
                .apiKey("key")
                .modelName("m")
                .build();
        Answered answered = new Answered();
        model.chat("Hello?", answered);
        assertThat(answered.get().aiMessage().text()).isEqualTo("It is forty-two.");
        loopback.assertDelivered();
    }

    @Test
    void embeddingsOfOpenAi() {
        loopback.server.answers(Loopback.answer().embeddings());
        OpenAiEmbeddingModel model = OpenAiEmbeddingModel.builder()
                .httpClientBuilder(client())
                .baseUrl(loopback.server.uri("/v1").toString())
                .apiKey("key")
                .modelName("m")
                .encodingFormat("float")
                .maxRetries(0)
                .build();
        assertThat(model.embed("Hello?").content().dimension()).isEqualTo(4);
        assertThat(loopback.costs.take().support()).isEqualTo(Money.usd("0.001"));
    }

    @Test
    void itsOwnRetriesAreCallsOfTheirOwnOfWhichOneCosts() {
        loopback.server.answers(
                Answers.serverError(), Answers.rateLimited(), Loopback.answer().chat());
        RequestMeter request = loopback.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            assertThat(openAi(2).chat("Hello?")).isEqualTo("It is forty-two.");
        }
        request.end(Outcome.DELIVERED);
        RequestCost cost = loopback.costs.take();
        assertThat(cost.attempts())
                .extracting(
                        attempt -> attempt.result() + " " + attempt.attempt().isBilled())
                .containsExactly("FAILED false", "FAILED false", "DELIVERED true");
        assertThat(cost.total()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void aCallThatOwnsItsRetriesIsOne() {
        loopback.server.answers(Answers.serverError(), Loopback.answer().chat());
        RequestMeter request = loopback.meter.open("chat");
        var call = request.call();
        try (Scope scope = call.makeCurrent()) {
            assertThat(openAi(2).chat("Hello?")).isEqualTo("It is forty-two.");
        }
        call.end();
        request.end(Outcome.DELIVERED);
        // the answer is left to the owner of the call, who said nothing here
        assertThat(loopback.costs.take().attempts())
                .extracting(AttemptCost::result)
                .containsExactly(Result.FAILED);
    }

    @Test
    void aStreamThatBreaksFails() {
        loopback.server.answers(Loopback.answer().messageStream().inPiecesOf(40).cutAfter(900, Cut.FIN));
        StreamingChatModel model = AnthropicStreamingChatModel.builder()
                .httpClientBuilder(client())
                .baseUrl(loopback.server.uri("/v1").toString())
                .apiKey("key")
                .modelName("m")
                .build();
        Answered answered = new Answered();
        model.chat("Hello?", answered);
        assertThatThrownBy(answered::get).isNotNull();
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.FAILED);
        assertThat(cost.attempt().quality()).isEqualTo(Quality.PARTIAL);
    }

    @Test
    void aTimeOutCostsThePrompt() {
        loopback.server.answers(Answer.empty(200).hang());
        ChatModel model = OpenAiChatModel.builder()
                .httpClientBuilder(client())
                .baseUrl(loopback.server.uri("/v1").toString())
                .apiKey("key")
                .modelName("m")
                .maxRetries(0)
                .timeout(Duration.ofMillis(300))
                .build();
        assertThatThrownBy(() -> model.chat(Loopback.FORTY)).isNotNull();
        RequestCost cost = loopback.costs.take();
        assertThat(cost.attempts())
                .extracting(
                        attempt -> attempt.result() + " " + attempt.attempt().quality())
                .containsExactly("FAILED ESTIMATED");
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00001"));
    }

    private ChatModel openAi(int retries) {
        return OpenAiChatModel.builder()
                .httpClientBuilder(client())
                .baseUrl(loopback.server.uri("/v1").toString())
                .apiKey("key")
                .modelName("m")
                .maxRetries(retries)
                .build();
    }

    private JdkHttpClientBuilder client() {
        return JdkHttpClient.builder()
                .httpClientBuilder(MeteredHttpClient.builder(HttpClient.newBuilder(), loopback.hooks));
    }

    private static final class Answered implements StreamingChatResponseHandler {
        private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

        @Override
        public void onPartialResponse(String part) {
            // it is in the whole
        }

        @Override
        public void onCompleteResponse(ChatResponse whole) {
            response.complete(whole);
        }

        @Override
        public void onError(Throwable failure) {
            response.completeExceptionally(failure);
        }

        ChatResponse get() {
            return response.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }
}

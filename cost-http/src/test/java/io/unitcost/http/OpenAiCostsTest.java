package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static io.unitcost.http.SdkBench.ONE;
import static io.unitcost.http.SdkBench.calls;
import static io.unitcost.http.SdkBench.only;
import static io.unitcost.http.SdkBench.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.Sleeper;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.OpenAIIoException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import io.unitcost.testing.ModelServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own client, which waits for its answers, hooked in each way. */
@Timeout(30)
@ParameterizedClass
@EnumSource
class OpenAiCostsTest {

    /** 24 characters asked: six tokens by the usual rule. */
    private static final String QUESTION = "What is six times seven?";

    private static final Money ZERO = Money.usd("0");

    private final SdkBench bench = new SdkBench();
    private final OpenAiWay way;
    private final OpenAIClient client;

    OpenAiCostsTest(OpenAiWay way) {
        this.way = way;
        this.client = way.client(bench);
    }

    @AfterEach
    void close() {
        client.close();
        bench.assertNoErrors();
        bench.close();
    }

    @Test
    void anAnswerIsOneAttemptAtItsPrice() throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(this::chat);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.total()).isEqualTo(ONE);
        Attempt attempt = only(cost).attempt();
        assertThat(attempt.responseId()).isEqualTo("id-1");
        assertThat(attempt.quality()).isEqualTo(Quality.REPORTED);
        assertThat(attempt.firstTokenNanos()).isPositive();
        assertThat(bench.unattributed(this::chat).inference()).isEqualTo(ONE);
    }

    @Test
    void nothingOfOursIsSent() throws Exception {
        bench.server.answers(ANSWERS.chat());
        bench.request(this::chat);
        assertThat(bench.server.awaitRequest().headers()).doesNotContainKey(Handovers.HEADER);
    }

    @Test
    void responsesAndTheirStream() throws Exception {
        bench.server.answers(ANSWERS.response(), ANSWERS.responseStream());
        ResponseCreateParams params =
                ResponseCreateParams.builder().model("m-asked").input(QUESTION).build();
        assertThat(bench.request(() -> client.responses().create(params)).inference())
                .isEqualTo(ONE);
        assertThat(bench.request(() -> {
                            try (StreamResponse<ResponseStreamEvent> stream =
                                    client.responses().createStreaming(params)) {
                                return stream.stream().count();
                            }
                        })
                        .inference())
                .isEqualTo(ONE);
    }

    @Test
    void aStreamWithUsage() throws Exception {
        bench.server.answers(ANSWERS.chatStreamWithUsage());
        RequestCost cost = bench.request(() -> read(asked().streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build()));
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.REPORTED);
        assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void aStreamWithoutUsageIsEstimated() throws Exception {
        bench.server.answers(ANSWERS.chatStream());
        RequestCost cost = bench.request(() -> read(params()));
        // "It is forty-two." has 16 characters: 4 tokens; 6 / 1M + 2 · 4 / 1M
        assertThat(cost.inference()).isEqualTo(Money.usd("0.000014"));
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(only(cost).attempt().usage()).isEqualTo(Usage.tokens(6, 4));
        assertThat(bench.server.awaitRequest().text()).doesNotContain("stream_options");
    }

    @Test
    void aLoopWithToolsIsTwoCalls() throws Exception {
        bench.server.answers(
                Answers.of("m-1", 100, 10, "id-1").toolCall("multiply", "{\"a\":6,\"b\":7}"),
                Answers.of("m-1", 200, 20, "id-2").chat());
        RequestCost cost = bench.request(() -> {
            ChatCompletion first = client.chat().completions().create(params());
            ChatCompletionMessage message = first.choices().get(0).message();
            ChatCompletionCreateParams next = asked().addMessage(message)
                    .addMessage(ChatCompletionToolMessageParam.builder()
                            .toolCallId(message.toolCalls()
                                    .orElseThrow()
                                    .get(0)
                                    .asFunction()
                                    .id())
                            .content("42")
                            .build())
                    .build();
            return client.chat().completions().create(next);
        });
        assertThat(results(cost)).containsExactly(Result.DELIVERED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(2);
        // (100 + 200) / 1M + 2 · (10 + 20) / 1M
        assertThat(cost.inference()).isEqualTo(Money.usd("0.00036"));
        assertThat(cost.retry()).isEqualTo(ZERO);
    }

    @Test
    void embeddingsAreSupport() throws Exception {
        bench.server.answers(Answers.of("e-1", 1_200, 0, "id-1").embeddings());
        RequestCost cost = bench.request(() -> client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("e-1")
                        .input(QUESTION)
                        .build()));
        assertThat(cost.support()).isEqualTo(Money.usd("0.00012"));
        assertThat(cost.total()).isEqualTo(cost.support());
        assertThat(only(cost).service()).isEqualTo("embedding");
    }

    @Test
    void threeTriesAreOneCallWithOnePricedUsage() throws Exception {
        bench.server.answers(unavailable(), unavailable(), ANSWERS.chat());
        threeTries(bench.request(this::chat));
        bench.server.answers(unavailable(), unavailable(), ANSWERS.chat());
        threeTries(bench.unattributed(this::chat));
        assertThat(bench.server.requests()).hasSize(6);
    }

    private static void threeTries(RequestCost cost) {
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.retry()).isEqualTo(ZERO);
        assertThat(cost.unpricedAttempts()).isZero();
        assertThat(cost.attempts().get(0).attempt().isBilled()).isFalse();
    }

    @Test
    void aFailureIsBilledWhereThatIsSaid() throws Exception {
        try (SdkBench billing = new SdkBench(costs -> costs.billedFailures((provider, status) -> status == 503))) {
            OpenAIClient billed = way.client(billing);
            billing.server.answers(Answers.rateLimited().retryAfterMillis(1), unavailable(), ANSWERS.chat());
            RequestCost cost = billing.request(() -> billed.chat().completions().create(params("m-1")));
            assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.DELIVERED);
            // what was asked is six tokens: 6 / 1M
            assertThat(cost.retry()).isEqualTo(Money.usd("0.000006"));
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(cost.attempts().get(1).attempt().quality()).isEqualTo(Quality.ESTIMATED);
            billed.close();
            billing.assertNoErrors();
        }
    }

    @Test
    void theServerSaysWhenToTryAgain() throws Exception {
        ManualTicker time = new ManualTicker();
        try (SdkBench timed = new SdkBench(CostMeter.builder().ticker(time), costs -> {})) {
            OpenAIClient patient = way.client(timed).withOptions(options -> options.sleeper(new Waiting(time)));
            timed.server.answers(Answers.rateLimited().retryAfter(7), ANSWERS.chat());
            RequestCost cost = timed.request(() -> patient.chat().completions().create(params()));
            assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
            assertThat(calls(cost)).hasSize(1);
            assertThat(cost.total()).isEqualTo(ONE);
            // the wait is nobody's duration
            assertThat(Duration.ofNanos(cost.durationNanos())).isEqualTo(Duration.ofSeconds(7));
            assertThat(cost.attempts())
                    .allSatisfy(
                            each -> assertThat(each.attempt().durationNanos()).isZero());
            patient.close();
        }
    }

    @Test
    void aRefusalIsThrownAndCostsNothing() throws Exception {
        bench.server.answers(Answers.badRequest());
        RequestCost cost = bench.request(() -> assertThatThrownBy(this::chat)
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("400"));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.total()).isEqualTo(ZERO);
        assertThat(cost.unpricedAttempts()).isZero();
    }

    @Test
    void triesThatAllFail() throws Exception {
        bench.server.answers(unavailable());
        RequestCost cost = bench.failing(this::chat);
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.FAILED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.total()).isEqualTo(ZERO);
    }

    @Test
    void nothingListens() throws Exception {
        String nowhere;
        try (ModelServer gone = ModelServer.start()) {
            nowhere = gone.uri("/v1").toString();
        }
        OpenAIClient lost =
                way.client(nowhere, bench.costs, OpenAiWay.LONG).withOptions(options -> options.maxRetries(0));
        RequestCost cost = bench.request(
                () -> assertThatThrownBy(() -> lost.chat().completions().create(params()))
                        .isInstanceOf(OpenAIIoException.class));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(only(cost).attempt().isBilled()).isFalse();
        assertThat(cost.total()).isEqualTo(ZERO);
    }

    @Test
    void anAnswerThatDoesNotComeIsEstimated() throws Exception {
        OpenAIClient hasty = way.client(bench.url(), bench.costs, Duration.ofMillis(300))
                .withOptions(options -> options.maxRetries(1).sleeper(new Waiting(new ManualTicker())));
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost = bench.failing(() -> hasty.chat().completions().create(params("m-1")));
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.FAILED);
        assertThat(calls(cost)).hasSize(1);
        // it was sent, and may be billed: twice six tokens
        assertThat(cost.retry()).isEqualTo(Money.usd("0.000012"));
        assertThat(cost.estimatedAttempts()).isEqualTo(2);
        hasty.close();
    }

    @Test
    void aSlowStreamIsPassedOnEventByEvent() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch usage = new CountDownLatch(1);
        bench.server.answers(
                ANSWERS.chatStreamWithUsage().pausedBefore(2, second).pausedBefore(5, usage));
        RequestCost cost = bench.request(() -> {
            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(params())) {
                Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
                chunks.next();
                assertThat(text(chunks.next())).isEqualTo("It");
                second.countDown();
                assertThat(text(chunks.next())).isEqualTo(" is");
                chunks.next();
                usage.countDown();
                chunks.forEachRemaining(chunk -> {});
            }
            return null;
        });
        assertThat(cost.inference()).isEqualTo(ONE);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsCutIsEstimatedToThere(Cut how) throws Exception {
        long toThere = 800;
        bench.server.answers(ANSWERS.chatStreamWithUsage().cutAfter(toThere, how));
        List<String> seen = new ArrayList<>();
        RequestCost cost = bench.failing(() -> {
            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(params("m-1"))) {
                stream.stream().forEach(chunk -> seen.add(text(chunk)));
            }
            return null;
        });
        AttemptCost attempt = only(cost);
        assertThat(attempt.result()).isEqualTo(Result.FAILED);
        assertThat(attempt.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(attempt.part()).isEqualTo(Part.RETRY);
        int characters = String.join("", seen).length();
        assertThat(attempt.attempt().usage().count(Unit.INPUT_TOKENS)).isEqualTo(6);
        // a reset may throw away what the client had not yet read
        assertThat(attempt.attempt().usage().count(Unit.OUTPUT_TOKENS))
                .isBetween((long) Math.ceil(characters / 4.0), 4L);
    }

    @Test
    void aStreamThatIsLeftIsCancelled() throws Exception {
        bench.server.answers(ANSWERS.chatStreamWithUsage().pausedBefore(3, new CountDownLatch(1)));
        RequestCost cost = bench.request(() -> {
            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(params("m-1"))) {
                Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
                chunks.next();
                chunks.next();
                return text(chunks.next());
            }
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        // "It is" has five characters: 2 tokens; 6 / 1M + 2 · 2 / 1M
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00001"));
        bench.server.awaitAborted(1);
    }

    @Test
    void zippedAndInSmallPieces() throws Exception {
        bench.server.answers(
                ANSWERS.chat().gzip(),
                ANSWERS.chat().chunked().inPiecesOf(1),
                ANSWERS.chat().gzip().chunked().inPiecesOf(1));
        for (int i = 0; i < 3; i++) {
            assertThat(bench.request(this::chat).inference()).isEqualTo(ONE);
        }
        bench.server.answers(
                ANSWERS.chatStreamWithUsage().gzip(),
                ANSWERS.chatStreamWithUsage().inPiecesOf(1));
        for (int i = 0; i < 2; i++) {
            assertThat(bench.request(() -> read(params())).inference()).isEqualTo(ONE);
        }
    }

    @Test
    void tenMegabytesBeforeTheUsage() throws Exception {
        // once for each kind of hook
        int bytes = way == OpenAiWay.INTERCEPTOR || way == OpenAiWay.TRANSPORT ? 10_000_000 : 100_000;
        bench.server.answers(
                ANSWERS.bigText(bytes).chatStreamWithUsage(),
                ANSWERS.bigText(bytes).chat());
        assertThat(bench.request(() -> read(params())).inference()).isEqualTo(ONE);
        assertThat(bench.request(this::chat).inference()).isEqualTo(ONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json at all",
                "{\"id\":\"id-1\"",
                "{\"id\":\"x\",\"model\":\"m-1\",\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":-1}}",
                "{\"id\":\"x\",\"model\":\"m-1\",\"usage\":{\"prompt_tokens\":1e999999,\"completion_tokens\":99999999999999999999999999}}",
                "{\"id\":\"x\",\"model\":\"m-1\",\"usage\":{\"prompt_tokens\":\"many\",\"completion_tokens\":[[[]]]}}",
                "{\"deep\":%DEEP%}",
                "{\"choices\":[{\"message\":{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":7}\"}}]}"
            })
    void aHostileAnswerIsOneAttemptAndTheClientsOwnProblem(String body) throws Exception {
        bench.server.answers(Answer.json(200, body.replace("%DEEP%", "[".repeat(100_000))));
        OpenAIClient plain = com.openai.client.okhttp.OpenAIOkHttpClient.builder()
                .apiKey("key")
                .baseUrl(bench.url())
                .build();
        String without = outcome(plain);
        String[] with = new String[1];
        RequestCost cost = bench.request(() -> with[0] = outcome(client));
        assertThat(with[0]).isEqualTo(without);
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.total().signum()).isNotNegative();
        plain.close();
    }

    /** Waits between tries in no time. */
    private record Waiting(ManualTicker time) implements Sleeper {
        @Override
        public void sleep(Duration duration) {
            time.advance(duration);
        }

        @Override
        public CompletableFuture<Void> sleepAsync(Duration duration) {
            time.advance(duration);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }

    private String outcome(OpenAIClient of) {
        try {
            return String.valueOf(of.chat().completions().create(params()));
        } catch (Exception e) {
            return String.valueOf(e);
        }
    }

    private ChatCompletion chat() {
        return client.chat().completions().create(params());
    }

    private long read(ChatCompletionCreateParams params) {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            return stream.stream().count();
        }
    }

    private static String text(ChatCompletionChunk chunk) {
        return chunk.choices().isEmpty()
                ? ""
                : chunk.choices().get(0).delta().content().orElse("");
    }

    private static Answer unavailable() {
        return Answers.unavailable().retryAfterMillis(1);
    }

    private static ChatCompletionCreateParams.Builder asked() {
        return ChatCompletionCreateParams.builder().model("m-asked").addUserMessage(QUESTION);
    }

    private static ChatCompletionCreateParams params() {
        return asked().build();
    }

    private static ChatCompletionCreateParams params(String model) {
        return asked().model(model).build();
    }
}

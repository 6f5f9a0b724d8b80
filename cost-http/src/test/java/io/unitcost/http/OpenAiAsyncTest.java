package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static io.unitcost.http.SdkBench.ONE;
import static io.unitcost.http.SdkBench.calls;
import static io.unitcost.http.SdkBench.only;
import static io.unitcost.http.SdkBench.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's own client, which does not wait, hooked in each way and wrapped so that it knows who asks. */
@Timeout(30)
@ParameterizedClass
@EnumSource
class OpenAiAsyncTest {

    private static final Money ZERO = Money.usd("0");

    private final SdkBench bench = new SdkBench();
    private final OpenAIClient client;
    private final OpenAIClientAsync hooked;
    private final OpenAIClientAsync wrapped;

    OpenAiAsyncTest(OpenAiWay way) {
        this.client = way.client(bench);
        this.hooked = client.async();
        this.wrapped = OpenAiCosts.wrap(hooked, bench.costs);
    }

    @AfterEach
    void close() {
        client.close();
        bench.assertNoErrors();
        bench.close();
    }

    @Test
    void anAnswerIsOnTheAccountOfWhoAsked() throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(() -> chat(wrapped).get());
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
        assertThat(bench.server.awaitRequest().headers()).doesNotContainKey(Handovers.HEADER);
    }

    @Test
    void withoutTheWrapperItIsOnNobodysAccount() throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestMeter request = bench.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            chat(hooked).get();
        }
        request.end(Outcome.DELIVERED);
        RequestCost nobodys = bench.recorded.take();
        assertThat(nobodys.kind()).isEqualTo(Kind.UNATTRIBUTED);
        assertThat(nobodys.inference()).isEqualTo(ONE);
        assertThat(bench.recorded.take().attempts()).isEmpty();
        assertThat(bench.server.awaitRequest().headers()).doesNotContainKey(Handovers.HEADER);
    }

    @Test
    void withoutARequestItIsUnattributed() throws Exception {
        bench.server.answers(ANSWERS.chat());
        assertThat(bench.unattributed(() -> chat(wrapped).get()).inference()).isEqualTo(ONE);
        assertThat(bench.unattributed(() -> chat(hooked).get()).inference()).isEqualTo(ONE);
    }

    @Test
    void threeTriesAreOneCallWithOnePricedUsage() throws Exception {
        bench.server.answers(unavailable(), unavailable(), ANSWERS.chat());
        threeTries(bench.request(() -> chat(wrapped).get()));
        bench.server.answers(unavailable(), unavailable(), ANSWERS.chat());
        threeTries(bench.unattributed(() -> chat(wrapped).get()));
        bench.server.answers(unavailable(), unavailable(), ANSWERS.chat());
        threeTries(bench.unattributed(() -> chat(hooked).get()));
    }

    private static void threeTries(RequestCost cost) {
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.retry()).isEqualTo(ZERO);
    }

    @Test
    void callsSideBySideKeepTheirTries() throws Exception {
        int calls = 20;
        bench.server.answersBy(
                request -> "0".equals(request.header("X-Stainless-Retry-Count")) ? unavailable() : ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            List<CompletableFuture<ChatCompletion>> all = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                all.add(chat(wrapped));
            }
            return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                    .get();
        });
        assertThat(cost.attempts()).hasSize(2 * calls);
        assertThat(calls(cost)).hasSize(calls);
        assertThat(cost.inference()).isEqualTo(ONE.times(calls));
    }

    @Test
    void theRequestStaysOpenForIt() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        bench.server.answers(unavailable(), ANSWERS.chat().delayed(gate));
        RequestMeter request = bench.meter.open("chat");
        CompletableFuture<ChatCompletion> answer;
        try (Scope scope = request.makeCurrent()) {
            answer = chat(wrapped);
        }
        request.end(Outcome.DELIVERED);
        bench.server.awaitRequests(2);
        assertThat(bench.recorded.drain()).isEmpty();
        gate.countDown();
        answer.get();
        RequestCost cost = bench.recorded.take();
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
    }

    @Test
    void triesThatAllFail() throws Exception {
        bench.server.answers(unavailable());
        RequestCost cost = bench.failing(() -> chat(wrapped).get());
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.FAILED);
        assertThat(calls(cost)).hasSize(1);
        cost = bench.unattributed(() -> assertThatThrownBy(() -> chat(wrapped).get()));
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.FAILED);
    }

    @Test
    void aRefusalIsTheClientsOwn() throws Exception {
        bench.server.answers(Answers.badRequest());
        RequestCost cost =
                bench.request(() -> assertThatThrownBy(() -> chat(wrapped).get())
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(BadRequestException.class));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.total()).isEqualTo(ZERO);
    }

    @Test
    void aStreamIsOnTheAccountOfWhoAsked() throws Exception {
        bench.server.answers(unavailable(), ANSWERS.chatStreamWithUsage());
        RequestCost cost = bench.request(
                () -> stream(wrapped).subscribe(chunk -> {}).onCompleteFuture().get());
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.inference()).isEqualTo(ONE);
    }

    @Test
    void aStreamThatIsLeftIsCancelled() throws Exception {
        bench.server.answers(ANSWERS.chatStreamWithUsage().pausedBefore(3, new CountDownLatch(1)));
        RequestCost cost = bench.request(() -> {
            AsyncStreamResponse<ChatCompletionChunk> stream = stream(wrapped);
            return stream.subscribe(chunk -> {
                        if (chunk.toString().contains(" is")) {
                            stream.close();
                        }
                    })
                    .onCompleteFuture()
                    .get();
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        // 6 / 1M + 2 · 2 / 1M, as "It is" has five characters
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00001"));
    }

    @Test
    void aStreamThatIsLeftAtOnceIsNoMistake() throws Exception {
        bench.server.answers(ANSWERS.chatStreamWithUsage());
        RequestMeter request = bench.meter.open("left");
        try (Scope scope = request.makeCurrent()) {
            stream(wrapped).close();
        }
        RequestMeter next = bench.meter.open("read");
        try (Scope scope = next.makeCurrent()) {
            stream(wrapped).subscribe(chunk -> {}).onCompleteFuture().get();
        }
        request.end(Outcome.CANCELLED);
        next.end(Outcome.DELIVERED);
        // the stream that was left had no time to be seen before, and may come late
        int attempts = 0;
        while (attempts < 2) {
            RequestCost cost = bench.recorded.take();
            attempts += cost.attempts().size();
            assertThat(cost.kind()).isNotEqualTo(Kind.UNATTRIBUTED);
            if (cost.feature().equals("read")) {
                assertThat(cost.inference()).isEqualTo(ONE);
            }
        }
    }

    @Test
    void anAnswerThatNobodyWaitsForIsNotLost() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chat().delayed(gate));
        RequestMeter request = bench.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            CompletableFuture<ChatCompletion> answer = chat(wrapped);
            bench.server.awaitRequest();
            // the client goes on without reading the answer that then comes
            answer.cancel(true);
        }
        gate.countDown();
        request.end(Outcome.CANCELLED);
        List<RequestCost> costs = List.of();
        while (costs.isEmpty()) {
            System.gc();
            costs = bench.recorded.drain();
        }
        assertThat(results(costs.get(0))).containsExactly(Result.CANCELLED);
        assertThat(costs.get(0).retry()).isEqualTo(Money.usd("0.000006"));
    }

    @Test
    void everyPathToAServiceIsWrapped() throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            wrapped.chat()
                    .completions()
                    .withRawResponse()
                    .create(params())
                    .get()
                    .parse();
            wrapped.withRawResponse()
                    .chat()
                    .completions()
                    .create(params())
                    .get()
                    .parse();
            wrapped.withOptions(options -> options.putHeader("X-Mine", "1"))
                    .chat()
                    .withOptions(options -> options.putHeader("X-Mine-Too", "2"))
                    .completions()
                    .create(params())
                    .get();
            return null;
        });
        assertThat(cost.inference()).isEqualTo(ONE.times(3));
        assertThat(calls(cost)).hasSize(3);
        assertThat(bench.server.requests().get(2).header("X-Mine")).isEqualTo("1");
        assertThat(bench.server.requests().get(2).header("X-Mine-Too")).isEqualTo("2");
        bench.server.requests().forEach(request -> assertThat(request.headers()).doesNotContainKey(Handovers.HEADER));
    }

    @Test
    void embeddingsAreSupport() throws Exception {
        bench.server.answers(Answers.of("e-1", 1_200, 0, "id-1").embeddings());
        RequestCost cost = bench.request(() -> wrapped.embeddings()
                .create(EmbeddingCreateParams.builder().model("e-1").input("x").build())
                .get());
        assertThat(cost.support()).isEqualTo(Money.usd("0.00012"));
        assertThat(cost.total()).isEqualTo(cost.support());
    }

    @Test
    void whatIsNoCallToAModelLeavesNoTrace() throws Exception {
        bench.server.answers(Answer.json(200, "{\"object\":\"list\",\"data\":[]}"));
        wrapped.models().list().get();
        RequestCost cost = bench.request(() -> wrapped.models().list().get());
        assertThat(cost.attempts()).isEmpty();
    }

    @Test
    void aWrappedClientIsAsGoodAsTheOther() {
        assertThat(wrapped).isEqualTo(wrapped).isEqualTo(hooked).hasSameHashCodeAs(hooked);
        assertThat(wrapped.toString()).isEqualTo(hooked.toString());
        // its threads know who asks
        assertThat(Proxy.isProxyClass(wrapped.sync().getClass())).isFalse();
    }

    @Test
    void aClientWithoutAHookIsRefusedOrCountedAsAnError() throws Exception {
        OpenAIClientAsync bare = OpenAIOkHttpClientAsync.builder()
                .apiKey("key")
                .baseUrl(bench.url())
                .build();
        HttpCosts unused = HttpCosts.create(bench.meter);
        assertThatIllegalStateException()
                .isThrownBy(() -> OpenAiCosts.wrap(bare, unused))
                .withMessageContaining("OkHttpCosts.interceptor(costs)");
        CostMeter meter = CostMeter.builder().prices(SdkBench.PRICES).build();
        HttpCosts elsewhere = HttpCosts.create(meter);
        OkHttpCosts.interceptor(elsewhere);
        OpenAIClientAsync mistaken = OpenAiCosts.wrap(bare, elsewhere);
        bench.server.answers(ANSWERS.chat());
        chat(mistaken).get();
        chat(mistaken).get();
        assertThat(meter.errors(Site.CLIENT)).isEqualTo(1);
        assertThat(bench.server.requests().get(1).headers()).doesNotContainKey(Handovers.HEADER);
        meter.close();
        bare.close();
    }

    private static CompletableFuture<ChatCompletion> chat(OpenAIClientAsync of) {
        return of.chat().completions().create(params());
    }

    private static AsyncStreamResponse<ChatCompletionChunk> stream(OpenAIClientAsync of) {
        return of.chat().completions().createStreaming(params());
    }

    private static Answer unavailable() {
        return Answers.unavailable().retryAfterMillis(1);
    }

    private static ChatCompletionCreateParams params() {
        return ChatCompletionCreateParams.builder()
                .model("m-1")
                .addUserMessage("What is six times seven?")
                .build();
    }
}

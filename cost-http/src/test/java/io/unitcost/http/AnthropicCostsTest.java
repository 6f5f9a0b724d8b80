package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static io.unitcost.http.SdkBench.ONE;
import static io.unitcost.http.SdkBench.calls;
import static io.unitcost.http.SdkBench.only;
import static io.unitcost.http.SdkBench.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Anthropic's own client. */
@Timeout(30)
class AnthropicCostsTest {

    private static final Money ZERO = Money.usd("0");

    private final SdkBench bench = new SdkBench();

    private final AnthropicClient client = AnthropicOkHttpClient.builder()
            .apiKey("key")
            .baseUrl(bench.server.uri().toString())
            .addInterceptor(AnthropicCosts.interceptor(bench.costs))
            .build();

    private final AnthropicClientAsync wrapped = AnthropicCosts.wrap(
            AnthropicOkHttpClient.builder()
                    .apiKey("key")
                    .baseUrl(bench.server.uri().toString())
                    .build()
                    .async(),
            bench.costs);

    @AfterEach
    void close() {
        client.close();
        wrapped.close();
        bench.assertNoErrors();
        bench.close();
    }

    @Test
    void anAnswerIsOneAttemptAtItsPrice() throws Exception {
        bench.server.answers(ANSWERS.message());
        RequestCost cost = bench.request(this::create);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.total()).isEqualTo(ONE);
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.REPORTED);
        assertThat(bench.unattributed(this::create).inference()).isEqualTo(ONE);
    }

    @Test
    void aStreamIsOneAttemptAtItsPrice() throws Exception {
        bench.server.answers(
                ANSWERS.messageStream(),
                ANSWERS.messageStream().gzip(),
                ANSWERS.messageStream().inPiecesOf(1));
        for (int i = 0; i < 3; i++) {
            RequestCost cost = bench.request(() -> {
                try (StreamResponse<RawMessageStreamEvent> stream =
                        client.messages().createStreaming(params())) {
                    return stream.stream().count();
                }
            });
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(results(cost)).containsExactly(Result.DELIVERED);
        }
    }

    @Test
    void threeTriesAreOneCallWithOnePricedUsage() throws Exception {
        bench.server.answers(overloaded(), overloaded(), ANSWERS.message());
        threeTries(bench.request(this::create));
        bench.server.answers(overloaded(), overloaded(), ANSWERS.message());
        threeTries(bench.unattributed(this::create));
        bench.server.answers(overloaded(), overloaded(), ANSWERS.message());
        threeTries(bench.request(() -> createLater().get()));
        bench.server.answers(overloaded(), overloaded(), ANSWERS.message());
        threeTries(bench.unattributed(() -> createLater().get()));
        bench.server.answers(overloaded(), overloaded(), ANSWERS.message());
        threeTries(bench.unattributed(
                () -> client.async().messages().create(params()).get()));
    }

    private static void threeTries(RequestCost cost) {
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.retry()).isEqualTo(ZERO);
    }

    @Test
    void whatIsWrappedIsHookedOnce() throws Exception {
        bench.server.answers(ANSWERS.message());
        AnthropicClientAsync both = AnthropicCosts.wrap(client.async(), bench.costs);
        assertThat(AnthropicCosts.wrap(both, bench.costs)).isSameAs(both);
        RequestCost cost = bench.request(() -> both.messages().create(params()).get());
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
        assertThat(bench.server.awaitRequest().headers()).doesNotContainKey(Handovers.HEADER);
    }

    @Test
    void aStreamOfTheWrappedClient() throws Exception {
        bench.server.answers(ANSWERS.messageStream());
        RequestCost cost = bench.request(() -> wrapped.messages()
                .createStreaming(params())
                .subscribe(event -> {})
                .onCompleteFuture()
                .get());
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsCutKeepsWhatItSaid(Cut how) throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        bench.server.answers(ANSWERS.messageStream());
        String whole = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(bench.server.uri()).build(), BodyHandlers.ofString())
                .body();
        // in the middle of the third word, when the second was read
        bench.server.answers(ANSWERS.messageStream().pausedBefore(5, read).cutAfter(whole.indexOf("forty"), how));
        RequestCost cost = bench.failing(() -> {
            try (StreamResponse<RawMessageStreamEvent> stream =
                    client.messages().createStreaming(params())) {
                stream.stream().forEach(event -> {
                    if (event.toString().contains(" is")) {
                        read.countDown();
                    }
                });
            }
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.PARTIAL);
        // "It is" has five characters
        assertThat(only(cost).attempt().usage().count(Unit.INPUT_TOKENS)).isEqualTo(1_200);
        assertThat(only(cost).attempt().usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(2);
    }

    @Test
    void aStreamThatIsLeftIsCancelled() throws Exception {
        bench.server.answers(ANSWERS.messageStream().pausedBefore(5, new CountDownLatch(1)));
        RequestCost cost = bench.request(() -> {
            try (StreamResponse<RawMessageStreamEvent> stream =
                    client.messages().createStreaming(params())) {
                Iterator<RawMessageStreamEvent> events = stream.stream().iterator();
                while (!events.next().toString().contains(" is")) {
                    assertThat(events.hasNext()).isTrue();
                }
            }
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        // 1,200 / 1M + 2 · 2 / 1M
        assertThat(cost.retry()).isEqualTo(Money.usd("0.001204"));
    }

    @Test
    void aRefusalIsThrownAndCostsNothing() throws Exception {
        bench.server.answers(Answers.badRequest());
        RequestCost cost =
                bench.request(() -> assertThatThrownBy(this::create).isInstanceOf(BadRequestException.class));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.total()).isEqualTo(ZERO);
    }

    private Message create() {
        return client.messages().create(params());
    }

    private CompletableFuture<Message> createLater() {
        return wrapped.messages().create(params());
    }

    private static Answer overloaded() {
        return Answers.overloaded().retryAfterMillis(1);
    }

    private static MessageCreateParams params() {
        return MessageCreateParams.builder()
                .model("m-1")
                .maxTokens(100)
                .addUserMessage("What is six times seven?")
                .build();
    }
}

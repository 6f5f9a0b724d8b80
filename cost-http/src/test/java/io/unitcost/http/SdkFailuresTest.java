package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import io.unitcost.testing.ModelServer;
import io.unitcost.usage.SeenText;
import io.unitcost.usage.TokenEstimator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever of ours fails, a call ends as it ends without us, and the failure is counted. */
@Timeout(60)
class SdkFailuresTest {

    /** What fails, and where that is counted. */
    enum Place {
        BEGINNING(Site.CLIENT),
        ESTIMATING(Site.USAGE),
        BILLING(Site.CLIENT),
        LISTENING(Site.LISTENER);

        private final Site site;

        Place(Site site) {
            this.site = site;
        }
    }

    private static final List<Supplier<Throwable>> FAILURES = List.of(
            () -> new IllegalStateException("injected"),
            () -> new AssertionError("injected"),
            () -> new NoClassDefFoundError("injected"),
            () -> new StackOverflowError("injected"));

    private final ModelServer server = ModelServer.start();
    private volatile @Nullable Place place;
    private Supplier<Throwable> failure = FAILURES.get(0);

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void theCallEndsAsItEndsWithoutUs(Place failing) {
        List<String> without;
        try (Clients plain = plain()) {
            without = outcomes(plain);
        }
        assertThat(without).doesNotHaveDuplicates().noneMatch(String::isEmpty);
        for (Supplier<Throwable> each : FAILURES) {
            failure = each;
            for (OpenAiWay way : List.of(OpenAiWay.INTERCEPTOR, OpenAiWay.INSTALLED, OpenAiWay.TRANSPORT)) {
                CostMeter meter = CostMeter.builder()
                        .prices(SdkBench.PRICES)
                        .listener(cost -> fail(Place.LISTENING))
                        .build();
                try (Clients hooked = hooked(way, meter)) {
                    place = failing;
                    assertThat(outcomes(hooked)).isEqualTo(without);
                    assertThat(meter.errors(failing.site))
                            .as("%s %s", way, each.get())
                            .isPositive();
                } finally {
                    place = null;
                    meter.close();
                }
            }
        }
    }

    private List<String> outcomes(Clients clients) {
        Answer tired = Answers.unavailable().retryAfterMillis(1);
        return List.of(
                outcome(clients::chat, ANSWERS.chat()),
                outcome(clients::chat, tired, Answers.of("m-1", 2, 2, "id-2").chat()),
                outcome(clients::chat, tired),
                outcome(clients::chat, Answers.badRequest()),
                outcome(clients::stream, ANSWERS.chatStream()),
                outcome(clients::stream, ANSWERS.chatStreamWithUsage().cutAfter(800, Cut.FIN)),
                outcome(clients::chatLater, Answers.of("m-1", 3, 3, "id-3").chat()),
                outcome(
                        clients::streamLater,
                        tired,
                        Answers.of("m-1", 4, 4, "id-4").chatStream()),
                outcome(clients::message, ANSWERS.message()),
                outcome(
                        clients::messageLater,
                        tired,
                        Answers.of("m-1", 5, 5, "id-5").message()),
                outcome(clients::messageLater, Answers.overloaded().retryAfterMillis(1)));
    }

    private String outcome(Consumer<Consumer<Object>> call, Answer... answers) {
        server.answers(answers);
        List<Object> seen = new ArrayList<>();
        try {
            call.accept(seen::add);
        } catch (Exception e) {
            seen.add(e);
            seen.add(e.getCause());
        }
        return seen.toString();
    }

    private void fail(Place here) {
        if (place == here) {
            SdkFailuresTest.<RuntimeException>sneak(failure.get());
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    private HttpCosts costs(CostMeter meter) {
        return HttpCosts.builder(meter)
                .provider("127.0.0.1", "models")
                .billedFailures((provider, status) -> {
                    fail(Place.BILLING);
                    return true;
                })
                .estimator(new TokenEstimator() {
                    @Override
                    public long tokens(SeenText text, @Nullable String model) {
                        fail(Place.ESTIMATING);
                        return 1;
                    }

                    @Override
                    public boolean wantsSample() {
                        fail(Place.BEGINNING);
                        return false;
                    }
                })
                .build();
    }

    private Clients hooked(OpenAiWay way, CostMeter meter) {
        HttpCosts costs = costs(meter);
        OpenAIClient openAi = way.client(server.uri("/v1").toString(), costs, OpenAiWay.LONG);
        AnthropicClient anthropic = AnthropicOkHttpClient.builder()
                .apiKey("key")
                .baseUrl(server.uri().toString())
                .addInterceptor(AnthropicCosts.interceptor(costs))
                .build();
        return new Clients(
                openAi,
                OpenAiCosts.wrap(openAi.async(), costs),
                anthropic,
                AnthropicCosts.wrap(anthropic.async(), costs));
    }

    private Clients plain() {
        OpenAIClient openAi = OpenAIOkHttpClient.builder()
                .apiKey("key")
                .baseUrl(server.uri("/v1").toString())
                .build();
        AnthropicClient anthropic = AnthropicOkHttpClient.builder()
                .apiKey("key")
                .baseUrl(server.uri().toString())
                .build();
        return new Clients(openAi, openAi.async(), anthropic, anthropic.async());
    }

    private record Clients(
            OpenAIClient openAi, OpenAIClientAsync openAiLater, AnthropicClient anthropic, AnthropicClientAsync later)
            implements AutoCloseable {

        private static final ChatCompletionCreateParams CHAT = ChatCompletionCreateParams.builder()
                .model("m-1")
                .addUserMessage("What is six times seven?")
                .build();

        private static final MessageCreateParams MESSAGE = MessageCreateParams.builder()
                .model("m-1")
                .maxTokens(100)
                .addUserMessage("What is six times seven?")
                .build();

        void chat(Consumer<Object> seen) {
            seen.accept(openAi.chat().completions().create(CHAT));
        }

        void stream(Consumer<Object> seen) {
            try (var stream = openAi.chat().completions().createStreaming(CHAT)) {
                stream.stream().forEach(seen);
            }
        }

        void chatLater(Consumer<Object> seen) {
            seen.accept(openAiLater.chat().completions().create(CHAT).join());
        }

        void streamLater(Consumer<Object> seen) {
            openAiLater
                    .chat()
                    .completions()
                    .createStreaming(CHAT)
                    .subscribe(seen::accept)
                    .onCompleteFuture()
                    .join();
        }

        void message(Consumer<Object> seen) {
            seen.accept(anthropic.messages().create(MESSAGE));
        }

        void messageLater(Consumer<Object> seen) throws CompletionException {
            seen.accept(later.messages().create(MESSAGE).join());
        }

        @Override
        public void close() {
            openAi.close();
            anthropic.close();
        }
    }
}

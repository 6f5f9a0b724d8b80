package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Part;
import io.unitcost.price.Money;
import io.unitcost.samples.demo.Faults.Rates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole stage with one thing at a time going wrong on every request. */
class StageTest {

    private static final double AS_FAST_AS_IT_GOES = Double.POSITIVE_INFINITY;
    private static final int REQUESTS = 40;
    // 1000 × 0.15/1e6 + 100 × 0.60/1e6
    private static final Money ONE_CHAT = Money.usd("0.00021");

    @Test
    void anUnavailableModelIsAskedAgainAtNoCost() throws Exception {
        FeatureTally chat = chats(new Rates(1, 0, 0, 0, 0, 0, 0));
        assertThat(chat.delivered()).isEqualTo(REQUESTS);
        assertThat(chat.cost()).isEqualTo(ONE_CHAT.times(REQUESTS));
        assertThat(chat.part(Part.RETRY).isZero()).isTrue();
    }

    @Test
    void anInvalidAnswerIsPaidForAsRetry() throws Exception {
        FeatureTally chat = chats(new Rates(0, 1, 0, 0, 0, 0, 0));
        assertThat(chat.delivered()).isEqualTo(REQUESTS);
        assertThat(chat.part(Part.INFERENCE)).isEqualTo(ONE_CHAT.times(REQUESTS));
        assertThat(chat.part(Part.RETRY)).isEqualTo(ONE_CHAT.times(REQUESTS));
    }

    @Test
    void aModelThatIsDownFailsTheRequestAndCostsNothing() throws Exception {
        FeatureTally chat = chats(new Rates(0, 0, 1, 0, 0, 0, 0));
        assertThat(chat.requests()).isEqualTo(REQUESTS);
        assertThat(chat.delivered()).isZero();
        assertThat(chat.cost().isZero()).isTrue();
        assertThat(chat.unpriced()).isZero();
        assertThat(chat.revenue().isZero()).isTrue();
        assertThat(chat.perDelivered(chat.cost())).isNull();
    }

    @Test
    void aModelThatNeverGivesAValidAnswerCostsThreeTriesAndDeliversNothing() throws Exception {
        FeatureTally chat = chats(new Rates(0, 0, 0, 1, 0, 0, 0));
        assertThat(chat.delivered()).isZero();
        assertThat(chat.part(Part.INFERENCE).isZero()).isTrue();
        assertThat(chat.part(Part.RETRY)).isEqualTo(ONE_CHAT.times(3 * REQUESTS));
    }

    @Test
    void anUnknownModelHasNoCostAndMovesTheMeter() throws Exception {
        try (Stage stage = stage(new Rates(0, 0, 0, 0, 1, 0, 0))) {
            Run run = stage.run(AS_FAST_AS_IT_GOES);
            assertThat(stage.contradictions(run)).isEmpty();
            FeatureTally chat = run.whole().feature(Features.CHAT);
            assertThat(chat.delivered()).isEqualTo(REQUESTS);
            assertThat(chat.unpriced()).isEqualTo(REQUESTS);
            assertThat(chat.margin()).isNull();
            assertThat(run.whole().unpriced()).containsEntry("openai/" + Scenario.CANARY, (long) REQUESTS);
            assertThat(TextReport.of(run)).contains(REQUESTS + " answers came from openai/" + Scenario.CANARY);
            String metrics = get(stage.uri().resolve("/metrics"));
            assertThat(metrics.lines())
                    .anyMatch(line -> line.startsWith("ai_unpriced_")
                            && line.contains("feature=\"chat\"")
                            && line.contains("reason=\"unknown_model\"")
                            && line.endsWith(" " + REQUESTS + ".0"));
        }
    }

    @Test
    void anAnswerThatDoesNotSayWhatItUsedIsEstimated() throws Exception {
        FeatureTally chat = chats(new Rates(0, 0, 0, 0, 0, 1, 0));
        assertThat(chat.estimated()).isEqualTo(REQUESTS);
        assertThat(chat.cost().signum()).isPositive();
    }

    @Test
    void cachedInputIsChargedAtItsOwnPrice() throws Exception {
        FeatureTally chat = chats(new Rates(0, 0, 0, 0, 0, 0, 1));
        // prompts below 1,024 tokens are not cached
        assertThat(chat.cost()).isEqualTo(ONE_CHAT.times(REQUESTS));
        // 2000 / 2 = 1000 in blocks of 128: 896 cached; 1104 × 0.15/1e6 + 896 × 0.075/1e6 + 100 × 0.60/1e6
        try (Stage stage = Stage.open(scenario(new Rates(0, 0, 0, 0, 0, 0, 1)), traffic(2_000), 1, 0, null)) {
            Run run = stage.run(AS_FAST_AS_IT_GOES);
            assertThat(stage.contradictions(run)).isEmpty();
            assertThat(run.whole().feature(Features.CHAT).cost())
                    .isEqualTo(Money.usd("0.0002928").times(REQUESTS));
        }
    }

    @Test
    void tokensThatNobodyMeteredAreFound() throws Exception {
        try (Stage stage = stage(Rates.NONE)) {
            Run run = stage.run(AS_FAST_AS_IT_GOES);
            assertThat(stage.contradictions(run)).isEmpty();
            post(stage.modelUri().resolve("/v1/chat/completions"), "{\"model\":\"gpt-4o-mini\",\"messages\":[]}");
            assertThat(stage.contradictions(run))
                    .singleElement()
                    .asString()
                    .contains("gpt-4o-mini", "answers=41", "answers=40");
        }
    }

    @Test
    void aQuestionByHandIsAnsweredAndMeteredAfterTheRun() throws Exception {
        try (Stage stage = stage(Rates.NONE)) {
            Run run = stage.run(AS_FAST_AS_IT_GOES);
            assertThat(post(stage.uri().resolve("/chat"), "What does this question cost?"))
                    .isEqualTo("answered by gpt-4o-mini\n");
            assertThat(post(stage.uri().resolve("/nothing"), "")).isEmpty();
            assertThat(run.whole().feature(Features.CHAT).requests()).isEqualTo(REQUESTS);
        }
    }

    private static FeatureTally chats(Rates rates) throws Exception {
        try (Stage stage = stage(rates)) {
            Run run = stage.run(AS_FAST_AS_IT_GOES);
            assertThat(stage.contradictions(run)).isEmpty();
            assertThat(run.whole().features()).containsOnlyKeys(Features.CHAT);
            return run.whole().feature(Features.CHAT);
        }
    }

    private static Stage stage(Rates rates) throws IOException {
        return Stage.open(scenario(rates), traffic(1_000), 1, 0, null);
    }

    private static Scenario scenario(Rates rates) {
        Scenario full = Scenario.full();
        return new Scenario(full.prices(), full.pools(), full.objectives(), full.routes(), rates, full.swapTo());
    }

    private static Traffic traffic(int inputTokens) {
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            arrivals.add(new Arrival(i, Features.CHAT, inputTokens, 100));
        }
        return Traffic.of(arrivals, REQUESTS, "test");
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri).build());
    }

    private static String post(URI uri, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static String send(HttpRequest request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}

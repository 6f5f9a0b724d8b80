package io.unitcost.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.RequestMeter;
import io.unitcost.explain.Driver;
import io.unitcost.explain.Explanation;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The window's numbers, one by one, with the arithmetic beside them. */
class CostWindowTest {

    private static final PriceTable PRICES = PriceTable.builder("test")
            .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M").rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
            .build();

    private final ManualTicker ticker = new ManualTicker();
    private final CostWindow window = CostWindow.builder().minRequests(2).build();
    private final CostMeter meter = CostMeter.builder()
            .prices(PRICES)
            .objective(CostObjective.of("chat")
                    .revenue("0.01")
                    .targetMargin("0.8")
                    .latencyBudget(Duration.ofSeconds(2))
                    .build())
            .feature("plain")
            .listener(window)
            .ticker(ticker)
            .clock(ticker.clock())
            .maxFeatures(2)
            .build();

    @AfterEach
    void nothingFailed() {
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("errors at %s", site).isZero();
        }
        meter.close();
    }

    @Test
    void atFirstThereIsNothingAndNothingIsDividedByZero() {
        WindowSnapshot snapshot = window.snapshot();
        assertThat(snapshot.features()).extracting(WindowSnapshot.Feature::name).containsExactly("chat", "plain");
        assertThat(snapshot.since()).isEqualTo(snapshot.at()).isEqualTo(snapshot.from());
        assertThat(snapshot.window()).isEqualTo(Duration.ofHours(1));
        assertThat(snapshot.feature("unheard")).isNull();
        WindowSnapshot.Feature chat = snapshot.feature("chat");
        WindowSnapshot.Sums sums = chat.window();
        assertThat(sums.cost().total()).isEqualTo(Money.usd("0"));
        assertThat(sums.costPerDelivered()).isNull();
        assertThat(sums.costPerDelivered(Part.RETRY)).isNull();
        assertThat(sums.margin()).isNull();
        assertThat(sums.burn()).isNull();
        assertThat(sums.remaining()).isNull();
        assertThat(sums.missedShare()).isNull();
        assertThat(chat.p95()).isNull();
        assertThat(chat.trend().crossoverIndex()).isNull();
        assertThat(chat.trend().daysToBreach()).isNull();
        assertThat(chat.objective()).isSameAs(meter.objective("chat"));
    }

    @Test
    void whatFailsIsPaidByWhatIsDelivered() {
        request("chat", Outcome.DELIVERED, 1_000); // 0.001
        request("chat", Outcome.DELIVERED, 1_000); // 0.001
        request("chat", Outcome.FAILED, 500); // 0.0005
        request("chat", Outcome.CANCELLED, 500); // 0.0005

        WindowSnapshot.Sums sums = sums("chat");
        assertThat(sums.counts().requests()).isEqualTo(4);
        assertThat(sums.counts().delivered()).isEqualTo(2);
        assertThat(sums.counts().failed()).isEqualTo(1);
        assertThat(sums.counts().cancelled()).isEqualTo(1);
        // 0.003 ÷ 2
        assertThat(sums.costPerDelivered()).isEqualTo(Money.usd("0.0015"));
        // (0.02 − 0.003) ÷ 0.02
        assertThat(sums.margin()).isEqualByComparingTo("0.85");
        // 0.003 ÷ (2 × 0.01 × 0.2)
        assertThat(sums.burn()).isEqualByComparingTo("0.75");
        assertThat(sums.remaining()).isEqualTo(Money.usd("0.001"));
        assertThat(sums.revenue()).isEqualTo(Money.usd("0.02"));
        assertThat(sums.allowance()).isEqualTo(Money.usd("0.004"));
    }

    @Test
    void aThirdIsGivenToThirtyFourDigits() {
        request("chat", Outcome.DELIVERED, 1_000);
        request("chat", Outcome.DELIVERED, 0);
        request("chat", Outcome.DELIVERED, 0);
        assertThat(sums("chat").costPerDelivered()).isEqualTo(Money.usd("0.000" + "3".repeat(34)));
        // 0.001 ÷ 0.006 and 1 − 0.001 ÷ 0.03, to nine digits
        assertThat(sums("chat").burn()).isEqualByComparingTo("0.166666667");
        assertThat(sums("chat").margin()).isEqualByComparingTo("0.966666667");
    }

    @Test
    void partsAndQualitiesBothAddUpToTheCost() {
        RequestMeter request = meter.open("chat");
        request.record(tokens(1_000).build());
        request.recordSupport(
                "retrieval",
                Attempt.of("vectors", "read").usage(Usage.of(Unit.REQUESTS, 3)).build());
        request.record(tokens(100).failed().build());
        request.record(Attempt.of("p", "m")
                .usage(Usage.tokens(200, 0), Quality.ESTIMATED)
                .build());
        request.record(Attempt.of("p", "m").unbilled().failed().build());
        request.end(Outcome.DELIVERED);

        WindowSnapshot.Sums sums = sums("chat");
        assertThat(sums.cost().inference()).isEqualTo(Money.usd("0.0012"));
        assertThat(sums.cost().support()).isEqualTo(Money.usd("0.00006"));
        assertThat(sums.cost().retry()).isEqualTo(Money.usd("0.0001"));
        assertThat(sums.cost().idle()).isEqualTo(Money.usd("0"));
        assertThat(sums.cost().total()).isEqualTo(Money.usd("0.00136"));
        assertThat(sums.costPerDelivered(Part.SUPPORT)).isEqualTo(Money.usd("0.00006"));
        // what is not billed is not among them
        assertThat(sums.quality().get(Quality.REPORTED)).isEqualTo(new WindowSnapshot.Share(3, Money.usd("0.00116")));
        assertThat(sums.quality().get(Quality.ESTIMATED)).isEqualTo(new WindowSnapshot.Share(1, Money.usd("0.0002")));
        assertThat(sums.quality().get(Quality.UNKNOWN)).isEqualTo(new WindowSnapshot.Share(0, Money.usd("0")));
    }

    @Test
    void kindsOfTokensDoNotOverlap() {
        RequestMeter request = meter.open("plain");
        request.record(Attempt.of("p", "m")
                .usage(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 1_000)
                        .set(Unit.CACHE_READ_TOKENS, 600)
                        .set(Unit.OUTPUT_TOKENS, 300)
                        .set(Unit.REASONING_TOKENS, 200)
                        .set(Unit.REQUESTS, 1)
                        .build())
                .build());
        request.end(Outcome.DELIVERED);
        assertThat(sums("plain").tokens())
                .containsOnly(
                        Map.entry("input", 400L),
                        Map.entry("cache_read", 600L),
                        Map.entry("output", 100L),
                        Map.entry("reasoning", 200L));
    }

    @Test
    void latencyIsOfDeliveredRequestsAndItsBudgetExact() {
        for (int i = 1; i <= 100; i++) {
            timed(Outcome.DELIVERED, Duration.ofMillis(30L * i)); // 66 of them within 2 s
        }
        timed(Outcome.FAILED, Duration.ofMinutes(5));

        WindowSnapshot.Feature chat = window.snapshot().feature("chat");
        assertThat(chat.window().counts().met()).isEqualTo(66);
        assertThat(chat.window().counts().missed()).isEqualTo(34);
        assertThat(chat.window().missedShare()).isEqualByComparingTo("0.34");
        // the 95th of a hundred: 2.85 s
        assertThat(chat.p95().toMillis()).isBetween((long) (2_850 * 0.968), (long) (2_850 * 1.032));
    }

    @Test
    void aSlotLeavesTheWindowAfterAnHourAndStaysInTheTotal() {
        request("chat", Outcome.DELIVERED, 1_000);
        ticker.advance(Duration.ofHours(1).minusNanos(1));
        assertThat(sums("chat").counts().delivered()).isEqualTo(1);

        ticker.advance(Duration.ofNanos(1));
        assertThat(sums("chat").counts().delivered()).isZero();
        assertThat(window.snapshot().feature("chat").p95()).isNull();
        assertThat(window.snapshot().from()).isEqualTo(window.snapshot().at().minus(Duration.ofMinutes(59)));
        assertThat(total("chat").cost().total()).isEqualTo(Money.usd("0.001"));

        request("chat", Outcome.DELIVERED, 2_000); // into the same slot of the ring
        assertThat(sums("chat").cost().total()).isEqualTo(Money.usd("0.002"));
        assertThat(total("chat").cost().total()).isEqualTo(Money.usd("0.003"));

        ticker.advance(Duration.ofDays(400));
        assertThat(sums("chat").counts().requests()).isZero();
        assertThat(total("chat").counts().delivered()).isEqualTo(2);
    }

    @Test
    void halvesAreComparedWhateverTheTraffic() {
        request("chat", Outcome.DELIVERED, 400);
        request("chat", Outcome.DELIVERED, 400);
        ticker.advance(Duration.ofMinutes(30));
        assertThat(trend("chat").crossoverIndex()).isNull();
        for (int i = 0; i < 10; i++) {
            request("chat", Outcome.DELIVERED, 600);
        }
        ticker.advance(Duration.ofMinutes(29).plusSeconds(59));

        WindowSnapshot.Trend trend = trend("chat");
        assertThat(trend.earlier().counts().delivered()).isEqualTo(2);
        assertThat(trend.later().counts().delivered()).isEqualTo(10);
        // (0.006 ÷ 0.1) ÷ (0.0008 ÷ 0.02)
        assertThat(trend.crossoverIndex()).isEqualByComparingTo("1.5");
        // burn 0.2 → 0.3, half of 3599 s apart, the later middle half of 1799 s ago: 0.7 ÷ 0.1 × 1799.5 s − 899.5 s
        assertThat(trend.daysToBreach().doubleValue()).isCloseTo((7 * 1_799.5 - 899.5) / 86_400, within(1e-9));
    }

    @Test
    void aBreachIsZeroDaysAwayAndAFallingBurnNone() {
        request("chat", Outcome.DELIVERED, 1_000);
        request("chat", Outcome.DELIVERED, 1_000);
        ticker.advance(Duration.ofMinutes(30));
        request("chat", Outcome.DELIVERED, 2_000);
        request("chat", Outcome.DELIVERED, 2_000);
        assertThat(trend("chat").daysToBreach()).isEqualByComparingTo("0");

        ticker.advance(Duration.ofMinutes(30));
        request("chat", Outcome.DELIVERED, 1_000);
        assertThat(trend("chat").daysToBreach())
                .as("one request is not compared")
                .isNull();
        request("chat", Outcome.DELIVERED, 1_000);
        assertThat(trend("chat").crossoverIndex()).isEqualByComparingTo("0.5");
        assertThat(trend("chat").daysToBreach()).isNull();
    }

    @Test
    void aFeatureWithoutObjectiveHasACostAndNeitherMarginNorTrend() {
        for (int i = 0; i < 2; i++) {
            request("plain", Outcome.DELIVERED, 1_000);
            request("plain", Outcome.DELIVERED, 1_000);
            ticker.advance(Duration.ofMinutes(30));
        }
        ticker.advance(Duration.ofMinutes(-1));
        assertThat(trend("plain").later().counts().delivered()).isEqualTo(2);
        assertThat(trend("plain").crossoverIndex()).isNull();
        assertThat(trend("plain").daysToBreach()).isNull();
        assertThat(sums("plain").costPerDelivered()).isEqualTo(Money.usd("0.001"));
        assertThat(sums("plain").margin()).isNull();
        assertThat(sums("plain").burn()).isNull();
        assertThat(sums("plain").missedShare()).isNull();
    }

    @Test
    void workForOtherServicesIsCountedApart() {
        RequestMeter subrequest = meter.openSubrequest("chat");
        subrequest.record(tokens(1_000).build());
        subrequest.end(Outcome.DELIVERED);
        RequestMeter request = meter.open("chat");
        request.record(tokens(500).build());
        request.record(Attempt.of("behind", "work")
                .meteredElsewhere(Money.usd("0.007"))
                .build());
        request.end(Outcome.DELIVERED);

        WindowSnapshot.Sums sums = sums("chat");
        assertThat(sums.counts().requests()).isEqualTo(1);
        assertThat(sums.counts().subrequests()).isEqualTo(1);
        assertThat(sums.subrequests().total()).isEqualTo(Money.usd("0.001"));
        assertThat(sums.cost().total()).isEqualTo(Money.usd("0.0075"));
        assertThat(sums.costPerDelivered()).isEqualTo(Money.usd("0.0075"));
        assertThat(sums.meteredElsewhere()).isEqualTo(Money.usd("0.007"));
        assertThat(sums.tokens()).containsOnly(Map.entry("input", 1_500L));
    }

    @Test
    void lateUnattributedAndForgottenAccountsAreCounted() {
        RequestMeter request = meter.open("chat");
        request.record(tokens(1_000).build());
        request.end(Outcome.DELIVERED);
        request.record(tokens(500).build());
        meter.record(tokens(250).build());
        meter.open("plain");
        ticker.advance(Duration.ofMinutes(16));
        assertThat(meter.reap()).isEqualTo(1);

        assertThat(sums("chat").counts().late()).isEqualTo(1);
        assertThat(sums("chat").cost().total()).isEqualTo(Money.usd("0.0015"));
        assertThat(sums("chat").counts().requests()).isEqualTo(1);
        assertThat(sums("unattributed").counts().unattributed()).isEqualTo(1);
        assertThat(sums("unattributed").cost().total()).isEqualTo(Money.usd("0.00025"));
        assertThat(sums("plain").counts().reaped())
                .containsOnly(
                        Map.entry(Reaped.MAX_AGE, 1L), Map.entry(Reaped.LINGER, 0L), Map.entry(Reaped.SHUTDOWN, 0L));
        assertThat(sums("plain").counts().failed()).isEqualTo(1);
    }

    @Test
    void whatHasNoPriceIsListedWithWhatItUsed() {
        RequestMeter request = meter.open("chat");
        for (int i = 0; i < 3; i++) {
            request.record(
                    Attempt.of("p", "unheard-of").usage(Usage.tokens(10, 5)).build());
        }
        request.record(Attempt.of("p", "m").build());
        ticker.advance(Duration.ofSeconds(5));
        request.end(Outcome.DELIVERED);

        WindowSnapshot snapshot = window.snapshot();
        Instant then = Instant.parse("2026-11-02T12:00:05Z");
        assertThat(snapshot.unpriced())
                .containsExactly(
                        new WindowSnapshot.UnpricedModel(
                                "p",
                                "unheard-of",
                                Unpriced.UNKNOWN_MODEL,
                                3,
                                then,
                                Set.of("input_tokens", "output_tokens"),
                                Set.of("chat")),
                        new WindowSnapshot.UnpricedModel(
                                "p", "m", Unpriced.NO_USAGE, 1, then, Set.of(), Set.of("chat")));
        assertThat(sums("chat").unpricedAttempts()).isEqualTo(4);
        assertThat(sums("chat").quality().get(Quality.UNKNOWN).attempts()).isEqualTo(1);
        assertThat(sums("chat").cost().total()).isEqualTo(Money.usd("0"));
    }

    @Test
    void namesThatClientsMakeUpAreBounded() {
        for (int i = 0; i < 1_000; i++) {
            RequestMeter request = meter.open("made up " + i);
            request.record(
                    Attempt.of("p", "made up " + i).usage(Usage.tokens(1, 1)).build());
            request.end(Outcome.DELIVERED);
        }
        RequestMeter request = meter.open("plain");
        request.record(
                Attempt.of("p", "x".repeat(201)).usage(Usage.tokens(1, 1)).build());
        request.end(Outcome.DELIVERED);

        WindowSnapshot snapshot = window.snapshot();
        // two admitted and what they are called beyond the cap
        assertThat(snapshot.features())
                .extracting(WindowSnapshot.Feature::name)
                .containsExactly("chat", "made up 0", "made up 1", "other", "plain");
        assertThat(snapshot.unpriced()).hasSize(50);
        assertThat(snapshot.unpricedBeyond()).isEqualTo(951);
        assertThat(snapshot.feature("other").window().unpricedAttempts()).isEqualTo(998);
    }

    @Test
    void amountsThatFitNoLongStayExact() {
        RequestMeter request = meter.open("chat");
        request.revenue(Money.usd("123456789012345678.000000000000000001"));
        request.end(Outcome.DELIVERED);
        request("chat", Outcome.DELIVERED, 1_000);
        ticker.advance(Duration.ofHours(2));
        request("chat", Outcome.DELIVERED, 0);
        assertThat(total("chat").revenue()).isEqualTo(Money.usd("123456789012345678.020000000000000001"));
    }

    @Test
    void belongsToOneMeter() {
        assertThat(window.isRegistered()).isTrue();
        assertThatThrownBy(() -> CostMeter.builder().listener(window).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("create one for each meter");
        assertThat(CostWindow.create().isRegistered()).isFalse();
        assertThatThrownBy(() -> CostWindow.create().snapshot())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("listener(window)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT59S", "PT0S", "PT-1H", "P32D"})
    void refusesAWindowThatIsNone(String length) {
        assertThatThrownBy(() -> CostWindow.builder().window(Duration.parse(length)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("window: ")
                .hasMessageContaining("give PT1M to PT744H");
    }

    @Test
    void refusesCountsBelowOne() {
        assertThatThrownBy(() -> CostWindow.builder().minRequests(0))
                .hasMessage("minimum requests: 0 is below 1; give 1 or more");
        assertThatThrownBy(() -> CostWindow.builder().maxUnpricedModels(0))
                .hasMessage("maximum unpriced models: 0 is below 1; give 1 or more");
    }

    private WindowSnapshot.Sums sums(String feature) {
        return window.snapshot().feature(feature).window();
    }

    private WindowSnapshot.Sums total(String feature) {
        return window.snapshot().feature(feature).total();
    }

    private WindowSnapshot.Trend trend(String feature) {
        return window.snapshot().feature(feature).trend();
    }

    private void request(String feature, Outcome outcome, long inputTokens) {
        RequestMeter request = meter.open(feature);
        request.record(tokens(inputTokens).build());
        request.end(outcome);
    }

    private void timed(Outcome outcome, Duration latency) {
        RequestMeter request = meter.open("chat");
        ticker.advance(latency);
        request.end(outcome);
    }

    private static Attempt.Builder tokens(long input) {
        return Attempt.of("p", "m").usage(Usage.of(Unit.INPUT_TOKENS, input));
    }

    @Test
    void explainsTheLaterHalfByTheEarlierOne() {
        assertThat(window.explain()).as("nothing was delivered").isNull();
        assertThat(window.explain("unheard")).isNull();
        for (int minute = 0; minute < 60; minute++) {
            boolean later = minute >= 30;
            for (int i = 0; i < 3; i++) {
                RequestMeter request = meter.open("chat");
                request.record(Attempt.of("p", "m")
                        .usage(Usage.tokens(1_000 + i, later ? 1_000 : 500))
                        .build());
                request.end(Outcome.DELIVERED);
            }
            ticker.advance(Duration.ofMinutes(minute == 59 ? 0 : 1));
        }
        Explanation why = window.explain("chat");
        // 1001 x 1 + 500 x 2 = 2001 and 1001 x 1 + 1000 x 2 = 3001 millionths
        assertThat(why.before()).isCloseTo(0.002001, within(1e-12));
        assertThat(why.after()).isCloseTo(0.003001, within(1e-12));
        assertThat(why.isDecided()).isTrue();
        assertThat(why.shown()).hasSize(1);
        assertThat(why.contribution(Driver.OUTPUT_TOKENS).amount()).isCloseTo(0.001, within(1e-12));
        assertThat(window.explain().change()).isCloseTo(why.change(), within(1e-15));
        ticker.advance(Duration.ofHours(2));
        assertThat(window.explain()).as("all of it has left the window").isNull();
    }

    @Test
    void twoSlotsAreTooFewForBounds() {
        for (int tokens : new int[] {500, 1_000}) {
            ticker.advance(Duration.ofMinutes(31));
            RequestMeter request = meter.open("chat");
            request.record(
                    Attempt.of("p", "m").usage(Usage.tokens(1_000, tokens)).build());
            request.end(Outcome.DELIVERED);
        }
        Explanation why = window.explain("chat");
        assertThat(why.change()).isCloseTo(0.001, within(1e-15));
        assertThat(why.bounds()).isNull();
    }
}

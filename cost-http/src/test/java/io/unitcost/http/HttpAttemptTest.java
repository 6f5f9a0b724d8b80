package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a hook tells of a try, and what becomes of it, without any client. */
class HttpAttemptTest {

    private static final URI CHAT = URI.create("https://acme.example.com/v1/chat/completions?key=secret");
    private static final byte[] ANSWER = utf8(
            "{\"id\":\"r1\",\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"Hello\"}}],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}");

    private final RecordedCosts costs = new RecordedCosts();
    private final ManualTicker ticker = new ManualTicker();
    private final CostMeter meter = CostMeter.builder()
            .prices(Loopback.PRICES)
            .listener(costs)
            .ticker(ticker)
            .clock(ticker.clock())
            .build();
    private final HttpCosts hooks =
            HttpCosts.builder(meter).provider("acme.example.com", "acme").build();

    @AfterEach
    void nothingIsPublishedUnseen() {
        meter.close();
        costs.assertNothingLeft();
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("failures at %s", site).isZero();
        }
    }

    @Test
    void theTimesAreThoseOfTheFirstTextAndOfTheEnd() {
        HttpAttempt attempt = begin();
        attempt.sent(ByteBuffer.wrap(utf8(Loopback.ASKED_STREAM)));
        ticker.advance(Duration.ofMillis(200));
        attempt.answered(200, header(Map.of()));
        read(
                attempt,
                "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n");
        ticker.advance(Duration.ofMillis(300));
        read(attempt, "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n");
        ticker.advance(Duration.ofMillis(500));
        read(
                attempt,
                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}\n\ndata: [DONE]\n\n");
        attempt.ended();
        Attempt recorded = only().attempt();
        assertThat(recorded.firstTokenNanos()).isEqualTo(500_000_000);
        assertThat(recorded.durationNanos()).isEqualTo(1_000_000_000);
        assertThat(recorded.usage()).isEqualTo(Usage.tokens(1_000, 100));
    }

    @Test
    void theFirstEndCounts() {
        HttpAttempt attempt = answered();
        attempt.ended();
        attempt.ended();
        attempt.cancelled();
        attempt.failed(new IOException("late"));
        attempt.followed(null);
        attempt.read(ANSWER, 0, ANSWER.length);
        attempt.answered(500, header(Map.of()));
        assertThat(only().result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void buffersOfEveryKindAreReadAndLeftAsTheyAre() {
        byte[] padded = new byte[ANSWER.length + 20];
        System.arraycopy(ANSWER, 0, padded, 7, ANSWER.length);
        ByteBuffer direct = ByteBuffer.allocateDirect(padded.length).put(padded);
        List<ByteBuffer> kinds = List.of(
                ByteBuffer.wrap(padded, 7, ANSWER.length),
                ByteBuffer.wrap(padded, 7, ANSWER.length).slice(),
                ByteBuffer.wrap(padded, 7, ANSWER.length).asReadOnlyBuffer(),
                direct.position(7).limit(7 + ANSWER.length));
        for (ByteBuffer kind : kinds) {
            int position = kind.position();
            HttpAttempt attempt = begin();
            attempt.sent(ByteBuffer.wrap(utf8(Loopback.ASKED)).asReadOnlyBuffer());
            attempt.answered(200, header(Map.of()));
            attempt.read(kind);
            attempt.ended();
            assertThat(only().cost()).isEqualTo(Money.usd("0.002"));
            assertThat(kind.position()).isEqualTo(position);
            assertThat(kind.remaining()).isEqualTo(ANSWER.length);
        }
    }

    @Test
    void aLargeBufferIsReadWhole() {
        String large = "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(100_000)
                + "\"}}],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}";
        HttpAttempt attempt = begin();
        attempt.answered(200, header(Map.of()));
        attempt.read(ByteBuffer.wrap(utf8("  ")).asReadOnlyBuffer());
        attempt.read(ByteBuffer.wrap(utf8(large)).asReadOnlyBuffer());
        attempt.ended();
        assertThat(only().cost()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void aBodyThatIsSentAgainIsReadAnew() {
        HttpAttempt attempt = begin();
        for (int i = 0; i < 3; i++) {
            attempt.sending();
            attempt.sent(ByteBuffer.wrap(utf8(Loopback.ASKED)));
        }
        attempt.failed(new IOException("no answer"));
        assertThat(only().attempt().usage()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 10));
    }

    @Test
    void whatWasNotSentIsNotBilled() {
        HttpAttempt attempt = begin();
        attempt.sending();
        attempt.failed(new IOException("no connection"));
        assertThat(only().attempt().isBilled()).isFalse();
        HttpAttempt sent = begin();
        sent.sent();
        sent.failed(new IOException("no answer"));
        assertThat(only())
                .satisfies(cost -> assertThat(cost.attempt().isBilled()).isTrue())
                .satisfies(cost -> assertThat(cost.attempt().quality()).isEqualTo(Quality.UNKNOWN));
    }

    @Test
    void aCompleteAnswerIsDeliveredHoweverItEnds() {
        for (Consumer<HttpAttempt> end : List.<Consumer<HttpAttempt>>of(
                HttpAttempt::cancelled, attempt -> attempt.failed(new IOException("reset")))) {
            HttpAttempt attempt = answered();
            end.accept(attempt);
            assertThat(only().result()).isEqualTo(Result.DELIVERED);
        }
    }

    @Test
    void withoutEstimatesWhatNobodyReportedIsUnknown() {
        HttpCosts strict = HttpCosts.builder(meter)
                .provider("acme.example.com", "acme")
                .withoutEstimates()
                .build();
        HttpAttempt attempt = strict.begin("POST", CHAT, header(Map.of()));
        attempt.sent(ByteBuffer.wrap(utf8(Loopback.ASKED)));
        attempt.answered(200, header(Map.of()));
        read(attempt, "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata: [DONE]\n\n");
        attempt.ended();
        assertThat(only().attempt().quality()).isEqualTo(Quality.UNKNOWN);
    }

    @Test
    void anotherTryOfTheSameRequestIsAnotherAttemptOfTheSameCall() {
        HttpAttempt first = begin();
        first.sent(ByteBuffer.wrap(utf8(Loopback.ASKED)));
        first.followed(new IOException("reset"));
        HttpAttempt second = first.again();
        second.sent(ByteBuffer.wrap(utf8(Loopback.ASKED)));
        second.answered(200, header(Map.of()));
        second.read(ANSWER, 0, ANSWER.length);
        second.ended();
        RequestCost cost = costs.take();
        assertThat(cost.attempts()).extracting(AttemptCost::result).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00001"));
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void theCallOfALayerAboveGetsTheFailuresOnly() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        try (Scope scope = call.makeCurrent()) {
            HttpAttempt failed = begin();
            failed.answered(503, header(Map.of()));
            failed.ended();
            answered().ended();
        }
        call.end();
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().attempts()).extracting(AttemptCost::result).containsExactly(Result.FAILED);
    }

    @Test
    void whatMayBeACallKeepsItsRequestOpenUntilThatIsKnown() {
        URI maybe = URI.create("http://other.example.com/api/chat");
        RequestMeter request = meter.open("chat");
        HttpAttempt call;
        HttpAttempt none;
        try (Scope scope = request.makeCurrent()) {
            call = hooks.begin("POST", maybe, header(Map.of()));
            none = hooks.begin("POST", maybe, header(Map.of()));
        }
        request.end(Outcome.DELIVERED);
        none.answered(200, header(Map.of()));
        read(none, "{\"text\":\"Hello\"}");
        none.ended();
        costs.assertNothingLeft();
        call.answered(200, header(Map.of()));
        call.read(ANSWER, 0, ANSWER.length);
        call.ended();
        RequestCost cost = costs.take();
        assertThat(cost.kind()).isEqualTo(RequestCost.Kind.REQUEST);
        assertThat(cost.attempts()).hasSize(1);
    }

    @Test
    void whatMayBeACallAndIsNoneLeavesNothing() {
        HttpAttempt attempt = hooks.begin("POST", URI.create("http://other.example.com/api/chat"), header(Map.of()));
        attempt.answered(200, header(Map.of()));
        read(attempt, "{\"text\":\"Hello\"}");
        attempt.ended();
        costs.assertNothingLeft();
    }

    @Test
    void theQueryIsNotRemembered() {
        HttpAttempt attempt = hooks.begin("POST", CHAT, header(Map.of(HttpHeaders.RETRY_COUNT, "0")));
        attempt.answered(503, header(Map.of()));
        attempt.ended();
        HttpAttempt other = hooks.begin(
                "POST",
                URI.create("https://acme.example.com/v1/chat/completions?key=other"),
                header(Map.of(HttpHeaders.RETRY_COUNT, "1")));
        other.answered(200, header(Map.of()));
        other.read(ANSWER, 0, ANSWER.length);
        other.ended();
        assertThat(costs.take().attempts())
                .extracting(AttemptCost::result)
                .containsExactly(Result.RETRIED, Result.DELIVERED);
    }

    @Test
    void anAnswerThatNobodyReadsOnEndsAsGivenUp() {
        RequestMeter request = meter.open("chat");
        HttpAttempt dropped;
        HttpAttempt unanswered;
        try (Scope scope = request.makeCurrent()) {
            dropped = begin();
            unanswered = begin();
        }
        request.end(Outcome.DELIVERED);
        dropped.sent(ByteBuffer.wrap(utf8(Loopback.ASKED)));
        dropped.answered(200, header(Map.of()));
        read(dropped, "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n");
        ticker.advance(Duration.ofSeconds(31));
        assertThat(meter.reap()).isOne();
        assertThat(costs.take().attempts()).isEmpty();
        ticker.advance(Duration.ofMinutes(1));
        answered().ended();
        only();
        // a byte keeps it
        ticker.advance(OpenAttempts.LONGEST_STILL);
        read(dropped, ":\n\n");
        answered().ended();
        only();
        ticker.advance(OpenAttempts.LONGEST_STILL);
        answered().ended();
        only();
        costs.assertNothingLeft();
        ticker.advance(Duration.ofMinutes(1));
        answered().ended();
        RequestCost late = costs.take();
        assertThat(late.kind()).isEqualTo(RequestCost.Kind.LATE);
        assertThat(late.feature()).isEqualTo("chat");
        assertThat(late.attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.result()).isEqualTo(Result.CANCELLED);
            assertThat(attempt.attempt().usage()).isEqualTo(Usage.tokens(10, 2));
        });
        only();
        dropped.ended();
        // one whose answer has not begun may take as long as it likes
        unanswered.answered(200, header(Map.of()));
        unanswered.read(ANSWER, 0, ANSWER.length);
        unanswered.ended();
        assertThat(costs.take().inference()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void anEndFromAnotherThreadCountsOnceAndBreaksNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 300; round++) {
                HttpAttempt attempt = begin();
                attempt.answered(200, header(round % 2 == 0 ? Map.of() : Map.of("Content-Encoding", "gzip")));
                CyclicBarrier start = new CyclicBarrier(3);
                byte[] event = utf8("data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n");
                byte[] piece = round % 2 == 0 ? event : gzipped(event);
                List<Future<?>> works = List.of(
                        threads.submit(() -> {
                            start.await();
                            for (int i = 0; i < 50; i++) {
                                attempt.sent(ByteBuffer.wrap(event).asReadOnlyBuffer());
                            }
                            return null;
                        }),
                        threads.submit(() -> {
                            start.await();
                            for (int i = 0; i < 50; i++) {
                                attempt.read(ByteBuffer.wrap(piece).asReadOnlyBuffer());
                            }
                            attempt.ended();
                            return null;
                        }),
                        threads.submit(() -> {
                            start.await();
                            attempt.cancelled();
                            return null;
                        }));
                for (Future<?> work : works) {
                    work.get(10, TimeUnit.SECONDS);
                }
                assertThat(costs.take().attempts()).hasSize(1);
            }
        } finally {
            threads.shutdown();
        }
    }

    private HttpAttempt begin() {
        return hooks.begin("POST", CHAT, header(Map.of()));
    }

    private HttpAttempt answered() {
        HttpAttempt attempt = begin();
        attempt.sent(ByteBuffer.wrap(utf8(Loopback.ASKED)));
        attempt.answered(200, header(Map.of()));
        attempt.read(ANSWER, 0, ANSWER.length);
        return attempt;
    }

    private AttemptCost only() {
        List<AttemptCost> attempts = costs.take().attempts();
        assertThat(attempts).hasSize(1);
        return attempts.get(0);
    }

    private static java.util.function.Function<String, @Nullable String> header(Map<String, String> headers) {
        return headers::get;
    }

    private static void read(HttpAttempt attempt, String text) {
        attempt.read(ByteBuffer.wrap(utf8(text)).asReadOnlyBuffer());
    }

    private static byte[] gzipped(byte[] text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text);
        }
        return bytes.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

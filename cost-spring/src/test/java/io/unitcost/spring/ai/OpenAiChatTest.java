package io.unitcost.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Cut;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import reactor.core.Disposable;

@Timeout(60)
@Execution(ExecutionMode.SAME_THREAD) // one server
class OpenAiChatTest {

    private static SpringAiApplication app;

    @BeforeAll
    static void start() {
        app = SpringAiApplication.start();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void emptyLedger() {
        app.ledger.clear();
        app.costs.drain();
    }

    @AfterEach
    void nothingElseWasPublished() {
        app.costs.assertNothingLeft();
        for (io.unitcost.CostMeter.Site site : io.unitcost.CostMeter.Site.values()) {
            assertThat(app.meter.errors(site)).as(site.label()).isZero();
        }
    }

    @Test
    void aCallCostsWhatTheLedgerSays() throws Exception {
        app.server.answers(app.ledger.chat("Fine."));

        RequestCost cost =
                app.costOf(() -> app.client().prompt("How are you?").call().content());

        OpenAiLedger.Line line = app.ledger.lines().get(0);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(cost.attempts()).hasSize(1);
        assertThat(attempt.provider()).isEqualTo("openai");
        assertThat(attempt.model()).isEqualTo(OpenAiLedger.SERVED);
        assertThat(attempt.quality()).isEqualTo(Quality.REPORTED);
        assertThat(attempt.responseId()).startsWith("chatcmpl-");
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(line.input());
        assertThat(attempt.usage().count(Unit.CACHE_READ_TOKENS)).isEqualTo(line.cached());
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(line.output());
        assertThat(attempt.usage().count(Unit.REASONING_TOKENS)).isEqualTo(line.reasoning());
        assertThat(cost.inference().amount()).isEqualByComparingTo(line.cost());
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void aStreamCostsWhatTheLedgerSays() throws Exception {
        app.server.answers(app.ledger.stream("One", " two", " three."));

        RequestCost cost = app.costOf(() ->
                app.client().prompt("Count").stream().content().collectList().block());

        OpenAiLedger.Line line = app.ledger.lines().get(0);
        assertThat(cost.attempts()).hasSize(1);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(attempt.provider()).isEqualTo("openai");
        assertThat(attempt.model()).isEqualTo(OpenAiLedger.SERVED);
        assertThat(attempt.quality()).isEqualTo(Quality.REPORTED);
        assertThat(attempt.usage().count(Unit.CACHE_READ_TOKENS)).isEqualTo(line.cached());
        assertThat(attempt.usage().count(Unit.REASONING_TOKENS)).isEqualTo(line.reasoning());
        assertThat(attempt.firstTokenNanos()).isPositive().isLessThanOrEqualTo(attempt.durationNanos());
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
        assertThat(cost.estimatedAttempts()).isZero();
    }

    @Test
    void aStreamThatIsGivenUpIsEstimatedAndFlagged() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        app.server.answers(
                app.ledger.stream("Once upon a time", " there was", " a fox").pausedBefore(3, gate));

        CountDownLatch twoWords = new CountDownLatch(2);
        RequestCost cost = app.costOf(() -> {
            Disposable reader =
                    app.client().prompt("Tell me a story").stream().content().subscribe(word -> twoWords.countDown());
            twoWords.await();
            return CompletableFuture.runAsync(reader::dispose);
        });
        // before the server sends anything more, for which the SDK waits
        gate.countDown();

        assertThat(cost.attempts()).hasSize(1);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(attempt.status()).isEqualTo(Attempt.Status.CANCELLED);
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isPositive();
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isPositive();
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
        assertThat(cost.retry().signum()).isPositive();
    }

    @Test
    void aStreamWithoutUsageIsEstimatedAndNotFree() throws Exception {
        app.server.answers(app.ledger.streamWithoutUsage("Once upon a time", " there was"));

        RequestCost cost = app.costOf(() -> app.client().prompt("Tell me a story").stream()
                .content()
                .collectList()
                .block());

        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.attempts().get(0).attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
        assertThat(cost.total().signum()).isPositive();
    }

    @Test
    void aStreamThatBreaksIsEstimatedAndCountsAsRetry() {
        Answer whole = app.ledger.stream("Once upon a time", " there was", " a fox");
        app.server.answers(whole.cutAfter(whole.length(2), Cut.RST));

        assertThatThrownBy(() -> app.costOf(() -> app.client().prompt("Tell me a story").stream()
                        .content()
                        .collectList()
                        .block()))
                .isNotNull();

        RequestCost cost = app.costs.take();
        assertThat(cost.attempts()).hasSize(1);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(attempt.status()).isEqualTo(Attempt.Status.FAILED);
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.retry().signum()).isPositive();
    }

    @Test
    void twoRefusalsBeforeTheAnswerAreTwoMoreAttempts() throws Exception {
        app.server.answers(OpenAiLedger.unavailable(), OpenAiLedger.unavailable(), app.ledger.chat("At last."));

        RequestCost cost = app.costOf(() -> app.client().prompt("Hello").call().content());

        assertThat(results(cost))
                .containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
        assertThat(cost.attempts()).extracting(AttemptCost::call).containsOnly(0);
        assertThat(cost.unpricedAttempts()).isZero();
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void refusalsBeforeAStreamAreCountedToo() throws Exception {
        app.server.answers(OpenAiLedger.unavailable(), OpenAiLedger.unavailable(), app.ledger.stream("At", " last."));

        RequestCost cost = app.costOf(() ->
                app.client().prompt("Hello").stream().content().collectList().block());

        assertThat(results(cost))
                .containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void whenEverythingIsRefusedThereAreAsManyAttemptsAsRequests() {
        app.server.answers(OpenAiLedger.unavailable());
        int before = app.server.requests().size();

        assertThatThrownBy(() ->
                        app.costOf(() -> app.client().prompt("Hello").call().content()))
                .isNotNull();

        RequestCost cost = app.costs.take();
        assertThat(app.server.requests().size() - before).isEqualTo(4);
        assertThat(results(cost))
                .containsExactly(
                        AttemptCost.Result.RETRIED,
                        AttemptCost.Result.RETRIED,
                        AttemptCost.Result.RETRIED,
                        AttemptCost.Result.FAILED);
        assertThat(cost.total().amount()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(cost.unpricedAttempts()).isZero();
    }

    @Test
    void whenAStreamIsAlwaysRefusedThereAreAsManyAttemptsAsRequests() {
        app.server.answers(OpenAiLedger.unavailable());

        assertThatThrownBy(() -> app.costOf(() -> app.client().prompt("Hello").stream()
                        .content()
                        .collectList()
                        .block()))
                .isNotNull();

        RequestCost cost = app.costs.take();
        assertThat(results(cost))
                .containsExactly(
                        AttemptCost.Result.RETRIED,
                        AttemptCost.Result.RETRIED,
                        AttemptCost.Result.RETRIED,
                        AttemptCost.Result.FAILED);
        assertThat(cost.unpricedAttempts()).isZero();
    }

    private static List<AttemptCost.Result> results(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::result).toList();
    }
}

package io.unitcost.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;

/** Where Reactor carries thread locals by itself, scopes are opened and reset on every thread. */
@Timeout(60)
@Execution(ExecutionMode.SAME_THREAD) // one server
class AutomaticPropagationTest {

    private static SpringAiApplication app;

    @BeforeAll
    static void start() {
        app = SpringAiApplication.start(Map.of("spring.reactor.context-propagation", "auto"));
    }

    @AfterAll
    static void stop() {
        app.close();
        Hooks.disableAutomaticContextPropagation();
    }

    @BeforeEach
    void emptyLedger() {
        app.ledger.clear();
        app.costs.drain();
    }

    @AfterEach
    void nothingIsLeft() {
        app.costs.assertNothingLeft();
        assertThat(CallMeter.current()).isNull();
        assertThat(RequestMeter.current().isAttributed()).isFalse();
        for (Site site : Site.values()) {
            assertThat(app.meter.errors(site)).as(site.label()).isZero();
        }
    }

    @Test
    void callsAndStreamsAreExact() throws Exception {
        app.server.answers(app.ledger.chat("Fine."), app.ledger.stream("One", " two"));

        RequestCost cost = app.costOf(() -> {
            app.client().prompt("Hello").call().content();
            return app.client().prompt("Count").stream().content().collectList().block();
        });

        assertThat(cost.attempts()).hasSize(2);
        assertThat(cost.estimatedAttempts()).isZero();
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void roundsOfAToolLoopAreCallsOfOneRequest() throws Exception {
        app.server.answers(app.ledger.toolCallStream("time", "{}"), app.ledger.stream("No", "on."));

        RequestCost cost =
                app.costOf(() -> app.client().prompt("What time is it?").tools(new SpringAiSupportTest.Tools()).stream()
                        .content()
                        .collectList()
                        .block());

        assertThat(cost.attempts())
                .extracting(AttemptCost::result)
                .containsExactly(AttemptCost.Result.DELIVERED, AttemptCost.Result.DELIVERED);
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void refusalsAreAttemptsOfTheStream() throws Exception {
        app.server.answers(OpenAiLedger.unavailable(), OpenAiLedger.unavailable(), app.ledger.stream("At", " last."));

        RequestCost cost = app.costOf(() ->
                app.client().prompt("Hello").stream().content().collectList().block());

        assertThat(cost.attempts())
                .extracting(AttemptCost::result)
                .containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void aStreamOfTheModelItselfThatIsGivenUpIsFlagged() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(2);
        app.server.answers(
                app.ledger.stream("Once", " upon a time", " there was").pausedBefore(3, gate));
        Disposable[] reader = new Disposable[1];

        CompletableFuture<RequestCost> cost = CompletableFuture.supplyAsync(() -> {
            try {
                return app.costOf(() -> {
                    reader[0] = app.context.getBean(ChatModel.class).stream(new Prompt("Tell me a story"))
                            .subscribe(chunk -> begun.countDown());
                    begun.await();
                    CompletableFuture.runAsync(reader[0]::dispose).orTimeout(1, TimeUnit.SECONDS);
                    gate.countDown(); // the SDK lets go only when something comes
                    return null;
                });
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        Attempt attempt = cost.get().attempts().get(0).attempt();
        assertThat(cost.get().attempts()).hasSize(1);
        assertThat(cost.get().estimatedAttempts()).isEqualTo(1);
        assertThat(attempt.usage().isEmpty()).isFalse();
    }
}

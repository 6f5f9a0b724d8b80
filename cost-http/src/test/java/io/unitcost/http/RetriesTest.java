package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Scheduler;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Usage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tries of one call that come as requests of their own. */
class RetriesTest {

    private static final String CHAT = "https://api.openai.com/v1/chat/completions";

    private final RecordedCosts costs = new RecordedCosts();
    private final ManualTicker ticker = new ManualTicker();
    private final CostMeter meter = CostMeter.builder().listener(costs).build();
    private final Retries retries = new Retries(ticker::getAsLong, Scheduler.disabledScheduler());

    @AfterEach
    void nothingIsPublishedUnseen() {
        meter.close();
        costs.assertNothingLeft();
    }

    @Test
    void theNextNumberGoesOnWithTheCall() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        fail(call);
        retries.await(call, true, CHAT, 0, null);
        assertThat(retries.resume(request, CHAT, 2)).isNull();
        assertThat(retries.resume(request, "https://api.openai.com/v1/responses", 1))
                .isNull();
        assertThat(retries.resume(request, CHAT, 1)).isSameAs(call);
        assertThat(retries.resume(request, CHAT, 1)).isNull();
        request.end(Outcome.DELIVERED);
        succeed(call);
        assertThat(results(costs.take())).containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
    }

    @Test
    void aFirstTryIsNobodysRetry() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        fail(call);
        retries.await(call, true, CHAT, -1, null);
        assertThat(retries.resume(request, CHAT, 0)).isNull();
        request.end(Outcome.FAILED);
        assertThat(results(costs.take())).containsExactly(AttemptCost.Result.FAILED);
    }

    @Test
    void aRequestThatEndsDoesNotWaitForARetryThatMayNotCome() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        fail(call);
        retries.await(call, true, CHAT, 2, null);
        request.end(Outcome.FAILED);
        assertThat(results(costs.take())).containsExactly(AttemptCost.Result.FAILED);
    }

    @Test
    void anotherRequestsRetryIsNotTaken() {
        RequestMeter one = meter.open("chat");
        RequestMeter two = meter.open("chat");
        CallMeter call = one.call();
        fail(call);
        retries.await(call, true, CHAT, 0, null);
        assertThat(retries.resume(two, CHAT, 1)).isNull();
        assertThat(retries.resume(RequestMeter.current(), CHAT, 1)).isNull();
        one.end(Outcome.FAILED);
        two.end(Outcome.FAILED);
        costs.take(2);
    }

    @Test
    void withoutARequestTheCallWaitsAsLongAsItsRetryMayTake() {
        CallMeter call = meter.call();
        fail(call);
        retries.await(call, true, CHAT, 0, Duration.ofSeconds(20));
        costs.assertNothingLeft();
        // asked on another thread, where no request is either
        assertThat(retries.resume(RequestMeter.current(), CHAT, 1)).isSameAs(call);
        succeed(call);
        assertThat(results(costs.take())).containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
    }

    @Test
    void withoutARequestARetryThatDoesNotComeEndsTheCall() {
        CallMeter call = meter.call();
        fail(call);
        retries.await(call, true, CHAT, 0, Duration.ofSeconds(20));
        ticker.advance(Duration.ofSeconds(34));
        retries.clean();
        costs.assertNothingLeft();
        ticker.advance(Duration.ofSeconds(2));
        retries.clean();
        assertThat(results(costs.take())).containsExactly(AttemptCost.Result.FAILED);
        assertThat(retries.resume(RequestMeter.current(), CHAT, 1)).isNull();
    }

    @Test
    void ofTwoCallsThatFailedTheFirstIsTriedFirst() {
        RequestMeter request = meter.open("chat");
        CallMeter first = request.call();
        CallMeter second = request.call();
        fail(first);
        fail(second);
        retries.await(first, true, CHAT, 0, null);
        retries.await(second, true, CHAT, 0, null);
        assertThat(retries.resume(request, CHAT, 1)).isSameAs(first);
        assertThat(retries.resume(request, CHAT, 1)).isSameAs(second);
        request.end(Outcome.DELIVERED);
        succeed(first);
        succeed(second);
        assertThat(results(costs.take())).hasSize(4);
    }

    @Test
    void aCallThatALayerAboveOwnsStaysItsOwn() {
        RequestMeter request = meter.open("chat");
        CallMeter owner = request.call();
        CallMeter joined;
        try (Scope scope = owner.makeCurrent()) {
            joined = meter.joinCall();
        }
        fail(joined);
        retries.await(joined, true, CHAT, 0, null);
        assertThat(retries.resume(request, CHAT, 1)).isSameAs(joined);
        request.end(Outcome.DELIVERED);
        assertThat(request.isOpen()).isTrue();
        succeed(owner);
        assertThat(results(costs.take())).containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
    }

    private static void fail(CallMeter call) {
        call.record(Attempt.of("openai", "gpt-4o").failed().unbilled().build());
    }

    private static void succeed(CallMeter call) {
        call.record(Attempt.of("openai", "gpt-4o").usage(Usage.tokens(1, 1)).build());
        call.end();
    }

    private static List<AttemptCost.Result> results(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::result).toList();
    }
}

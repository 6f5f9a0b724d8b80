package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of the account, one by one. */
class AccountTest {

    private static final Usage USAGE = Usage.tokens(1_000, 100);
    /** 1000 × 1/1e6 + 100 × 2/1e6 */
    private static final Money SMALL = Money.usd("0.0012");
    /** ten times that */
    private static final Money LARGE = Money.usd("0.012");

    private static final PriceTable PRICES = PriceTable.builder("test")
            .model("p", "small", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M").rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .model("p", "large", m -> m.rate(Unit.INPUT_TOKENS, "10 per 1M").rate(Unit.OUTPUT_TOKENS, "20 per 1M"))
            .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
            .build();

    private final RecordedCosts costs = new RecordedCosts();
    private final ManualTicker ticker = new ManualTicker();
    private final CostMeter meter = CostMeter.builder()
            .prices(PRICES)
            .objective(CostObjective.of("chat")
                    .revenue("0.01")
                    .targetMargin("0.8")
                    .latencyBudget(Duration.ofSeconds(2))
                    .build())
            .listener(costs)
            .ticker(ticker)
            .clock(ticker.clock())
            .linger(Duration.ofSeconds(30))
            .maxAge(Duration.ofMinutes(15))
            .maxFeatures(2)
            .build();

    @AfterEach
    void nothingIsLeftBehind() {
        costs.assertNothingLeft();
        assertThat(Current.SLOT.get()).isNull();
        meter.close();
        costs.assertNothingLeft();
    }

    // one request, one call, one attempt

    @Test
    void aRequestCostsWhatItsAttemptCosts() {
        RequestMeter request = meter.open("chat");
        request.record(ok("small"));
        ticker.advance(Duration.ofMillis(1_500));
        request.end(Outcome.DELIVERED);

        RequestCost cost = costs.take();
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.total()).isEqualTo(SMALL).isEqualTo(cost.inference());
        assertThat(cost.revenue()).isEqualTo(Money.usd("0.01"));
        assertThat(cost.allowance()).isEqualTo(Money.usd("0.002"));
        assertThat(Duration.ofNanos(cost.durationNanos())).hasMillis(1_500);
        assertThat(cost.latencyBudget()).isEqualTo(LatencyBudget.MET);
        assertThat(cost.openedAt()).isEqualTo(Instant.parse("2026-11-02T12:00:00Z"));
        assertThat(cost.priceTable()).isEqualTo(PRICES.id());
        assertThat(cost.reaped()).isNull();
        assertThat(cost).hasToString("chat delivered 0.0012 USD (inference 0.0012, idle 0, support 0, retry 0)");
        assertErrors(0);
    }

    @Test
    void aRequestWithoutUsageCostsNothingAndIsCounted() {
        meter.open("chat").end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.total()).isEqualTo(Money.zero(Money.USD));
        assertThat(cost.attempts()).isEmpty();
    }

    // rule 2: within a call the last successful attempt delivers

    @Test
    void aFailedTryIsRetryCost() {
        RequestCost cost = callWith(
                Attempt.of("p", "small").usage(Usage.tokens(1_000, 0)).failed().build(), ok("small"));
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.inference()).isEqualTo(SMALL);
        assertThat(cost.retry()).isEqualTo(Money.usd("0.001"));
        assertThat(cost.total()).isEqualTo(Money.usd("0.0022"));
    }

    @Test
    void anAnswerThatWasAskedAgainIsRetryCost() {
        RequestCost cost = callWith(ok("small"), ok("small"), ok("small"));
        assertThat(results(cost)).containsExactly(Result.SUPERSEDED, Result.SUPERSEDED, Result.DELIVERED);
        assertThat(cost.inference()).isEqualTo(SMALL);
        assertThat(cost.retry()).isEqualTo(SMALL.times(2));
    }

    @Test
    void aFallbackIsPricedAtItsOwnPrice() {
        RequestCost cost = callWith(Attempt.of("p", "large").failed().unbilled().build(), ok("small"));
        assertThat(cost.total()).isEqualTo(SMALL).isEqualTo(cost.inference());
        assertThat(cost.unpricedAttempts()).isZero();
    }

    @Test
    void aCallThatNeverDeliveredIsAllRetry() {
        RequestCost cost = callWith(
                Attempt.of("p", "small").usage(USAGE).failed().build(),
                Attempt.of("p", "small").usage(USAGE).failed().build());
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.FAILED);
        assertThat(cost.inference().isZero()).isTrue();
        assertThat(cost.retry()).isEqualTo(SMALL.times(2));
    }

    @Test
    void aLaterFailureDoesNotUndoTheAnswer() {
        RequestCost cost = callWith(
                ok("small"), Attempt.of("p", "large").usage(USAGE).failed().build());
        assertThat(results(cost)).containsExactly(Result.DELIVERED, Result.FAILED);
        assertThat(cost.inference()).isEqualTo(SMALL);
        assertThat(cost.retry()).isEqualTo(LARGE);
    }

    @Test
    void aRejectedAnswerDeliversNothing() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        call.record(ok("small"));
        call.reject();
        call.end();
        request.end(Outcome.FAILED);
        RequestCost cost = costs.take();
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.retry()).isEqualTo(SMALL);
        assertThat(cost.revenue()).isNull();
        assertThat(cost.allowance()).isNull();
    }

    @Test
    void aCancelledStreamCostsWhatArrived() {
        RequestMeter request = meter.open("chat");
        request.record(Attempt.of("p", "small")
                .usage(Usage.tokens(1_000, 40), Quality.PARTIAL)
                .cancelled()
                .build());
        request.end(Outcome.CANCELLED);
        RequestCost cost = costs.take();
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00108"));
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @Test
    void eachCallOfARequestDeliversForItself() {
        RequestMeter request = meter.open("chat");
        CallMeter first = request.call();
        CallMeter second = request.call();
        second.record(ok("large"));
        first.record(ok("small"));
        first.end();
        second.end();
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.inference()).isEqualTo(SMALL.plus(LARGE));
        assertThat(cost.retry().isZero()).isTrue();
        assertThat(cost.attempts()).extracting(AttemptCost::call).containsExactly(1, 0);
    }

    // the four parts

    @Test
    void supportIsWhatIsNotGeneration() {
        RequestMeter request = meter.open("chat");
        request.recordSupport(
                "retrieval",
                Attempt.of("vectors", "read").usage(Usage.of(Unit.REQUESTS, 1)).build());
        request.recordSupport(
                "retrieval",
                Attempt.of("vectors", "read")
                        .usage(Usage.of(Unit.REQUESTS, 1))
                        .failed()
                        .build());
        request.record(ok("small"));
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.support()).isEqualTo(Money.usd("0.00002"));
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00002"));
        assertThat(cost.attempts().get(0).service()).isEqualTo("retrieval");
        assertThat(cost.total()).isEqualTo(Money.usd("0.00124"));
    }

    @Test
    void idleOfAFailedTryIsRetryToo() {
        CapacityPool pool = CapacityPool.builder("gpu")
                .pricePerHour("3.6")
                .plannedUtilization("0.25")
                .calibrate("m", c -> c.sustainedRequestsPerSecond("1"))
                .build();
        try (CostMeter own =
                CostMeter.builder().prices(PRICES).pool(pool).listener(costs).build()) {
            RequestMeter request = own.open("x");
            CallMeter call = request.call();
            call.record(Attempt.of("gpu", "m").failed().build());
            call.record(Attempt.of("gpu", "m").build());
            call.end();
            request.end(Outcome.DELIVERED);
        }
        RequestCost cost = costs.take();
        // 3.6 ÷ 3600 = 0.001 a request, idle × (1 − 0.25) ÷ 0.25 = 0.003
        assertThat(cost.inference()).isEqualTo(Money.usd("0.001"));
        assertThat(cost.idle()).isEqualTo(Money.usd("0.003"));
        assertThat(cost.retry()).isEqualTo(Money.usd("0.004"));
        assertThat(cost.attempts().get(0).cost()).isEqualTo(Money.usd("0.004"));
    }

    // rule 4: nothing is free by accident

    @Test
    void anUnknownModelHasNoCost() {
        RequestCost cost = callWith(ok("medium"));
        assertThat(cost.unpricedAttempts()).isEqualTo(1);
        assertThat(cost.attempts().get(0).unpriced()).isEqualTo(Unpriced.UNKNOWN_MODEL);
        assertThat(cost.attempts().get(0).cost()).isNull();
        assertThat(cost.total().isZero()).isTrue();
        assertThat(cost)
                .hasToString("chat delivered 0 USD (inference 0, idle 0, support 0, retry 0), 1 attempts unpriced");
    }

    @Test
    void missingUsageIsNotZero() {
        RequestCost cost = callWith(Attempt.of("p", "small").build());
        assertThat(cost.attempts().get(0).attempt().quality()).isEqualTo(Quality.UNKNOWN);
        assertThat(cost.attempts().get(0).unpriced()).isEqualTo(Unpriced.NO_USAGE);
        assertThat(cost.attempts().get(0).cost()).isNull();
    }

    @Test
    void anUnbilledFailureIsKnownToCostNothing() {
        RequestCost cost = callWith(Attempt.of("p", "small").failed().unbilled().build());
        assertThat(cost.unpricedAttempts()).isZero();
        assertThat(cost.attempts().get(0).cost()).isEqualTo(Money.zero(Money.USD));
    }

    @Test
    void aPoolModelWithoutCalibrationIsUnpriced() {
        CapacityPool pool = CapacityPool.builder("gpu")
                .pricePerHour("3")
                .calibrate("old", c -> c.sustainedRequestsPerSecond("18")
                        .reference(1_200, 300)
                        .outputWeight("4"))
                .build();
        try (CostMeter own =
                CostMeter.builder().prices(PRICES).pool(pool).listener(costs).build()) {
            RequestMeter request = own.open("x");
            request.record(Attempt.of("gpu", "new").usage(USAGE).build());
            request.end(Outcome.DELIVERED);
        }
        assertThat(costs.take().attempts().get(0).unpriced()).isEqualTo(Unpriced.NO_CALIBRATION);
    }

    // rule 3: nothing is lost

    @Test
    void withoutAnAccountUsageIsUnattributed() {
        meter.record(ok("small"));
        RequestCost cost = costs.take();
        assertThat(cost.kind()).isEqualTo(Kind.UNATTRIBUTED);
        assertThat(cost.feature()).isEqualTo("unattributed");
        assertThat(cost.total()).isEqualTo(SMALL);
        assertThat(cost.revenue()).isNull();
        meter.recordSupport(
                "retrieval",
                Attempt.of("vectors", "read").usage(Usage.of(Unit.REQUESTS, 1)).build());
        assertThat(costs.take().support()).isEqualTo(Money.usd("0.00002"));
    }

    @Test
    void anUnattributedCallWaitsForItsEnd() {
        CallMeter call = meter.call();
        call.record(Attempt.of("p", "small").usage(USAGE).failed().build());
        call.record(ok("small"));
        costs.assertNothingLeft();
        ticker.advance(Duration.ofMinutes(10));
        assertThat(meter.reap()).as("a long call is no leak").isZero();
        call.end();
        RequestCost cost = costs.take();
        assertThat(cost.inference()).isEqualTo(SMALL).isEqualTo(cost.retry());
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void lateUsageIsCountedNotDropped() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        call.record(ok("small"));
        call.end();
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().total()).isEqualTo(SMALL);

        call.record(ok("large"));
        RequestCost late = costs.take();
        assertThat(late.kind()).isEqualTo(Kind.LATE);
        assertThat(late.feature()).isEqualTo("chat");
        assertThat(late.retry()).as("its call had delivered already").isEqualTo(LARGE);
        assertThat(late.revenue()).isNull();

        request.record(ok("large"));
        assertThat(costs.take().inference()).as("a call of its own").isEqualTo(LARGE);
    }

    // rule 7: only the layer that knows the call prices it

    @Test
    void aTransportBelowAnOwnerAddsOnlyTheFailures() {
        RequestMeter request = meter.open("chat");
        CallMeter owner = request.call();
        try (Scope scope = owner.makeCurrent()) {
            CallMeter transport = meter.joinCall();
            assertThat(transport.isJoined()).isTrue();
            transport.record(Attempt.of("p", "small")
                    .usage(Usage.tokens(1_000, 0), Quality.ESTIMATED)
                    .failed()
                    .build());
            transport.record(ok("small"));
            transport.end();
            assertThat(meter.joinCall().request()).isSameAs(request);
        }
        owner.record(ok("small"));
        owner.end();
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(Money.usd("0.0022"));
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @Test
    void aTransportWithoutOwnerOwnsTheCall() {
        RequestMeter request = meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            CallMeter transport = meter.joinCall();
            assertThat(transport.isJoined()).isFalse();
            transport.record(ok("small"));
            transport.end();
        }
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().inference()).isEqualTo(SMALL);
    }

    @Test
    void anAnswerReportedByTwoLayersThatLostEachOtherCountsOnce() {
        Attempt seen =
                Attempt.of("p", "small").usage(USAGE).responseId("resp-1").build();
        CallMeter transport = meter.joinCall(); // the context was lost: nothing is current
        transport.record(seen);
        transport.end();
        assertThat(costs.take().kind()).isEqualTo(Kind.UNATTRIBUTED);

        RequestMeter request = meter.open("chat");
        request.record(seen);
        request.record(
                Attempt.of("p", "small").usage(USAGE).responseId("resp-2").build());
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().total()).isEqualTo(SMALL);
        assertThat(meter.duplicates()).isEqualTo(1);
    }

    @Test
    void anIdThatComesAgainIsAnotherAnswer() {
        CallMeter transport = meter.joinCall();
        transport.record(Attempt.of("p", "small").usage(USAGE).responseId("1").build());
        transport.end();
        assertThat(costs.take().total()).isEqualTo(SMALL);
        meter.record(Attempt.of("p", "small").usage(USAGE).responseId("1").build());
        assertThat(costs.drain()).as("the same answer, told by another layer").isEmpty();
        for (int i = 0; i < 9; i++) {
            meter.record(Attempt.of("p", "small").usage(USAGE).responseId("1").build());
            costs.take();
        }
        meter.record(Attempt.of("other", "small").usage(USAGE).responseId("1").build());
        costs.take();
        assertThat(meter.duplicates()).as("only the first is the transport's").isEqualTo(1);
    }

    @Test
    void twoAnswersOfOneLayerWithTheSameIdAreTwo() {
        CallMeter transport = meter.joinCall();
        transport.record(Attempt.of("p", "small")
                .usage(USAGE)
                .responseId("always-the-same")
                .build());
        transport.record(Attempt.of("p", "small")
                .usage(USAGE)
                .responseId("always-the-same")
                .build());
        transport.end();
        assertThat(costs.take().total()).isEqualTo(SMALL.times(2));
        assertThat(meter.duplicates()).isZero();
    }

    // rule 8: one account per request

    @Test
    void aSecondBoundaryJoinsTheOpenAccount() {
        RequestMeter outer = meter.open("chat");
        try (Scope scope = outer.makeCurrent()) {
            RequestMeter inner = meter.open("something-else");
            assertThat(inner.feature()).isEqualTo("chat");
            inner.record(ok("small"));
            inner.end(Outcome.FAILED);
            inner.end(Outcome.FAILED);
        }
        costs.assertNothingLeft();
        outer.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.total()).isEqualTo(SMALL);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void anInnerBoundaryThatGoesOnKeepsTheAccountOpen() {
        RequestMeter outer = meter.open("chat");
        RequestMeter inner;
        try (Scope scope = outer.makeCurrent()) {
            inner = meter.open("chat");
        }
        outer.end(Outcome.DELIVERED);
        inner.record(ok("small"));
        costs.assertNothingLeft();
        inner.end(Outcome.DELIVERED);
        assertThat(costs.take().total()).isEqualTo(SMALL);
    }

    @Test
    void aClosedRequestLeftOnAThreadIsNotJoined() {
        RequestMeter old = meter.open("chat");
        try (Scope scope = old.makeCurrent()) {
            old.end(Outcome.DELIVERED);
            costs.take();
            RequestMeter next = meter.open("chat");
            assertThat(next).isNotSameAs(old);
            next.end(Outcome.DELIVERED);
            assertThat(costs.take().kind()).isEqualTo(Kind.REQUEST);
        }
    }

    // rule 9: close exactly once

    @Test
    void theFirstEndCounts() {
        RequestMeter request = meter.open("chat");
        request.end(Outcome.FAILED);
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(request.isOpen()).isFalse();
    }

    @Test
    void anOpenCallKeepsTheAccountOpenAndDoesNotCountAsLatency() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        ticker.advance(Duration.ofSeconds(1));
        request.end(Outcome.DELIVERED);
        costs.assertNothingLeft();
        ticker.advance(Duration.ofSeconds(5));
        call.record(ok("small"));
        call.end();
        call.end();
        RequestCost cost = costs.take();
        assertThat(cost.total()).isEqualTo(SMALL);
        assertThat(Duration.ofNanos(cost.durationNanos())).hasSeconds(1);
    }

    @Test
    void aCallThatStaysOpenLongerThanTheLingerTimeIsNotWaitedFor() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        call.record(ok("small"));
        request.end(Outcome.DELIVERED);
        ticker.advance(Duration.ofSeconds(30));
        assertThat(meter.reap()).isZero();
        ticker.advance(Duration.ofNanos(1));
        assertThat(meter.reap()).isEqualTo(1);
        RequestCost cost = costs.take();
        assertThat(cost.reaped()).isEqualTo(Reaped.LINGER);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.total()).isEqualTo(SMALL);
        assertThat(cost.durationNanos()).isZero();
        call.end();
        assertThat(meter.reap()).isZero();
    }

    @Test
    void aForgottenAccountIsReapedWithItsCost() {
        RequestMeter request = meter.open("chat");
        request.record(ok("small"));
        ticker.advance(Duration.ofMinutes(15).plusNanos(1));
        assertThat(meter.reap()).isEqualTo(1);
        RequestCost cost = costs.take();
        assertThat(cost.reaped()).isEqualTo(Reaped.MAX_AGE);
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.total()).isEqualTo(SMALL);
        assertThat(cost.latencyBudget()).isEqualTo(LatencyBudget.MISSED);
        request.end(Outcome.DELIVERED);
    }

    @Test
    void closingTheMeterClosesWhatIsOpen() {
        CostMeter other = CostMeter.builder().prices(PRICES).listener(costs).build();
        RequestMeter request = other.open("x");
        request.record(ok("small"));
        other.close();
        assertThat(costs.take().reaped()).isEqualTo(Reaped.SHUTDOWN);
        // and what comes later is still counted
        request.record(ok("small"));
        assertThat(costs.take().kind()).isEqualTo(Kind.LATE);
    }

    // rule 10: feature names are bounded

    @Test
    void namesBeyondTheCapAreOther() {
        assertThat(List.of("a", "b", "c", "chat", "a", ""))
                .map(name -> {
                    meter.open(name).end(Outcome.DELIVERED);
                    RequestCost cost = costs.take();
                    return cost.feature() + (cost.isFeatureOverflow() ? "!" : "");
                })
                .containsExactly("a", "b", "other!", "chat", "a", "other!");
    }

    // rule 11: never throw on the request path

    @Test
    void aListenerThatThrowsDoesNotReachTheCallerOrTheOthers() {
        CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .listener(cost -> {
                    throw new AssertionError("on purpose");
                })
                .listener(costs)
                .build();
        own.open("x").end(Outcome.DELIVERED);
        costs.take();
        assertThat(own.errors(Site.LISTENER)).isEqualTo(1);
        own.close();
    }

    @Test
    @SuppressWarnings("NullAway") // what the compiler does not stop
    void nonsenseOnTheRequestPathDoesNotReachTheCaller() {
        RequestMeter request = meter.open(null);
        CallMeter call = request.call();
        call.record(null);
        request.recordSupport(
                null, Attempt.of(null, null).usage(Usage.tokens(-5, -5)).build());
        request.revenue(Money.usd("-1"));
        call.end();
        request.end(null);
        RequestCost cost = costs.take();
        assertThat(cost.feature()).isEqualTo("other");
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.unpricedAttempts()).isEqualTo(1);
        assertThat(meter.errors(Site.RECORD)).isEqualTo(1);
        assertThat(meter.errors(Site.OBJECTIVE)).isEqualTo(1);
    }

    @Test
    void theReaperOutlivesAnErrorOfTheVirtualMachine() {
        AtomicReference<Duration> age = new AtomicReference<>(Duration.ZERO);
        boolean[] thrown = new boolean[1];
        try (CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .listener(cost -> {
                    if (!thrown[0]) {
                        thrown[0] = true;
                        throw new OutOfMemoryError("on purpose");
                    }
                    costs.onRequestCost(cost);
                })
                .ticker(() -> age.get().toNanos())
                .build()) {
            own.open("lost");
            own.open("found");
            age.set(Duration.ofHours(1));
            assertThat(costs.take().reaped()).isEqualTo(Reaped.MAX_AGE);
        }
    }

    @Test
    void errorsOfTheVirtualMachineGoThrough() {
        CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .listener(cost -> {
                    throw new OutOfMemoryError("on purpose");
                })
                .build();
        RequestMeter request = own.open("x");
        assertThatThrownBy(() -> request.end(Outcome.DELIVERED)).isInstanceOf(OutOfMemoryError.class);
        own.close();
    }

    @Test
    void aRevenueFunctionThatThrowsCostsTheRevenueOnly() {
        CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .objective(CostObjective.of("x")
                        .revenue(cost -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .targetMargin("0.5")
                        .build())
                .listener(costs)
                .build();
        own.open("x").end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.revenue()).isNull();
        assertThat(cost.allowance()).isNull();
        assertThat(own.errors(Site.OBJECTIVE)).isEqualTo(1);
        own.close();
    }

    // revenue

    @Test
    void revenueCanBeComputedFromTheRequest() {
        CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .objective(CostObjective.of("x")
                        .revenue(
                                cost -> Money.usd("0.001").times(cost.attempts().size()))
                        .targetMargin("0.75")
                        .build())
                .listener(costs)
                .build();
        RequestMeter request = own.open("x");
        request.record(ok("small"));
        request.record(ok("small"));
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.revenue()).isEqualTo(Money.usd("0.002"));
        assertThat(cost.allowance()).isEqualTo(Money.usd("0.0005"));
        own.close();
    }

    @Test
    void theAllowanceCanBeComputedFromTheRequest() {
        CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .objective(CostObjective.of("x")
                        .ceiling(
                                cost -> Money.usd("0.003").times(cost.attempts().size()))
                        .build())
                .listener(costs)
                .build();
        RequestMeter request = own.open("x");
        request.record(ok("small"));
        request.revenue(Money.usd("0.5"));
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.allowance()).isEqualTo(Money.usd("0.003"));
        assertThat(cost.revenue()).isEqualTo(Money.usd("0.5"));
        own.close();
    }

    @Test
    void theRequestsOwnRevenueWins() {
        RequestMeter request = meter.open("chat");
        request.revenue(Money.usd("1"));
        request.revenue(Money.of("5", Currency.getInstance("EUR")));
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.revenue()).isEqualTo(Money.usd("1"));
        assertThat(cost.allowance()).isEqualTo(Money.usd("0.2"));
        assertThat(meter.errors(Site.OBJECTIVE)).isEqualTo(1);
    }

    @Test
    void aRejectedRequestEarnsNothingWhateverTheBoundarySays() {
        RequestMeter request = meter.open("chat");
        request.record(ok("small"));
        request.reject();
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.revenue()).isNull();
        assertThat(cost.total()).isEqualTo(SMALL);
    }

    // rule 13 and prices

    @Test
    void aNewPriceTablePricesWhatClosesAfterIt() {
        RequestMeter before = meter.open("chat");
        before.record(ok("small"));
        before.end(Outcome.DELIVERED);
        RequestMeter across = meter.open("chat");
        across.record(ok("small"));
        PriceTable dearer = PriceTable.builder("dearer")
                .model("p", "small", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M").rate(Unit.OUTPUT_TOKENS, "6 per 1M"))
                .build();
        meter.prices(dearer);
        across.end(Outcome.DELIVERED);
        List<RequestCost> two = costs.take(2);
        assertThat(two).extracting(RequestCost::total).containsExactly(SMALL, SMALL.times(3));
        assertThat(two).extracting(RequestCost::priceTable).containsExactly(PRICES.id(), dearer.id());
        PriceTable euros = dearer.convertedTo(Currency.getInstance("EUR"), "0.9");
        assertThatThrownBy(() -> meter.prices(euros))
                .hasMessageContaining("is in EUR but this meter counts in USD; convert it at a stated rate first");
    }

    @Test
    void refusesContradictionsWhenItIsBuilt() {
        assertThatThrownBy(() -> CostMeter.builder()
                        .prices(PRICES)
                        .pool(CapacityPool.builder("gpu")
                                .currency(Currency.getInstance("EUR"))
                                .pricePerHour("1")
                                .calibrate("m", c -> c.sustainedRequestsPerSecond("1"))
                                .build())
                        .build())
                .hasMessage(
                        "capacity pool gpu is in EUR but this meter counts in USD; convert it at a stated rate first"
                                + " (Builder.currency)");
        assertThatThrownBy(() -> CostMeter.builder()
                        .prices(PRICES)
                        .objective(CostObjective.of("a").revenue("1").build())
                        .objective(CostObjective.of("a").revenue("2").build())
                        .build())
                .hasMessage("objective of a is there twice; remove one of them");
        assertThatThrownBy(() -> CostObjective.of("a").revenue("1").targetMargin("1"))
                .hasMessage(
                        "objective of a: target margin 1: give a share of at least 0 and below 1, such as 0.8 for 80 %");
        assertThatThrownBy(() -> CostObjective.of("a").targetMargin("0.5").build())
                .hasMessage("objective of a: target margin 0.5: a margin needs a revenue; set it too");
        assertThatThrownBy(() -> CostObjective.of("a").revenue("lots"))
                .hasMessage("objective of a: revenue 'lots': write a plain decimal number, such as 0.002");
        assertThatThrownBy(() -> CostObjective.of(" ")).hasMessageContaining("feature: ' ' is blank");
        assertThatThrownBy(() -> CostObjective.of("a").latencyBudget(Duration.ofSeconds(Long.MAX_VALUE)))
                .hasMessageContaining("latency budget");
        assertThatThrownBy(() -> CostMeter.builder().linger(Duration.ofSeconds(Long.MAX_VALUE)))
                .hasMessageContaining("is too long");
        assertThatThrownBy(() -> CapacityPool.builder("gpu").pricePerHour("1e99"))
                .hasMessageContaining("price per hour: '1e99' is not a plain decimal number");
        assertThatThrownBy(() -> CostMeter.builder().maxAge(Duration.ZERO)).hasMessageContaining("maximum age: 0");
    }

    @Test
    void withoutARequestStatementsAreWithoutEffect() {
        RequestMeter none = RequestMeter.current();
        assertThat(none.isOpen()).isFalse();
        none.reject();
        none.revenue(Money.usd("1"));
        none.record(ok("small"));
        none.end(Outcome.DELIVERED);
        assertThat(CallMeter.current()).isNull();
    }

    @Test
    void theReaperRunsByItself() {
        AtomicReference<Duration> age = new AtomicReference<>(Duration.ZERO);
        try (CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .listener(costs)
                .ticker(() -> age.get().toNanos())
                .build()) {
            own.open("forgotten");
            age.set(Duration.ofHours(1));
            assertThat(costs.take().reaped()).isEqualTo(Reaped.MAX_AGE);
        }
    }

    private RequestCost callWith(Attempt... attempts) {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        for (Attempt attempt : attempts) {
            call.record(attempt);
        }
        call.end();
        request.end(Outcome.DELIVERED);
        return costs.take();
    }

    private static Attempt ok(String model) {
        return Attempt.of("p", model).usage(USAGE).build();
    }

    private static List<Result> results(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::result).toList();
    }

    private void assertErrors(long expected) {
        for (Site site : Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isEqualTo(expected);
        }
    }
}

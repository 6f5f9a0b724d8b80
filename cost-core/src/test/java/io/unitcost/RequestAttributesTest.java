package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.unitcost.price.Money;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an application says about a request, and ends that nobody confirms. */
class RequestAttributesTest {

    private static final Duration GRACE = Duration.ofMillis(500);

    private final RecordedCosts costs = new RecordedCosts();
    private final ManualTicker ticker = new ManualTicker();
    private final CostMeter meter = CostMeter.builder()
            .ticker(ticker)
            .clock(ticker.clock())
            .objective(CostObjective.of("chat")
                    .revenue(cost -> Money.usd("pro".equals(cost.attributes().get("plan")) ? "0.02" : "0.001"))
                    .build())
            .listener(costs)
            .build();

    @AfterEach
    void nothingIsPublishedUnseen() {
        meter.close();
        costs.assertNothingLeft();
    }

    @Test
    void attributesGoAlongWithTheCost() {
        RequestMeter request = meter.open("chat");
        request.attribute("tenant", "acme");
        request.attribute("plan", "free");
        request.attribute("plan", "pro");
        request.attribute("release", "1.4");
        request.attribute("release", null);
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.attributes()).containsOnly(entry("tenant", "acme"), entry("plan", "pro"));
        assertThat(cost.revenue()).isEqualTo(Money.usd("0.02"));
    }

    @Test
    void aJoinedBoundarySpeaksOfTheSameRequest() {
        RequestMeter request = meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            RequestMeter inner = meter.open("inner");
            inner.attribute("tenant", "acme");
            RequestMeter.current().attribute("session", "s-1");
            inner.end(Outcome.DELIVERED);
        }
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().attributes()).isEqualTo(Map.of("tenant", "acme", "session", "s-1"));
    }

    @Test
    void attributesAreBounded() {
        RequestMeter request = meter.open("chat");
        for (int i = 0; i < 100; i++) {
            request.attribute("n" + i, "v".repeat(1_000));
        }
        request.attribute("n3", "changed");
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        assertThat(cost.attributes()).hasSize(16).containsEntry("n3", "changed");
        assertThat(cost.attributes().get("n0")).hasSize(256);
    }

    @Test
    void whatManyThreadsSayIfNobodyHas_isSaidOnce() throws InterruptedException {
        RequestMeter request = meter.open("chat");
        Set<String> known = ConcurrentHashMap.newKeySet();
        Thread[] threads = new Thread[8];
        CountDownLatch ready = new CountDownLatch(threads.length);
        for (int i = 0; i < threads.length; i++) {
            String own = "id-" + i;
            threads[i] = new Thread(() -> {
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                known.add(request.attributeIfAbsent("request_id", own));
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(known).hasSize(1);
        assertThat(request.attributeIfAbsent("request_id", "late")).isIn(known);
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().attributes().get("request_id")).isIn(known);
        assertThat(request.attributeIfAbsent("other", "after the close")).isNull();
    }

    @Test
    void whatDoesNotFitIsNotSaid() {
        RequestMeter request = meter.open("chat");
        for (int i = 0; i < 16; i++) {
            request.attribute("n" + i, "v");
        }
        assertThat(request.attributeIfAbsent("n3", "other")).isEqualTo("v");
        assertThat(request.attributeIfAbsent("request_id", "r-1")).isNull();
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().attributes()).hasSize(16).doesNotContainKey("request_id");
    }

    @Test
    void withoutARequestAnAttributeIsNobodys() {
        RequestMeter.current().attribute("tenant", "acme");
        RequestMeter request = meter.open("chat");
        request.end(Outcome.DELIVERED);
        request.attribute("tenant", "acme");
        assertThat(costs.take().attributes()).isEmpty();
    }

    @Test
    void aPresumedEndCountsWhenNobodyConfirmsIt() {
        RequestMeter request = meter.open("chat");
        ticker.advance(Duration.ofSeconds(2));
        request.presumeEnded(Outcome.CANCELLED, GRACE);
        assertThat(meter.reap()).isZero();
        ticker.advance(GRACE);
        meter.reap();
        RequestCost cost = costs.take();
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(cost.reaped()).isNull();
        // the end was when it was presumed
        assertThat(cost.durationNanos()).isEqualTo(Duration.ofSeconds(2).toNanos());
        request.end(Outcome.DELIVERED);
    }

    @Test
    void anEndWithinTheGraceCounts() {
        RequestMeter request = meter.open("chat");
        request.presumeEnded(Outcome.FAILED, GRACE);
        ticker.advance(Duration.ofMillis(100));
        request.end(Outcome.DELIVERED);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
        ticker.advance(GRACE);
        assertThat(meter.reap()).isZero();
    }

    @Test
    void aPresumedEndWaitsForOpenCalls() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        request.presumeEnded(Outcome.FAILED, GRACE);
        ticker.advance(GRACE);
        meter.reap();
        assertThat(request.isOpen()).isTrue();
        call.end();
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
    }
}

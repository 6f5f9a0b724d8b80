package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.RequestCost.Kind;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds when everything happens at once: each attempt is published exactly once, each account closes exactly once. */
class ConcurrencyTest {

    private static final int ROUNDS = Boolean.getBoolean("unitcost.long") ? 20_000 : 2_000;
    private static final int THREADS = 8;
    private static final PriceTable PRICES = PriceTable.builder("t")
            .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
            .build();

    private final ConcurrentLinkedQueue<RequestCost> costs = new ConcurrentLinkedQueue<>();
    private final ManualTicker ticker = new ManualTicker();
    private final CostMeter meter = CostMeter.builder()
            .prices(PRICES)
            .listener(costs::add)
            .ticker(ticker)
            .clock(ticker.clock())
            .build();
    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void close() throws InterruptedException {
        pool.shutdown();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        meter.close();
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
    }

    @Test
    void recordingRacesWithClosingAndNothingIsLostOrCountedTwice() throws Exception {
        LongAdder recorded = new LongAdder();
        race((round, thread, request) -> {
            if (thread == 0) {
                request.end(Outcome.DELIVERED);
            } else if (thread == 1) {
                request.end(Outcome.CANCELLED);
            } else {
                CallMeter call = request.call();
                call.record(attempt(1));
                recorded.increment();
                call.end();
                request.record(attempt(1));
                recorded.increment();
            }
        });
        assertThat(ofKind(Kind.REQUEST)).hasSize(ROUNDS);
        // each recorded attempt used one token at 1e-6
        assertThat(sum()).isEqualTo(Money.usd("0.000001").times(recorded.sum()));
        assertThat(costs.stream().mapToInt(cost -> cost.attempts().size()).sum())
                .isEqualTo((int) recorded.sum());
    }

    @Test
    void everyoneEndsAndReapsAtOnceAndTheAccountClosesOnce() throws Exception {
        race((round, thread, request) -> {
            switch (thread % 4) {
                case 0 -> request.end(Outcome.DELIVERED);
                case 1 -> request.close(RequestCost.Reaped.SHUTDOWN);
                case 2 -> {
                    ticker.advance(Duration.ofHours(1));
                    meter.reap();
                }
                default -> request.record(attempt(round));
            }
        });
        assertThat(ofKind(Kind.REQUEST)).hasSize(ROUNDS);
        assertThat(costs.stream().mapToInt(cost -> cost.attempts().size()).sum())
                .isEqualTo(ROUNDS * 2);
    }

    @Test
    void attemptsOfOneCallFromManyThreadsDeliverOnce() throws Exception {
        List<RequestMeter> requests = new ArrayList<>();
        List<CallMeter> calls = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            requests.add(meter.open("f"));
            calls.add(requests.get(i).call());
        }
        onAllThreads(thread -> calls.forEach(call -> call.record(attempt(1))));
        for (int i = 0; i < ROUNDS; i++) {
            calls.get(i).end();
            requests.get(i).end(Outcome.DELIVERED);
        }
        assertThat(costs).hasSize(ROUNDS).allSatisfy(cost -> {
            assertThat(cost.inference()).isEqualTo(Money.usd("0.000001"));
            assertThat(cost.retry()).isEqualTo(Money.usd("0.000007"));
        });
    }

    @Test
    void tenThousandOpenAccountsAreAllFound() throws Exception {
        onAllThreads(thread -> {
            for (int i = 0; i < 10_000 / THREADS; i++) {
                meter.open("f");
            }
        });
        ticker.advance(Duration.ofHours(1));
        assertThat(meter.reap()).isEqualTo(10_000);
        assertThat(meter.reap()).isZero();
    }

    @Test
    void memoryOfClosedAccountsIsGivenBack() {
        OpenAccounts accounts = new OpenAccounts();
        List<RequestMeter> open = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            RequestMeter account = meter.open("f");
            accounts.add(account);
            open.add(account);
        }
        int[] found = new int[1];
        accounts.forEach(account -> found[0]++);
        assertThat(found[0]).isEqualTo(5_000);
        open.forEach(accounts::remove);
        accounts.forEach(account -> found[0]++);
        assertThat(found[0]).isEqualTo(5_000);
    }

    private interface Racer {
        void run(int round, int thread, RequestMeter request);
    }

    private void race(Racer racer) throws Exception {
        List<RequestMeter> requests = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            requests.add(meter.open("f"));
        }
        CyclicBarrier start = new CyclicBarrier(THREADS);
        onAllThreads(thread -> {
            for (int round = 0; round < ROUNDS; round++) {
                if (round % 64 == 0) {
                    await(start);
                }
                racer.run(round, thread, requests.get(round));
            }
        });
    }

    private interface ThreadBody {
        void run(int thread);
    }

    private void onAllThreads(ThreadBody body) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            all.add(pool.submit(() -> body.run(thread)));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<RequestCost> ofKind(Kind kind) {
        return costs.stream().filter(cost -> cost.kind() == kind).toList();
    }

    private Money sum() {
        Money.Sum sum = Money.sum(Money.USD);
        costs.forEach(cost -> sum.add(cost.total()));
        return sum.toMoney();
    }

    private static Attempt attempt(long tokens) {
        return Attempt.of("p", "m").usage(Usage.of(Unit.INPUT_TOKENS, tokens)).build();
    }
}

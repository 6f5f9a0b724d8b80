package io.unitcost.ledger;

import static io.unitcost.ledger.LedgerFixture.await;
import static io.unitcost.ledger.LedgerFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LedgerSinkTest {

    @Test
    void aBlockedSinkDoesNotHoldRequests_andWhatIsLostIsCountedExactly() throws Exception {
        int threads = 8;
        int each = 2_000;
        int capacity = 1_000;
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        List<LedgerRecord> arrived = Collections.synchronizedList(new ArrayList<>());
        LedgerSink slow = record -> {
            blocked.countDown();
            open.await();
            arrived.add(record);
        };
        CostLedger ledger = CostLedger.to(LedgerSink.queued(slow, capacity));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        CostMeter meter = CostMeter.builder()
                .listener(CostMetrics.builder(registry).ledger(ledger).build())
                .listener(ledger)
                .build();
        serve(meter, 1);
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();

        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> requests = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            requests.add(pool.submit(() -> serve(meter, each)));
        }
        for (Future<?> one : requests) {
            one.get(30, TimeUnit.SECONDS); // while the sink is blocked
        }
        pool.shutdown();

        // the one that blocks the sink counts as waiting until it is written
        int given = threads * each + 1;
        assertThat(ledger.counts()).isEqualTo(new LedgerCounts(0, given - capacity, 0, capacity));
        assertThat(registry.get("ai.ledger.records")
                        .tag("result", "dropped")
                        .functionCounter()
                        .count())
                .isEqualTo(given - capacity);
        assertThat(registry.get("ai.requests").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum())
                .isEqualTo(given);

        open.countDown();
        ledger.close();
        assertThat(ledger.counts()).isEqualTo(new LedgerCounts(capacity, given - capacity, 0, 0));
        assertThat(arrived).hasSize(capacity);
        assertThat(registry.get("ai.ledger.records")
                        .tag("result", "written")
                        .functionCounter()
                        .count())
                .isEqualTo(capacity);
        meter.close();
    }

    @Test
    void aSinkThatFailsIsCountedAndTheRequestDoesNotSeeIt() throws Exception {
        LedgerSink broken = record -> {
            throw new IOException("no broker");
        };
        CostLedger direct = CostLedger.to(broken);
        CostLedger queued = CostLedger.to(LedgerSink.queued(broken, 10));
        CostMeter meter = CostMeter.builder().listener(direct).listener(queued).build();

        serve(meter, 3);
        await("the queue", () -> queued.counts().failed() == 3);

        assertThat(direct.counts()).isEqualTo(new LedgerCounts(0, 0, 3, 0));
        assertThat(meter.errors(CostMeter.Site.LISTENER))
                .as("said by the meter")
                .isEqualTo(3);
        queued.close();
        meter.close();
    }

    @Test
    void countsWhatASinkThatDoesNotCountTook() {
        List<LedgerRecord> taken = new ArrayList<>();
        CostLedger ledger = CostLedger.to(taken::add);
        CostMeter meter = CostMeter.builder().listener(ledger).build();
        serve(meter, 5);
        assertThat(taken).hasSize(5);
        assertThat(ledger.counts()).isEqualTo(new LedgerCounts(5, 0, 0, 0));
        meter.close();
    }

    @Test
    void closeGivesUpOnASinkThatStaysBlocked_andSaysWhatWasLost() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        LedgerSink stuck = record -> {
            blocked.countDown();
            never.await();
        };
        WriteQueue queue = WriteQueue.before(stuck, 10, java.time.Duration.ofMillis(50));
        for (int i = 0; i < 5; i++) {
            queue.accept(record(i));
        }
        queue.close();

        // interrupted, the one that blocked it has failed; the others were never tried
        await("the interrupted one", () -> queue.counts().equals(new LedgerCounts(0, 0, 5, 0)));
        queue.accept(record(6));
        assertThat(queue.counts()).isEqualTo(new LedgerCounts(0, 1, 5, 0));
    }

    @Test
    void memoryKeepsSoManyAndCountsTheRest() {
        MemoryLedgerSink sink = MemoryLedgerSink.withCapacity(2);
        for (int i = 0; i < 5; i++) {
            sink.accept(record(i));
        }
        assertThat(sink.records()).containsExactly(record(0), record(1));
        assertThat(sink.counts()).isEqualTo(new LedgerCounts(2, 3, 0, 0));
        sink.clear();
        sink.accept(record(7));
        assertThat(sink.records()).containsExactly(record(7));
        assertThatThrownBy(() -> MemoryLedgerSink.withCapacity(0)).hasMessage("capacity: 0 is below 1; give 1 or more");
    }

    @Test
    void theLoggerCarriesEachRecordAsALine() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream err = System.err;
        LedgerSink sink = LedgerSink.slf4j();
        try {
            System.setErr(new PrintStream(text, true, StandardCharsets.UTF_8));
            sink.accept(record(1));
        } finally {
            System.setErr(err);
        }

        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("INFO ai.cost.ledger - " + record(1).toJson());
        assertThat(sink.counts()).isEqualTo(new LedgerCounts(1, 0, 0, 0));
    }

    private static void serve(CostMeter meter, int requests) {
        for (int i = 0; i < requests; i++) {
            RequestMeter request = meter.open("chat");
            request.record(Attempt.of("openai", "gpt-4o-mini")
                    .usage(Usage.tokens(1_200, 300))
                    .build());
            request.end(Outcome.DELIVERED);
        }
    }
}

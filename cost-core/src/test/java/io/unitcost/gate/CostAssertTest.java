package io.unitcost.gate;

import static io.unitcost.gate.CostAssertions.assertThatCost;
import static io.unitcost.gate.CostAssertions.baseline;
import static io.unitcost.gate.CostAssertions.percent;
import static io.unitcost.gate.CostAssertions.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.gate.CostAssert.Undecided;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.ledger.MemoryLedgerSink;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class CostAssertTest {

    @TempDir
    private Path folder;

    @Test
    void passesWhatItIsSureOf() {
        List<LedgerRecord> costs = records(100, 0.001, 1);
        assertThatCost(costs)
                .perDeliveredRequest()
                .isAtMost(usd("0.0012"))
                .against(records(100, 0.001, 2))
                .growsAtMost(percent(5))
                .p95Latency()
                .isAtMost(Duration.ofMillis(150))
                .hasNoUnpricedCalls()
                .feature("chat")
                .confidence(0.99)
                .perDeliveredRequest()
                .isAtMost(usd("0.0012"));
    }

    @Test
    void failsWhatItIsSureOfAndSaysWhy() {
        List<LedgerRecord> costs = records(100, 0.001, 1);
        assertThatThrownBy(() -> assertThatCost(costs)
                        .feature("chat")
                        .perDeliveredRequest()
                        .isAtMost(usd("0.0008")))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("cost per delivered request of chat: $0.00")
                .hasMessageContaining(", at most $0.00080 expected; 95 % sure it is at least $0.000");
        assertThatThrownBy(() ->
                        assertThatCost(costs).against(records(100, 0.0005, 2)).growsAtMost(percent(5)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("against the baseline: +")
                .hasMessageContaining("100 cases ran on both sides")
                .hasMessageContaining("\nWhy +$0.000")
                .hasMessageContaining("unit price");
        assertThatThrownBy(() -> assertThatCost(costs).p95Latency().isAtMost(Duration.ofMillis(50)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("p95 latency: 100 ms, at most 50 ms expected; 100 of 100 requests missed it");
    }

    @Test
    void abortsOrFailsWhatIsUndecided() {
        List<LedgerRecord> few = records(29, 0.001, 1);
        assertThatThrownBy(() -> assertThatCost(few).perDeliveredRequest().isAtMost(usd("1")))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("undecided: ")
                .hasMessageContaining("29 requests: a verdict needs 30");
        assertThatThrownBy(() -> assertThatCost(few)
                        .whenUndecided(Undecided.FAIL)
                        .perDeliveredRequest()
                        .isAtMost(usd("1")))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void noDataIsNeverAPass() {
        assertThatThrownBy(() -> assertThatCost(List.of()).perDeliveredRequest().isAtMost(usd("1")))
                .isInstanceOf(AssertionError.class)
                .hasMessage("no requests in the ledger: no data is not a pass");
        assertThatThrownBy(() -> assertThatCost(records(100, 0.001, 1))
                        .feature("search")
                        .p95Latency()
                        .isAtMost(Duration.ofHours(1)))
                .hasMessage("no requests of search in the ledger: no data is not a pass");
        assertThatThrownBy(() -> assertThatCost(records(100, 0.001, 1))
                        .against(List.of())
                        .growsAtMost(percent(5)))
                .hasMessage("no requests in the baseline: no data is not a pass");
        assertThatThrownBy(() -> assertThatCost(List.of(record(1, null))).hasNoUnpricedCalls())
                .hasMessage("no calls, so none that has a price");
    }

    @Test
    void aCallWithoutAPriceMakesALowerBound() {
        List<LedgerRecord> costs = new ArrayList<>(records(100, 0.001, 1));
        costs.add(record(
                200,
                LedgerAttempt.of("p", "new").unpriced(Unpriced.UNKNOWN_MODEL).build()));
        assertThatThrownBy(() -> assertThatCost(costs).hasNoUnpricedCalls())
                .isInstanceOf(AssertionError.class)
                .hasMessage("1 of 101 calls have no price: {p/new=1}; add them to the price table");
        assertThatThrownBy(() -> assertThatCost(costs).perDeliveredRequest().isAtMost(usd("1")))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("1 calls without a price are missing in it");
        assertThatThrownBy(() -> assertThatCost(costs).perDeliveredRequest().isAtMost(usd("0.0001")))
                .as("what fails at the least fails")
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void currenciesAreNotMixed() {
        Money limit = Money.of("1", Currency.getInstance("EUR"));
        assertThatThrownBy(() -> assertThatCost(records(100, 0.001, 1))
                        .perDeliveredRequest()
                        .isAtMost(limit))
                .hasMessage("the ledger is in USD and the limit in EUR; write both in one");
    }

    @Test
    void readsFilesAndSinks() {
        List<LedgerRecord> records = records(100, 0.001, 1);
        Path file = folder.resolve("costs.jsonl.gz");
        try (LedgerWriter writer = LedgerWriter.create(file)) {
            records.forEach(writer::write);
        }
        assertThatCost(file)
                .perDeliveredRequest()
                .isAtMost(usd("0.0012"))
                .against(baseline(file))
                .growsAtMost(BigDecimal.ZERO);
        MemoryLedgerSink sink = MemoryLedgerSink.create();
        records.forEach(sink::accept);
        assertThatCost(sink).hasNoUnpricedCalls();
        assertThat(percent(5)).isEqualByComparingTo("0.05");
    }

    private static List<LedgerRecord> records(int count, double mean, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double cost = mean * (0.9 + 0.2 * random.nextDouble());
            records.add(record(
                    i,
                    LedgerAttempt.of("p", "a")
                            .cost(Money.usd(BigDecimal.valueOf(cost).toPlainString()))
                            .build()));
        }
        return records;
    }

    private static LedgerRecord record(int number, LedgerAttempt attempt) {
        return LedgerRecord.builder("r" + number, Instant.parse("2026-11-21T10:00:00Z"), "chat", Money.USD)
                .caseId("case " + number)
                .durationNanos(100_000_000)
                .attempts(attempt == null ? List.of() : List.of(attempt))
                .build();
    }
}

package io.unitcost.gate;

import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.MemoryLedgerSink;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What requests cost, asserted in a test. For static import.
 *
 * <pre>{@code
 * assertThatCost(ledger).perDeliveredRequest().isAtMost(usd("0.0004"));
 * assertThatCost(ledger).against(baseline(Path.of("cost-baseline.jsonl"))).growsAtMost(percent(5));
 * assertThatCost(ledger).p95Latency().isAtMost(Duration.ofMillis(2500));
 * assertThatCost(ledger).hasNoUnpricedCalls();
 * }</pre>
 *
 * <p>An assertion fails when it is 95 % sure that its limit is broken; it passes when it is as sure that it is kept. Between the two it aborts the
 * test, which reports show as skipped, or fails it after {@link CostAssert#whenUndecided}. It needs 30 requests; none at all is a failure.
 */
public final class CostAssertions {

    private CostAssertions() {}

    /** Asserts about a ledger: a file or a directory, plain or gzip, which is read for each assertion. */
    public static CostAssert assertThatCost(Path ledger) {
        return new CostAssert(() -> LedgerReader.open(ledger).stream());
    }

    /** Asserts about what a sink has kept until now. */
    public static CostAssert assertThatCost(MemoryLedgerSink sink) {
        return assertThatCost(sink.records());
    }

    /** Asserts about records, which are copied. */
    public static CostAssert assertThatCost(Iterable<LedgerRecord> records) {
        List<LedgerRecord> copy = copy(records);
        return new CostAssert(copy::stream);
    }

    /** What a growth is measured from: a ledger of the release before, a file or a directory. */
    public static List<LedgerRecord> baseline(Path ledger) {
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            return reader.stream().toList();
        }
    }

    /** US dollars, as decimal text: {@code usd("0.0004")}. */
    public static Money usd(String amount) {
        return Money.usd(amount);
    }

    /** So many hundredths: {@code percent(5)} is 0.05. */
    public static BigDecimal percent(double hundredths) {
        return BigDecimal.valueOf(hundredths).movePointLeft(2);
    }

    private static List<LedgerRecord> copy(Iterable<LedgerRecord> records) {
        List<LedgerRecord> copy = new ArrayList<>();
        records.forEach(copy::add);
        return List.copyOf(copy);
    }
}

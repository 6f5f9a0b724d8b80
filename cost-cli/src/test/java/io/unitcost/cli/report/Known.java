package io.unitcost.cli.report;

import io.unitcost.Quality;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Ledgers of round numbers. */
final class Known {

    static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    static final int SLOTS = 10;
    /** As many as it takes for a verdict and a full point. */
    static final int EACH = 30;

    private Known() {}

    /**
     * {@value #SLOTS} slots of five minutes with {@value #EACH} requests each. In slot s a request costs (s + 1) x 0.001: of each 0.001 7/10
     * are inference, 1/10 idle, 1/10 support and 1/10 retry. It earns 0.02 and may cost 0.004, and takes 400 fresh, 500 cached and 100
     * written input tokens, 150 output and 50 reasoning tokens a thousandth.
     */
    static List<LedgerRecord> slots(String feature) {
        List<LedgerRecord> records = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            for (int i = 0; i < EACH; i++) {
                int times = slot + 1;
                records.add(request("k-" + slot + "-" + i, feature, START.plus(Duration.ofMinutes(5L * slot)))
                        .attempts(List.of(generation(times)))
                        .parts(
                                Money.usd("0.0007").times(times),
                                Money.usd("0.0001").times(times),
                                Money.usd("0.0001").times(times),
                                Money.usd("0.0001").times(times))
                        .build());
            }
        }
        return records;
    }

    private static LedgerAttempt generation(int times) {
        return LedgerAttempt.of("acme", "small")
                .usage(
                        Usage.builder()
                                .set(Unit.INPUT_TOKENS, 1000L * times)
                                .set(Unit.CACHE_READ_TOKENS, 500L * times)
                                .set(Unit.CACHE_WRITE_TOKENS, 100L * times)
                                .set(Unit.OUTPUT_TOKENS, 200L * times)
                                .set(Unit.REASONING_TOKENS, 50L * times)
                                .build(),
                        Quality.REPORTED)
                .cost(Money.usd("0.001").times(times))
                .build();
    }

    static LedgerRecord.Builder request(String id, String feature, Instant time) {
        return LedgerRecord.builder(id, time, feature, Money.USD)
                .durationNanos(1_000_000_000)
                .latencyBudget(LatencyBudget.MET)
                .revenue(Money.usd("0.02"))
                .allowance(Money.usd("0.004"))
                .session(id);
    }

    /** Sessions of one request each, of so many output tokens on average at 0.00001 USD each and 100 input tokens at 0.000001. */
    static List<LedgerRecord> sessions(int count, int tokens) {
        return sessions(count, tokens, "0.0001");
    }

    /** The same with another spend on input. */
    static List<LedgerRecord> sessions(int count, int tokens, String input) {
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long output = tokens + i % 11 - 5;
            Money spent = Money.usd("0.00001").times(output);
            Money read = Money.usd(input);
            records.add(request("s" + i, "known", START.plusSeconds(i))
                    .attempts(List.of(LedgerAttempt.of("acme", "small")
                            .usage(Usage.tokens(100, output), Quality.REPORTED)
                            .cost(spent.plus(read))
                            .lines(List.of(
                                    new Charge.Line(Unit.INPUT_TOKENS, BigDecimal.valueOf(100), read),
                                    new Charge.Line(Unit.OUTPUT_TOKENS, BigDecimal.valueOf(output), spent)))
                            .build()))
                    .build());
        }
        return records;
    }
}

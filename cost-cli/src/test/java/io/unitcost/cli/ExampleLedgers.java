package io.unitcost.cli;

import io.unitcost.AttemptCost.Result;
import io.unitcost.Quality;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Ledgers for the examples of pages: a replay of the same cases by two releases, and two weeks of two features. */
final class ExampleLedgers {

    private static final Instant MONDAY = Instant.parse("2026-10-19T08:00:00Z");
    private static final PriceTable PRICES = PriceTable.bundled();

    private ExampleLedgers() {}

    /**
     * How a release asks.
     *
     * @param output tokens, in hundredths of what the case has by itself
     * @param cached hundredths of the input
     * @param retried calls of a hundred
     */
    private record Release(String name, String model, int output, int cached, int retried) {}

    private static final Release OLD = new Release("1.42.0", "gpt-4o-mini", 100, 50, 2);
    private static final Release NEW = new Release("1.43.0", "gpt-4o-mini", 145, 30, 7);
    private static final Release ASSIST = new Release("1.42.0", "gpt-4o", 120, 60, 3);

    static void write(Path folder) {
        write(folder, "old.jsonl", replay(OLD, 200, 1));
        write(folder, "new.jsonl", replay(NEW, 200, 2));
        write(folder, "few.jsonl", replay(new Release("1.42.1", "gpt-4o-mini", 102, 50, 2), 40, 3));
        write(folder, "last-week.jsonl", week(MONDAY, OLD, 900, 300));
        write(folder, "this-week.jsonl", week(MONDAY.plus(Duration.ofDays(7)), NEW, 700, 500));
    }

    private static void write(Path folder, String name, List<LedgerRecord> records) {
        try (LedgerWriter writer = LedgerWriter.create(folder.resolve(name))) {
            records.forEach(writer::write);
        }
    }

    private static List<LedgerRecord> replay(Release release, int cases, long seed) {
        SplittableRandom sizes = new SplittableRandom(7);
        SplittableRandom noise = new SplittableRandom(seed);
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < cases; i++) {
            LedgerRecord.Builder record = record("support.summarise", release, MONDAY.plusSeconds(i), i, sizes, noise);
            records.add(record.caseId("case-" + i).build());
        }
        return records;
    }

    private static List<LedgerRecord> week(Instant start, Release release, int summaries, int answers) {
        SplittableRandom random = new SplittableRandom(start.getEpochSecond());
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < summaries + answers; i++) {
            boolean summary = i < summaries;
            Instant time = start.plus(Duration.ofMinutes(i * 8L));
            records.add(record(
                            summary ? "support.summarise" : "support.answer",
                            summary ? release : ASSIST,
                            time,
                            i,
                            random,
                            random)
                    .session("h:" + i / 3)
                    .build());
        }
        return records;
    }

    private static LedgerRecord.Builder record(
            String feature, Release release, Instant time, int i, SplittableRandom sizes, SplittableRandom noise) {
        long input = 600 + sizes.nextInt(1_200);
        long output = (150 + sizes.nextInt(250) + (sizes.nextInt(12) == 0 ? 500 : 0)) * release.output() / 100;
        output = output * (92 + noise.nextInt(17)) / 100;
        List<LedgerAttempt> attempts = new ArrayList<>();
        if (noise.nextInt(100) < release.retried()) {
            attempts.add(attempt(release, input, output, time, Result.RETRIED));
        }
        attempts.add(attempt(release, input, output, time, Result.DELIVERED));
        long millis = 300 + output * 2 + noise.nextInt(800);
        return LedgerRecord.builder(release.name() + "-" + i + "-" + feature, time, feature, Money.USD)
                .durationNanos(Duration.ofMillis(millis).toNanos())
                .release(release.name())
                .priceTable(PRICES.id())
                .attempts(attempts);
    }

    private static LedgerAttempt attempt(Release release, long input, long output, Instant time, Result result) {
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, input)
                .set(Unit.CACHE_READ_TOKENS, input * release.cached() / 100)
                .set(Unit.OUTPUT_TOKENS, output)
                .build();
        return LedgerAttempt.of("openai", release.model())
                .usage(usage, Quality.REPORTED)
                .result(result)
                .charge(PRICES.charge("openai", release.model(), usage, time))
                .build();
    }
}

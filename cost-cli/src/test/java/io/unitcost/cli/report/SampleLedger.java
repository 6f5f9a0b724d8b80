package io.unitcost.cli.report;

import io.unitcost.AttemptCost.Result;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Ten days of three features with a daily rhythm; half-way a new release has longer prompts, and its model a higher price. */
final class SampleLedger {

    static final Instant START = Instant.parse("2026-11-10T00:00:00Z");
    private static final Duration SPAN = Duration.ofDays(10);

    private final Random random = new Random(7);
    private final int records;

    SampleLedger(int records) {
        this.records = records;
    }

    static Path write(Path file, int records) {
        SampleLedger ledger = new SampleLedger(records);
        try (LedgerWriter writer = LedgerWriter.create(file)) {
            for (int i = 0; i < records; i++) {
                writer.write(ledger.record(i));
            }
        }
        return file;
    }

    /** By an argument each: the file and the number of records. */
    public static void main(String[] args) {
        write(Path.of(args[0]), Integer.parseInt(args[1]));
    }

    private LedgerRecord record(int number) {
        double position = (number + random.nextDouble()) / records;
        // more by day than by night
        double day = position * SPAN.toDays();
        double warped = day + 0.12 * Math.sin(2 * Math.PI * (day - 0.55));
        Instant time = START.plusMillis(Math.max(
                0,
                Math.min(
                        SPAN.toMillis() - 1,
                        Math.round(warped * Duration.ofDays(1).toMillis()))));
        boolean later = !time.isBefore(START.plus(SPAN.dividedBy(2)));
        int which = random.nextInt(100);
        LedgerRecord.Builder record = LedgerRecord.builder(
                        String.format("9f3c2a7be01d44c8-%d", number + 1),
                        time,
                        which < 62 ? "support.summarise" : which < 98 ? "search.answer" : "report.draft",
                        Money.USD)
                .priceTable(later ? "contract@41d0c2f9a817" : "bundled@8d499e764e30")
                .release(later ? "1.43.0" : "1.42.0")
                .session("h:" + Integer.toHexString(number / 4 * 31 + which % 3));
        return which < 62 ? summarise(record, later) : which < 98 ? search(record, later) : draft(record, later);
    }

    private LedgerRecord summarise(LedgerRecord.Builder record, boolean later) {
        long input = tokens(later ? 1500 : 1200, 0.35);
        List<LedgerAttempt> attempts = new ArrayList<>();
        attempts.add(support("vectors", "read", "0.000024"));
        if (random.nextInt(100) < 5) {
            attempts.add(attempt("openai", "gpt-4o-mini", input, input / 2, 0, 40, 0, later)
                    .call(1)
                    .result(Result.RETRIED)
                    .build());
        }
        attempts.add(attempt(
                        "openai",
                        "gpt-4o-mini",
                        input,
                        input * (later ? 3 : 5) / 10,
                        0,
                        tokens(later ? 420 : 300, 0.5),
                        0,
                        later)
                .call(1)
                .build());
        return finish(record, attempts, "0.002", "0.0004", 700, 1500);
    }

    private LedgerRecord search(LedgerRecord.Builder record, boolean later) {
        List<LedgerAttempt> attempts = new ArrayList<>();
        attempts.add(support("embedder", "text-embedding-3-small", "0.000011"));
        attempts.add(support("rerank", "rerank-3", "0.00005"));
        Money work = Money.usd("0.00004629").times(60L + random.nextInt(80)).times(new BigDecimal("0.01"));
        attempts.add(LedgerAttempt.of("gpu-pool", "llama-3.3-70b")
                .call(2)
                .usage(
                        Usage.of(Unit.INPUT_TOKENS, tokens(2600, 0.3), Unit.OUTPUT_TOKENS, tokens(180, 0.4)),
                        Quality.REPORTED)
                .cost(work)
                .idle(later ? work.times(new BigDecimal("0.8")) : work)
                .lines(List.of(new Charge.Line(Unit.ACCELERATOR_SECONDS, new BigDecimal("0.055"), work)))
                .build());
        return finish(record, attempts, "0.0009", "0.00027", 420, 900);
    }

    private LedgerRecord draft(LedgerRecord.Builder record, boolean later) {
        List<LedgerAttempt> attempts = new ArrayList<>();
        long input = tokens(3000, 0.5);
        boolean broken = random.nextInt(1000) < 8;
        LedgerAttempt.Builder first = attempt(
                "anthropic",
                "claude-sonnet-4-5",
                input,
                input * 6 / 10,
                input / 10,
                tokens(500, 0.5),
                tokens(200, 0.6),
                later);
        attempts.add((broken ? first.usage(Usage.tokens(input, 300), Quality.ESTIMATED) : first).build());
        if (random.nextInt(1000) < 3) {
            attempts.add(LedgerAttempt.of("anthropic", "claude-next-preview")
                    .call(1)
                    .usage(Usage.tokens(2000, 200), Quality.REPORTED)
                    .unpriced(Unpriced.UNKNOWN_MODEL)
                    .build());
        }
        return finish(record, attempts, null, null, 9000, 0);
    }

    private LedgerRecord finish(
            LedgerRecord.Builder record,
            List<LedgerAttempt> attempts,
            @Nullable String revenue,
            @Nullable String allowance,
            long millis,
            long budget) {
        long took = Math.round(millis * Math.exp(0.42 * random.nextGaussian()));
        int fate = random.nextInt(1000);
        record.attempts(attempts).durationNanos(took * 1_000_000);
        if (fate < 3) {
            return record.kind(Kind.LATE).build();
        }
        if (fate < 15) {
            return record.outcome(fate < 10 ? Outcome.FAILED : Outcome.CANCELLED)
                    .build();
        }
        if (budget > 0) {
            record.latencyBudget(took > budget ? LatencyBudget.MISSED : LatencyBudget.MET);
        }
        return record.revenue(revenue == null ? null : Money.usd(revenue))
                .allowance(allowance == null ? null : Money.usd(allowance))
                .build();
    }

    private long tokens(double middle, double spread) {
        return Math.max(1, Math.round(middle * Math.exp(spread * random.nextGaussian() - spread * spread / 2)));
    }

    private static LedgerAttempt support(String provider, String model, String cost) {
        return LedgerAttempt.of(provider, model)
                .service(model)
                .usage(Usage.of(Unit.REQUESTS, 1), Quality.REPORTED)
                .cost(Money.usd(cost))
                .lines(List.of(new Charge.Line(Unit.REQUESTS, BigDecimal.ONE, Money.usd(cost))))
                .build();
    }

    private static LedgerAttempt.Builder attempt(
            String provider,
            String model,
            long input,
            long cached,
            long written,
            long output,
            long reasoning,
            boolean later) {
        boolean large = provider.equals("anthropic");
        Usage.Builder usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, input)
                .set(Unit.CACHE_READ_TOKENS, cached)
                .set(Unit.OUTPUT_TOKENS, output + reasoning);
        List<Charge.Line> lines = new ArrayList<>();
        lines.add(line(Unit.INPUT_TOKENS, input - cached - written, large ? "0.000003" : "0.00000015"));
        lines.add(line(Unit.CACHE_READ_TOKENS, cached, large ? "0.0000003" : "0.000000075"));
        if (written > 0) {
            usage.set(Unit.CACHE_WRITE_TOKENS, written).set(Unit.REASONING_TOKENS, reasoning);
            lines.add(line(Unit.CACHE_WRITE_TOKENS, written, "0.00000375"));
        }
        lines.add(
                line(Unit.OUTPUT_TOKENS, output + reasoning, large ? "0.000015" : later ? "0.00000072" : "0.0000006"));
        return LedgerAttempt.of(provider, model)
                .usage(usage.build(), Quality.REPORTED)
                .cost(lines.stream().map(Charge.Line::cost).reduce(Money.zero(Money.USD), Money::plus))
                .lines(lines);
    }

    private static Charge.Line line(Unit unit, long count, String price) {
        return new Charge.Line(unit, BigDecimal.valueOf(count), Money.usd(price).times(count));
    }
}

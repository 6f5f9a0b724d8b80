package io.unitcost.cli.ledger;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.ledger.MemoryLedgerSink;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Ledgers for tests, written by a real meter: two features, a retry, own capacity, a support service, a model that nobody knows. */
final class Ledgers {

    static final Instant START = Instant.parse("2026-11-20T09:30:00Z");

    private static final PriceTable PRICES = PriceTable.builder("recorded")
            .model("acme", "large", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M")
                    .rate(Unit.CACHE_READ_TOKENS, "0.3 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "15 per 1M"))
            .model("acme", "small", m -> m.rate(Unit.INPUT_TOKENS, "0.25 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
            .build();

    private Ledgers() {}

    static List<LedgerRecord> records() {
        MemoryLedgerSink memory = MemoryLedgerSink.create();
        try (CostLedger ledger = CostLedger.builder(memory)
                        .salt("0123456789abcdef")
                        .release("1.42.0")
                        .build();
                CostMeter meter = CostMeter.builder()
                        .prices(PRICES)
                        .pool(CapacityPool.builder("gpu")
                                .pricePerHour("3.00")
                                .plannedUtilization("0.5")
                                .calibrate("own", c -> c.sustainedRequestsPerSecond("18"))
                                .build())
                        .objective(CostObjective.of("chat")
                                .revenue("0.05")
                                .targetMargin("0.6")
                                .latencyBudget(Duration.ofSeconds(2))
                                .build())
                        .feature("search")
                        .listener(ledger)
                        .build()) {
            for (int i = 0; i < 4; i++) {
                chat(meter, i);
            }
            search(meter);
        }
        List<LedgerRecord> dated = new ArrayList<>();
        for (LedgerRecord record : memory.records()) {
            LedgerRecord.Builder copy = LedgerRecord.builder(
                            "r-" + dated.size(),
                            START.plus(Duration.ofMinutes(20L * dated.size())),
                            record.feature(),
                            record.currency())
                    .outcome(record.outcome())
                    .durationNanos(812_000_000)
                    .latencyBudget(record.latencyBudget())
                    .revenue(record.revenue())
                    .allowance(record.allowance())
                    .priceTable("recorded@1")
                    .release(record.release())
                    .session(record.session())
                    .attempts(record.attempts());
            dated.add(copy.build());
        }
        return dated;
    }

    /** 4000 tokens in, 2400 of them cached, 600 out, each: 0.0048 + 0.00072 + 0.009 at large. */
    private static void chat(CostMeter meter, int i) {
        RequestMeter request = meter.open("chat");
        request.attribute("session", "s" + i / 2);
        request.recordSupport(
                "retrieval",
                Attempt.of("vectors", "read").usage(Usage.of(Unit.REQUESTS, 1)).build());
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, 4_000)
                .set(Unit.CACHE_READ_TOKENS, 2_400)
                .set(Unit.OUTPUT_TOKENS, 600)
                .build();
        CallMeter call = request.call();
        if (i == 1) {
            call.record(Attempt.of("acme", "large").usage(usage).failed().build());
        }
        call.record(Attempt.of("acme", "large")
                .usage(usage, i == 2 ? Quality.ESTIMATED : Quality.REPORTED)
                .build());
        call.end();
        request.end(i == 3 ? Outcome.FAILED : Outcome.DELIVERED);
    }

    private static void search(CostMeter meter) {
        RequestMeter request = meter.open("search");
        request.record(Attempt.of("gpu", "own").usage(Usage.tokens(100, 10)).build());
        request.record(
                Attempt.of("acme", "mystery").usage(Usage.tokens(100, 10)).build());
        request.end(Outcome.DELIVERED);
    }

    static Path write(Path file) {
        try (LedgerWriter writer = LedgerWriter.create(file)) {
            records().forEach(writer::write);
        }
        return file;
    }

    static Path prices(Path folder, String name, String models) {
        try {
            return Files.writeString(folder.resolve(name + ".json"), """
                    {"format": "unitcost-prices/1", "name": "%s", "date": "2026-11-01", "currency": "USD", "providers": %s}
                    """.formatted(name, models));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Money total() {
        return records().stream().map(LedgerRecord::total).reduce(Money.zero(Money.USD), Money::plus);
    }
}

package io.unitcost.samples.ledgersql;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.FileLedgerSink;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A ledger of everything that a meter writes: retries, fallbacks, support, own capacity, unknown models, amounts that a provider reported,
 * work by and for other services, late and nobody's usage. Prices are such that no amount has more than twelve decimals.
 */
final class Traffic {

    private static final int REQUESTS = 2_000;

    private final SplittableRandom random = new SplittableRandom(7);

    private Traffic() {}

    /** Writes ledgers to a directory, in several files, compressed but for the last. */
    static void write(Path directory) {
        FileLedgerSink files = FileLedgerSink.builder(directory)
                .maxFileSize(256 << 10)
                .gzip(true)
                .build();
        try (CostLedger ledger = CostLedger.builder(files)
                        .salt("0123456789abcdef")
                        .release("1.42.0")
                        .build();
                CostMeter meter = meter(ledger)) {
            new Traffic().serve(meter);
        }
    }

    private static CostMeter meter(CostLedger ledger) {
        return CostMeter.builder()
                .prices(PriceTable.builder("sample")
                        .model("acme", "large", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M")
                                .rate(Unit.CACHE_READ_TOKENS, "0.3 per 1M")
                                .rate(Unit.CACHE_WRITE_TOKENS, "3.75 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "15 per 1M")
                                .rate(Unit.REASONING_TOKENS, "12 per 1M")
                                .rate(Unit.of("web_searches"), "10 per 1k"))
                        .model("acme", "small", m -> m.rate(Unit.INPUT_TOKENS, "0.25 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
                        .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
                        .build())
                // 3.6 an hour at 10 requests a second: 0.0001 a request, and as much idle
                .pool(CapacityPool.builder("gpu")
                        .pricePerHour("3.60")
                        .plannedUtilization("0.5")
                        .calibrate("own", c -> c.sustainedRequestsPerSecond("10"))
                        .build())
                .objective(CostObjective.of("chat")
                        .revenue("0.05")
                        .targetMargin("0.6")
                        .latencyBudget(Duration.ofNanos(20_000))
                        .build())
                .objective(CostObjective.of("naïve, \"quoted\"").ceiling("0.01").build())
                .feature("search")
                .listener(ledger)
                .build();
    }

    private void serve(CostMeter meter) {
        String[] features = {"chat", "search", "naïve, \"quoted\""};
        for (int i = 0; i < REQUESTS; i++) {
            String feature = features[random.nextInt(features.length)];
            RequestMeter request = random.nextInt(20) == 0 ? meter.openSubrequest(feature) : meter.open(feature);
            switch (random.nextInt(4)) {
                case 0 -> request.attribute("case", "case-" + random.nextInt(50));
                case 1 -> {}
                default -> request.attribute("session", "s" + random.nextInt(300));
            }
            if (random.nextInt(3) == 0) {
                request.recordSupport(
                        "retrieval",
                        Attempt.of("vectors", random.nextInt(20) == 0 ? "unknown" : "read")
                                .usage(Usage.of(Unit.REQUESTS, random.nextInt(1, 4)))
                                .build());
            }
            if (random.nextInt(20) == 0) {
                request.record(Attempt.of("other-service", "answer")
                        .meteredElsewhere(Money.usd("0.0" + random.nextInt(1, 100)))
                        .build());
            }
            for (int calls = random.nextInt(3); calls > 0; calls--) {
                CallMeter call = request.call();
                for (int tries = random.nextInt(3); tries >= 0; tries--) {
                    call.record(attempt());
                }
                call.end();
            }
            request.end(Outcome.values()[random.nextInt(8) == 0 ? random.nextInt(3) : 0]);
            if (random.nextInt(40) == 0) {
                request.record(attempt());
                meter.record(attempt());
            }
        }
    }

    private Attempt attempt() {
        int input = random.nextInt(5_000);
        int cached = random.nextInt(input + 1);
        int output = random.nextInt(1_000);
        Usage.Builder usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, input)
                .set(Unit.CACHE_READ_TOKENS, cached)
                .set(Unit.CACHE_WRITE_TOKENS, random.nextInt(input - cached + 1))
                .set(Unit.OUTPUT_TOKENS, output)
                .set(Unit.REASONING_TOKENS, random.nextInt(output + 1));
        Attempt.Builder attempt =
                switch (random.nextInt(6)) {
                    case 0 -> Attempt.of("acme", "small").usage(usage.build());
                    case 1 -> Attempt.of("gpu", "own").usage(usage.build());
                    case 2 -> Attempt.of("acme", "mystery").usage(usage.build());
                    case 3 -> Attempt.of("acme", "mystery").reportedCost(Money.usd("0.000" + random.nextInt(1, 1_000)));
                    case 4 -> Attempt.of("acme", "large").unbilled().failed();
                    default ->
                        Attempt.of("acme", "large")
                                .usage(
                                        usage.set(Unit.of("web_searches"), random.nextInt(3))
                                                .build(),
                                        Quality.values()[random.nextInt(Quality.values().length)]);
                };
        return (random.nextInt(5) == 0 ? attempt.failed() : attempt).build();
    }
}

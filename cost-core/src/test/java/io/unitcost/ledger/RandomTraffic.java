package io.unitcost.ledger;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.ReportedCost;
import io.unitcost.RequestCostListener;
import io.unitcost.RequestMeter;
import io.unitcost.Tally;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Requests of every kind that an account knows: retries, fallbacks, support, own capacity, other services, late and nobody's usage. */
public final class RandomTraffic {

    private static final String[] FEATURES = {"chat", "code", "summary", "naïve \"quoted\" \uD83D\uDE80\u2028"};
    private static final String[] TEXTS = {"", "a", "\u0000\n\t\\\"/", "\uD83D", "x\uDE80y", "日本", "\u2028", "</script>"
    };

    private final SplittableRandom random;

    public RandomTraffic(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public static CostMeter.Builder meter(RequestCostListener... listeners) {
        CostMeter.Builder meter = CostMeter.builder()
                .prices(PriceTable.builder("t")
                        .model("p", "a", m -> m.rate(Unit.INPUT_TOKENS, "0.15 per 1M")
                                .rate(Unit.CACHE_READ_TOKENS, "0.075 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "0.6 per 1M"))
                        .model("p", "b", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "15 per 1M"))
                        .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
                        .build())
                .pool(CapacityPool.builder("gpu")
                        .pricePerHour("3.00")
                        .plannedUtilization("0.6")
                        .calibrate("own", c -> c.sustainedRequestsPerSecond("18")
                                .reference(1_200, 300)
                                .outputWeight("4"))
                        .build())
                .reportedCost(ReportedCost.USE)
                .objective(CostObjective.of("chat")
                        .revenue("0.002")
                        .targetMargin("0.8")
                        .latencyBudget(Duration.ofNanos(20_000))
                        .build())
                .objective(CostObjective.of("code").ceiling("0.01").build())
                .feature("summary");
        for (RequestCostListener listener : listeners) {
            meter.listener(listener);
        }
        return meter;
    }

    public void serve(CostMeter meter, int requests) {
        for (int i = 0; i < requests; i++) {
            String feature = FEATURES[random.nextInt(FEATURES.length)];
            RequestMeter request = random.nextInt(20) == 0 ? meter.openSubrequest(feature) : meter.open(feature);
            describe(request);
            if (random.nextInt(3) == 0) {
                request.recordSupport(
                        "retrieval",
                        Attempt.of("vectors", "read")
                                .usage(Usage.of(Unit.REQUESTS, 1))
                                .build());
            }
            if (random.nextInt(10) == 0) {
                request.record(elsewhere());
            }
            for (int calls = random.nextInt(3); calls > 0; calls--) {
                CallMeter call = request.call();
                for (int tries = random.nextInt(3); tries >= 0; tries--) {
                    call.record(attempt());
                }
                if (random.nextInt(10) == 0) {
                    call.reject();
                }
                call.end();
            }
            if (random.nextInt(10) == 0) {
                request.revenue(Money.usd("0.00" + random.nextInt(1, 1_000)));
            }
            request.end(Outcome.values()[random.nextInt(Outcome.values().length)]);
            if (random.nextInt(50) == 0) {
                request.record(attempt());
            }
            if (random.nextInt(50) == 0) {
                meter.record(attempt());
            }
        }
    }

    private void describe(RequestMeter request) {
        for (String name : new String[] {"session", "tenant", "release", "prompt.version", "case", "plan", "secret"}) {
            if (random.nextInt(3) == 0) {
                request.attribute(name, text());
            }
        }
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)] + random.nextInt(100);
    }

    private Attempt elsewhere() {
        Usage usage = Usage.tokens(random.nextInt(100), random.nextInt(10));
        Unpriced reason = random.nextBoolean() ? null : Unpriced.UNKNOWN_MODEL;
        return Attempt.of("other-service", "answer")
                .meteredElsewhere(new Tally(
                        Money.usd("0.0" + random.nextInt(1, 100)),
                        List.of(new Tally.Line("p", "a", usage)),
                        2,
                        random.nextInt(2),
                        reason == null ? 0 : 1,
                        reason))
                .build();
    }

    private Attempt attempt() {
        long input = random.nextInt(5_000);
        Usage.Builder usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, input)
                .set(Unit.CACHE_READ_TOKENS, random.nextInt((int) input + 1))
                .set(Unit.OUTPUT_TOKENS, random.nextInt(1_000));
        if (random.nextInt(20) == 0) {
            usage.set(Unit.of("output_images/hd/1024x1024"), 2)
                    .set(Unit.custom("pages"), random.nextInt(5))
                    .set(Unit.ACCELERATOR_SECONDS, new java.math.BigDecimal("0.123456789"));
        }
        int model = random.nextInt(7);
        Attempt.Builder attempt =
                switch (model) {
                    case 0 -> Attempt.of("p", "a");
                    case 1 -> Attempt.of("p", "b");
                    case 2 -> Attempt.of("gpu", "own");
                    case 3 -> Attempt.of("p", text());
                    case 4 -> Attempt.of("p", "a").reportedCost(Money.usd("0.000" + random.nextInt(1, 1_000)));
                    case 5 -> Attempt.of("p", "a");
                    default -> Attempt.of("p", "a").unbilled().failed();
                };
        attempt.durationNanos(random.nextBoolean() ? 0 : random.nextLong(1_000_000_000L))
                .firstTokenNanos(random.nextBoolean() ? -1 : random.nextLong(1_000_000L))
                .serviceTier(random.nextInt(5) == 0 ? "flex" : null)
                .region(random.nextInt(5) == 0 ? text() : null)
                .responseId("resp_" + random.nextLong());
        if (model < 5) {
            attempt.usage(usage.build(), Quality.values()[random.nextInt(Quality.values().length)]);
            switch (random.nextInt(5)) {
                case 0 -> attempt.failed();
                case 1 -> attempt.cancelled();
                default -> {}
            }
        }
        return attempt.build();
    }
}

package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Over 100,000 random requests with retries, fallbacks, hedges, failures and unpriced models, from eight threads: the
 * four parts add up to the total exactly, the total is what the attempts cost by an independent calculation, and the
 * meters say the same to the precision of a double.
 */
class ConservationTest {

    private static final int REQUESTS = 100_000;
    private static final int THREADS = 8;
    private static final String[] FEATURES = {"chat", "code", "summary"};
    private static final BigDecimal MICRO = new BigDecimal("0.000001");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ConcurrentLinkedQueue<RequestCost> costs = new ConcurrentLinkedQueue<>();
    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("t")
                    .model("p", "a", m -> m.rate(Unit.INPUT_TOKENS, "0.15 per 1M")
                            .rate(Unit.CACHE_READ_TOKENS, "0.075 per 1M")
                            .rate(Unit.OUTPUT_TOKENS, "0.6 per 1M"))
                    .model("p", "b", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M").rate(Unit.OUTPUT_TOKENS, "15 per 1M"))
                    .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
                    .build())
            .pool(CapacityPool.builder("gpu")
                    .pricePerHour("3.00")
                    .plannedUtilization("0.6")
                    .calibrate("own", c -> c.sustainedRequestsPerSecond("18")
                            .reference(1_200, 300)
                            .outputWeight("4"))
                    .build())
            .objective(CostObjective.of("chat")
                    .revenue("0.002")
                    .targetMargin("0.8")
                    .build())
            .objective(CostObjective.of("code").ceiling("0.01").build())
            .feature("summary")
            .listener(CostMetrics.create(registry))
            .listener(costs::add)
            .build();

    @Test
    void costsAreConservedFromTheAttemptToTheMeter() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<BigDecimal>> expected = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            long seed = t;
            expected.add(pool.submit(() -> serve(new SplittableRandom(seed), REQUESTS / THREADS)));
        }
        BigDecimal independent = BigDecimal.ZERO;
        for (Future<BigDecimal> one : expected) {
            independent = independent.add(one.get());
        }
        pool.shutdown();

        assertThat(costs).hasSizeGreaterThanOrEqualTo(REQUESTS);
        Money.Sum totals = Money.sum(Money.USD);
        for (RequestCost cost : costs) {
            Money parts =
                    cost.inference().plus(cost.idle()).plus(cost.support()).plus(cost.retry());
            if (!parts.equals(cost.total()) || !ofAttempts(cost).equals(cost.total())) {
                throw new AssertionError("parts " + parts + ", attempts " + ofAttempts(cost) + ": " + cost);
            }
            totals.add(cost.total());
        }
        // an idle share of 0.4 ÷ 0.6 does not terminate: the two calculations divide at different places
        assertThat(totals.toMoney().amount()).isCloseTo(independent, within(new BigDecimal("1e-24")));
        assertThat(costs).anyMatch(cost -> cost.unpricedAttempts() > 0).anyMatch(cost -> !cost.retry()
                .isZero());
        metersSayTheSame();
        meter.close();
    }

    private void metersSayTheSame() {
        for (String feature : new String[] {"chat", "code", "summary", "unattributed"}) {
            List<RequestCost> own = costs.stream()
                    .filter(cost -> cost.feature().equals(feature))
                    .toList();
            List<RequestCost> requests = own.stream()
                    .filter(cost -> cost.kind() == RequestCost.Kind.REQUEST)
                    .toList();
            assertThat(own).as(feature).isNotEmpty();
            double total = sum(own.stream().map(RequestCost::total).toList());
            assertClose(counter("ai.cost", "feature", feature), total);
            for (Part part : Part.values()) {
                assertClose(
                        counter("ai.cost.part", "feature", feature, "part", part.label()),
                        sum(own.stream().map(cost -> cost.part(part)).toList()));
            }
            assertClose(counter("ai.cost.part", "feature", feature), total);
            assertClose(
                    counter("ai.revenue", "feature", feature),
                    sum(own.stream().map(RequestCost::revenue).toList()));
            assertClose(
                    counter("ai.cost.allowance", "feature", feature),
                    sum(own.stream().map(RequestCost::allowance).toList()));
            assertThat(counter("ai.requests", "feature", feature)).isEqualTo(requests.size());
            assertClose(
                    registry.find("ai.request.cost").tag("feature", feature).summaries().stream()
                                    .mapToDouble(DistributionSummary::totalAmount)
                                    .sum()
                            / 1e9,
                    sum(requests.stream().map(RequestCost::total).toList()));
            assertThat(counter("ai.unpriced", "feature", feature))
                    .isEqualTo(
                            own.stream().mapToInt(RequestCost::unpricedAttempts).sum());
            assertThat(counter("ai.tokens", "feature", feature))
                    .isEqualTo(own.stream()
                            .flatMap(cost -> cost.attempts().stream())
                            .map(cost -> cost.attempt().usage())
                            .mapToLong(usage -> usage.count(Unit.INPUT_TOKENS) + usage.count(Unit.OUTPUT_TOKENS))
                            .sum());
        }
        assertThat(registry.find("ai.attempts").timers().stream()
                        .mapToLong(Timer::count)
                        .sum())
                .isEqualTo(
                        costs.stream().mapToLong(cost -> cost.attempts().size()).sum());
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
    }

    /** Serves random requests and returns what their attempts cost, calculated the plain way. */
    private BigDecimal serve(SplittableRandom random, int requests) {
        BigDecimal cost = BigDecimal.ZERO;
        for (int i = 0; i < requests; i++) {
            RequestMeter request = meter.open(FEATURES[random.nextInt(FEATURES.length)]);
            if (random.nextInt(3) == 0) {
                request.recordSupport(
                        "retrieval",
                        Attempt.of("vectors", "read")
                                .usage(Usage.of(Unit.REQUESTS, 1))
                                .build());
                cost = cost.add(new BigDecimal("20").multiply(MICRO));
            }
            for (int calls = random.nextInt(3); calls >= 0; calls--) {
                CallMeter call = request.call();
                for (int tries = random.nextInt(3); tries >= 0; tries--) {
                    cost = cost.add(record(random, call));
                }
                if (random.nextInt(10) == 0) {
                    call.reject();
                }
                call.end();
            }
            request.end(Outcome.values()[random.nextInt(Outcome.values().length)]);
            if (random.nextInt(50) == 0) {
                CallMeter late = request.call();
                cost = cost.add(record(random, late));
                late.end();
            }
            if (random.nextInt(50) == 0) {
                CallMeter nobodys = meter.call();
                cost = cost.add(record(random, nobodys));
                nobodys.end();
            }
        }
        return cost;
    }

    private static BigDecimal record(SplittableRandom random, CallMeter call) {
        long input = random.nextInt(5_000);
        long cached = random.nextInt((int) input + 1);
        long output = random.nextInt(1_000);
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, input)
                .set(Unit.CACHE_READ_TOKENS, cached)
                .set(Unit.OUTPUT_TOKENS, output)
                .build();
        int model = random.nextInt(5);
        Attempt.Builder attempt =
                switch (model) {
                    case 0 -> Attempt.of("p", "a");
                    case 1 -> Attempt.of("p", "b");
                    case 2 -> Attempt.of("gpu", "own");
                    case 3 -> Attempt.of("p", "nobody-knows");
                    default -> Attempt.of("p", "a").unbilled().failed();
                };
        attempt.durationNanos(random.nextLong(1_000_000_000L));
        boolean unbilled = model == 4;
        if (!unbilled) {
            attempt.usage(usage, random.nextInt(20) == 0 ? Quality.ESTIMATED : Quality.REPORTED);
            switch (random.nextInt(5)) {
                case 0 -> attempt.failed();
                case 1 -> attempt.cancelled();
                default -> {}
            }
        }
        call.record(attempt.build());
        return switch (model) {
            case 0 ->
                perMillion("0.15", input - cached)
                        .add(perMillion("0.075", cached))
                        .add(perMillion("0.6", output));
            case 1 -> perMillion("3", input).add(perMillion("15", output));
            // units × 3 ÷ (3600 × 18 × 2400) ÷ 0.6
            case 2 ->
                new BigDecimal(input - cached)
                        .add(new BigDecimal(cached).multiply(new BigDecimal("0.1")))
                        .add(new BigDecimal(4 * output))
                        .multiply(new BigDecimal(3))
                        .divide(new BigDecimal("93312000"), MathContext.DECIMAL128);
            default -> BigDecimal.ZERO;
        };
    }

    private static BigDecimal perMillion(String price, long tokens) {
        return new BigDecimal(price).multiply(BigDecimal.valueOf(tokens)).multiply(MICRO);
    }

    private static Money ofAttempts(RequestCost cost) {
        Money sum = Money.zero(Money.USD);
        for (AttemptCost attempt : cost.attempts()) {
            Money own = attempt.cost();
            sum = own == null ? sum : sum.plus(own);
        }
        return sum;
    }

    private double counter(String name, String... tags) {
        return registry.find(name).tags(tags).meters().stream()
                .map(Meter::getId)
                .mapToDouble(id -> ((Counter)
                                registry.find(id.getName()).tags(id.getTags()).meter())
                        .count())
                .sum();
    }

    private static double sum(List<Money> amounts) {
        Money.Sum sum = Money.sum(Money.USD);
        amounts.stream().filter(amount -> amount != null).forEach(sum::add);
        return sum.toMoney().toDouble();
    }

    private static void assertClose(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, within(Math.abs(expected) * 1e-9));
    }
}

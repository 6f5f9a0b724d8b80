package io.unitcost.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random traffic over random times: the window says what adding everything up again says. */
class WindowPropertiesTest {

    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final long SLOT_NANOS = WINDOW.toNanos() / 60;
    private static final String[] FEATURES = {"a", "b", "c"};
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Quality[] QUALITIES = Quality.values();

    /** Ten digits per million: a price that no long of 10⁻¹² holds. */
    private static final PriceTable PRICES = PriceTable.builder("test")
            .model("p", "even", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M").rate(Unit.OUTPUT_TOKENS, "15 per 1M"))
            .model("p", "odd", m -> m.rate(Unit.INPUT_TOKENS, "0.3333333333 per 1M"))
            .build();

    private record Closed(long slot, RequestCost cost) {}

    private final ManualTicker ticker = new ManualTicker();
    private final List<Closed> closed = new ArrayList<>();
    private final CostWindow window =
            CostWindow.builder().window(WINDOW).minRequests(5).build();
    private final CostMeter meter = CostMeter.builder()
            .prices(PRICES)
            .objective(CostObjective.of("a")
                    .revenue("0.01")
                    .targetMargin("0.7")
                    .latencyBudget(Duration.ofSeconds(3))
                    .build())
            .objective(CostObjective.of("b").ceiling("0.005").build())
            .listener(window)
            .listener(cost -> closed.add(new Closed(ticker.getAsLong() / SLOT_NANOS, cost)))
            .ticker(ticker)
            .clock(ticker.clock())
            .build();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theWindowIsWhatAddingUpAgainSays(long seed) {
        Random random = new Random(seed);
        int compared = 0;
        for (int i = 0; i < 1_500; i++) {
            pause(random);
            request(random);
            if (random.nextInt(25) == 0) {
                compared += compare(window.snapshot());
            }
        }
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("errors at %s", site).isZero();
        }
        assertThat(compared).as("trends that were defined").isGreaterThan(30);
        meter.close();
    }

    /** Mostly short, sometimes to a border of slots exactly, seldom longer than the window. */
    private void pause(Random random) {
        switch (random.nextInt(200)) {
            case 0 -> ticker.advance(WINDOW.multipliedBy(1 + random.nextInt(3)).plusNanos(random.nextInt(7)));
            case 1, 2, 3, 4, 5, 6, 7, 8 ->
                ticker.advance(Duration.ofNanos(SLOT_NANOS - ticker.getAsLong() % SLOT_NANOS));
            case 9 -> ticker.advance(Duration.ofNanos(SLOT_NANOS - 1 - ticker.getAsLong() % SLOT_NANOS));
            default -> ticker.advance(Duration.ofMillis(random.nextInt(3_000)));
        }
    }

    private void request(Random random) {
        String feature = FEATURES[random.nextInt(FEATURES.length)];
        RequestMeter request = random.nextInt(10) == 0 ? meter.openSubrequest(feature) : meter.open(feature);
        for (int attempts = random.nextInt(4); attempts > 0; attempts--) {
            request.record(attempt(random));
        }
        ticker.advance(Duration.ofMillis(random.nextInt(6_000)));
        request.end(OUTCOMES[random.nextInt(8) == 0 ? random.nextInt(3) : 0]);
        if (random.nextInt(15) == 0) {
            request.record(attempt(random));
        }
        if (random.nextInt(15) == 0) {
            meter.record(attempt(random));
        }
    }

    private static Attempt attempt(Random random) {
        if (random.nextInt(20) == 0) {
            return Attempt.of("behind", "service")
                    .meteredElsewhere(Money.usd("0.00" + random.nextInt(1_000)))
                    .build();
        }
        String[] models = {"even", "odd", "unpriced"};
        Attempt.Builder attempt = Attempt.of("p", models[random.nextInt(random.nextInt(5) == 0 ? 3 : 2)])
                .usage(Usage.of(Unit.INPUT_TOKENS, random.nextInt(3_000)), QUALITIES[random.nextInt(4)]);
        if (random.nextInt(6) == 0) {
            attempt.failed();
        }
        return (random.nextInt(20) == 0 ? attempt.failed().unbilled() : attempt).build();
    }

    /** How many trends were defined. */
    private int compare(WindowSnapshot snapshot) {
        long slot = ticker.getAsLong() / SLOT_NANOS;
        int defined = 0;
        for (WindowSnapshot.Feature feature : snapshot.features()) {
            List<Closed> own = closed.stream()
                    .filter(one -> one.cost.feature().equals(feature.name()))
                    .toList();
            compare(feature.total(), costs(own, one -> true));
            compare(feature.window(), costs(own, one -> one.slot > slot - 60));
            compare(feature.trend().earlier(), costs(own, one -> one.slot > slot - 60 && one.slot <= slot - 30));
            compare(feature.trend().later(), costs(own, one -> one.slot > slot - 30));
            comparePercentile(feature.p95(), costs(own, one -> one.slot > slot - 60));
            defined += compareTrend(feature.trend(), slot);
        }
        return defined;
    }

    private static List<RequestCost> costs(List<Closed> all, Predicate<Closed> wanted) {
        return all.stream().filter(wanted).map(Closed::cost).toList();
    }

    private static void compare(WindowSnapshot.Sums sums, List<RequestCost> all) {
        List<RequestCost> requests = only(all, cost -> cost.kind() == Kind.REQUEST);
        List<RequestCost> delivered = only(requests, cost -> cost.outcome() == Outcome.DELIVERED);
        List<RequestCost> subrequests = only(all, cost -> cost.kind() == Kind.SUBREQUEST);
        List<RequestCost> others = only(all, cost -> cost.kind() != Kind.SUBREQUEST);
        for (Part part : Part.values()) {
            assertThat(sums.cost().part(part).amount()).isEqualByComparingTo(sum(others, cost -> cost.part(part)));
            assertThat(sums.subrequests().part(part).amount())
                    .isEqualByComparingTo(sum(subrequests, cost -> cost.part(part)));
        }
        assertThat(sums.cost().total().amount()).isEqualByComparingTo(sum(others, RequestCost::total));
        assertThat(sums.meteredElsewhere().amount()).isEqualByComparingTo(sum(all, RequestCost::meteredElsewhere));
        assertThat(sums.revenue().amount()).isEqualByComparingTo(sum(delivered, RequestCost::revenue));
        assertThat(sums.allowance().amount()).isEqualByComparingTo(sum(delivered, RequestCost::allowance));
        WindowSnapshot.Counts counts = sums.counts();
        assertThat(counts.delivered()).isEqualTo(delivered.size());
        assertThat(counts.requests()).isEqualTo(requests.size());
        assertThat(counts.failed()).isEqualTo(count(requests, cost -> cost.outcome() == Outcome.FAILED));
        assertThat(counts.met()).isEqualTo(count(delivered, cost -> cost.latencyBudget() == LatencyBudget.MET));
        assertThat(counts.missed()).isEqualTo(count(delivered, cost -> cost.latencyBudget() == LatencyBudget.MISSED));
        assertThat(counts.subrequests()).isEqualTo(subrequests.size());
        assertThat(counts.late()).isEqualTo(count(all, cost -> cost.kind() == Kind.LATE));
        assertThat(counts.unattributed()).isEqualTo(count(all, cost -> cost.kind() == Kind.UNATTRIBUTED));
        assertThat(sums.unpricedAttempts())
                .isEqualTo(all.stream().mapToLong(RequestCost::unpricedAttempts).sum());
        compareQuality(sums, all);
        assertThat(sums.tokens().getOrDefault("input", 0L))
                .isEqualTo(all.stream()
                        .flatMap(cost -> cost.attempts().stream())
                        .mapToLong(attempt -> attempt.attempt().usage().count(Unit.INPUT_TOKENS))
                        .sum());
        if (!delivered.isEmpty() && !sums.allowance().isZero()) {
            assertThat(sums.burn().doubleValue())
                    .isCloseTo(
                            sum(others, RequestCost::total).doubleValue()
                                    / sum(delivered, RequestCost::allowance).doubleValue(),
                            within(1e-7));
        }
    }

    private static void compareQuality(WindowSnapshot.Sums sums, List<RequestCost> all) {
        Money sum = Money.usd("0");
        for (Quality quality : Quality.values()) {
            List<AttemptCost> attempts = all.stream()
                    .flatMap(cost -> cost.attempts().stream())
                    .filter(attempt ->
                            attempt.attempt().isBilled() && attempt.attempt().quality() == quality)
                    .toList();
            assertThat(sums.quality().get(quality).attempts()).isEqualTo(attempts.size());
            sum = sum.plus(sums.quality().get(quality).cost());
        }
        assertThat(sum).isEqualTo(sums.cost().total().plus(sums.subrequests().total()));
    }

    private static void comparePercentile(Duration p95, List<RequestCost> all) {
        long[] latencies = all.stream()
                .filter(cost -> cost.kind() == Kind.REQUEST && cost.outcome() == Outcome.DELIVERED)
                .mapToLong(RequestCost::durationNanos)
                .sorted()
                .toArray();
        if (latencies.length == 0) {
            assertThat(p95).isNull();
        } else {
            double exact = Math.max(1_024, latencies[(int) Math.ceil(latencies.length * 0.95) - 1]);
            assertThat(p95.toNanos() / exact).isBetween(1 - 1 / 32.0, 1 + 1 / 32.0);
        }
    }

    private int compareTrend(WindowSnapshot.Trend trend, long slot) {
        WindowSnapshot.Sums one = trend.earlier();
        WindowSnapshot.Sums two = trend.later();
        if (Math.min(one.counts().delivered(), two.counts().delivered()) < 5) {
            assertThat(trend.crossoverIndex()).isNull();
            assertThat(trend.daysToBreach()).isNull();
            return 0;
        }
        double shareBefore = one.cost().total().toDouble() / one.revenue().toDouble();
        double shareNow = two.cost().total().toDouble() / two.revenue().toDouble();
        if (one.revenue().isZero()) {
            assertThat(trend.crossoverIndex()).isNull();
        } else {
            assertThat(trend.crossoverIndex().doubleValue()).isCloseTo(shareNow / shareBefore, within(1e-6));
        }
        if (one.allowance().isZero()) {
            assertThat(trend.daysToBreach()).isNull();
            return 0;
        }
        double before = one.cost().total().toDouble() / one.allowance().toDouble();
        double now = two.cost().total().toDouble() / two.allowance().toDouble();
        if (now >= 1) {
            assertThat(trend.daysToBreach()).isEqualByComparingTo("0");
        } else if (now <= before * 1.02) {
            assertThat(trend.daysToBreach()).isNull();
        } else {
            double start = Math.max(0, slot - 59) * (double) SLOT_NANOS;
            double middle = (slot - 29) * (double) SLOT_NANOS;
            double end = ticker.getAsLong();
            double slope = (now - before) / ((middle + end) / 2 - (start + middle) / 2);
            double nanos = (1 - now) / slope + (middle + end) / 2 - end;
            assertThat(trend.daysToBreach().doubleValue()).isCloseTo(Math.max(0, nanos) / 86_400e9, within(1e-6));
        }
        return 1;
    }

    private static List<RequestCost> only(List<RequestCost> all, Predicate<RequestCost> wanted) {
        return all.stream().filter(wanted).toList();
    }

    private static long count(List<RequestCost> all, Predicate<RequestCost> wanted) {
        return all.stream().filter(wanted).count();
    }

    private static BigDecimal sum(List<RequestCost> all, Function<RequestCost, Money> amount) {
        return all.stream()
                .map(amount)
                .filter(money -> money != null)
                .map(Money::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void nothingIsLostWhenManyThreadsCrossTheBordersOfSlots() throws Exception {
        int threads = 8;
        int each = 5_000;
        AtomicLong nanos = new AtomicLong();
        CostWindow shared = CostWindow.builder().window(WINDOW).build();
        CostMeter many = CostMeter.builder()
                .prices(PRICES)
                .listener(shared)
                .ticker(nanos::get)
                .build();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CountDownLatch start = new CountDownLatch(1);
        for (int t = 0; t < threads; t++) {
            String feature = FEATURES[t % 2];
            pool.execute(() -> {
                for (int i = 0; i < each; i++) {
                    if (i == 0) {
                        await(start);
                    }
                    RequestMeter request = many.open(feature);
                    request.record(Attempt.of("p", "odd")
                            .usage(Usage.of(Unit.INPUT_TOKENS, 1_000))
                            .build());
                    request.record(Attempt.of("p", "m" + i % 10)
                            .usage(Usage.of(Unit.INPUT_TOKENS, 1))
                            .build());
                    request.end(Outcome.DELIVERED);
                    nanos.addAndGet(SLOT_NANOS / 97);
                }
            });
        }
        start.countDown();
        pool.shutdown();
        long snapshots = 0;
        while (!pool.awaitTermination(1, TimeUnit.MILLISECONDS)) {
            WindowSnapshot snapshot = shared.snapshot();
            for (WindowSnapshot.Feature feature : snapshot.features()) {
                assertConsistent(feature.total());
                assertConsistent(feature.window());
            }
            snapshots++;
        }
        assertThat(snapshots).isPositive();
        WindowSnapshot snapshot = shared.snapshot();
        for (String feature : Arrays.copyOf(FEATURES, 2)) {
            WindowSnapshot.Sums total = snapshot.feature(feature).total();
            assertThat(total.counts().delivered()).isEqualTo(threads / 2L * each);
            assertConsistent(total);
        }
        assertThat(snapshot.unpriced()).hasSize(10);
        assertThat(snapshot.unpriced().stream()
                        .mapToLong(WindowSnapshot.UnpricedModel::attempts)
                        .sum())
                .isEqualTo((long) threads * each);
        assertThat(many.errors(CostMeter.Site.LISTENER)).isZero();
        many.close();
    }

    /** A request is seen whole or not at all. */
    private static void assertConsistent(WindowSnapshot.Sums sums) {
        long requests = sums.counts().requests();
        assertThat(sums.cost().total()).isEqualTo(Money.usd("0.0003333333333").times(requests));
        assertThat(sums.unpricedAttempts()).isEqualTo(requests);
        assertThat(sums.quality().get(Quality.REPORTED).attempts()).isEqualTo(requests * 2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

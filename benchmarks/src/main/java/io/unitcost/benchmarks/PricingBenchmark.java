package io.unitcost.benchmarks;

import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to price one attempt. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class PricingBenchmark {

    private static final String ANTHROPIC = "anthropic";
    private static final String SONNET = "claude-3-7-sonnet-latest";

    /** 2026-11-02T12:00:00Z */
    private static final long NOW = 1_793_620_800_000L;

    private final PriceTable bundled = PriceTable.bundled();

    /** Half of 0.0036 per million: not a whole number of 1e-12 per token, so that BigDecimal does the sum. */
    private final PriceTable uneven = PriceTable.builder("uneven")
            .model(ANTHROPIC, SONNET, m -> m.rate(Unit.INPUT_TOKENS, "0.0018125 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "0.0072125 per 1M"))
            .build();

    private final CapacityPool pool = CapacityPool.builder("pool")
            .pricePerHour("3.00")
            .calibrate("llama-8b", c -> c.sustainedRequestsPerSecond("18")
                    .reference(1_200, 300)
                    .outputWeight("4"))
            .build();

    private final Usage two = Usage.tokens(1_200, 300);
    private final Usage five = Usage.builder()
            .set(Unit.INPUT_TOKENS, 12_000)
            .set(Unit.CACHE_READ_TOKENS, 9_000)
            .set(Unit.CACHE_WRITE_TOKENS, 2_000)
            .set(Unit.OUTPUT_TOKENS, 900)
            .set(Unit.REASONING_TOKENS, 600)
            .build();

    /** Input and output tokens at the bundled price. */
    @Benchmark
    public Charge twoUnits() {
        return charge(bundled, two);
    }

    /** Input, cache read, cache write, output and reasoning tokens at the bundled price. */
    @Benchmark
    public Charge fiveUnits() {
        return charge(bundled, five);
    }

    /** Counting the usage as well: what an adapter does for each answer. */
    @Benchmark
    public Charge twoUnitsAndTheirUsage() {
        return charge(bundled, Usage.tokens(1_200, 300));
    }

    /** Input and output tokens at a price that has no exact whole form. */
    @Benchmark
    public Charge twoUnitsInBigDecimal() {
        return charge(uneven, two);
    }

    /** Work and idle share on a pool of one's own. */
    @Benchmark
    public Charge capacityPool() {
        return pool.charge("llama-8b", two, NOW);
    }

    /** Each of them gives the right amount. */
    @Setup
    public void check() {
        // 1200 × 3 + 300 × 15 = 8100 per million
        require(twoUnits(), "0.0081");
        require(twoUnitsAndTheirUsage(), "0.0081");
        // (12000 − 9000 − 2000) × 3 + 9000 × 0.3 + 2000 × 3.75 + 900 × 15 = 26700 per million
        require(fiveUnits(), "0.0267");
        // 1200 × 0.0018125 + 300 × 0.0072125 = 4.33875 per million
        require(twoUnitsInBigDecimal(), "0.00000433875");
        // 3 ÷ (18 × 3600) = 1/21600 = 0.0000462962…
        Charge work = capacityPool();
        if (work.cost() == null || Math.abs(work.cost().toDouble() - 1 / 21_600d) > 1e-15) {
            throw new IllegalStateException("the pool charges " + work);
        }
    }

    private static Charge charge(PriceTable table, Usage usage) {
        return table.charge(ANTHROPIC, SONNET, null, null, usage, NOW);
    }

    private static void require(Charge charge, String usd) {
        if (!Money.usd(usd).equals(charge.cost())) {
            throw new IllegalStateException("charged " + charge + " instead of " + usd);
        }
    }
}

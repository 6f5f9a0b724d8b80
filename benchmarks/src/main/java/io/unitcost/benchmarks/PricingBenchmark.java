package io.unitcost.benchmarks;

import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/**
 * What it costs to price one attempt, finding the price included: each operation asks for another model of a table of
 * {@value PriceList#MODELS}, in random order.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class PricingBenchmark {

    /** One table for all threads: what it remembers is shared. */
    private static final PriceTable TABLE = PriceList.create();

    private static final int TURNS = 8_192;

    /** Half of 0.0036 per million: not a whole number of 1e-12 per token, so that BigDecimal does the sum. */
    private final PriceTable uneven = PriceTable.builder("uneven")
            .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "0.0018125 per 1M")
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

    private final String[] providers = new String[TURNS];
    private final String[] models = new String[TURNS];
    private final String[] full = new String[TURNS];
    private final String[] fullProviders = new String[TURNS];
    private final String[] spelled = new String[TURNS];
    private int turn;

    /** Input and output tokens, as one number. */
    @Benchmark
    public long twoUnits() {
        int i = next();
        return TABLE.picos(providers[i], models[i], null, null, two, PriceList.NOW);
    }

    /** Input and output tokens, as a charge with its lines. */
    @Benchmark
    public Charge twoUnitsWithLines() {
        int i = next();
        return TABLE.charge(providers[i], models[i], null, null, two, PriceList.NOW);
    }

    /** Input, cache read, cache write, output and reasoning at a batch tier of a price that changes by date and hour, as one number. */
    @Benchmark
    public long fiveUnitsTierAndDates() {
        int i = next();
        return TABLE.picos(fullProviders[i], full[i], "batch", null, five, PriceList.NOW);
    }

    /** The same as a charge with its lines. */
    @Benchmark
    public Charge fiveUnitsTierAndDatesWithLines() {
        int i = next();
        return TABLE.charge(fullProviders[i], full[i], "batch", null, five, PriceList.NOW);
    }

    /** Input and output tokens of a model whose id is written in another way: with a date, in capitals. */
    @Benchmark
    public long twoUnitsOfAnotherSpelling() {
        int i = next();
        return TABLE.picos(providers[i], spelled[i], null, null, two, PriceList.NOW);
    }

    /** Counting the usage as well: what an adapter does for each answer. */
    @Benchmark
    public Charge twoUnitsAndTheirUsage() {
        int i = next();
        return TABLE.charge(providers[i], models[i], null, null, Usage.tokens(1_200, 300), PriceList.NOW);
    }

    /** Input and output tokens at a price that has no exact whole form. */
    @Benchmark
    public Charge twoUnitsInBigDecimal() {
        return uneven.charge("p", "m", null, null, two, PriceList.NOW);
    }

    /** Work and idle share on a pool of one's own. */
    @Benchmark
    public Charge capacityPool() {
        return pool.charge("llama-8b", two, PriceList.NOW);
    }

    /** Fills the turns, and checks that each way gives the right amount. */
    @Setup
    public void check() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < TURNS; i++) {
            int any = random.nextInt(PriceList.MODELS);
            int withTiers = any / 3 * 3;
            providers[i] = PriceList.provider(any);
            models[i] = PriceList.model(any);
            spelled[i] = PriceList.model(any).toUpperCase(Locale.ROOT) + "-2026-09-24";
            fullProviders[i] = PriceList.provider(withTiers);
            full[i] = PriceList.model(withTiers);
        }
        // 1200 × 3 + 300 × 15 = 8100 per million
        require(twoUnits(), "0.0081");
        require(twoUnitsOfAnotherSpelling(), "0.0081");
        require(twoUnitsWithLines(), "0.0081");
        require(twoUnitsAndTheirUsage(), "0.0081");
        // 1000 × 1.5 + 9000 × 0.3 + 2000 × 3.75 + 300 × 7.5 + 600 × 10 = 19950 per million
        require(fiveUnitsTierAndDates(), "0.01995");
        require(fiveUnitsTierAndDatesWithLines(), "0.01995");
        // 1200 × 0.0018125 + 300 × 0.0072125 = 4.33875 per million
        require(twoUnitsInBigDecimal(), "0.00000433875");
        // 3 ÷ (18 × 3600) = 1/21600 = 0.0000462962…
        Charge work = capacityPool();
        if (work.cost() == null || Math.abs(work.cost().toDouble() - 1 / 21_600d) > 1e-15) {
            throw new IllegalStateException("the pool charges " + work);
        }
    }

    private int next() {
        turn = (turn + 1) & (TURNS - 1);
        return turn;
    }

    private static void require(long picos, String usd) {
        require(
                picos == PriceTable.NO_PICOS
                        ? null
                        : Money.usd("0.000000000001").times(picos),
                usd);
    }

    private static void require(Charge charge, String usd) {
        require(charge.cost(), usd);
    }

    private static void require(@Nullable Money cost, String usd) {
        if (!Money.usd(usd).equals(cost)) {
            throw new IllegalStateException("charged " + cost + " instead of " + usd);
        }
    }
}

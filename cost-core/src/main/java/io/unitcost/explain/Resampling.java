package io.unitcost.explain;

import io.unitcost.explain.Explanation.Bounds;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How far an explanation could be off: buckets of sessions are drawn with replacement, as many as there are, and explained again, 500 times
 * from a fixed seed. The middle 95 % of what comes out are the bounds (percentile bootstrap).
 */
final class Resampling {

    static final int RESAMPLES = 500;
    static final int FEWEST_BUCKETS = 20;

    private static final long SEED = 0x5DEECE66DL;
    private static final double TAIL = 0.025;

    private final Layout layout;
    private final double[][] before;
    private final double[][] after;
    private final boolean paired;

    /**
     * @param paired whether buckets of the same index belong together and are drawn together
     */
    Resampling(Layout layout, List<CostCells> before, List<CostCells> after, boolean paired) {
        this.layout = layout;
        this.before = before.stream().map(layout::flat).toArray(double[][]::new);
        this.after = after.stream().map(layout::flat).toArray(double[][]::new);
        this.paired = paired;
    }

    /** The bounds of each driver by ordinal, then those of the change; {@code null} if there are too few buckets to know. */
    @Nullable
    List<Bounds> bounds() {
        if (used(before) < FEWEST_BUCKETS || used(after) < FEWEST_BUCKETS) {
            return null;
        }
        double[][] drawn = new double[Shapley.DRIVERS + 1][RESAMPLES];
        SplittableRandom random = new SplittableRandom(SEED);
        int explained = 0;
        for (int i = 0; i < RESAMPLES; i++) {
            double[] result = resample(random);
            if (result != null) {
                for (int k = 0; k < result.length; k++) {
                    drawn[k][explained] = result[k];
                }
                explained++;
            }
        }
        if (explained < RESAMPLES) { // a resample without deliveries says that nothing is known
            return null;
        }
        int tail = (int) Math.floor(TAIL * RESAMPLES);
        for (double[] values : drawn) {
            Arrays.sort(values);
        }
        return Arrays.stream(drawn)
                .map(values -> new Bounds(values[tail], values[RESAMPLES - 1 - tail]))
                .toList();
    }

    private static int used(double[][] buckets) {
        return (int) Arrays.stream(buckets)
                .filter(bucket -> Arrays.stream(bucket).anyMatch(sum -> sum != 0))
                .count();
    }

    private double @Nullable [] resample(SplittableRandom random) {
        int[] draws = draw(random, before.length);
        double[] earlier = sum(before, draws);
        double[] later = sum(after, paired ? draws : draw(random, after.length));
        if (Factors.delivered(layout, earlier) == 0 || Factors.delivered(layout, later) == 0) {
            return null;
        }
        Factors one = Factors.of(layout, earlier);
        Factors other = Factors.of(layout, later);
        Factors.complete(one, other);
        double[] values = new double[Shapley.SUBSETS];
        for (int i = 0; i < layout.featureCount(); i++) {
            Shapley.addValues(layout, i, one, other, values);
        }
        double[] result = Arrays.copyOf(Shapley.contributions(values), Shapley.DRIVERS + 1);
        result[Shapley.DRIVERS] = values[Shapley.SUBSETS - 1] - values[0];
        return result;
    }

    private static int[] draw(SplittableRandom random, int buckets) {
        int[] times = new int[buckets];
        for (int i = 0; i < buckets; i++) {
            times[random.nextInt(buckets)]++;
        }
        return times;
    }

    private double[] sum(double[][] buckets, int[] times) {
        double[] sum = new double[layout.size()];
        for (int i = 0; i < buckets.length; i++) {
            if (times[i] > 0) {
                double[] bucket = buckets[i];
                for (int k = 0; k < sum.length; k++) {
                    sum[k] += times[i] * bucket[k];
                }
            }
        }
        return sum;
    }
}

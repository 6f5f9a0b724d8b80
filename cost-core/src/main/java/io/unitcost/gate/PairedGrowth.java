package io.unitcost.gate;

import java.util.Arrays;
import java.util.Collection;
import java.util.SplittableRandom;

/**
 * The logarithm of how many times the cost per delivered request is what it was, over cases that ran on both sides. A case is drawn with both
 * its sides, so that what differs between cases cancels. On the logarithm because a ratio is lopsided and its logarithm is less so.
 */
final class PairedGrowth implements Statistic {

    private final double[] cost0;
    private final double[] delivered0;
    private final double[] cost1;
    private final double[] delivered1;

    private PairedGrowth(double[][] columns) {
        this.cost0 = columns[0];
        this.delivered0 = columns[1];
        this.cost1 = columns[2];
        this.delivered1 = columns[3];
    }

    /** From rows of cost and delivered before, cost and delivered after. */
    static PairedGrowth of(Collection<double[]> rows) {
        return new PairedGrowth(rows.isEmpty() ? new double[4][0] : Clusters.columns(rows));
    }

    @Override
    public Estimate observed() {
        return estimate(Statistic.all(cost0.length));
    }

    @Override
    public Estimate resampled(SplittableRandom random) {
        return estimate(Statistic.draw(random, cost0.length));
    }

    @Override
    public int clusters() {
        return cost0.length;
    }

    @Override
    public boolean isHeavyTailed() {
        int[] all = Statistic.all(cost0.length);
        Sums sums = sums(all);
        return Statistic.isHeavyTailed(
                Arrays.stream(all).mapToDouble(i -> residual(i, sums)).toArray());
    }

    private Estimate estimate(int[] draws) {
        Sums sums = sums(draws);
        if (!(sums.c0 > 0 && sums.c1 > 0 && sums.d0 > 0 && sums.d1 > 0)) {
            return Estimate.UNDEFINED;
        }
        double squares = 0;
        for (int i : draws) {
            double residual = residual(i, sums);
            squares += residual * residual;
        }
        double n = draws.length;
        return new Estimate(sums.growth(), Math.sqrt(n / (n - 1) * squares));
    }

    private record Sums(double c0, double d0, double c1, double d1) {

        double growth() {
            return Math.log(c1 / d1) - Math.log(c0 / d0);
        }
    }

    private Sums sums(int[] draws) {
        double c0 = 0;
        double d0 = 0;
        double c1 = 0;
        double d1 = 0;
        for (int i : draws) {
            c0 += cost0[i];
            d0 += delivered0[i];
            c1 += cost1[i];
            d1 += delivered1[i];
        }
        return new Sums(c0, d0, c1, d1);
    }

    /** What case i moves the growth by. */
    private double residual(int i, Sums sums) {
        return cost1[i] / sums.c1 - delivered1[i] / sums.d1 - cost0[i] / sums.c0 + delivered0[i] / sums.d0;
    }
}

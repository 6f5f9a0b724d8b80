package io.unitcost.gate;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Σx ÷ Σy over clusters. Never the mean of their ratios: clusters are of different sizes. */
final class RatioOfSums implements Statistic {

    private final double[] x;
    private final double[] y;

    RatioOfSums(double[] x, double[] y) {
        this.x = x;
        this.y = y;
    }

    static RatioOfSums of(Clusters clusters) {
        double[][] columns = clusters.columns();
        return new RatioOfSums(columns[0], columns[1]);
    }

    @Override
    public Estimate observed() {
        return estimate(Statistic.all(x.length));
    }

    @Override
    public Estimate resampled(SplittableRandom random) {
        return estimate(Statistic.draw(random, x.length));
    }

    @Override
    public int clusters() {
        return x.length;
    }

    @Override
    public boolean isHeavyTailed() {
        double sum = Arrays.stream(x).sum();
        double ratio = sum / Arrays.stream(y).sum();
        return Statistic.isHeavyTailed(IntStream.range(0, x.length)
                .mapToDouble(i -> (x[i] - ratio * y[i]) / sum)
                .toArray());
    }

    private Estimate estimate(int[] draws) {
        double sumX = 0;
        double sumY = 0;
        for (int i : draws) {
            sumX += x[i];
            sumY += y[i];
        }
        double ratio = sumX / sumY;
        double squares = 0;
        for (int i : draws) {
            double residual = x[i] - ratio * y[i];
            squares += residual * residual;
        }
        double n = draws.length;
        return new Estimate(ratio, Math.sqrt(n / (n - 1) * squares) / Math.abs(sumY));
    }
}

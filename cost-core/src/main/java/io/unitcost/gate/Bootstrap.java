package io.unitcost.gate;

import io.unitcost.gate.CostCheck.Bounds;
import io.unitcost.gate.Statistic.Estimate;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One-sided bounds by the studentised bootstrap (bootstrap-t; Efron and Tibshirani 1993, chapter 12): how far resamples are from the sample, in
 * standard errors of their own, tells how far the sample may be from the truth. It follows the skew of costs where Student's t does not.
 *
 * <p>Drawn 2 000 times from a fixed seed, so that the same sample has the same bounds.
 */
final class Bootstrap {

    static final int RESAMPLES = 2_000;
    static final long SEED = 0x2545F4914F6CDD1DL;

    /** A standard error this small beside the value is what doubles round. */
    private static final double ROUNDING = 1e-12;

    /**
     * The share of the sample's standard error that each resample has at least. One that misses the few clusters that differ has next to none,
     * and is not infinitely far for that. With a quarter, the upper bound of what was seen once is about Poisson's.
     */
    private static final double LEAST_ERROR = 0.25;

    private Bootstrap() {}

    static Bounds bounds(Statistic statistic, double confidence) {
        return bounds(statistic, confidence, RESAMPLES, SEED);
    }

    static Bounds bounds(Statistic statistic, double confidence, int resamples, long seed) {
        Estimate observed = statistic.observed();
        if (!observed.isDefined() || statistic.clusters() < 2) {
            return new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, confidence);
        }
        double value = observed.value();
        if (observed.error() <= ROUNDING * Math.max(Math.abs(value), ROUNDING)) {
            return new Bounds(value, value, confidence);
        }
        double[] distances = new double[resamples];
        SplittableRandom random = new SplittableRandom(seed);
        int known = 0;
        for (int i = 0; i < resamples; i++) {
            Estimate drawn = statistic.resampled(random);
            if (drawn.isDefined()) {
                distances[known++] = distance(drawn, observed);
            }
        }
        Arrays.sort(distances, 0, known);
        // ranks of 1 to resamples; what is undefined could have been at either end
        int high = (int) Math.ceil((resamples + 1) * confidence);
        int low = resamples + 1 - high;
        double furthest = high <= known ? distances[high - 1] : Double.POSITIVE_INFINITY;
        double least = low > resamples - known ? distances[low - 1 - (resamples - known)] : Double.NEGATIVE_INFINITY;
        return new Bounds(value - furthest * observed.error(), value - least * observed.error(), confidence);
    }

    /**
     * The same, and never narrower than Student's t: for statistics on a scale on which they are about symmetric, where the two are alike and
     * the wider of them fails what has not changed no more often than it says.
     */
    static Bounds atLeastStudent(Statistic statistic, double confidence) {
        Bounds bounds = bounds(statistic, confidence);
        Estimate observed = statistic.observed();
        if (bounds.lower() == bounds.upper() || !observed.isDefined() || statistic.clusters() < 2) {
            return bounds;
        }
        double width = Binomial.student(confidence, statistic.clusters() - 1.0) * observed.error();
        return new Bounds(
                Math.min(bounds.lower(), observed.value() - width),
                Math.max(bounds.upper(), observed.value() + width),
                confidence);
    }

    private static double distance(Estimate drawn, Estimate observed) {
        double difference = drawn.value() - observed.value();
        return difference == 0 ? 0 : difference / Math.max(drawn.error(), LEAST_ERROR * observed.error());
    }
}

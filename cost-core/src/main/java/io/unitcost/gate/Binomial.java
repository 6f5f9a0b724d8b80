package io.unitcost.gate;

import io.unitcost.gate.CostCheck.Bounds;

/** Exact bounds on a share (Clopper and Pearson 1934). Nothing is assumed about how the values behind it are spread. */
final class Binomial {

    private static final double[] LANCZOS = {
        0.9999999999998099,
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };

    private static final double TINY = 1e-300;
    private static final double CLOSE = 1e-15;
    private static final int STEPS = 1_000_000;

    private Binomial() {}

    /**
     * One-sided bounds on the share of hits.
     *
     * @param hits 0 to trials; need not be whole
     * @param trials above 0; need not be whole
     */
    static Bounds bounds(double hits, double trials, double confidence) {
        return new Bounds(
                hits <= 0 ? 0 : quantile(1 - confidence, hits, trials - hits + 1),
                hits >= trials ? 1 : quantile(confidence, hits + 1, trials - hits),
                confidence);
    }

    /** The probability of at most so many hits. */
    static double atMost(long hits, long trials, double share) {
        return hits < 0 ? 0 : hits >= trials ? 1 : beta(1 - share, (double) (trials - hits), hits + 1.0);
    }

    /** Where the distribution function of Student's t reaches a probability above one half. */
    static double student(double probability, double degrees) {
        double x = quantile(2 * (1 - probability), degrees / 2, 0.5);
        return Math.sqrt(degrees * (1 - x) / x);
    }

    /** Where the distribution function of Beta(a, b) reaches the probability. */
    private static double quantile(double probability, double a, double b) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 200 && high - low > CLOSE * high; i++) {
            double middle = (low + high) / 2;
            if (beta(middle, a, b) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The regularised incomplete beta function, by its continued fraction (Lentz's method). */
    static double beta(double x, double a, double b) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - beta(1 - x, b, a);
        }
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
        double numerator = 1;
        double denominator = 1 / nonZero(1 - (a + b) * x / (a + 1));
        double fraction = denominator;
        for (int m = 1; m < STEPS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            denominator = 1 / nonZero(1 + even * denominator);
            numerator = nonZero(1 + even / numerator);
            fraction *= denominator * numerator;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            denominator = 1 / nonZero(1 + odd * denominator);
            numerator = nonZero(1 + odd / numerator);
            double step = denominator * numerator;
            fraction *= step;
            if (Math.abs(step - 1) < CLOSE) {
                break;
            }
        }
        return front * fraction / a;
    }

    private static double nonZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    /** ln Γ(x) for x above 0, by Lanczos's approximation, to about 15 digits. */
    static double logGamma(double x) {
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (x - 1 + i);
        }
        double t = x + 6.5;
        return Math.log(Math.sqrt(2 * Math.PI) * sum) + (x - 0.5) * Math.log(t) - t;
    }
}

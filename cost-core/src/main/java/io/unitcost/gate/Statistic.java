package io.unitcost.gate;

import java.util.SplittableRandom;

/** A quantity that can be computed from a sample of clusters, and from one drawn from it. */
interface Statistic {

    /** Of the sample itself. */
    Estimate observed();

    /** Of as many clusters, drawn with replacement. */
    Estimate resampled(SplittableRandom random);

    /** How many clusters the smallest side has. */
    int clusters();

    /** Whether a few clusters make most of what is uncertain: bounds are then too narrow as a rule. */
    boolean isHeavyTailed();

    /**
     * A value and its standard error, by linearisation. Neither is finite where the value is not defined.
     *
     * @param value on the statistic's own scale
     * @param error 0 or more
     */
    record Estimate(double value, double error) {

        static final Estimate UNDEFINED = new Estimate(Double.NaN, Double.NaN);

        boolean isDefined() {
            return Double.isFinite(value) && Double.isFinite(error);
        }
    }

    /**
     * Bounds have been seen to be too narrow where the coefficient of variation is above 2, or one cluster alone makes a third of the variance:
     * what has not been drawn yet may be larger still.
     *
     * @param residuals what each cluster moves the value by, relative to the value
     */
    static boolean isHeavyTailed(double[] residuals) {
        double squares = 0;
        double largest = 0;
        for (double residual : residuals) {
            squares += residual * residual;
            largest = Math.max(largest, residual * residual);
        }
        return residuals.length * squares > 2 * 2 || largest > squares / 3;
    }

    static int[] all(int size) {
        int[] draws = new int[size];
        for (int i = 0; i < size; i++) {
            draws[i] = i;
        }
        return draws;
    }

    static int[] draw(SplittableRandom random, int size) {
        int[] draws = new int[size];
        for (int i = 0; i < size; i++) {
            draws[i] = random.nextInt(size);
        }
        return draws;
    }
}

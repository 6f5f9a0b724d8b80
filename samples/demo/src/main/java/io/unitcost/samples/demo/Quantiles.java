package io.unitcost.samples.demo;

/**
 * A distribution of token counts, known by some of its quantiles and straight lines between them.
 */
final class Quantiles {

    // the Azure LLM inference traces of 2023: conversation and code, input and output; the first value is the smallest
    static final Quantiles CONVERSATION_INPUT =
            of(0, 2, 1, 29, 5, 181, 25, 396, 50, 1020, 75, 1189, 90, 2735, 95, 4083, 99, 4142, 100, 14050);
    static final Quantiles CONVERSATION_OUTPUT =
            of(0, 7, 1, 16, 25, 85, 50, 129, 75, 395, 90, 424, 95, 451, 99, 601, 100, 1000);
    static final Quantiles CODE_INPUT =
            of(0, 3, 1, 17, 5, 75, 25, 578, 50, 1469, 75, 2745, 90, 5194, 95, 7315, 100, 7437);
    static final Quantiles CODE_OUTPUT = of(0, 6, 1, 6, 25, 9, 50, 13, 75, 24, 90, 55, 95, 90, 99, 252, 100, 1899);

    private final int[] percents;
    private final int[] values;

    private Quantiles(int[] percents, int[] values) {
        this.percents = percents;
        this.values = values;
    }

    /** Pairs of a percentage and the value at it, from 0 to 100. */
    private static Quantiles of(int... pairs) {
        int[] percents = new int[pairs.length / 2];
        int[] values = new int[percents.length];
        for (int i = 0; i < percents.length; i++) {
            percents[i] = pairs[2 * i];
            values[i] = pairs[2 * i + 1];
        }
        return new Quantiles(percents, values);
    }

    /** The count at a share of the distribution, 0 to 1. */
    int at(double share) {
        double percent = share * 100;
        int upper = 1;
        while (upper < percents.length - 1 && percents[upper] < percent) {
            upper++;
        }
        int lower = upper - 1;
        double way = (percent - percents[lower]) / (percents[upper] - percents[lower]);
        return (int) Math.round(values[lower] + way * (values[upper] - values[lower]));
    }
}

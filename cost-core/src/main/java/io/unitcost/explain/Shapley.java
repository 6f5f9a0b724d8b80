package io.unitcost.explain;

/**
 * Takes the difference between two windows apart. With v(S) the cost per delivered request when the drivers in S have their later values
 * and the others their earlier ones,
 *
 * <pre>
 * φ(d) = Σ over S without d of |S|! (n − |S| − 1)! / n! · (v(S ∪ d) − v(S))
 * </pre>
 *
 * <p>that is, the average over all orders in which the drivers can move (Shapley 1953). Nothing is left over, the order does not matter,
 * and a driver that did not move gets 0.
 */
final class Shapley {

    static final int DRIVERS = Driver.values().length;
    static final int SUBSETS = 1 << DRIVERS;

    private static final int OUTER = 3;
    private static final int INNER_SUBSETS = SUBSETS >> OUTER;
    private static final int[] SUBSETS_OF_OTHERS = subsetsOfOthers();

    private Shapley() {}

    /** v of each subset of drivers for one feature, added to what is there. The index is the subset's bits. */
    static void addValues(Layout layout, int feature, Factors before, Factors after, double[] values) {
        for (int inner = 0; inner < INNER_SUBSETS; inner++) {
            int moved = inner << OUTER;
            Factors mix = has(moved, Driver.MODEL_MIX) ? after : before;
            Factors input = has(moved, Driver.INPUT_TOKENS) ? after : before;
            Factors output = has(moved, Driver.OUTPUT_TOKENS) ? after : before;
            Factors shares = has(moved, Driver.CACHE_SHARE) ? after : before;
            Factors prices = has(moved, Driver.UNIT_PRICE) ? after : before;
            Factors seconds = has(moved, Driver.ACCELERATOR_TIME) ? after : before;
            Factors idle = has(moved, Driver.IDLE) ? after : before;
            double attempt = 0;
            for (int j = layout.firstModel[feature]; j < layout.firstModel[feature + 1]; j++) {
                double busy = Factors.busy(j, input, output, shares, prices, seconds);
                attempt += mix.share[j] * (busy * (1 + idle.idle[j]) + idle.bareIdle[j] + prices.fixed[j]);
            }
            for (int outer = 0; outer < 1 << OUTER; outer++) {
                Factors weight = has(outer, Driver.FEATURE_MIX) ? after : before;
                Factors support = has(outer, Driver.SUPPORT) ? after : before;
                Factors attempts = has(outer, Driver.ATTEMPTS) ? after : before;
                values[moved | outer] +=
                        weight.weight[feature] * (support.support[feature] + attempts.attempts[feature] * attempt)
                                + attempts.undelivered[feature];
            }
        }
    }

    private static boolean has(int subset, Driver driver) {
        return (subset & driver.bit()) != 0;
    }

    /** The contribution of each driver, by ordinal: the average over sizes of S of the average over S of that size. */
    static double[] contributions(double[] values) {
        double[] contributions = new double[DRIVERS];
        for (int driver = 0; driver < DRIVERS; driver++) {
            int bit = 1 << driver;
            double[] bySize = new double[DRIVERS];
            for (int subset = 0; subset < SUBSETS; subset++) {
                if ((subset & bit) == 0) {
                    bySize[Integer.bitCount(subset)] += values[subset | bit] - values[subset];
                }
            }
            double sum = 0;
            for (int size = 0; size < DRIVERS; size++) {
                sum += bySize[size] / SUBSETS_OF_OTHERS[size];
            }
            contributions[driver] = sum / DRIVERS;
        }
        return contributions;
    }

    /** How many subsets the other drivers have, by size. */
    private static int[] subsetsOfOthers() {
        int[] counts = new int[DRIVERS];
        counts[0] = 1;
        for (int size = 1; size < DRIVERS; size++) {
            counts[size] = counts[size - 1] * (DRIVERS - size) / size;
        }
        return counts;
    }
}

package io.unitcost.explain;

import static io.unitcost.explain.CostCells.ATTEMPTS;
import static io.unitcost.explain.CostCells.DELIVERED;
import static io.unitcost.explain.CostCells.FIXED;
import static io.unitcost.explain.CostCells.IDLE;
import static io.unitcost.explain.CostCells.SUPPORT;
import static io.unitcost.explain.CostCells.quantity;
import static io.unitcost.explain.CostCells.spend;

import io.unitcost.explain.CostCells.Use;

/**
 * The factors whose product sum is a window's cost per delivered request:
 *
 * <pre>
 * c = Σ_f w·(x + a·Σ_m s·(Σ_uses n·h·p · (1 + z) + y + e)) + q
 * </pre>
 *
 * <p>What a window cannot know (the price of a class of tokens that it did not use) is NaN until {@link #complete} takes it from the other
 * window, so that entry and exit move shares and nothing else; and 0 if neither knows.
 */
final class Factors {

    private static final Use[] USES = Use.values();
    private static final int INPUTS = 3;

    // by feature
    final double[] weight;
    final double[] support;
    final double[] attempts;
    /** What a feature without deliveries cost, per delivered request of all features. */
    final double[] undelivered;

    // by model
    final double[] share;
    final double[] input;
    final double[] output;
    final double[] seconds;
    /** The share of input of each of the first three uses, then 1 and 1: three a model. */
    final double[] inputShare;
    /** Spend per quantity: five a model. */
    final double[] price;

    final double[] fixed;
    /** Idle spend as a share of the spend that it rides on. */
    final double[] idle;
    /** Idle spend per attempt, where there is nothing for it to be a share of. */
    final double[] bareIdle;

    private Factors(Layout layout) {
        int features = layout.featureCount();
        int models = layout.modelCount();
        this.weight = new double[features];
        this.support = new double[features];
        this.attempts = new double[features];
        this.undelivered = new double[features];
        this.share = new double[models];
        this.input = new double[models];
        this.output = new double[models];
        this.seconds = new double[models];
        this.inputShare = new double[models * INPUTS];
        this.price = new double[models * USES.length];
        this.fixed = new double[models];
        this.idle = new double[models];
        this.bareIdle = new double[models];
    }

    /** The factors of a window with deliveries, of which those it cannot know are NaN. */
    static Factors of(Layout layout, double[] sums) {
        Factors factors = new Factors(layout);
        double delivered = delivered(layout, sums);
        for (int i = 0; i < layout.featureCount(); i++) {
            factors.feature(layout, sums, i, delivered);
        }
        return factors;
    }

    static double delivered(Layout layout, double[] sums) {
        double delivered = 0;
        for (int i = 0; i < layout.featureCount(); i++) {
            delivered += sums[layout.feature(i) + DELIVERED];
        }
        return delivered;
    }

    /** The spend of a feature. */
    static double spendOf(Layout layout, double[] sums, int feature) {
        double spend = sums[layout.feature(feature) + SUPPORT];
        for (int j = layout.firstModel[feature]; j < layout.firstModel[feature + 1]; j++) {
            spend += spendOfModel(sums, layout.model(j));
        }
        return spend;
    }

    private static double spendOfModel(double[] sums, int at) {
        double spend = sums[at + IDLE] + sums[at + FIXED];
        for (Use use : USES) {
            spend += sums[at + spend(use)];
        }
        return spend;
    }

    private void feature(Layout layout, double[] sums, int i, double delivered) {
        double own = sums[layout.feature(i) + DELIVERED];
        int first = layout.firstModel[i];
        int end = layout.firstModel[i + 1];
        weight[i] = own / delivered;
        if (own == 0) {
            undelivered[i] = spendOf(layout, sums, i) / delivered;
            support[i] = Double.NaN;
            attempts[i] = Double.NaN;
            for (int j = first; j < end; j++) {
                share[j] = Double.NaN;
                unknown(j);
            }
            return;
        }
        double supporting = sums[layout.feature(i) + SUPPORT];
        double tries = 0;
        for (int j = first; j < end; j++) {
            tries += sums[layout.model(j) + ATTEMPTS];
        }
        for (int j = first; j < end; j++) {
            int at = layout.model(j);
            if (sums[at + ATTEMPTS] == 0) {
                supporting += spendOfModel(sums, at);
                unknown(j);
            } else {
                model(sums, at, j);
            }
            share[j] = tries == 0 ? Double.NaN : sums[at + ATTEMPTS] / tries;
        }
        support[i] = supporting / own;
        attempts[i] = tries / own;
    }

    private void unknown(int j) {
        input[j] = Double.NaN;
        output[j] = Double.NaN;
        seconds[j] = Double.NaN;
        fixed[j] = Double.NaN;
        idle[j] = Double.NaN;
        bareIdle[j] = Double.NaN;
        for (int use = 0; use < INPUTS; use++) {
            inputShare[j * INPUTS + use] = Double.NaN;
        }
        for (int use = 0; use < USES.length; use++) {
            price[j * USES.length + use] = Double.NaN;
        }
    }

    private void model(double[] sums, int at, int j) {
        double tries = sums[at + ATTEMPTS];
        double bare = sums[at + FIXED];
        double busy = 0;
        double tokens = 0;
        for (Use use : USES) {
            double quantity = sums[at + quantity(use)];
            double spend = sums[at + spend(use)];
            tokens += use.ordinal() < INPUTS ? quantity : 0;
            price[j * USES.length + use.ordinal()] = quantity == 0 ? Double.NaN : spend / quantity;
            if (quantity == 0) {
                bare += spend;
            } else {
                busy += spend;
            }
        }
        for (int use = 0; use < INPUTS; use++) {
            inputShare[j * INPUTS + use] = tokens == 0 ? Double.NaN : sums[at + quantity(USES[use])] / tokens;
        }
        input[j] = tokens / tries;
        output[j] = sums[at + quantity(Use.OUTPUT)] / tries;
        seconds[j] = sums[at + quantity(Use.ACCELERATOR)] / tries;
        fixed[j] = bare / tries;
        double unused = sums[at + IDLE];
        idle[j] = busy > 0 ? unused / busy : busy == 0 && unused == 0 ? Double.NaN : 0;
        bareIdle[j] = busy > 0 ? 0 : unused / tries;
    }

    /** Fills what either of two windows cannot know. */
    static void complete(Factors one, Factors other) {
        complete(one.support, other.support);
        complete(one.attempts, other.attempts);
        complete(one.share, other.share);
        complete(one.input, other.input);
        complete(one.output, other.output);
        complete(one.seconds, other.seconds);
        complete(one.inputShare, other.inputShare);
        complete(one.price, other.price);
        complete(one.fixed, other.fixed);
        complete(one.idle, other.idle);
        complete(one.bareIdle, other.bareIdle);
    }

    private static void complete(double[] one, double[] other) {
        for (int i = 0; i < one.length; i++) {
            boolean known = !Double.isNaN(one[i]);
            double fallback = known ? one[i] : 0;
            one[i] = known ? one[i] : Double.isNaN(other[i]) ? 0 : other[i];
            other[i] = Double.isNaN(other[i]) ? fallback : other[i];
        }
    }

    /** What an attempt spends on what is counted, with each factor from the window that the caller picks. */
    static double busy(int j, Factors input, Factors output, Factors shares, Factors prices, Factors seconds) {
        int share = j * INPUTS;
        int price = j * USES.length;
        return input.input[j]
                        * (shares.inputShare[share] * prices.price[price]
                                + shares.inputShare[share + 1] * prices.price[price + 1]
                                + shares.inputShare[share + 2] * prices.price[price + 2])
                + output.output[j] * prices.price[price + 3]
                + seconds.seconds[j] * prices.price[price + 4];
    }
}

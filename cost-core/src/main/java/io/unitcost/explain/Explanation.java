package io.unitcost.explain;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a delivered request costs more or less than it did: the change between two windows, taken apart into ten {@linkplain Driver drivers}
 * that add up to it. Immutable and thread-safe.
 *
 * <pre>{@code
 * Explanation why = Explanation.of(lastWeek, thisWeek);
 * why.shown().forEach(part -> print(part.driver().label(), part.amount()));
 * }</pre>
 *
 * <p>Amounts are in the windows' currency, per delivered request of all features: what failed is paid by what was delivered.
 * Each is the exact Shapley value of its driver, the average of what the driver does over all orders in which the ten can move. So nothing is
 * left over; swapping the windows turns every sign and changes nothing else; a driver that did not move gets 0.
 *
 * <p>Windows that come as buckets of sessions have bounds: see {@link #ofBuckets}. Without them nothing says which of the parts would be
 * there again next week.
 */
public final class Explanation {

    /** Amounts that are this small beside the cost itself are what doubles round. */
    private static final double ROUNDING = 1e-12;

    private final double before;
    private final double after;
    private final @Nullable Bounds bounds;
    private final List<Contribution> contributions;
    private final List<FeatureChange> features;

    private Explanation(
            double before,
            double after,
            @Nullable Bounds bounds,
            List<Contribution> contributions,
            List<FeatureChange> features) {
        this.before = before;
        this.after = after;
        this.bounds = bounds;
        this.contributions = contributions;
        this.features = features;
    }

    /**
     * Explains what lies between two windows, without bounds.
     *
     * @throws IllegalArgumentException if a window has no delivered request
     */
    public static Explanation of(CostCells before, CostCells after) {
        return explain(List.of(before), List.of(after), false);
    }

    /**
     * Explains what lies between two windows whose sessions were split into buckets, about 200 of them, by a hash of the session. The bounds
     * come from drawing buckets at random, 500 times from a fixed seed: the same buckets in the same order have the same bounds. With fewer than
     * 20 buckets that hold anything there are none.
     *
     * <p>Takes some milliseconds for a few features, some seconds for a thousand models of features.
     *
     * @throws IllegalArgumentException if a window has no delivered request
     */
    public static Explanation ofBuckets(List<CostCells> before, List<CostCells> after) {
        return explain(before, after, false);
    }

    /**
     * As {@link #ofBuckets}, where the same cases ran in both windows: bucket <var>i</var> holds the same cases before and after, and the two
     * are drawn together. What differs between cases then does not widen the bounds.
     *
     * @throws IllegalArgumentException if a window has no delivered request, or there are not as many buckets before as after
     */
    public static Explanation ofPairs(List<CostCells> before, List<CostCells> after) {
        if (before.size() != after.size()) {
            throw new IllegalArgumentException("after: " + after.size() + " buckets where before has " + before.size()
                    + "; give each bucket its other half, empty if need be");
        }
        return explain(before, after, true);
    }

    private static Explanation explain(List<CostCells> before, List<CostCells> after, boolean paired) {
        Layout layout = Layout.of(Stream.concat(before.stream(), after.stream()).toList());
        Sides sides = new Sides(layout, sum("before", layout, before), sum("after", layout, after));
        @Nullable List<Bounds> bounds = new Resampling(layout, before, after, paired).bounds();
        double[][] amounts = sides.amounts();
        return new Explanation(
                sides.cost(sides.before),
                sides.cost(sides.after),
                bounds == null ? null : bounds.get(Shapley.DRIVERS),
                sides.contributions(amounts, bounds),
                sides.features(amounts));
    }

    private static double[] sum(String name, Layout layout, List<CostCells> buckets) {
        double[] sum = new double[layout.size()];
        for (CostCells bucket : buckets) {
            double[] flat = layout.flat(bucket);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += flat[i];
            }
        }
        if (Factors.delivered(layout, sum) == 0) {
            throw new IllegalArgumentException(
                    name + ": no delivered request, so no cost per delivered request; choose a window that has some");
        }
        return sum;
    }

    /** What a delivered request cost in the earlier window. */
    public double before() {
        return before;
    }

    /** What a delivered request cost in the later window. */
    public double after() {
        return after;
    }

    /** After − before. */
    public double change() {
        return after - before;
    }

    /** Where the change is, with 95 % confidence; {@code null} without buckets, or with too few of them. */
    public @Nullable Bounds bounds() {
        return bounds;
    }

    /**
     * Whether the change has bounds and they leave out 0. If it has bounds and this is {@code false}, its parts mean nothing: they
     * are large amounts that happen to cancel.
     */
    public boolean isDecided() {
        return bounds != null && !bounds.contains(0);
    }

    /** All ten drivers, the largest amount first, whatever its sign. */
    public List<Contribution> contributions() {
        return contributions;
    }

    /** What one driver did. */
    public Contribution contribution(Driver driver) {
        return contributions.stream()
                .filter(contribution -> contribution.driver == driver)
                .findFirst()
                .orElseThrow();
    }

    /**
     * What deserves to be shown, the largest first: nothing if the change is undecided, else the drivers that moved and whose bounds leave out
     * 0. Without bounds, all drivers that moved.
     */
    public List<Contribution> shown() {
        if (bounds != null && !isDecided()) {
            return List.of();
        }
        double rounding = ROUNDING * Math.max(Math.abs(before), Math.abs(after));
        return contributions.stream()
                .filter(contribution -> Math.abs(contribution.amount) > rounding)
                .filter(contribution -> contribution.bounds == null || !contribution.bounds.contains(0))
                .toList();
    }

    /**
     * What deserves to be shown, for people: a line for each driver with its amount, its share of the change and how much of it there was.
     * A headline first; only that if the change is undecided.
     *
     * @param money shows an amount without a sign
     */
    public List<String> lines(DoubleFunction<String> money) {
        return ExplanationText.lines(this, money);
    }

    /** The same by feature, in the order of their names. */
    public List<FeatureChange> features() {
        return features;
    }

    /** Change − what the drivers add up to: what doubles round, about 1e-17 of a dollar. */
    public double residual() {
        return change()
                - contributions.stream()
                        .mapToDouble(contribution -> contribution.amount)
                        .sum();
    }

    /**
     * An interval.
     *
     * @param lower included
     * @param upper included
     */
    public record Bounds(double lower, double upper) {

        /** Whether this value lies within. */
        public boolean contains(double value) {
            return lower <= value && value <= upper;
        }
    }

    /**
     * What one driver did.
     *
     * @param driver what moved
     * @param amount per delivered request; above 0 it made requests dearer
     * @param bounds where the amount is, with 95 % confidence; {@code null} if unknown
     * @param level what the driver was before and after, over all features; {@code null} for mixes and prices, which are not one number
     */
    public record Contribution(
            Driver driver,
            double amount,
            @Nullable Bounds bounds,
            @Nullable Level level) {}

    /**
     * How much there was of a driver: attempts per delivered request, support spend per delivered request, tokens or accelerator seconds
     * per attempt, the cached share of input, or idle spend per spend it rides on. 0 where it would divide by 0.
     *
     * @param before in the earlier window
     * @param after in the later one
     */
    public record Level(double before, double after) {}

    /**
     * What a feature has to do with the change. Its amounts, over all features, add up to those of the drivers.
     *
     * @param feature its name
     * @param before what one of its delivered requests cost; {@code null} if none was delivered
     * @param after the same in the later window
     * @param shareBefore its share of all delivered requests, 0 to 1
     * @param shareAfter the same in the later window
     * @param amounts by driver. That of {@link Driver#FEATURE_MIX} is against the average request: fewer requests of a cheap
     *     feature make the average dearer
     */
    public record FeatureChange(
            String feature,
            @Nullable Double before,
            @Nullable Double after,
            double shareBefore,
            double shareAfter,
            Map<Driver, Double> amounts) {

        /** All drivers together. */
        public double amount() {
            return amounts.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }
}

package io.unitcost.explain;

import static io.unitcost.explain.CostCells.ATTEMPTS;
import static io.unitcost.explain.CostCells.DELIVERED;
import static io.unitcost.explain.CostCells.IDLE;
import static io.unitcost.explain.CostCells.SUPPORT;

import io.unitcost.explain.CostCells.Use;
import io.unitcost.explain.Explanation.Bounds;
import io.unitcost.explain.Explanation.Contribution;
import io.unitcost.explain.Explanation.FeatureChange;
import io.unitcost.explain.Explanation.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two windows, and what is read off them. */
final class Sides {

    private final Layout layout;
    final double[] before;
    final double[] after;

    Sides(Layout layout, double[] before, double[] after) {
        this.layout = layout;
        this.before = before;
        this.after = after;
    }

    double cost(double[] sums) {
        double spend = 0;
        for (int i = 0; i < layout.featureCount(); i++) {
            spend += Factors.spendOf(layout, sums, i);
        }
        return spend / Factors.delivered(layout, sums);
    }

    /** By feature, then driver. */
    double[][] amounts() {
        Factors one = Factors.of(layout, before);
        Factors other = Factors.of(layout, after);
        Factors.complete(one, other);
        double average = (cost(before) + cost(after)) / 2;
        double[][] amounts = new double[layout.featureCount()][];
        for (int i = 0; i < amounts.length; i++) {
            double[] values = new double[Shapley.SUBSETS];
            Shapley.addValues(layout, i, one, other, values);
            amounts[i] = Shapley.contributions(values);
            // shares add up to 1 on both sides, so this adds up to nothing
            amounts[i][Driver.FEATURE_MIX.ordinal()] -= (other.weight[i] - one.weight[i]) * average;
        }
        return amounts;
    }

    List<Contribution> contributions(double[][] amounts, @Nullable List<Bounds> bounds) {
        List<Contribution> contributions = new ArrayList<>();
        for (Driver driver : Driver.values()) {
            double sum = 0;
            for (double[] feature : amounts) {
                sum += feature[driver.ordinal()];
            }
            contributions.add(
                    new Contribution(driver, sum, bounds == null ? null : bounds.get(driver.ordinal()), level(driver)));
        }
        contributions.sort(Comparator.comparingDouble(part -> -Math.abs(part.amount())));
        return List.copyOf(contributions);
    }

    private @Nullable Level level(Driver driver) {
        return switch (driver) {
            case FEATURE_MIX, MODEL_MIX, UNIT_PRICE -> null;
            default -> new Level(level(driver, before), level(driver, after));
        };
    }

    private double level(Driver driver, double[] sums) {
        double attempts = model(sums, ATTEMPTS);
        double input =
                quantity(sums, Use.FRESH_INPUT) + quantity(sums, Use.CACHED_INPUT) + quantity(sums, Use.CACHE_WRITE);
        return switch (driver) {
            case SUPPORT -> ratio(feature(sums, SUPPORT), feature(sums, DELIVERED));
            case ATTEMPTS -> ratio(attempts, feature(sums, DELIVERED));
            case INPUT_TOKENS -> ratio(input, attempts);
            case OUTPUT_TOKENS -> ratio(quantity(sums, Use.OUTPUT), attempts);
            case CACHE_SHARE -> ratio(quantity(sums, Use.CACHED_INPUT), input);
            case ACCELERATOR_TIME -> ratio(quantity(sums, Use.ACCELERATOR), attempts);
            case IDLE -> {
                double busy = 0;
                for (Use use : Use.values()) {
                    busy += model(sums, CostCells.spend(use));
                }
                yield ratio(model(sums, IDLE), busy);
            }
            default -> throw new AssertionError(driver);
        };
    }

    private static double ratio(double dividend, double divisor) {
        return divisor == 0 ? 0 : dividend / divisor;
    }

    private double quantity(double[] sums, Use use) {
        return model(sums, CostCells.quantity(use));
    }

    private double model(double[] sums, int column) {
        double sum = 0;
        for (int j = 0; j < layout.modelCount(); j++) {
            sum += sums[layout.model(j) + column];
        }
        return sum;
    }

    private double feature(double[] sums, int column) {
        double sum = 0;
        for (int i = 0; i < layout.featureCount(); i++) {
            sum += sums[layout.feature(i) + column];
        }
        return sum;
    }

    List<FeatureChange> features(double[][] amounts) {
        List<FeatureChange> features = new ArrayList<>();
        for (int i = 0; i < amounts.length; i++) {
            Map<Driver, Double> own = new EnumMap<>(Driver.class);
            for (Driver driver : Driver.values()) {
                own.put(driver, amounts[i][driver.ordinal()]);
            }
            features.add(new FeatureChange(
                    layout.features.get(i),
                    perDelivered(before, i),
                    perDelivered(after, i),
                    share(before, i),
                    share(after, i),
                    Collections.unmodifiableMap(own)));
        }
        return List.copyOf(features);
    }

    private @Nullable Double perDelivered(double[] sums, int feature) {
        double delivered = sums[layout.feature(feature) + DELIVERED];
        return delivered == 0 ? null : Factors.spendOf(layout, sums, feature) / delivered;
    }

    private double share(double[] sums, int feature) {
        return sums[layout.feature(feature) + DELIVERED] / Factors.delivered(layout, sums);
    }
}

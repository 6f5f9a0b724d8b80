package io.unitcost.explain;

import io.unitcost.explain.CostCells.Use;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The definition, in fractions and without any cleverness: each driver's average marginal change over all subsets of the others. For windows in
 * which every feature delivers, every model with spend has attempts, and every spend has a quantity.
 */
final class ExactShapley {

    private final CostCells before;
    private final CostCells after;

    ExactShapley(CostCells before, CostCells after) {
        this.before = before;
        this.after = after;
    }

    Map<Driver, Fraction> contributions() {
        Driver[] drivers = Driver.values();
        Fraction[] values = new Fraction[1 << drivers.length];
        for (int subset = 0; subset < values.length; subset++) {
            Set<Driver> moved = EnumSet.noneOf(Driver.class);
            for (Driver driver : drivers) {
                if ((subset & 1 << driver.ordinal()) != 0) {
                    moved.add(driver);
                }
            }
            values[subset] = value(moved);
        }
        Map<Driver, Fraction> contributions = new EnumMap<>(Driver.class);
        for (Driver driver : drivers) {
            Fraction sum = Fraction.ZERO;
            for (int subset = 0; subset < values.length; subset++) {
                int with = subset | 1 << driver.ordinal();
                if (with != subset) {
                    int size = Integer.bitCount(subset);
                    Fraction weight = new Fraction(
                            factorial(size).multiply(factorial(drivers.length - size - 1)), factorial(drivers.length));
                    sum = sum.plus(weight.times(values[with].minus(values[subset])));
                }
            }
            contributions.put(driver, sum);
        }
        return contributions;
    }

    private static BigInteger factorial(int n) {
        return n < 2 ? BigInteger.ONE : BigInteger.valueOf(n).multiply(factorial(n - 1));
    }

    Fraction value(Set<Driver> moved) {
        Set<String> features = new TreeSet<>(before.features.keySet());
        features.addAll(after.features.keySet());
        Fraction cost = Fraction.ZERO;
        for (String feature : features) {
            Fraction attempt = Fraction.ZERO;
            Set<String> models = new TreeSet<>();
            if (before.models.containsKey(feature)) {
                models.addAll(before.models.get(feature).keySet());
            }
            if (after.models.containsKey(feature)) {
                models.addAll(after.models.get(feature).keySet());
            }
            for (String model : models) {
                attempt = attempt.plus(
                        share(side(moved, Driver.MODEL_MIX), feature, model).times(perAttempt(moved, feature, model)));
            }
            Fraction delivered = weight(side(moved, Driver.FEATURE_MIX), feature);
            Fraction support = known(
                    side(moved, Driver.SUPPORT),
                    cells -> ratio(feature(cells, feature, 1), feature(cells, feature, 0)));
            Fraction attempts = known(
                    side(moved, Driver.ATTEMPTS), cells -> ratio(attempts(cells, feature), feature(cells, feature, 0)));
            cost = cost.plus(delivered.times(support.plus(attempts.times(attempt))));
        }
        return cost;
    }

    private Fraction perAttempt(Set<Driver> moved, String feature, String model) {
        Fraction busy = Fraction.ZERO;
        for (Use use : Use.values()) {
            Driver amount =
                    switch (use) {
                        case OUTPUT -> Driver.OUTPUT_TOKENS;
                        case ACCELERATOR -> Driver.ACCELERATOR_TIME;
                        default -> Driver.INPUT_TOKENS;
                    };
            boolean input = amount == Driver.INPUT_TOKENS;
            Fraction quantity = known(
                    side(moved, amount),
                    cells -> ratio(
                            input ? input(cells, feature, model) : quantity(cells, feature, model, use),
                            model(cells, feature, model, CostCells.ATTEMPTS)));
            Fraction share = !input
                    ? Fraction.ONE
                    : known(
                            side(moved, Driver.CACHE_SHARE),
                            cells -> ratio(quantity(cells, feature, model, use), input(cells, feature, model)));
            Fraction price = known(
                    side(moved, Driver.UNIT_PRICE),
                    cells -> ratio(
                            model(cells, feature, model, CostCells.spend(use)), quantity(cells, feature, model, use)));
            busy = busy.plus(quantity.times(share).times(price));
        }
        Fraction idle = known(side(moved, Driver.IDLE), cells -> {
            Fraction spend = Fraction.ZERO;
            for (Use use : Use.values()) {
                spend = spend.plus(model(cells, feature, model, CostCells.spend(use)));
            }
            return ratio(model(cells, feature, model, CostCells.IDLE), spend);
        });
        Fraction fixed = known(
                side(moved, Driver.UNIT_PRICE),
                cells -> ratio(
                        model(cells, feature, model, CostCells.FIXED),
                        model(cells, feature, model, CostCells.ATTEMPTS)));
        return busy.times(Fraction.ONE.plus(idle)).plus(fixed);
    }

    /** A side, and the other one to ask when it does not know. */
    private record Side(CostCells own, CostCells other) {}

    private Side side(Set<Driver> moved, Driver driver) {
        return moved.contains(driver) ? new Side(after, before) : new Side(before, after);
    }

    private interface Quotient {
        Fraction[] of(CostCells cells);
    }

    private static Fraction known(Side side, Quotient quotient) {
        Fraction[] own = quotient.of(side.own);
        Fraction[] parts = own[1].isZero() ? quotient.of(side.other) : own;
        return parts[1].isZero() ? Fraction.ZERO : parts[0].over(parts[1]);
    }

    private static Fraction[] ratio(Fraction dividend, Fraction divisor) {
        return new Fraction[] {dividend, divisor};
    }

    private static Fraction share(Side side, String feature, String model) {
        return known(side, cells -> ratio(model(cells, feature, model, CostCells.ATTEMPTS), attempts(cells, feature)));
    }

    private static Fraction weight(Side side, String feature) {
        Fraction all = Fraction.ZERO;
        for (String name : side.own.features.keySet()) {
            all = all.plus(feature(side.own, name, 0));
        }
        return feature(side.own, feature, 0).over(all);
    }

    private static Fraction feature(CostCells cells, String feature, int column) {
        double[] sums = cells.features.get(feature);
        return sums == null ? Fraction.ZERO : Fraction.of(sums[column]);
    }

    private static Fraction attempts(CostCells cells, String feature) {
        Fraction sum = Fraction.ZERO;
        if (cells.models.containsKey(feature)) {
            for (String model : cells.models.get(feature).keySet()) {
                sum = sum.plus(model(cells, feature, model, CostCells.ATTEMPTS));
            }
        }
        return sum;
    }

    private static Fraction model(CostCells cells, String feature, String model, int column) {
        double[] sums =
                cells.models.containsKey(feature) ? cells.models.get(feature).get(model) : null;
        return sums == null ? Fraction.ZERO : Fraction.of(sums[column]);
    }

    private static Fraction quantity(CostCells cells, String feature, String model, Use use) {
        return model(cells, feature, model, CostCells.quantity(use));
    }

    private static Fraction input(CostCells cells, String feature, String model) {
        return quantity(cells, feature, model, Use.FRESH_INPUT)
                .plus(quantity(cells, feature, model, Use.CACHED_INPUT))
                .plus(quantity(cells, feature, model, Use.CACHE_WRITE));
    }
}

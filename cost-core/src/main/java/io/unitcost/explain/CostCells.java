package io.unitcost.explain;

import io.unitcost.AttemptCost;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a window came to, by feature and by model of a feature: all that {@link Explanation} needs to know about it. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * CostCells.Builder week = CostCells.builder();
 * week.feature("support.summarise").delivered(800_000).support(8.0);
 * week.model("support.summarise", "acme/small")
 *         .attempts(816_000)
 *         .used(Use.FRESH_INPUT, 489_600_000, 122.4)
 *         .used(Use.OUTPUT, 244_800_000, 489.6);
 * CostCells cells = week.build();
 * }</pre>
 *
 * <p>The spend of a window is the sum of every amount that was added, wherever it was added. How it is placed decides what its changes are
 * called:
 *
 * <ul>
 *   <li>Attempts are all attempts, failed ones and those of failed requests included; their tokens and spend too.
 *   <li>Classes of tokens do not overlap: input is {@link Use#FRESH_INPUT} + {@link Use#CACHED_INPUT} + {@link Use#CACHE_WRITE}. Cache
 *       writes of different lifetimes are one class, so that a change between lifetimes is a change of its unit price.
 *   <li>Reasoning is output. Where it has a price of its own, its spend is added to output's, and its share moves the unit price of output.
 *   <li>Attempts without any cost, refused ones for example, are best left out, and {@link Builder#add(LedgerRecord)} leaves them out.
 *   <li>Other units (images, minutes, searches, a fee per call, a cost that a provider reported as one amount) are {@link Model#fixed}: their changes are unit price.
 *   <li>Spend of a class without a quantity is taken as fixed. Spend of a model without attempts is taken as support of its feature.
 *       Spend of a feature that delivered nothing is {@link Driver#ATTEMPTS}.
 * </ul>
 *
 * <p>Amounts are doubles in one currency, and may be negative (credits). Quantities may be fractions, for weighted requests. Adding up
 * a million requests is good to about ten digits; whoever needs more adds sums that are exact.
 */
public final class CostCells {

    /** What an attempt uses that is counted and has a price. */
    public enum Use {
        /** Input tokens neither read from a cache nor written to one. */
        FRESH_INPUT,
        /** Input tokens that were read from a cache. */
        CACHED_INPUT,
        /** Input tokens that were written to a cache. */
        CACHE_WRITE,
        /** Output tokens, reasoning included. */
        OUTPUT,
        /** Seconds of own accelerators. */
        ACCELERATOR;

        /** What a unit of a charge counts; {@code null} for one that is counted neither in tokens nor in accelerator seconds. */
        static @Nullable Use of(Unit unit) {
            if (unit.isTokens()) {
                return isWithin(Unit.CACHE_READ_TOKENS, unit)
                        ? CACHED_INPUT
                        : isWithin(Unit.CACHE_WRITE_TOKENS, unit)
                                ? CACHE_WRITE
                                : isWithin(Unit.INPUT_TOKENS, unit)
                                        ? FRESH_INPUT
                                        : isWithin(Unit.OUTPUT_TOKENS, unit) ? OUTPUT : null;
            }
            return unit.equals(Unit.ACCELERATOR_SECONDS) ? ACCELERATOR : null;
        }

        private static boolean isWithin(Unit whole, Unit part) {
            return whole.equals(part) || whole.contains(part);
        }
    }

    /** The name of all models beyond the {@linkplain Builder#mostModels limit}. */
    public static final String OTHER = "other";

    static final int FEATURE_WIDTH = 2;
    static final int DELIVERED = 0;
    static final int SUPPORT = 1;

    static final int MODEL_WIDTH = 13;
    static final int ATTEMPTS = 0;
    static final int IDLE = 11;
    static final int FIXED = 12;

    /** By feature: the delivered requests and the support spend. */
    final SortedMap<String, double[]> features;

    /** By feature and model: the attempts, quantity and spend of each use, idle spend and fixed spend. */
    final SortedMap<String, SortedMap<String, double[]>> models;

    private CostCells(Builder builder) {
        TreeMap<String, double[]> copied = new TreeMap<>();
        builder.features.forEach((name, feature) -> copied.put(name, feature.sums.clone()));
        TreeMap<String, SortedMap<String, double[]>> copiedModels = new TreeMap<>();
        builder.models.forEach((name, models) -> {
            TreeMap<String, double[]> copies = new TreeMap<>();
            models.forEach((model, cell) -> copies.put(model, cell.sums.clone()));
            copiedModels.put(name, copies);
        });
        this.features = Collections.unmodifiableSortedMap(copied);
        this.models = Collections.unmodifiableSortedMap(copiedModels);
    }

    /** Starts empty. */
    public static Builder builder() {
        return new Builder();
    }

    /** Delivered requests of all features. */
    public double delivered() {
        return features.values().stream().mapToDouble(sums -> sums[DELIVERED]).sum();
    }

    /** Everything that was spent. */
    public double spend() {
        double support =
                features.values().stream().mapToDouble(sums -> sums[SUPPORT]).sum();
        return support
                + models.values().stream()
                        .flatMap(cells -> cells.values().stream())
                        .mapToDouble(CostCells::spend)
                        .sum();
    }

    /** The features of which anything is known, sorted. */
    public SortedSet<String> featureNames() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(features.keySet()));
    }

    /** Support spend per delivered request of a feature; NaN if none was delivered. */
    public double supportPerDelivered(String feature) {
        double[] sums = features.get(feature);
        return sums == null || sums[DELIVERED] == 0 ? Double.NaN : sums[SUPPORT] / sums[DELIVERED];
    }

    /** Idle spend of a feature per spend on the accelerator seconds that it rides on; NaN if it has none. */
    public double idleRatio(String feature) {
        double busy = 0;
        double idle = 0;
        for (double[] cell :
                models.getOrDefault(feature, Collections.emptySortedMap()).values()) {
            busy += cell[spend(Use.ACCELERATOR)];
            idle += cell[IDLE];
        }
        return busy == 0 ? Double.NaN : idle / busy;
    }

    private static double spend(double[] cell) {
        double spend = cell[IDLE] + cell[FIXED];
        for (Use use : Use.values()) {
            spend += cell[spend(use)];
        }
        return spend;
    }

    static int quantity(Use use) {
        return 1 + 2 * use.ordinal();
    }

    static int spend(Use use) {
        return 2 + 2 * use.ordinal();
    }

    /** Adds up a window. Not thread-safe. What is added for the same feature or model again is added to it. */
    public static final class Builder {

        private final TreeMap<String, Feature> features = new TreeMap<>();
        private final TreeMap<String, TreeMap<String, Model>> models = new TreeMap<>();

        private int mostModels = Integer.MAX_VALUE;

        private Builder() {}

        /**
         * How many models of a feature are told apart; what is added for more of them goes to {@value CostCells#OTHER}. Without a limit unless set: set one
         * where models are what clients ask for.
         *
         * @param count 1 or more
         */
        public Builder mostModels(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("most models: " + count + " is below 1; give 1 or more");
            }
            this.mostModels = count;
            return this;
        }

        /** The sums of a feature, to add to; keep it to save the look-up. */
        public Feature feature(String name) {
            return features.computeIfAbsent(Objects.requireNonNull(name, "feature"), key -> new Feature());
        }

        /**
         * The sums of a model of a feature, to add to; keep it to save the look-up.
         *
         * @param model the name under which it is compared; with its provider if several offer it
         */
        public Model model(String feature, String model) {
            feature(feature);
            TreeMap<String, Model> known = models.computeIfAbsent(feature, key -> new TreeMap<>());
            Model sums = known.get(Objects.requireNonNull(model, "model"));
            return sums != null
                    ? sums
                    : known.computeIfAbsent(known.size() < mostModels ? model : OTHER, key -> new Model());
        }

        /**
         * Adds what a ledger says of a request. A record of work on another service's request adds nothing: that request's own record has
         * its cost.
         */
        public Builder add(LedgerRecord record) {
            if (record.kind() != Kind.SUBREQUEST) {
                Feature feature = feature(record.feature()).delivered(record.isDelivered() ? 1 : 0);
                for (LedgerAttempt attempt : record.attempts()) {
                    if (attempt.service() != null) {
                        feature.support(amount(attempt.cost()) + amount(attempt.idle()));
                    } else if (!isNothing(attempt.cost(), attempt.idle())) {
                        Model model = model(record.feature(), attempt.provider() + "/" + attempt.model())
                                .attempts(1)
                                .idle(amount(attempt.idle()));
                        attempt.lines()
                                .forEach(line -> model.line(
                                        line.unit(),
                                        line.quantity().doubleValue(),
                                        line.cost().toDouble()));
                        if (attempt.lines().isEmpty()) {
                            model.fixed(amount(attempt.cost()));
                        }
                    }
                }
            }
            return this;
        }

        /** Adds what a request came to, as {@link #add(LedgerRecord)} does. */
        public Builder add(RequestCost request) {
            if (request.kind() != Kind.SUBREQUEST) {
                boolean delivered = request.kind() == Kind.REQUEST && request.outcome() == Outcome.DELIVERED;
                Feature feature = feature(request.feature()).delivered(delivered ? 1 : 0);
                for (AttemptCost attempt : request.attempts()) {
                    Charge charge = attempt.charge();
                    if (attempt.service() != null) {
                        feature.support(amount(charge.cost()) + amount(charge.idle()));
                    } else if (!isNothing(charge.cost(), charge.idle())) {
                        Model model = model(
                                        request.feature(),
                                        attempt.attempt().provider() + "/"
                                                + attempt.attempt().model())
                                .attempts(1)
                                .idle(amount(charge.idle()));
                        for (int i = 0; i < charge.size(); i++) {
                            model.line(charge.unit(i), charge.quantityAsDouble(i), charge.costAsDouble(i));
                        }
                    }
                }
            }
            return this;
        }

        /** Adds another window. */
        public Builder add(CostCells other) {
            other.features.forEach((name, sums) -> add(feature(name).sums, sums, 1));
            other.models.forEach(
                    (feature, cells) -> cells.forEach((model, sums) -> add(model(feature, model).sums, sums, 1)));
            return this;
        }

        /** Adds the sums of another window, as often as the weight says. */
        Builder add(Builder other, double weight) {
            other.features.forEach((name, sums) -> add(feature(name).sums, sums.sums, weight));
            other.models.forEach((feature, cells) ->
                    cells.forEach((model, sums) -> add(model(feature, model).sums, sums.sums, weight)));
            return this;
        }

        private static void add(double[] sums, double[] more, double weight) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * more[i];
            }
        }

        /** A wave of refused tries would show up as more of them with fewer tokens each, two amounts that only cancel. */
        private static boolean isNothing(@Nullable Money cost, @Nullable Money idle) {
            return (cost == null || cost.signum() == 0) && (idle == null || idle.signum() == 0);
        }

        private static double amount(@Nullable Money money) {
            return money == null ? 0 : money.toDouble();
        }

        /** The sums so far. */
        public CostCells build() {
            return new CostCells(this);
        }
    }

    /** The sums of a feature. Each method adds. */
    public static final class Feature {

        private final double[] sums = new double[FEATURE_WIDTH];

        private Feature() {}

        /** Adds delivered requests: 0 or more. */
        public Feature delivered(double requests) {
            sums[DELIVERED] += quantity("delivered", requests);
            return this;
        }

        /** Adds spend on everything that is not generation. */
        public Feature support(double spend) {
            sums[SUPPORT] += amount("support", spend);
            return this;
        }
    }

    /** The sums of a model of a feature. Each method adds. */
    public static final class Model {

        private final double[] sums = new double[MODEL_WIDTH];

        private Model() {}

        /** Adds attempts of whatever outcome: 0 or more. */
        public Model attempts(double attempts) {
            sums[ATTEMPTS] += quantity("attempts", attempts);
            return this;
        }

        /**
         * Adds what attempts used.
         *
         * @param quantity tokens, or seconds for {@link Use#ACCELERATOR}; 0 or more
         * @param spend on them
         */
        public Model used(Use use, double quantity, double spend) {
            sums[CostCells.quantity(use)] += quantity("quantity of " + use, quantity);
            sums[CostCells.spend(use)] += amount("spend on " + use, spend);
            return this;
        }

        private void line(Unit unit, double quantity, double spend) {
            Use use = Use.of(unit);
            if (use == null) {
                fixed(spend);
            } else {
                used(use, quantity, spend);
            }
        }

        /** Adds spend on capacity that was provisioned and not used, and rides on this model's attempts. */
        public Model idle(double spend) {
            sums[IDLE] += amount("idle", spend);
            return this;
        }

        /** Adds spend that is counted neither in tokens nor in accelerator seconds. */
        public Model fixed(double spend) {
            sums[FIXED] += amount("fixed", spend);
            return this;
        }
    }

    private static double quantity(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": " + value + " is not a quantity; give 0 or more");
        }
        return value;
    }

    private static double amount(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + ": " + value
                    + " is not an amount; leave out what has no price, and say so beside the explanation");
        }
        return value;
    }
}

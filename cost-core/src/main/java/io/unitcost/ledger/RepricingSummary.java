package io.unitcost.ledger;

import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger was, and would be at other prices. Records of work on another service's request are repriced, and counted apart: that
 * request's own record has their cost. Immutable and thread-safe.
 *
 * @param currency of every amount
 * @param records how many were read
 * @param from when the first request began; {@code null} without records
 * @param to when the last one began; {@code null} without records
 * @param features by name, with all records but those of work on other services' requests
 * @param subrequests records of work on other services' requests
 * @param subrequestsWas what they cost as recorded
 * @param subrequestsWouldBe what they would cost
 * @param mapped attempts that another model stood in for
 * @param scaled attempts whose tokens were scaled
 * @param cached whether any mapped attempt read from a cache
 * @param newlyPriced attempts that had no whole price and have one now
 * @param kept attempts that stay at their recorded cost, the most expensive first
 * @param unpriced attempts without a whole price at these prices, the most attempts first
 * @param unusedMaps what was mapped and was in no record
 */
public record RepricingSummary(
        Currency currency,
        long records,
        @Nullable Instant from,
        @Nullable Instant to,
        List<Feature> features,
        long subrequests,
        Money subrequestsWas,
        Money subrequestsWouldBe,
        long mapped,
        long scaled,
        boolean cached,
        long newlyPriced,
        List<Left> kept,
        List<Missing> unpriced,
        List<String> unusedMaps) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** Copies the lists. */
    public RepricingSummary {
        features = List.copyOf(features);
        kept = List.copyOf(kept);
        unpriced = List.copyOf(unpriced);
        unusedMaps = List.copyOf(unusedMaps);
    }

    /** Why an attempt stays at its recorded cost. */
    public enum Kept {
        /** It ran on capacity of one's own, which no price table prices. */
        OWN_CAPACITY,
        /** It was for a support service that the table does not have. */
        SUPPORT,
        /** Its cost is the amount that the provider itself reported. */
        REPORTED,
        /** Another service of one's own metered it. */
        ELSEWHERE;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The reason in files: {@code own_capacity}. */
        public String label() {
            return label;
        }
    }

    /** What an allowance says about a cost. */
    public enum Verdict {
        /** There is no allowance. */
        NONE,
        /** The cost is at most the allowance. */
        KEPT,
        /** The cost is above the allowance. */
        MISSED,
        /** What has a price is within the allowance, and something has none. */
        UNKNOWN;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The verdict in files: {@code missed}. */
        public String label() {
            return label;
        }
    }

    /**
     * Attempts that stay at their recorded cost.
     *
     * @param cost with idle share
     */
    public record Left(String provider, String model, Kept why, long attempts, Money cost) {}

    /**
     * Attempts without a whole price.
     *
     * @param provider the one asked for, after mapping
     * @param cost what they count with: the recorded cost, or as much as has a price
     */
    public record Missing(String provider, String model, Unpriced why, long attempts, Money cost) {}

    /**
     * A feature.
     *
     * @param requests user-facing ones
     * @param delivered how many of them were
     * @param was the cost as recorded; a lower bound with {@code unpricedBefore}
     * @param wouldBe the cost at these prices; a lower bound with {@code unpriced}
     * @param estimated how much of that goes by counts that were estimated, partly reported or scaled
     * @param revenue of delivered requests; {@code null} when none has any
     * @param allowance of delivered requests; {@code null} when none has any
     * @param unpricedBefore attempts without a whole price as recorded
     * @param unpriced attempts without a whole price now
     * @param models of generation, the most expensive first
     */
    public record Feature(
            String name,
            long requests,
            long delivered,
            Money was,
            Money wouldBe,
            Money estimated,
            @Nullable Money revenue,
            @Nullable Money allowance,
            long unpricedBefore,
            long unpriced,
            List<Model> models) {

        /** Copies the list. */
        public Feature {
            models = List.copyOf(models);
        }

        /** What it would cost more; negative when it would cost less. */
        public Money difference() {
            return wouldBe.minus(was);
        }

        /** An amount per delivered request, to 34 digits; {@code null} when none was delivered. */
        public @Nullable BigDecimal perDelivered(Money amount) {
            return delivered == 0
                    ? null
                    : amount.amount().divide(BigDecimal.valueOf(delivered), MathContext.DECIMAL128);
        }

        /** The gross margin, 1 − cost ÷ revenue; {@code null} without revenue. */
        public @Nullable BigDecimal margin(Money cost) {
            return revenue == null || revenue.signum() <= 0
                    ? null
                    : BigDecimal.ONE.subtract(cost.amount().divide(revenue.amount(), MathContext.DECIMAL128));
        }

        /** Whether the allowance holds at these prices. */
        public Verdict verdict() {
            return verdict(wouldBe, unpriced);
        }

        /** Whether the allowance held as recorded. */
        public Verdict verdictBefore() {
            return verdict(was, unpricedBefore);
        }

        private Verdict verdict(Money cost, long missing) {
            if (allowance == null) {
                return Verdict.NONE;
            }
            return cost.compareTo(allowance) > 0 ? Verdict.MISSED : missing > 0 ? Verdict.UNKNOWN : Verdict.KEPT;
        }

        /**
         * The average price of the input tokens of a model, per million, at which the cost of the feature equals its allowance, with
         * everything else as it is. {@code null} without an allowance or such tokens, and where not even a price of zero does it.
         */
        public @Nullable BigDecimal breakEvenInput(Model model) {
            return breakEven(model.inputCost(), model.inputTokens());
        }

        /** The same for the output tokens of a model. */
        public @Nullable BigDecimal breakEvenOutput(Model model) {
            return breakEven(model.outputCost(), model.outputTokens());
        }

        private @Nullable BigDecimal breakEven(Money spent, BigDecimal tokens) {
            BigDecimal room = room(spent);
            return room == null || tokens.signum() == 0
                    ? null
                    : room.multiply(MILLION).divide(tokens, MathContext.DECIMAL128);
        }

        /**
         * What all prices of a model are to be multiplied with so that the cost of the feature equals its allowance, with everything else
         * as it is. {@code null} without an allowance or cost of the model, and where not even prices of zero do it.
         */
        public @Nullable BigDecimal breakEvenFactor(Model model) {
            BigDecimal room = room(model.cost());
            return room == null || model.cost().signum() <= 0
                    ? null
                    : room.divide(model.cost().amount(), MathContext.DECIMAL128);
        }

        /** What is left of the allowance for this spend; {@code null} when the rest takes all of it. */
        private @Nullable BigDecimal room(Money spent) {
            if (allowance == null) {
                return null;
            }
            BigDecimal room = allowance.minus(wouldBe.minus(spent)).amount();
            return room.signum() < 0 ? null : room;
        }
    }

    /**
     * A model of a feature, all attempts of generation at it.
     *
     * @param attempts billed or not
     * @param cost of them, with idle share
     * @param inputTokens charged as plain input: not from a cache, not of another modality with a price of its own
     * @param inputCost of those
     * @param outputTokens charged as plain output: without reasoning where that has a price of its own
     * @param outputCost of those
     */
    public record Model(
            String provider,
            String model,
            long attempts,
            Money cost,
            BigDecimal inputTokens,
            Money inputCost,
            BigDecimal outputTokens,
            Money outputCost) {

        /** The average price of the input tokens, per million; {@code null} without any. */
        public @Nullable BigDecimal inputPrice() {
            return perMillion(inputCost, inputTokens);
        }

        /** The average price of the output tokens, per million; {@code null} without any. */
        public @Nullable BigDecimal outputPrice() {
            return perMillion(outputCost, outputTokens);
        }

        private static @Nullable BigDecimal perMillion(Money cost, BigDecimal tokens) {
            return tokens.signum() == 0 ? null : cost.amount().multiply(MILLION).divide(tokens, MathContext.DECIMAL128);
        }
    }
}

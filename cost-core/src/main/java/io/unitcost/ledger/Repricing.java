package io.unitcost.ledger;

import io.unitcost.CostObjective;
import io.unitcost.Part;
import io.unitcost.ReportedCost;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What recorded requests would have cost at other prices, with other models, or on another date. Exact for those requests: the same tokens,
 * the same attempts, other prices. Immutable and thread-safe.
 *
 * <pre>{@code
 * Repricing.Run run = Repricing.builder(PriceTable.read(sheet))
 *         .map("acme/large", "beta/big")
 *         .build()
 *         .start();
 * ledger.forEach(record -> repriced.write(run.reprice(record)));
 * RepricingSummary summary = run.summary();
 * }</pre>
 *
 * <p>Of an attempt,
 *
 * <ul>
 *   <li>what was not billed stays free;
 *   <li>what ran on own capacity, what another service metered, and what a support service cost that the table does not have, stays at its
 *       recorded cost and is counted as {@linkplain RepricingSummary.Kept kept};
 *   <li>so does a cost that is the provider's own amount, unless {@link Builder#reportedCost} says otherwise;
 *   <li>everything else is charged by the table, with its recorded usage, tier and region;
 *   <li>what had no price and has one now gets it;
 *   <li>what had a price and has none now stays at its recorded cost and is marked {@linkplain LedgerAttempt#unpriced() unpriced}, as is
 *       what has none in either.
 * </ul>
 *
 * <p>A mapped attempt is charged by the other model, whatever it was before: own capacity loses its idle share, and an amount that the
 * provider reported is forgotten. Its tier and region count where the other model has prices for them. How long it took stays as recorded,
 * because nobody knows better.
 */
public final class Repricing {

    private final AttemptRepricer attempts;
    private final @Nullable Instant at;
    private final Map<String, CostObjective> objectives;

    private Repricing(Builder builder) {
        ModelMap map = new ModelMap(builder.prices, builder.map);
        this.attempts = new AttemptRepricer(builder.prices, map, builder.ratio, builder.reported);
        this.at = builder.at;
        this.objectives = Map.copyOf(builder.objectives);
    }

    /** Starts with the prices to apply, each record at its own time. */
    public static Builder builder(PriceTable prices) {
        return new Builder(prices);
    }

    /** The prices that are applied. */
    public PriceTable prices() {
        return attempts.prices();
    }

    /**
     * The same request at these prices. Its {@link LedgerRecord#priceTable()} is this table's id, and
     * {@link LedgerRecord#repricedFrom()} the one that priced it first; its id stays, so do not put both into one ledger. Revenue and
     * allowance stay, unless there is an {@linkplain Builder#objective objective}. A part of the cost that no attempt accounts for stays.
     *
     * @throws LedgerException if the record is in another currency than the prices
     */
    public LedgerRecord reprice(LedgerRecord record) {
        return record(record, attempts(record));
    }

    private List<AttemptRepricer.Repriced> attempts(LedgerRecord record) {
        if (!record.currency().equals(prices().currency())) {
            throw new LedgerException(
                    "ledger record " + record.id() + " is in " + record.currency() + ", but price table "
                            + prices().id() + " in " + prices().currency()
                            + "; convert the prices at a stated rate (PriceTable.convertedTo), or leave the record out",
                    null);
        }
        long atMillis = (at == null ? record.openedAt() : at).toEpochMilli();
        List<AttemptRepricer.Repriced> repriced =
                new ArrayList<>(record.attempts().size());
        for (LedgerAttempt attempt : record.attempts()) {
            repriced.add(attempts.reprice(attempt, atMillis));
        }
        return repriced;
    }

    private LedgerRecord record(LedgerRecord record, List<AttemptRepricer.Repriced> repriced) {
        Money[] parts = new Money[Part.values().length];
        Arrays.setAll(parts, part -> record.part(Part.values()[part]));
        List<LedgerAttempt> now = new ArrayList<>(repriced.size());
        for (int i = 0; i < repriced.size(); i++) {
            LedgerAttempt before = record.attempts().get(i);
            LedgerAttempt after = repriced.get(i).attempt();
            move(parts, before.part(), before.cost(), after.cost());
            move(parts, before.idlePart(), before.idle(), after.idle());
            now.add(after);
        }
        LedgerRecord.Builder copy = record.toBuilder()
                .attempts(now)
                .parts(
                        parts[Part.INFERENCE.ordinal()],
                        parts[Part.IDLE.ordinal()],
                        parts[Part.SUPPORT.ordinal()],
                        parts[Part.RETRY.ordinal()])
                .priceTable(prices().id())
                .repricedFrom(Objects.requireNonNullElse(record.repricedFrom(), record.priceTable()));
        CostObjective objective = objectives.get(record.feature());
        return objective == null || !record.isDelivered()
                ? copy.build()
                : allowed(copy, objective, record).build();
    }

    private static void move(Money[] parts, Part part, @Nullable Money before, @Nullable Money after) {
        if (before != null) {
            parts[part.ordinal()] = parts[part.ordinal()].minus(before);
        }
        if (after != null) {
            parts[part.ordinal()] = parts[part.ordinal()].plus(after);
        }
    }

    /** The fixed allowance; else the target margin of what the request earned; else what was recorded. */
    private static LedgerRecord.Builder allowed(
            LedgerRecord.Builder copy, CostObjective objective, LedgerRecord record) {
        Money revenue = record.revenue() == null ? objective.fixedRevenue() : record.revenue();
        Money fixed = objective.isComputed() ? null : objective.fixedAllowance();
        BigDecimal margin = objective.targetMargin();
        Money allowance = fixed != null
                ? fixed
                : margin == null || revenue == null
                        ? record.allowance()
                        : revenue.times(BigDecimal.ONE.subtract(margin));
        return copy.revenue(revenue).allowance(allowance);
    }

    /** Starts to reprice a ledger and to add it up. */
    public Run start() {
        return new Run();
    }

    /** Reprices records, and adds up what came of it. For one thread. */
    public final class Run {

        private final RepricingTally tally = new RepricingTally();

        private Run() {}

        /**
         * As {@link Repricing#reprice}, and added up.
         *
         * @throws LedgerException if the record is in another currency than the prices, or there are more than 100 000 models
         */
        public LedgerRecord reprice(LedgerRecord record) {
            List<AttemptRepricer.Repriced> repriced = attempts(record);
            LedgerRecord now = record(record, repriced);
            tally.add(record, now, repriced);
            return now;
        }

        /** What the records so far were, and would be. */
        public RepricingSummary summary() {
            return tally.summary(attempts.map(), prices().currency());
        }
    }

    /** Collects a repricing; one thread at a time. */
    public static final class Builder {
        private final PriceTable prices;
        private final Map<String, String> map = new LinkedHashMap<>();
        private final Map<String, CostObjective> objectives = new LinkedHashMap<>();
        private @Nullable Instant at;
        private @Nullable TokenRatio ratio;
        private @Nullable ReportedCost reported;

        private Builder(PriceTable prices) {
            this.prices = Objects.requireNonNull(prices, "prices");
        }

        /**
         * Charges attempts at one model by the price of another. The recorded name is matched as it stands, whatever its case, or by
         * the name of the entry that the table has for it.
         *
         * @param from {@code PROVIDER/MODEL} as recorded
         * @param to {@code PROVIDER/MODEL} of a price in the table
         */
        public Builder map(String from, String to) {
            map.put(from, to);
            return this;
        }

        /** Prices every record as of this instant; its own time unless set. */
        public Builder at(Instant instant) {
            this.at = Objects.requireNonNull(instant, "at");
            return this;
        }

        /**
         * States that another model counts, or writes, so many tokens where the recorded one had one: scaled counts are rounded
         * half-even and {@linkplain io.unitcost.Quality#ESTIMATED estimated}. For mapped attempts; without a map, for all that are
         * charged.
         *
         * @param input for all units of input tokens, cached ones too; above 0, at most 1000
         * @param output for all units of output tokens; above 0, at most 1000
         * @throws IllegalArgumentException if one is not in that range
         */
        public Builder tokenRatio(BigDecimal input, BigDecimal output) {
            this.ratio = new TokenRatio(input, output);
            return this;
        }

        /**
         * What becomes of amounts that a provider reported, as for a meter. Unless set, what became of them when they were recorded:
         * where such an amount is the cost, it stays.
         */
        public Builder reportedCost(ReportedCost policy) {
            this.reported = Objects.requireNonNull(policy, "reported cost");
            return this;
        }

        /**
         * What delivered requests of a feature may cost, instead of the recorded allowance: the objective's allowance where it is fixed,
         * else their revenue × (1 − target margin). Their revenue is the recorded one, or the objective's where there is none.
         */
        public Builder objective(CostObjective objective) {
            objectives.put(objective.feature(), objective);
            return this;
        }

        /**
         * The repricing.
         *
         * @throws IllegalArgumentException if a mapped name is none, or what it is mapped to has no price in the table
         */
        public Repricing build() {
            return new Repricing(this);
        }
    }
}

package io.unitcost.cli.report;

import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the records of a feature come to: in all, by time, by model, by cost and by latency. */
final class FeatureTally {

    static final int MOST_MODELS = 64;
    static final String OTHER_MODELS = "other models";

    final String name;
    private final Currency currency;
    private final Goal goal;
    private final Sums total;
    private final Map<Long, Sums> slots = new HashMap<>();
    private final TreeMap<String, ModelSums> models = new TreeMap<>();
    private final CostBuckets costs;
    private final LatencyBuckets latencies = new LatencyBuckets();

    /** What attempts at a model, or a support service, come to. */
    static final class ModelSums {
        private final Money.Sum cost;
        long attempts;
        /** How many of them have no price, or not a whole one. */
        long unpriced;

        ModelSums(Currency currency) {
            cost = Money.sum(currency);
        }

        Money cost() {
            return cost.toMoney();
        }

        private void add(long attempts, long unpriced, Money cost) {
            this.attempts += attempts;
            this.unpriced += unpriced;
            this.cost.add(cost);
        }
    }

    FeatureTally(String name, Currency currency, Goal goal) {
        this.name = name;
        this.currency = currency;
        this.goal = goal;
        this.total = new Sums(currency);
        this.costs = new CostBuckets(currency);
    }

    void add(LedgerRecord record, long slot) {
        total.add(record, goal);
        slots.computeIfAbsent(slot, key -> new Sums(currency)).add(record, goal);
        for (LedgerAttempt attempt : record.attempts()) {
            model(attempt).add(1, attempt.unpriced() == null ? 0 : 1, costOf(attempt));
        }
        if (record.isDelivered()) {
            costs.add(record.total());
            latencies.add(record.durationNanos());
        }
    }

    private ModelSums model(LedgerAttempt attempt) {
        String name = attempt.provider() + "/" + attempt.model();
        boolean fits = models.size() < MOST_MODELS || models.containsKey(name);
        return models.computeIfAbsent(fits ? name : OTHER_MODELS, key -> new ModelSums(currency));
    }

    private Money costOf(LedgerAttempt attempt) {
        Money cost = attempt.cost() == null ? Money.zero(currency) : attempt.cost();
        return attempt.idle() == null ? cost : cost.plus(attempt.idle());
    }

    /** Sorts what is in slots of a former width into those of now. */
    void widen(TimeGrid grid, long formerWidth) {
        Map<Long, Sums> former = Map.copyOf(slots);
        slots.clear();
        former.forEach((slot, sums) -> slots.merge(grid.slotAfter(slot, formerWidth), sums, Sums::add));
    }

    /** Takes in another feature's records. */
    FeatureTally add(FeatureTally more) {
        total.add(more.total);
        more.slots.forEach((slot, sums) ->
                slots.computeIfAbsent(slot, key -> new Sums(currency)).add(sums));
        more.models.forEach((model, sums) -> models.computeIfAbsent(
                        models.size() < MOST_MODELS || models.containsKey(model) ? model : OTHER_MODELS,
                        key -> new ModelSums(currency))
                .add(sums.attempts, sums.unpriced, sums.cost()));
        costs.add(more.costs);
        latencies.add(more.latencies);
        return this;
    }

    /** How many attempts have no price, or not a whole one. */
    long unpriced() {
        return models.values().stream().mapToLong(sums -> sums.unpriced).sum();
    }

    boolean hasRecords() {
        return !slots.isEmpty();
    }

    Goal goal() {
        return goal;
    }

    Sums total() {
        return total;
    }

    /** By slot, from 0; empty slots have sums of nothing. */
    Sums[] slots(TimeGrid grid) {
        Sums[] all = new Sums[grid.slots()];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Sums(currency);
        }
        slots.forEach((slot, sums) -> all[grid.indexOf(slot)] = sums);
        return all;
    }

    Map<String, ModelSums> models() {
        return models;
    }

    CostBuckets costs() {
        return costs;
    }

    LatencyBuckets latencies() {
        return latencies;
    }
}

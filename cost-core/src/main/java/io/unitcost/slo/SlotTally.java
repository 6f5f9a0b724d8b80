package io.unitcost.slo;

import io.unitcost.AttemptCost;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.explain.CostCells;
import io.unitcost.price.Money;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the accounts of one feature that closed within some time come to. Guarded by its owner. */
final class SlotTally {

    private static final int MOST_MODELS = 20;
    private static final Part[] PARTS = Part.values();
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Quality[] QUALITIES = Quality.values();
    private static final Reaped[] REASONS = Reaped.values();

    private final Money.Sum[] cost;
    private final Money.Sum[] subrequestCost;
    private final Money.Sum meteredElsewhere;
    private final Money.Sum revenue;
    private final Money.Sum allowance;
    private final Money.Sum[] costByQuality;
    private final long[] attemptsByQuality = new long[QUALITIES.length];
    private final long[] outcomes = new long[OUTCOMES.length];
    private final long[] reaped = new long[REASONS.length];
    private final Tokens tokens = new Tokens();
    private final Latencies latencies = new Latencies();
    private long met;
    private long missed;
    private long late;
    private long subrequests;
    private long unattributed;
    private long unpriced;

    /** Of this slot alone, not of what was added from others. */
    private CostCells.@Nullable Builder cells;

    SlotTally(Currency currency) {
        cost = sums(PARTS.length, currency);
        subrequestCost = sums(PARTS.length, currency);
        costByQuality = sums(QUALITIES.length, currency);
        meteredElsewhere = Money.sum(currency);
        revenue = Money.sum(currency);
        allowance = Money.sum(currency);
    }

    private static Money.Sum[] sums(int count, Currency currency) {
        Money.Sum[] sums = new Money.Sum[count];
        for (int i = 0; i < count; i++) {
            sums[i] = Money.sum(currency);
        }
        return sums;
    }

    void add(RequestCost account) {
        if (cells == null) {
            cells = CostCells.builder().mostModels(MOST_MODELS);
        }
        cells.add(account);
        Money.Sum[] parts = account.kind() == Kind.SUBREQUEST ? subrequestCost : cost;
        for (Part part : PARTS) {
            parts[part.ordinal()].add(account.part(part));
        }
        meteredElsewhere.add(account.meteredElsewhere());
        switch (account.kind()) {
            case REQUEST -> addRequest(account);
            case LATE -> late++;
            case SUBREQUEST -> subrequests++;
            case UNATTRIBUTED -> unattributed++;
        }
        Reaped reason = account.reaped();
        if (reason != null) {
            reaped[reason.ordinal()]++;
        }
        unpriced += account.unpricedAttempts();
        List<AttemptCost> attempts = account.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            addAttempt(attempts.get(i));
        }
    }

    private void addRequest(RequestCost request) {
        outcomes[request.outcome().ordinal()]++;
        if (request.outcome() != Outcome.DELIVERED) {
            return;
        }
        latencies.add(request.durationNanos());
        met += request.latencyBudget() == LatencyBudget.MET ? 1 : 0;
        missed += request.latencyBudget() == LatencyBudget.MISSED ? 1 : 0;
        addIfKnown(revenue, request.revenue());
        addIfKnown(allowance, request.allowance());
    }

    private void addAttempt(AttemptCost attempt) {
        if (attempt.attempt().isBilled()) {
            int quality = attempt.attempt().quality().ordinal();
            attemptsByQuality[quality]++;
            addIfKnown(costByQuality[quality], attempt.cost());
        }
        if (!attempt.attempt().isMeteredElsewhere()) {
            tokens.add(attempt.attempt().usage());
        }
    }

    private static void addIfKnown(Money.Sum sum, @Nullable Money amount) {
        if (amount != null) {
            sum.add(amount);
        }
    }

    void add(SlotTally other) {
        add(cost, other.cost);
        add(subrequestCost, other.subrequestCost);
        add(costByQuality, other.costByQuality);
        meteredElsewhere.add(other.meteredElsewhere.toMoney());
        revenue.add(other.revenue.toMoney());
        allowance.add(other.allowance.toMoney());
        add(attemptsByQuality, other.attemptsByQuality);
        add(outcomes, other.outcomes);
        add(reaped, other.reaped);
        tokens.add(other.tokens);
        latencies.add(other.latencies);
        met += other.met;
        missed += other.missed;
        late += other.late;
        subrequests += other.subrequests;
        unattributed += other.unattributed;
        unpriced += other.unpriced;
    }

    private static void add(Money.Sum[] sums, Money.Sum[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i].add(more[i].toMoney());
        }
    }

    private static void add(long[] counts, long[] more) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more[i];
        }
    }

    CostCells cells() {
        return (cells == null ? CostCells.builder() : cells).build();
    }

    Latencies latencies() {
        return latencies;
    }

    WindowSnapshot.Sums toSums() {
        return new WindowSnapshot.Sums(
                toCost(cost),
                toCost(subrequestCost),
                meteredElsewhere.toMoney(),
                revenue.toMoney(),
                allowance.toMoney(),
                new WindowSnapshot.Counts(
                        outcomes[Outcome.DELIVERED.ordinal()],
                        outcomes[Outcome.FAILED.ordinal()],
                        outcomes[Outcome.CANCELLED.ordinal()],
                        met,
                        missed,
                        subrequests,
                        late,
                        unattributed,
                        byReason()),
                tokens.toMap(),
                byQuality(),
                unpriced);
    }

    private static WindowSnapshot.Cost toCost(Money.Sum[] parts) {
        return new WindowSnapshot.Cost(
                parts[Part.INFERENCE.ordinal()].toMoney(),
                parts[Part.IDLE.ordinal()].toMoney(),
                parts[Part.SUPPORT.ordinal()].toMoney(),
                parts[Part.RETRY.ordinal()].toMoney());
    }

    private Map<Reaped, Long> byReason() {
        Map<Reaped, Long> map = new EnumMap<>(Reaped.class);
        for (Reaped reason : REASONS) {
            map.put(reason, reaped[reason.ordinal()]);
        }
        return Collections.unmodifiableMap(map);
    }

    private Map<Quality, WindowSnapshot.Share> byQuality() {
        Map<Quality, WindowSnapshot.Share> map = new EnumMap<>(Quality.class);
        for (Quality quality : QUALITIES) {
            int i = quality.ordinal();
            map.put(quality, new WindowSnapshot.Share(attemptsByQuality[i], costByQuality[i].toMoney()));
        }
        return Collections.unmodifiableMap(map);
    }
}

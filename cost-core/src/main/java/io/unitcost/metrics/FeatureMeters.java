package io.unitcost.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.Tally;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The meters of one feature, found once. */
final class FeatureMeters {

    /** Buckets of a request's cost without an objective: half decades from 10⁻⁵ to 1. */
    private static final double[] DEFAULT_BUCKETS = {1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1};

    private static final double[] SHARES_OF_ALLOWANCE = {0.25, 0.5, 1, 2, 4, 10};
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final LatencyBudget[] BUDGETS = LatencyBudget.values();

    private final Meters meters;
    private final SeriesCaps caps;
    private final String feature;
    private final Predicate<Attempt> hasPrice;
    private final Counter cost;
    private final Counter costSquared;
    private final Counter allowance;
    private final Counter revenue;
    private final Counter late;
    private final Counter[] requests = new Counter[OUTCOMES.length * BUDGETS.length];
    private final DistributionSummary[] requestCost = new DistributionSummary[OUTCOMES.length];
    private final Timer[] requestDuration = new Timer[OUTCOMES.length];
    private final Map<Unpriced, Counter> unpriced = new EnumMap<>(Unpriced.class);
    private final Counter partial;
    private final Counter estimated;
    private final Counter contradictory;

    /** Provider, then model: two look-ups by strings that are there already, and no key to allocate. */
    private final ConcurrentHashMap<String, ConcurrentHashMap<String, ModelMeters>> models = new ConcurrentHashMap<>();

    private volatile @Nullable ModelMeters overflow;

    FeatureMeters(
            Meters meters,
            SeriesCaps caps,
            String feature,
            @Nullable CostObjective objective,
            Predicate<Attempt> hasPrice) {
        this.hasPrice = hasPrice;
        this.meters = meters;
        this.caps = caps;
        this.feature = feature;
        this.cost = meters.cost(feature);
        this.costSquared = meters.requestCostSquared(feature);
        this.allowance = meters.allowance(feature);
        this.revenue = meters.revenue(feature);
        this.late = meters.late(feature);
        this.partial = meters.estimated(feature, "partial");
        this.estimated = meters.estimated(feature, "estimated");
        this.contradictory = meters.estimated(feature, "contradictory");
        for (Unpriced reason : Unpriced.values()) {
            unpriced.put(reason, meters.unpriced(feature, reason));
        }
        for (Outcome outcome : OUTCOMES) {
            requestCost[outcome.ordinal()] = meters.requestCost(feature, outcome, buckets(objective));
            requestDuration[outcome.ordinal()] =
                    meters.requestDuration(feature, outcome, objective == null ? null : objective.latencyBudget());
            for (LatencyBudget budget : BUDGETS) {
                boolean possible =
                        (budget == LatencyBudget.NONE) == (objective == null || objective.latencyBudget() == null);
                if (possible) {
                    requests(outcome, budget);
                }
            }
        }
    }

    private static double[] buckets(@Nullable CostObjective objective) {
        Money allowed = objective == null ? null : objective.fixedAllowance();
        if (allowed == null) {
            return DEFAULT_BUCKETS;
        }
        double[] buckets = new double[SHARES_OF_ALLOWANCE.length];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = allowed.toDouble() * SHARES_OF_ALLOWANCE[i];
        }
        return buckets;
    }

    void record(RequestCost request) {
        double total = request.total().toDouble();
        Money elsewhere = request.meteredElsewhere();
        double own = elsewhere.signum() == 0
                ? total
                : request.total().minus(elsewhere).toDouble();
        if (own > 0) {
            cost.increment(own);
        }
        if (request.kind() == Kind.REQUEST) {
            recordRequest(request, total);
        } else if (request.kind() == Kind.LATE) {
            late.increment();
        }
        if (request.isFeatureOverflow()) {
            meters.featureOverflow.increment();
        }
        RequestCost.Reaped reaped = request.reaped();
        if (reaped != null) {
            meters.reaped[reaped.ordinal()].increment();
        }
        List<AttemptCost> attempts = request.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            recordAttempt(attempts.get(i));
        }
    }

    private void recordRequest(RequestCost request, double total) {
        Outcome outcome = request.outcome();
        requests(outcome, request.latencyBudget()).increment();
        requestCost[outcome.ordinal()].record(total);
        costSquared.increment(total * total);
        requestDuration[outcome.ordinal()].record(request.durationNanos(), TimeUnit.NANOSECONDS);
        Money earned = request.revenue();
        if (earned != null) {
            revenue.increment(earned.toDouble());
        }
        Money allowed = request.allowance();
        if (allowed != null) {
            allowance.increment(allowed.toDouble());
        }
    }

    private void recordAttempt(AttemptCost cost) {
        Attempt attempt = cost.attempt();
        Tally told = attempt.elsewhere();
        Unpriced reason = cost.unpriced();
        if (reason != null && (told == null || told.unpriced() == 0)) {
            Objects.requireNonNull(unpriced.get(reason)).increment();
        }
        if (attempt.isMeteredElsewhere()) {
            return; // the rest was published there
        }
        if (attempt.isBilled() && attempt.quality() == Quality.ESTIMATED) {
            estimated.increment();
        } else if (attempt.isBilled() && attempt.quality() == Quality.PARTIAL) {
            partial.increment();
        }
        if (attempt.usage().isContradictory() || cost.charge().isContradictory()) {
            contradictory.increment();
        }
        modelMeters(cost).record(cost);
    }

    private Counter requests(Outcome outcome, LatencyBudget budget) {
        int index = outcome.ordinal() * BUDGETS.length + budget.ordinal();
        Counter counter = requests[index];
        if (counter == null) {
            counter = meters.requests(feature, outcome, budget);
            requests[index] = counter;
        }
        return counter;
    }

    private ModelMeters modelMeters(AttemptCost cost) {
        Attempt attempt = cost.attempt();
        ConcurrentHashMap<String, ModelMeters> ofProvider = models.get(attempt.provider());
        ModelMeters found = ofProvider == null ? null : ofProvider.get(attempt.model());
        return found != null ? found : admit(attempt, cost.charge().size() > 0 || hasPrice.test(attempt));
    }

    private ModelMeters admit(Attempt attempt, boolean hasPrice) {
        SeriesCaps.ModelName name = caps.admit(feature, attempt.provider(), attempt.model(), hasPrice);
        if (name == SeriesCaps.ModelName.OVERFLOW) {
            meters.modelOverflow.increment();
            return overflow();
        }
        return models.computeIfAbsent(name.provider(), provider -> new ConcurrentHashMap<>())
                .computeIfAbsent(name.model(), model -> new ModelMeters(meters, caps, feature, name));
    }

    private ModelMeters overflow() {
        ModelMeters shared = overflow;
        if (shared == null) {
            synchronized (this) {
                shared = overflow;
                if (shared == null) {
                    shared = new ModelMeters(meters, caps, feature, SeriesCaps.ModelName.OVERFLOW);
                    overflow = shared;
                }
            }
        }
        return shared;
    }
}

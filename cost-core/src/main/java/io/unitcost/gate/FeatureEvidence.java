package io.unitcost.gate;

import io.unitcost.CostObjective;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.explain.CellBuckets;
import io.unitcost.gate.CostSample.Part;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one side has of one feature. Memory is bounded: see {@link CostSample}, {@link CellBuckets} and {@link LatencySample}. */
final class FeatureEvidence {

    private static final int MOST_MODELS = 20;

    final CostSample cost = new CostSample();
    final Clusters misses = new Clusters();
    final LatencySample latencies = new LatencySample();
    final CellBuckets bySession = CellBuckets.bySession();
    final CellBuckets byCase = CellBuckets.byCase();
    final TreeMap<String, Long> unpricedModels = new TreeMap<>();
    long calls;
    long unpriced;
    long estimated;
    long late;
    long withAllowance;
    long withoutAllowance;
    boolean hasCells;

    private final @Nullable CostObjective objective;
    private final @Nullable Duration budget;

    FeatureEvidence(@Nullable CostObjective objective) {
        this.objective = objective;
        this.budget = objective == null ? null : objective.latencyBudget();
    }

    /**
     * Adds a request.
     *
     * @param recorded as it stands in the ledger
     * @param record with what is assumed instead
     */
    void add(LedgerRecord recorded, LedgerRecord record) {
        boolean request = record.kind() == Kind.REQUEST;
        boolean delivered = record.isDelivered();
        double total = record.total().toDouble();
        String group = record.session() == null ? record.caseId() : record.session();
        Money allowance = delivered ? allowance(record) : null;
        cost.add(
                record.session(),
                record.caseId(),
                new Part(request ? 1 : 0, delivered ? 1 : 0, total, allowance == null ? 0 : allowance.toDouble()));
        withAllowance += allowance == null ? 0 : 1;
        withoutAllowance += delivered && allowance == null ? 1 : 0;
        late += request ? 0 : 1;
        if (delivered) {
            latencies.add(record.durationNanos());
            addMiss(group, record);
        }
        for (LedgerAttempt attempt : recorded.attempts()) {
            calls++;
            if (attempt.unpriced() != null) {
                unpriced++;
                countUnpriced(attempt);
            }
        }
        estimated += record.estimatedAttempts();
        bySession.add(record);
        byCase.add(record);
        hasCells = true;
    }

    private void countUnpriced(LedgerAttempt attempt) {
        String model = attempt.provider() + "/" + attempt.model();
        unpricedModels.merge(
                unpricedModels.size() < MOST_MODELS || unpricedModels.containsKey(model) ? model : "others",
                1L,
                Long::sum);
    }

    private void addMiss(@Nullable String group, LedgerRecord record) {
        if (budget != null) {
            misses.add(group, record.durationNanos() > budget.toNanos() ? 1 : 0, 1);
        } else if (record.latencyBudget() != LatencyBudget.NONE) {
            misses.add(group, record.latencyBudget() == LatencyBudget.MISSED ? 1 : 0, 1);
        }
    }

    /** The objective's, as far as it goes without asking the application again; else what the record was given. */
    private @Nullable Money allowance(LedgerRecord record) {
        if (objective == null) {
            return record.allowance();
        }
        Money fixed = objective.fixedAllowance();
        if (fixed != null && !objective.isComputed()) {
            return fixed;
        }
        BigDecimal margin = objective.targetMargin();
        Money revenue = record.revenue();
        return margin == null
                ? record.allowance()
                : revenue == null ? null : revenue.times(BigDecimal.ONE.subtract(margin));
    }

    /** Requests that another engine has added up. */
    void add(GateEvidence.Bucket bucket) {
        double allowance = bucket.allowance();
        Money fixed = objective == null || objective.isComputed() ? null : objective.fixedAllowance();
        if (fixed != null) {
            allowance = fixed.toDouble() * bucket.delivered();
        }
        cost.add(bucket.bucket(), null, new Part(bucket.requests(), bucket.delivered(), bucket.cost(), allowance));
        if (bucket.judged() > 0) {
            misses.add(bucket.bucket(), (double) bucket.missed(), (double) bucket.judged());
        }
        calls += bucket.calls();
        unpriced += bucket.unpriced();
    }

    /** What a delivered request may cost if that is the same for all; NaN otherwise. */
    double fixedLimit() {
        Money fixed = objective == null || objective.isComputed() ? null : objective.fixedAllowance();
        return fixed == null ? Double.NaN : fixed.toDouble();
    }

    @Nullable
    Duration budget() {
        return budget;
    }
}

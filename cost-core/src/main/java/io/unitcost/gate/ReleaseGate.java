package io.unitcost.gate;

import io.unitcost.CostObjective;
import io.unitcost.explain.CostCells;
import io.unitcost.explain.Explanation;
import io.unitcost.gate.CostCheck.Quantity;
import io.unitcost.gate.GateReport.FeatureReport;
import io.unitcost.gate.GateReport.Judged;
import io.unitcost.gate.GateReport.Level;
import io.unitcost.slo.CostObjectives;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a release may go out: its cost per request against each feature's objective, and against the release before it. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * ReleaseGate gate = ReleaseGate.builder().objectives(CostObjectives.read(Path.of("cost-slo.json"))).build();
 * GateReport report = gate.judge(gate.evidence().add(candidate), gate.evidence().add(baseline));
 * System.exit(report.exitCode());
 * }</pre>
 *
 * <p>A quantity fails when it is sure (95 % unless set, one-sided) that its limit is broken, passes when it is sure that it is kept, and is undecided
 * otherwise. Bounds of costs come from a studentised bootstrap over sessions, drawn from a fixed seed: the same ledgers have the same
 * report. Cases that ran on both sides are compared one by one. The p95 is judged by counting. A verdict needs 30 requests, or the objective's
 * minimum. No data is never a pass.
 */
public final class ReleaseGate {

    private static final int FEWEST_EXPLAINED = 30;

    private final TreeMap<String, CostObjective> objectives;
    private final double confidence;
    private final @Nullable BigDecimal tolerance;
    private final double unpricedLimit;
    private final Map<Quantity, Level> levels;
    private final SortedSet<String> required;
    private final @Nullable Production production;
    private final @Nullable CaseMix mix;

    private ReleaseGate(Builder builder) {
        this.objectives = new TreeMap<>(builder.objectives);
        this.confidence = builder.confidence;
        this.tolerance = builder.tolerance;
        this.unpricedLimit = builder.unpricedLimit;
        this.levels = new EnumMap<>(builder.levels);
        this.required = new TreeSet<>(builder.required);
        this.production = builder.production == null ? null : new Production(builder.production);
        this.mix = builder.mix;
    }

    /** Starts with a confidence of 95 %, no call without a price, and latency as a warning. */
    public static Builder builder() {
        return new Builder();
    }

    /** Empty evidence for this gate: of a candidate or of its baseline. */
    public GateEvidence evidence() {
        return new GateEvidence(objectives::get, production == null ? record -> record : production::applyTo);
    }

    /** Judges a release against the objectives; there is nothing to compare it with. */
    public GateReport judge(GateEvidence candidate) {
        return judge(candidate, null);
    }

    /**
     * Judges a release against the objectives and against what was before it.
     *
     * @param baseline {@code null} if there is none; both must come from this gate
     */
    public GateReport judge(GateEvidence candidate, @Nullable GateEvidence baseline) {
        SortedSet<String> judged = required.isEmpty() ? candidate.features() : required;
        Currency currency = candidate.currency();
        List<String> problems = new ArrayList<>(problems(candidate, baseline));
        List<FeatureReport> features = new ArrayList<>();
        if (currency != null && problems.isEmpty()) {
            for (String name : judged) {
                features.add(judge(name, currency, candidate, baseline));
            }
            List<String> unlimited = features.stream()
                    .filter(feature -> feature.limits() == 0)
                    .map(FeatureReport::feature)
                    .toList();
            // of features that nobody named, those without limits are only mentioned
            if (unlimited.size() == features.size() || (!required.isEmpty() && !unlimited.isEmpty())) {
                problems.add("nothing to judge: " + unlimited
                        + " have neither an objective nor a baseline; give one of them");
            }
        }
        return new GateReport(
                confidence,
                currency,
                candidate,
                baseline,
                features,
                problems,
                currency == null || features.isEmpty() ? List.of() : assumptions(judged, currency, candidate));
    }

    private List<String> assumptions(SortedSet<String> judged, Currency currency, GateEvidence candidate) {
        List<String> assumptions = new ArrayList<>();
        if (production != null || mix == null) {
            assumptions.addAll(Production.assumptions(production, judged, amount -> Amounts.money(amount, currency)));
        } else {
            assumptions.add("direct cost and planned capacity only: no cells of production were given");
        }
        for (String name : judged) {
            FeatureEvidence evidence = candidate.feature(name);
            if (mix != null && evidence != null) {
                CaseWeights weights = CaseWeights.of(mix, name, evidence.cost);
                assumptions.add(name
                        + (weights.isWeighted()
                                ? ": cases count as often as in production (" + weights.said() + ")"
                                : ": cases count as often as they ran: " + weights.said()));
            }
        }
        return assumptions;
    }

    private List<String> problems(GateEvidence candidate, @Nullable GateEvidence baseline) {
        List<String> problems = new ArrayList<>();
        if (candidate.requests() == 0) {
            problems.add("no requests in the candidate, and no data is not a pass; give the ledger of a run"
                    + (candidate.subrequests() == 0
                            ? ""
                            : " (its " + Amounts.count(candidate.subrequests())
                                    + " records are parts of requests of other services)"));
        }
        for (String name : required) {
            FeatureEvidence there = candidate.feature(name);
            if (candidate.requests() > 0 && (there == null || there.cost.requests() == 0)) {
                problems.add("no requests of " + name + " in the candidate; it has " + candidate.features());
            }
        }
        if (baseline != null && baseline.requests() == 0) {
            problems.add("no requests in the baseline; give the ledger of a run, or none for a first release");
        }
        Currency currency = candidate.currency();
        Currency other = baseline == null ? null : baseline.currency();
        if (currency != null && other != null && !currency.equals(other)) {
            problems.add("mixed currencies: the candidate is in " + currency + " and the baseline in " + other
                    + "; price both with one table");
        }
        objectives.values().stream()
                .filter(objective -> candidate.feature(objective.feature()) != null)
                .flatMap(objective -> Stream.of(objective.fixedRevenue(), objective.fixedAllowance())
                        .flatMap(Stream::ofNullable))
                .filter(amount -> currency != null && !amount.currency().equals(currency))
                .findFirst()
                .ifPresent(amount -> problems.add("mixed currencies: the candidate is in " + currency
                        + " and the objectives in " + amount.currency() + "; write both in one"));
        return problems;
    }

    private FeatureReport judge(
            String name, Currency currency, GateEvidence candidate, @Nullable GateEvidence baseline) {
        CostObjective objective = objectives.get(name);
        FeatureEvidence after = candidate.feature(name);
        FeatureEvidence before = baseline == null ? null : baseline.feature(name);
        if (after == null) {
            throw new AssertionError(name);
        }
        if (after.cost.requests() == 0) {
            String spent = Amounts.money(after.cost.sessions().dividend(), currency);
            return new FeatureReport(
                    name,
                    List.of(),
                    0,
                    Double.NaN,
                    after.budget(),
                    null,
                    List.of("no requests of it, only " + spent
                            + " of usage that came late or outside of any; not judged"),
                    Counts.of(after));
        }
        CaseWeights weights = CaseWeights.of(mix, name, after.cost);
        CostSample cost = after.cost.weighted(weights);
        Checks checks = new Checks(confidence, currency, objective == null ? 0 : objective.minimumRequests());
        List<Judged> judged = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (!Double.isNaN(after.fixedLimit())) {
            add(judged, checks.costPerRequest(cost, after.fixedLimit()));
        } else if (cost.burn().divisor() > 0) {
            add(judged, checks.costPerRequest(cost));
            if (after.withoutAllowance > 0) {
                notes.add(Amounts.count(after.withoutAllowance)
                        + " delivered requests have no allowance: they count as allowed nothing");
            }
        } else if (after.withAllowance > 0 && !weights.isWeighted()) {
            add(judged, checks.costPerRequest(cost, 0));
        } else if (after.withAllowance > 0
                || (objective != null && (objective.targetMargin() != null || objective.isComputed()))) {
            add(judged, checks.withoutLimit(cost));
        }
        if (after.misses.divisor() > 0) {
            add(judged, checks.latency(after.misses));
        }
        Explanation why = null;
        if (before != null && before.cost.requests() > 0) {
            CaseWeights earlier = weights.isWeighted() ? CaseWeights.of(mix, name, before.cost) : weights;
            if (weights.isWeighted() && !earlier.isWeighted()) {
                notes.add("against the baseline, cases count as often as they ran: there " + earlier.said());
            }
            CaseWeights later = earlier.isWeighted() ? weights : CaseWeights.NONE;
            Comparison comparison = Comparison.of(before.cost.weighted(earlier), after.cost.weighted(later));
            add(
                    judged,
                    asUpperBound(checks.growth(comparison, tolerance(objective).doubleValue()), before));
            why = why(before, after, comparison, earlier, later);
            if (earlier.isWeighted() && comparison.cases().isEmpty() && isTooFewToExplain(earlier, later)) {
                notes.add("not explained: there are too few cases to say what is more than chance");
            }
        } else if (baseline != null) {
            notes.add("no baseline: the one given has no request of it");
        }
        int limits = judged.size();
        if (after.calls > 0) {
            CostCheck unpriced = checks.unpriced(after.unpriced, after.calls, unpricedLimit);
            if (unpriced.verdict() == Verdict.FAIL) {
                judged.replaceAll(ReleaseGate::asLowerBound);
            }
            add(judged, unpriced);
        }
        return new FeatureReport(
                name, judged, limits, after.latencies.p95(), after.budget(), why, notes, Counts.of(after));
    }

    /** A baseline that was dearer than is known has grown by less. */
    static CostCheck asUpperBound(CostCheck growth, FeatureEvidence baseline) {
        return baseline.unpriced > 0 && growth.verdict() == Verdict.FAIL
                ? growth.undecidedFor("calls without a price are missing in the baseline")
                : growth;
    }

    /** What is missing might be what breaks the limit. */
    private static Judged asLowerBound(Judged judged) {
        CostCheck check = judged.check();
        return check.quantity() == Quantity.LATENCY || check.verdict() != Verdict.PASS
                ? judged
                : new Judged(check.undecidedFor("calls without a price are missing in it"), judged.level());
    }

    /** What a report says about the requests themselves. */
    record Counts(
            long requests, long calls, long unpriced, long estimated, long late, Map<String, Long> unpricedModels) {
        static Counts of(FeatureEvidence evidence) {
            return new Counts(
                    evidence.cost.requests(),
                    evidence.calls,
                    evidence.unpriced,
                    evidence.estimated,
                    evidence.late,
                    new TreeMap<>(evidence.unpricedModels));
        }
    }

    private void add(List<Judged> judged, CostCheck check) {
        judged.add(new Judged(check, levels.getOrDefault(check.quantity(), Level.FAIL)));
    }

    private BigDecimal tolerance(@Nullable CostObjective objective) {
        return tolerance != null ? tolerance : objective != null ? objective.tolerance() : Builder.DEFAULT_TOLERANCE;
    }

    static @Nullable Explanation why(FeatureEvidence before, FeatureEvidence after, Comparison comparison) {
        return why(before, after, comparison, CaseWeights.NONE, CaseWeights.NONE);
    }

    private static @Nullable Explanation why(
            FeatureEvidence before,
            FeatureEvidence after,
            Comparison comparison,
            CaseWeights earlier,
            CaseWeights later) {
        boolean known = before.hasCells
                && after.hasCells
                && Double.isFinite(comparison.before())
                && Double.isFinite(comparison.after());
        if (!known) {
            return null;
        }
        if (!comparison.cases().isEmpty()) {
            return Explanation.ofPairs(cells(before, comparison, earlier), cells(after, comparison, later));
        }
        if (earlier.isWeighted() && isTooFewToExplain(earlier, later)) {
            return null;
        }
        return earlier.isWeighted()
                ? Explanation.ofBuckets(cells(before, comparison, earlier), cells(after, comparison, later))
                : Explanation.ofBuckets(before.bySession.build(), after.bySession.build());
    }

    /** Weights are of cases, so that it is cases that the explanation's bounds are drawn from. */
    private static boolean isTooFewToExplain(CaseWeights earlier, CaseWeights later) {
        return Math.min(earlier.byCase().size(), later.byCase().size()) < FEWEST_EXPLAINED;
    }

    private static List<CostCells> cells(FeatureEvidence evidence, Comparison comparison, CaseWeights weights) {
        return evidence.byCase.build(caseId -> {
            boolean compared =
                    comparison.cases().isEmpty() || comparison.cases().contains(caseId);
            return !compared ? 0 : weights.isWeighted() ? weights.byCase().getOrDefault(caseId, 0.0) : 1;
        });
    }

    /** Collects settings; one thread at a time. Refusals name the argument, the value and the remedy. */
    public static final class Builder {
        private static final BigDecimal DEFAULT_TOLERANCE = new BigDecimal("0.05");
        private static final BigDecimal MOST_TOLERANCE = new BigDecimal(1_000);
        private static final double DEFAULT_CONFIDENCE = 0.95;

        private final TreeMap<String, CostObjective> objectives = new TreeMap<>();
        private final Map<Quantity, Level> levels = new EnumMap<>(Map.of(Quantity.LATENCY, Level.WARN));
        private final SortedSet<String> required = new TreeSet<>();
        private double confidence = DEFAULT_CONFIDENCE;
        private @Nullable BigDecimal tolerance;
        private double unpricedLimit;
        private @Nullable CostCells production;
        private @Nullable CaseMix mix;

        private Builder() {}

        /** What features earn and may cost. */
        public Builder objectives(CostObjectives objectives) {
            objectives.objectives().forEach(this::objective);
            return this;
        }

        /** What a feature earns and may cost; of two for one feature the later one counts. */
        public Builder objective(CostObjective objective) {
            this.objectives.put(objective.feature(), objective);
            return this;
        }

        /** Judges this feature, and no others than those named here; it has to be there. All features unless set. */
        public Builder feature(String name) {
            this.required.add(name);
            return this;
        }

        /** How sure it has to be, one-sided: above 0.5 and below 1; 0.95 unless set. With many features, 0.99 raises fewer false alarms. */
        public Builder confidence(double confidence) {
            this.confidence = new Checks(confidence, Currency.getInstance("USD")).confidence();
            return this;
        }

        /** What the cost per request may grow by, for all features: 0.05 for 5 %, 1,000 at most; each objective's own unless set. */
        public Builder tolerance(BigDecimal share) {
            if (share.signum() < 0) {
                throw new IllegalArgumentException(
                        "tolerance: " + share + " is below 0; give a share of 0 or more, such as 0.05 for 5 %");
            }
            if (share.compareTo(MOST_TOLERANCE) > 0) {
                throw new IllegalArgumentException("tolerance: " + share + " is above " + MOST_TOLERANCE
                        + ", and nothing would fail; give a share such as 0.05 for 5 %");
            }
            this.tolerance = share;
            return this;
        }

        /** The share of calls that may be without a price, 0 to 1; 0 unless set. Their cost is missing in every other number. */
        public Builder unpricedLimit(double share) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "unpriced limit: " + share + " is no share; give 0 to 1, such as 0.005 for 0.5 %");
            }
            this.unpricedLimit = share;
            return this;
        }

        /** What a failed check of this quantity does; all fail but latency, which warns, because that of a test machine is not that of production. */
        public Builder level(Quantity quantity, Level level) {
            this.levels.put(quantity, level);
            return this;
        }

        /**
         * A window of production, for what a test run cannot know: its idle share and its support per delivered request take the place of what both
         * sides recorded, and the report says so.
         */
        public Builder production(CostCells window) {
            this.production = window;
            return this;
        }

        /**
         * How often production has each case: costs are weighted to it on both sides if cases of nine in ten of its requests ran, and the report
         * says so, or why not. The p95 and what has no price are counted as they ran.
         */
        public Builder caseMix(CaseMix mix) {
            this.mix = mix;
            return this;
        }

        /** The gate. */
        public ReleaseGate build() {
            return new ReleaseGate(this);
        }
    }
}

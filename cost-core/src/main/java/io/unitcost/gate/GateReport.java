package io.unitcost.gate;

import io.unitcost.explain.Explanation;
import io.unitcost.gate.CostCheck.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link ReleaseGate} has to say about a release. Immutable; the same ledgers make the same report. */
public final class GateReport {

    private static final int DATA_ERROR = 2;

    private final double confidence;
    private final @Nullable Currency currency;
    private final Side candidate;
    private final @Nullable Side baseline;
    private final List<FeatureReport> features;
    private final List<String> problems;
    private final List<String> assumptions;

    GateReport(
            double confidence,
            @Nullable Currency currency,
            GateEvidence candidate,
            @Nullable GateEvidence baseline,
            List<FeatureReport> features,
            List<String> problems,
            List<String> assumptions) {
        this.confidence = confidence;
        this.currency = currency;
        this.candidate = Side.of(candidate);
        this.baseline = baseline == null ? null : Side.of(baseline);
        this.features = List.copyOf(features);
        this.problems = List.copyOf(problems);
        this.assumptions = List.copyOf(assumptions);
    }

    /** What a failed check does. */
    public enum Level {
        /** The gate fails. */
        FAIL,
        /** The report says so, and the gate does not mind. */
        WARN
    }

    /** A check and what it is for. */
    public record Judged(CostCheck check, Level level) {}

    /**
     * What there is of one side.
     *
     * @param requests user-facing ones
     * @param subrequests records left out because they are parts of requests of other services
     * @param releases that served
     * @param priceTables that priced
     * @param halfWritten last lines that were left out
     */
    public record Side(
            long requests,
            long subrequests,
            List<String> releases,
            List<String> priceTables,
            List<String> halfWritten) {

        static Side of(GateEvidence evidence) {
            return new Side(
                    evidence.requests(),
                    evidence.subrequests(),
                    List.copyOf(evidence.releases()),
                    List.copyOf(evidence.priceTables()),
                    evidence.halfWritten());
        }
    }

    /** What there is to say about one feature. */
    public static final class FeatureReport {

        private final String feature;
        private final List<Judged> checks;
        private final int limits;
        private final double p95;
        private final @Nullable Duration budget;
        private final @Nullable Explanation why;
        private final List<String> notes;
        private final ReleaseGate.Counts counts;

        FeatureReport(
                String feature,
                List<Judged> checks,
                int limits,
                double p95,
                @Nullable Duration budget,
                @Nullable Explanation why,
                List<String> notes,
                ReleaseGate.Counts counts) {
            this.feature = feature;
            this.checks = List.copyOf(checks);
            this.limits = limits;
            this.p95 = p95;
            this.budget = budget;
            this.why = why;
            this.notes = List.copyOf(notes);
            this.counts = counts;
        }

        /** Its name. */
        public String feature() {
            return feature;
        }

        /** What was judged: its objective, its p95, its growth as far as there are limits for them, and last its calls without a price. */
        public List<Judged> checks() {
            return checks;
        }

        /** The check of a quantity; {@code null} if it has no limit. */
        public @Nullable CostCheck check(Quantity quantity) {
            return checks.stream()
                    .map(Judged::check)
                    .filter(check -> check.quantity() == quantity)
                    .findFirst()
                    .orElse(null);
        }

        int limits() {
            return limits;
        }

        /** The latency that 95 % of delivered requests did not exceed, in nanoseconds; NaN if unknown. */
        public double p95Nanos() {
            return p95;
        }

        /** What they should not exceed; {@code null} if there is no budget, or each request had its own. */
        public @Nullable Duration latencyBudget() {
            return budget;
        }

        /** Why it costs another amount than in the baseline; {@code null} without one, or if only sums are known. */
        public @Nullable Explanation why() {
            return why;
        }

        /** What else a reader should know. */
        public List<String> notes() {
            return notes;
        }

        /** Requests, delivered or not. */
        public long requests() {
            return counts.requests();
        }

        /** Attempts of all requests. */
        public long calls() {
            return counts.calls();
        }

        /** Attempts without a price, or without a whole one. */
        public long unpricedCalls() {
            return counts.unpriced();
        }

        /** How often each model had no price; beyond twenty models they are {@code others}. */
        public Map<String, Long> unpricedModels() {
            return counts.unpricedModels();
        }

        /** Attempts whose usage was estimated or partly reported. */
        public long estimatedCalls() {
            return counts.estimated();
        }

        /** Records of usage that came after its request was closed, or outside of any. Their cost counts. */
        public long lateRecords() {
            return counts.late();
        }

        /** What is known of it as a whole: warnings aside. */
        public Verdict verdict() {
            return GateReport.verdict(List.of(this));
        }
    }

    /** All checks together: one failure fails, else one that is undecided leaves it undecided. Warnings do not count. Never a pass if there are {@link #problems}. */
    public Verdict verdict() {
        Verdict verdict = verdict(features);
        return verdict == Verdict.FAIL || problems.isEmpty() ? verdict : Verdict.UNDECIDED;
    }

    private static Verdict verdict(List<FeatureReport> features) {
        List<Verdict> counted = new ArrayList<>();
        boolean any = false;
        for (FeatureReport feature : features) {
            for (Judged judged : feature.checks) {
                any = true;
                if (judged.level == Level.FAIL) {
                    counted.add(judged.check.verdict());
                }
            }
        }
        return any && counted.isEmpty() ? Verdict.PASS : Verdict.of(counted);
    }

    /**
     * What a command ends with: 0 passed, 1 failed, 3 undecided; and 2 if there was no data, if it cannot be compared, or if nothing failed but costs
     * are missing because too many calls have no price.
     */
    public int exitCode() {
        boolean failed = judged(Verdict.FAIL, Level.FAIL) > judged(Verdict.FAIL, Quantity.UNPRICED);
        if (failed) {
            return Verdict.FAIL.exitCode();
        }
        return problems.isEmpty() && verdict() != Verdict.FAIL ? verdict().exitCode() : DATA_ERROR;
    }

    long judged(Verdict verdict, Level level) {
        return features.stream()
                .flatMap(feature -> feature.checks.stream())
                .filter(judged -> judged.check.verdict() == verdict && judged.level == level)
                .count();
    }

    private long judged(Verdict verdict, Quantity quantity) {
        return features.stream()
                .flatMap(feature -> feature.checks.stream())
                .filter(judged -> judged.check.verdict() == verdict
                        && judged.level == Level.FAIL
                        && judged.check.quantity() == quantity)
                .count();
    }

    /** Of each bound, such as 0.95. */
    public double confidence() {
        return confidence;
    }

    /** Of every amount; {@code null} if there was none. */
    public @Nullable Currency currency() {
        return currency;
    }

    /** What was judged. */
    public Side candidate() {
        return candidate;
    }

    /** What it was compared with; {@code null} if nothing. */
    public @Nullable Side baseline() {
        return baseline;
    }

    /** By feature, sorted. */
    public List<FeatureReport> features() {
        return features;
    }

    /** Why there is no verdict, each with a remedy; usually empty. */
    public List<String> problems() {
        return problems;
    }

    /** What was assumed that the ledgers do not say. */
    public List<String> assumptions() {
        return assumptions;
    }

    /** The report for people, in ASCII, over several lines. */
    @Override
    public String toString() {
        return new GateText(this).text();
    }
}

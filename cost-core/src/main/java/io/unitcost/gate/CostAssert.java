package io.unitcost.gate;

import io.unitcost.CostObjective;
import io.unitcost.RequestCost.Kind;
import io.unitcost.explain.Explanation;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Assertions about what requests cost; see {@link CostAssertions}. Immutable: what is set holds for the assertions after it. */
public final class CostAssert {

    private static final double DEFAULT_CONFIDENCE = 0.95;

    private final Supplier<Stream<LedgerRecord>> records;
    private final @Nullable String feature;
    private final double confidence;
    private final Undecided undecided;

    CostAssert(Supplier<Stream<LedgerRecord>> records) {
        this(records, null, DEFAULT_CONFIDENCE, Undecided.ABORT);
    }

    private CostAssert(
            Supplier<Stream<LedgerRecord>> records, @Nullable String feature, double confidence, Undecided undecided) {
        this.records = records;
        this.feature = feature;
        this.confidence = confidence;
        this.undecided = undecided;
    }

    /** What becomes of a test when there is not enough to say whether a limit is kept. */
    public enum Undecided {
        /** It is aborted: neither passed nor failed. */
        ABORT,
        /** It fails. */
        FAIL
    }

    /** Only requests of this feature; all of them together unless set. */
    public CostAssert feature(String name) {
        return new CostAssert(records, name, confidence, undecided);
    }

    /** How sure the assertions after this have to be: above 0.5, below 1; 0.95 unless set. */
    public CostAssert confidence(double share) {
        return new CostAssert(records, feature, new Checks(share, Currency.getInstance("USD")).confidence(), undecided);
    }

    /** What becomes of the test when the assertions after this are undecided; it is aborted unless set. */
    public CostAssert whenUndecided(Undecided outcome) {
        return new CostAssert(records, feature, confidence, outcome);
    }

    /** The cost per delivered request: what failed is paid by what was delivered. */
    public PerDeliveredRequest perDeliveredRequest() {
        return new PerDeliveredRequest();
    }

    /** The growth of the cost per delivered request since a baseline, by case where the same cases ran. */
    public Against against(Iterable<LedgerRecord> baseline) {
        return new Against(baseline);
    }

    /** The latency that 95 % of delivered requests do not exceed, by counting. */
    public P95Latency p95Latency() {
        return new P95Latency();
    }

    /** Every call had a price; without one, costs are lower bounds. */
    public CostAssert hasNoUnpricedCalls() {
        Side side = side(null);
        if (side.evidence.calls == 0) {
            throw new AssertionError("no calls" + of() + ", so none that has a price");
        }
        if (side.evidence.unpriced > 0) {
            throw new AssertionError(Amounts.count(side.evidence.unpriced) + " of "
                    + Amounts.count(side.evidence.calls) + " calls" + of() + " have no price: "
                    + side.evidence.unpricedModels + "; add them to the price table");
        }
        return this;
    }

    /** The limit of a cost. */
    public final class PerDeliveredRequest {

        private PerDeliveredRequest() {}

        /**
         * It is at most this.
         *
         * @throws AssertionError if it is sure to be more, or in another currency
         */
        public CostAssert isAtMost(Money limit) {
            Side side = side(null);
            if (!side.currency.equals(limit.currency())) {
                throw new AssertionError("the ledger is in " + side.currency + " and the limit in " + limit.currency()
                        + "; write both in one");
            }
            CostCheck check = side.checks().costPerRequest(side.evidence.cost, limit.toDouble());
            return judged(
                    side.asFound(check),
                    "cost per delivered request" + of() + ": " + side.money(check.estimate()) + ", at most "
                            + side.money(check.limit()) + " expected",
                    null);
        }
    }

    /** The limit of a growth. */
    public final class Against {

        private final Iterable<LedgerRecord> baseline;

        private Against(Iterable<LedgerRecord> baseline) {
            this.baseline = baseline;
        }

        /**
         * It is at most this.
         *
         * @param share 0 or more: 0.05, or {@link CostAssertions#percent percent(5)}
         * @throws AssertionError if it is sure to be more; the message says why
         */
        public CostAssert growsAtMost(BigDecimal share) {
            Side after = side(null);
            Side before = new Side(null, "baseline");
            baseline.forEach(before::add);
            before.require();
            if (!before.currency.equals(after.currency)) {
                throw new AssertionError("the ledger is in " + after.currency + " and its baseline in "
                        + before.currency + "; price both with one table");
            }
            Comparison comparison = Comparison.of(before.evidence.cost, after.evidence.cost);
            CostCheck check = after.checks().growth(comparison, share.doubleValue());
            Explanation why = check.verdict() == Verdict.FAIL
                    ? ReleaseGate.why(before.evidence, after.evidence, comparison)
                    : null;
            return judged(
                    ReleaseGate.asUpperBound(after.asFound(check), before.evidence),
                    "cost per delivered request" + of() + " against the baseline: "
                            + Amounts.growth(check.estimate()) + ", at most " + Amounts.growth(check.limit())
                            + " expected",
                    why == null ? null : why.lines(after::money));
        }
    }

    /** The limit of a latency. */
    public final class P95Latency {

        private P95Latency() {}

        /**
         * It is at most this.
         *
         * @throws AssertionError if it is sure to be more
         */
        public CostAssert isAtMost(Duration limit) {
            Side side = side(CostObjective.of("latency").latencyBudget(limit).build());
            CostCheck check = side.checks().latency(side.evidence.misses);
            return judged(
                    check,
                    "p95 latency" + of() + ": " + Math.round(side.evidence.latencies.p95() / 1e6) + " ms, at most "
                            + limit.toMillis() + " ms expected",
                    null);
        }
    }

    private Side side(@Nullable CostObjective objective) {
        Side side = new Side(objective, "ledger");
        try (Stream<LedgerRecord> all = records.get()) {
            all.forEach(side::add);
        }
        return side.require();
    }

    private String of() {
        return feature == null ? "" : " of " + feature;
    }

    private CostAssert judged(CostCheck check, String what, @Nullable List<String> why) {
        if (check.verdict() == Verdict.PASS) {
            return this;
        }
        StringBuilder message = new StringBuilder(what).append("; ").append(check.evidence());
        check.notes().forEach(note -> message.append("\n  ").append(note));
        if (check.requestsToDecide() != null) {
            message.append("\n  about ")
                    .append(Amounts.count(check.requestsToDecide()))
                    .append(" requests would decide");
        }
        if (why != null) {
            why.forEach(line -> message.append('\n').append(line));
        }
        if (check.verdict() == Verdict.UNDECIDED && undecided == Undecided.ABORT) {
            throw Abort.of("undecided: " + message);
        }
        throw new AssertionError(message.toString());
    }

    /** The records of one side. */
    private final class Side {
        private final FeatureEvidence evidence;
        private final String name;
        private Currency currency = Currency.getInstance("USD");
        private boolean any;

        private Side(@Nullable CostObjective objective, String name) {
            this.evidence = new FeatureEvidence(objective);
            this.name = name;
        }

        private void add(LedgerRecord record) {
            if (record.kind() != Kind.SUBREQUEST && (feature == null || feature.equals(record.feature()))) {
                if (any && !currency.equals(record.currency())) {
                    throw new AssertionError("mixed currencies in the " + name + ": " + currency + " and "
                            + record.currency() + "; assert about each of them");
                }
                any = true;
                currency = record.currency();
                evidence.add(record, record);
            }
        }

        private Side require() {
            if (evidence.cost.requests() == 0) {
                throw new AssertionError("no requests" + of() + " in the " + name + ": no data is not a pass");
            }
            return this;
        }

        private Checks checks() {
            return new Checks(confidence, currency);
        }

        private String money(double amount) {
            return Amounts.money(amount, currency);
        }

        /** What is missing might be what breaks the limit. */
        private CostCheck asFound(CostCheck check) {
            return evidence.unpriced > 0 && check.verdict() == Verdict.PASS
                    ? check.undecidedFor(Amounts.count(evidence.unpriced) + " calls without a price are missing in it")
                    : check;
        }
    }
}

package io.unitcost.cli.report;

import io.unitcost.price.Money;
import java.math.BigDecimal;

/**
 * Whether a feature kept to its objective in what was read, in words with amounts. It says what was, not what will be: bounds are the gate's.
 *
 * @param state a word to begin with
 * @param text the rest, to the end of the sentence
 */
record Judgement(State state, String text) {

    /** Of 100 requests so many may take longer than the latency budget. */
    private static final BigDecimal MISSES_ALLOWED = new BigDecimal("0.05");

    enum State {
        MET("met"),
        MISSED("missed"),
        OPEN("not judged"),
        NONE("none");

        private final String label;

        State(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    static Judgement ofCost(FeatureTally feature) {
        Sums total = feature.total();
        if (!total.hasAllowance()) {
            return new Judgement(State.NONE, "no allowance is recorded with its requests");
        }
        if (total.allowed < total.delivered) {
            return new Judgement(
                    State.OPEN,
                    "only " + Words.count(total.allowed) + " of " + Words.count(total.delivered)
                            + " delivered requests have an allowance");
        }
        if (total.delivered < feature.goal().minimumRequests()) {
            return tooFew(total.delivered, feature);
        }
        Money left = total.allowance().minus(total.cost());
        String each = Words.money(Words.per(total.cost(), total.delivered), left.currency());
        String allowed = Words.money(Words.per(total.allowance(), total.delivered), left.currency());
        if (left.signum() >= 0 && feature.unpriced() > 0) {
            return new Judgement(
                    State.OPEN,
                    each + " a request where " + allowed + " is allowed, but that is at least: "
                            + Words.count(feature.unpriced(), "attempt") + " without a price");
        }
        return left.signum() < 0
                ? new Judgement(
                        State.MISSED,
                        each + " a request where " + allowed + " is allowed: " + Words.money(left.negated())
                                + " too much in all")
                : new Judgement(
                        State.MET,
                        each + " a request where " + allowed + " is allowed: " + Words.money(left) + " left in all");
    }

    static Judgement ofLatency(FeatureTally feature) {
        Sums total = feature.total();
        if (total.timed == 0) {
            return new Judgement(State.NONE, "no latency budget is recorded with its requests");
        }
        if (total.timed < feature.goal().minimumRequests()) {
            return tooFew(total.timed, feature);
        }
        boolean missed =
                BigDecimal.valueOf(total.timed).multiply(MISSES_ALLOWED).compareTo(BigDecimal.valueOf(total.missed))
                        < 0;
        return new Judgement(
                missed ? State.MISSED : State.MET,
                Words.share(total.missed, total.timed)
                        + " of requests took longer than the latency budget, 5\u00a0% may");
    }

    private static Judgement tooFew(long requests, FeatureTally feature) {
        return new Judgement(
                State.OPEN,
                Words.count(requests, "delivered request") + ", and "
                        + Words.count(feature.goal().minimumRequests()) + " are needed");
    }
}

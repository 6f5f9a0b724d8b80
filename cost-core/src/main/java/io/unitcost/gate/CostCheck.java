package io.unitcost.gate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One quantity judged against one limit. Immutable.
 *
 * @param quantity what was judged
 * @param verdict what is known about it
 * @param estimate what was measured: an amount per delivered request, a growth (0.05 for 5 % more), or a share; NaN if there was
 *     nothing to measure
 * @param limit what it may be at most, in the same unit
 * @param bounds where it really is; {@code null} if there was too little for bounds, and then it is undecided
 * @param requests how many requests it rests on
 * @param clusters how many groups of requests that are independent of each other: sessions, cases or buckets
 * @param requestsToDecide about how many requests like these would decide; {@code null} if it is decided, or if no number would
 * @param evidence why, in a few words with amounts: {@code 95 % sure it is at least $0.001133}
 * @param notes what else a reader should know, such as how requests were paired, or that there were few
 */
public record CostCheck(
        Quantity quantity,
        Verdict verdict,
        double estimate,
        double limit,
        @Nullable Bounds bounds,
        long requests,
        int clusters,
        @Nullable Long requestsToDecide,
        String evidence,
        List<String> notes) {

    /** Copies the notes. */
    public CostCheck {
        notes = List.copyOf(notes);
    }

    /** The same without its verdict, for a reason that the bounds do not know. */
    CostCheck undecidedFor(String reason) {
        List<String> more = new ArrayList<>(notes);
        more.add(reason);
        return new CostCheck(
                quantity, Verdict.UNDECIDED, estimate, limit, bounds, requests, clusters, null, evidence, more);
    }

    /** What is judged. */
    public enum Quantity {
        /** Summed cost ÷ delivered requests: what failed is paid by what was delivered. */
        COST_PER_REQUEST("cost per request"),
        /** Growth of the cost per delivered request since a baseline. */
        GROWTH("against baseline"),
        /** The share of delivered requests beyond the latency budget. Up to 5 % of them means that the p95 is within it. */
        LATENCY("p95 latency"),
        /** The share of calls without a price. Counted, so it is never undecided. */
        UNPRICED("unpriced calls");

        private final String label;

        Quantity(String label) {
            this.label = label;
        }

        /** The name to show: lower case, a word or three. */
        public String label() {
            return label;
        }
    }

    /**
     * Two one-sided bounds. Each of them holds with the confidence; both at once hold a little less often.
     *
     * @param lower the quantity is at least this, as sure as {@code confidence}; may be -∞
     * @param upper the quantity is at most this, as sure as {@code confidence}; may be ∞
     * @param confidence such as 0.95
     */
    public record Bounds(double lower, double upper, double confidence) {}
}

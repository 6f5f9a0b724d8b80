package io.unitcost.cli;

/** A line of the machine interface that has no price, and why: not an error of the line, but an answer. */
final class Unpriceable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** In one word, as the vectors of price calculators say it. */
    enum Reason {
        /** No entry for the model, no price for a unit, no such unit, or nothing is known of what was used. */
        NO_PRICE,
        /** A count that cannot be, or counts that contradict each other. */
        INVALID_USAGE
    }

    private final Reason reason;

    Unpriceable(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    static Unpriceable noPrice(String detail) {
        return new Unpriceable(Reason.NO_PRICE, detail);
    }

    static Unpriceable invalidUsage(String detail) {
        return new Unpriceable(Reason.INVALID_USAGE, detail);
    }

    Reason reason() {
        return reason;
    }
}

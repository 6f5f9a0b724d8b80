package io.unitcost.gate;

import java.util.Collection;

/** What is known about a quantity and its limit. */
public enum Verdict {
    /** It is within the limit, as sure as was asked for. */
    PASS(0),
    /** It is beyond the limit, as sure as was asked for. */
    FAIL(1),
    /** There is not enough to say either. Never a pass. */
    UNDECIDED(3);

    /** Sums of doubles: what is this close to the limit is on it. */
    private static final double ROUNDING = 1e-12;

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /** What a command ends with: 0, 1 or 3. 2 is left for usage and data errors. */
    public int exitCode() {
        return exitCode;
    }

    /** All of them together: one failure fails; else one that is undecided leaves it undecided; of none at all it is undecided. */
    public static Verdict of(Collection<Verdict> verdicts) {
        return verdicts.contains(FAIL) ? FAIL : verdicts.isEmpty() || verdicts.contains(UNDECIDED) ? UNDECIDED : PASS;
    }

    /** Fails when even the lower bound is above the limit, passes when even the upper one is not. */
    static Verdict of(double lower, double upper, double limit) {
        double highest = limit + ROUNDING * Math.abs(limit);
        return lower > highest ? FAIL : upper <= highest ? PASS : UNDECIDED;
    }
}

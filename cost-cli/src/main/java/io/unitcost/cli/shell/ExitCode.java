package io.unitcost.cli.shell;

/** What a command ends with. */
public final class ExitCode {

    /** Done, passed. */
    public static final int OK = 0;

    /** Something found, without a price, or beyond a limit. */
    public static final int FOUND = 1;

    /** Something given is wrong, or there was nothing to look at. */
    public static final int WRONG = 2;

    /** There is not enough to say either. */
    public static final int UNDECIDED = 3;

    private ExitCode() {}
}

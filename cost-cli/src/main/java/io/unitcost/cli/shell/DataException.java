package io.unitcost.cli.shell;

/** Something given cannot be used. The message says what, the value and the remedy; it is all a user sees. */
public final class DataException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(message);
    }
}

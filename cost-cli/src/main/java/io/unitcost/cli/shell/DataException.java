package io.unitcost.cli;

/** Something given cannot be used. The message says what, the value and the remedy; it is all a user sees. */
final class DataException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DataException(String message) {
        super(message);
    }
}

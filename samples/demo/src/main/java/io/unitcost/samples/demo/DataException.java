package io.unitcost.samples.demo;

/** Something that the user gave is wrong; the message says what, where and what to do, and is all that is shown. */
final class DataException extends RuntimeException {

    private static final long serialVersionUID = 1;

    DataException(String message) {
        super(message);
    }
}

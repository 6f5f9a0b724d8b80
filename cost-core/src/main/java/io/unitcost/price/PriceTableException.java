package io.unitcost.price;

/**
 * A price table could not be built: its message names the source, the place, the value and the remedy. Thrown at
 * configuration time only, and nothing of the table is in force then.
 */
public final class PriceTableException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    PriceTableException(String message) {
        super(message);
    }

    PriceTableException(String message, Throwable cause) {
        super(message, cause);
    }
}

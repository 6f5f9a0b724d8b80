package io.unitcost.price;

import org.jspecify.annotations.Nullable;

/**
 * A price table could not be built: its message names the source, the place, the value and the remedy. Thrown at
 * configuration time only, and nothing of the table is in force then.
 */
public final class PriceTableException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final boolean located;

    PriceTableException(String message) {
        this(message, null, false);
    }

    PriceTableException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private PriceTableException(String message, @Nullable Throwable cause, boolean located) {
        super(message, cause);
        this.located = located;
    }

    /** One whose message says the place in a file already. */
    static PriceTableException located(String message, @Nullable Throwable cause) {
        return new PriceTableException(message, cause, true);
    }

    boolean isLocated() {
        return located;
    }
}

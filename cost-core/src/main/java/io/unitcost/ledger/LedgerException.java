package io.unitcost.ledger;

import org.jspecify.annotations.Nullable;

/** A ledger could not be read or written by a tool: its message names the file, the line, what is wrong and the remedy. */
public final class LedgerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

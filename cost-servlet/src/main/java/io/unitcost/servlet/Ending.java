package io.unitcost.servlet;

import io.unitcost.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended, for deciding its outcome.
 *
 * @param status of the response; 0 when the container did not say any more
 * @param failure what left the chain or what the container reported; {@code null} when nothing did
 * @param isTimeout whether the container's time for an asynchronous request ran out
 * @param isAbort whether the client went away before the response was complete, as far as anybody noticed
 */
public record Ending(int status, @Nullable Throwable failure, boolean isTimeout, boolean isAbort) {

    private static final int FIRST_ERROR = 400;

    /**
     * The usual outcome: cancelled if the client went away; failed after an exception, a timeout, or with a status of 400
     * and above; else delivered.
     */
    public Outcome outcome() {
        if (isAbort) {
            return Outcome.CANCELLED;
        }
        return failure != null || isTimeout || status >= FIRST_ERROR || status == 0
                ? Outcome.FAILED
                : Outcome.DELIVERED;
    }
}

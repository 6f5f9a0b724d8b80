package io.unitcost.spring.ai;

import io.unitcost.Attempt;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A try that gave no answer.
 *
 * @param billed whether the provider may bill it: not where it refused before any token or was never reached
 * @param durationNanos how long it took
 */
record FailedTry(boolean billed, long durationNanos) {

    private static final int REFUSED = 400;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final int ORIGIN_TIMEOUT = 524;
    private static final int MOST_CAUSES = 16;

    /** By the status of the answer. A gateway may have given up waiting for a model that has worked on. */
    static FailedTry of(int status, long durationNanos) {
        boolean refused = status >= REFUSED && status != GATEWAY_TIMEOUT && status != ORIGIN_TIMEOUT;
        return new FailedTry(!refused, durationNanos);
    }

    /** By what was thrown, which may say the status; {@code null} says nothing. */
    static FailedTry of(@Nullable Throwable error, long durationNanos) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return new FailedTry(false, durationNanos);
            }
            long status = Native.number(cause, "statusCode");
            if (status < 0) {
                status = Native.number(cause, "statusCode", "value");
            }
            if (status >= REFUSED) {
                return of((int) status, durationNanos);
            }
            cause = cause.getCause();
        }
        return new FailedTry(true, durationNanos);
    }

    Attempt attempt(String provider, @Nullable String model) {
        Attempt.Builder attempt = Attempt.of(provider, model).failed().durationNanos(durationNanos);
        return (billed ? attempt : attempt.unbilled()).build();
    }
}

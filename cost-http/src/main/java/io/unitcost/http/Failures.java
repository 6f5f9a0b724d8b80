package io.unitcost.http;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import javax.net.ssl.SSLHandshakeException;

/** What the exceptions of HTTP clients mean. Libraries wrap them, so causes are looked at too. */
final class Failures {

    private static final int DEEPEST = 16;

    private Failures() {}

    /** Whether there was no connection over which anything could have been sent. */
    static boolean isUnconnected(Throwable failure) {
        return any(failure, Failures::isConnecting);
    }

    /** Whether the caller gave up, and not the other side or a time limit. */
    static boolean isGivenUp(Throwable failure) {
        return any(
                failure,
                cause -> cause instanceof InterruptedException
                        || cause instanceof CancellationException
                        || (cause instanceof InterruptedIOException
                                && !(cause instanceof SocketTimeoutException)
                                && Thread.currentThread().isInterrupted()));
    }

    /** By its name where the class belongs to a client that may not be there, or says it in words only. */
    private static boolean isConnecting(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException
                || cause instanceof UnresolvedAddressException
                || cause instanceof SSLHandshakeException
                || cause.getClass().getSimpleName().contains("ConnectTimeout")
                || (cause instanceof SocketTimeoutException
                        && "connect timed out".equalsIgnoreCase(String.valueOf(cause.getMessage())));
    }

    private static boolean any(Throwable failure, Predicate<Throwable> what) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < DEEPEST; i++) {
            if (what.test(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}

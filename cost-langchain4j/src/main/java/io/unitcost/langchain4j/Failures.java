package io.unitcost.langchain4j;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;

/**
 * Whether a failure costs. Providers bill nothing for a request that they refuse, nor for a failure of theirs before the
 * first token; what timed out may have been worked on.
 */
final class Failures {

    private static final int REQUEST_TIMEOUT = 408;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final int CLOUDFLARE_TIMEOUT = 524;
    private static final int FIRST_REFUSAL = 400;
    private static final int MOST_CAUSES = 20;

    private Failures() {}

    static boolean isUnbilled(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (cause instanceof HttpException http) {
                return isRefusal(http.statusCode());
            }
            if (neverArrived(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Whether a hook of the client below has seen it too, and written it. */
    static boolean isOfTransport(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (cause instanceof HttpException || cause instanceof IOException || neverArrived(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isRefusal(int status) {
        return status >= FIRST_REFUSAL
                && status != REQUEST_TIMEOUT
                && status != GATEWAY_TIMEOUT
                && status != CLOUDFLARE_TIMEOUT;
    }

    /** There was no connection, or nothing that could be sent. */
    private static boolean neverArrived(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof UnknownHostException
                || cause instanceof UnresolvedAddressException
                || cause instanceof UnsupportedFeatureException;
    }
}

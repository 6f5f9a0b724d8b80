package io.unitcost.servlet;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells from an exception that the client went away, in the words of each container. */
final class ClientAbort {

    private static final int DEEPEST = 10;
    /** Of Tomcat, Jetty and Spring. Undertow and the JDK have no type of their own. */
    private static final Set<String> TYPES =
            Set.of("ClientAbortException", "CloseNowException", "EofException", "AsyncRequestNotUsableException");

    private static final Set<String> MESSAGES = Set.of("broken pipe", "connection reset by peer", "connection reset");

    private ClientAbort() {}

    static boolean isOne(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < DEEPEST; i++, cause = cause.getCause()) {
            if (cause instanceof ClosedChannelException
                    || (cause instanceof IOException
                            && TYPES.contains(cause.getClass().getSimpleName()))
                    || (cause.getClass() == IOException.class && isAbort(cause.getMessage()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAbort(@Nullable String message) {
        return message != null && MESSAGES.contains(message.toLowerCase(Locale.ROOT));
    }
}

package io.unitcost.servlet;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells from an exception that the client went away, in the words of each container. An application's own connections break
 * too, to a model server for instance, in the words of the JDK: those count where the container has written.
 */
final class ClientAbort {

    private static final int DEEPEST = 10;
    /** Of Tomcat, Jetty and Spring. Undertow has no type of its own. */
    private static final Set<String> TYPES = Set.of(
            "ClientAbortException",
            "CloseNowException",
            "EofException",
            "HttpEofException",
            "AsyncRequestNotUsableException");

    private static final Set<String> MESSAGES = Set.of(
            "broken pipe",
            "connection reset by peer",
            "connection reset",
            "an established connection was aborted by the software in your host machine",
            "an existing connection was forcibly closed by the remote host");

    /** Jetty, HTTP/2: what is read of a body when the client resets it in the middle of a read, in place of the reset. */
    private static final String GIVEN_UP_TYPE = "org.eclipse.jetty.util.ConstantThrowable";

    private static final String GIVEN_UP = "Unconsumed";

    private static final List<String> CONTAINERS =
            List.of("org.apache.coyote.", "org.apache.tomcat.", "org.xnio.", "io.undertow.");

    private static final List<String> JDK = List.of("java.", "sun.", "jdk.");

    private ClientAbort() {}

    static boolean isOne(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < DEEPEST; i++, cause = cause.getCause()) {
            if (cause instanceof IOException
                    && (TYPES.contains(cause.getClass().getSimpleName())
                            || (isBroken(cause) && isOfContainer(cause)))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a body was read that Jetty has given up. While the application answers, that is for a client that went away;
     * after an error it is for the error page.
     */
    static boolean isBodyGivenUp(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < DEEPEST; i++, cause = cause.getCause()) {
            if (cause.getClass().getName().equals(GIVEN_UP_TYPE) && GIVEN_UP.equals(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBroken(Throwable cause) {
        String message = cause.getMessage();
        return cause instanceof ClosedChannelException
                || (message != null && MESSAGES.contains(message.toLowerCase(Locale.ROOT)));
    }

    /** Whether it is the container that asked the JDK for what failed. */
    private static boolean isOfContainer(Throwable cause) {
        for (StackTraceElement frame : cause.getStackTrace()) {
            String type = frame.getClassName();
            if (JDK.stream().noneMatch(type::startsWith)) {
                return CONTAINERS.stream().anyMatch(type::startsWith);
            }
        }
        return false;
    }
}

package io.unitcost.http;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A method of {@code java.net.http} that the language level of this library does not have yet. */
final class NewerJdk {

    static final NewerJdk SHUTDOWN = new NewerJdk(HttpClient.class, "shutdown");
    static final NewerJdk SHUTDOWN_NOW = new NewerJdk(HttpClient.class, "shutdownNow");
    static final NewerJdk AWAIT_TERMINATION = new NewerJdk(HttpClient.class, "awaitTermination", Duration.class);
    static final NewerJdk IS_TERMINATED = new NewerJdk(HttpClient.class, "isTerminated");
    static final NewerJdk CLOSE = new NewerJdk(HttpClient.class, "close");
    static final NewerJdk LOCAL_ADDRESS = new NewerJdk(HttpClient.Builder.class, "localAddress", InetAddress.class);

    private final @Nullable Method method;

    private NewerJdk(Class<?> type, String name, Class<?>... parameters) {
        Method found = null;
        try {
            found = type.getMethod(name, parameters);
        } catch (NoSuchMethodException older) {
            // an older JDK
        }
        this.method = found;
    }

    /** Calls it; does nothing on an older JDK, where nobody can call it. */
    @Nullable
    Object on(Object target, @Nullable Object... arguments) {
        if (method == null) {
            return null;
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw NewerJdk.<RuntimeException>asIs(thrown.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The client's own exception, checked or not, as if it had been called directly. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // which is the trick
    private static <T extends Throwable> T asIs(@Nullable Throwable thrown) throws T {
        throw (T) (thrown == null ? new IllegalStateException("failed without a cause") : thrown);
    }
}

package io.unitcost.http;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Methods of {@code java.net.http} that the language level of this library does not have yet. */
enum NewerJdk {
    SHUTDOWN(HttpClient.class, "shutdown"),
    SHUTDOWN_NOW(HttpClient.class, "shutdownNow"),
    AWAIT_TERMINATION(HttpClient.class, "awaitTermination", Duration.class),
    IS_TERMINATED(HttpClient.class, "isTerminated"),
    CLOSE(HttpClient.class, "close"),
    LOCAL_ADDRESS(HttpClient.Builder.class, "localAddress", InetAddress.class);

    private final @Nullable Method method;

    NewerJdk(Class<?> type, String name, Class<?>... parameters) {
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
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T asIs(@Nullable Throwable thrown) throws T {
        throw (T) (thrown == null ? new IllegalStateException("failed without a cause") : thrown);
    }
}

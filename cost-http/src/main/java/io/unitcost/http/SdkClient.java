package io.unitcost.http;

import io.unitcost.CostMeter.Site;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An SDK's asynchronous client, or one of its services, that names the caller of each method in a header, because the SDK
 * sends from threads that do not know it. Everything else is the SDK's own.
 *
 * <p>Synchronous services are not wrapped: they send on the calling thread and need nothing, and a proxy could not pass on
 * the exceptions that they throw undeclared, such as that of an interrupted wait between two tries.
 *
 * @param service the SDK's own
 * @param unhooked whether it turned out that no hook takes the header out of what this client sends
 */
record SdkClient(Object service, HttpCosts costs, Sdk sdk, AtomicBoolean unhooked) implements InvocationHandler {

    /** What differs between SDKs. */
    interface Sdk {

        /** A change of the client's options that sets a header. */
        Consumer<?> header(String name, String value);

        /** The type of a stream that is returned before it begins. */
        Class<?> stream();

        /** When such a stream is over. */
        CompletionStage<?> endOf(Object stream);
    }

    private static final String ASYNCHRONOUS = "Async";

    private static final String UNHOOKED = "wrapped client: no hook of its HttpCosts saw its request;"
            + " add OkHttpCosts.interceptor or a metered transport when it is built";

    private static final ClassValue<Method[]> WITH_OPTIONS = new ClassValue<>() {
        @Override
        protected Method[] computeValue(Class<?> type) {
            try {
                return new Method[] {type.getMethod("withOptions", Consumer.class)};
            } catch (NoSuchMethodException e) {
                return new Method[0];
            }
        }
    };

    /** Whether a client is wrapped for the same costs already. */
    static boolean isWrapped(Object client, HttpCosts costs) {
        return unwrapped(client) != client && ((SdkClient) Proxy.getInvocationHandler(client)).costs == costs;
    }

    static <T> T wrap(Class<T> type, T client, HttpCosts costs, Sdk sdk) {
        return isWrapped(client, costs)
                ? client
                : type.cast(new SdkClient(client, costs, sdk, new AtomicBoolean()).as(type));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return method.getName().equals("equals") && arguments != null
                    ? service.equals(unwrapped(arguments[0]))
                    : on(service, method, arguments);
        }
        Class<?> type = method.getReturnType();
        if (isService(type)) {
            Object other = on(service, method, arguments);
            return other == null ? null : new SdkClient(other, costs, sdk, unhooked).as(type);
        }
        boolean isCall = CompletionStage.class.isAssignableFrom(type) || type == sdk.stream();
        return isCall && !unhooked.get() ? call(method, arguments) : on(service, method, arguments);
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        SdkCall call = null;
        String id = null;
        Object named = service;
        try {
            call = SdkCall.open(costs);
            id = costs.handovers().put(call);
            named = id == null ? service : withHeader(method, id);
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
        }
        Object result;
        try {
            result = on(named, method, arguments);
        } catch (Throwable failure) {
            over(call, id, true);
            throw failure;
        }
        follow(result, call, id);
        return result;
    }

    private Object withHeader(Method method, String id) throws ReflectiveOperationException {
        Object named =
                WITH_OPTIONS.get(method.getDeclaringClass())[0].invoke(service, sdk.header(Handovers.HEADER, id));
        return named == null ? service : named;
    }

    private void follow(@Nullable Object result, @Nullable SdkCall call, @Nullable String id) {
        try {
            if (result instanceof CompletionStage<?> future) {
                future.whenComplete((answer, failure) -> {
                    // another failure is the application's, which has given up while the client goes on
                    over(call, id, failure == null || failure instanceof CompletionException);
                    if (failure == null && id != null && call != null && !call.isSeen()) {
                        mistaken();
                    }
                });
            } else if (result != null) {
                sdk.endOf(result).whenComplete((nothing, failure) -> over(call, id, false));
            }
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
        }
    }

    private void over(@Nullable SdkCall call, @Nullable String id, boolean finished) {
        try {
            if (call != null) {
                if (id != null && (finished || call.isAnswered())) {
                    costs.handovers().remove(id);
                }
                call.done();
            }
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
        }
    }

    private void mistaken() {
        if (unhooked.compareAndSet(false, true)) {
            costs.meter().reportError(Site.CLIENT, new IllegalStateException(UNHOOKED));
        }
    }

    private Object as(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this);
    }

    private static boolean isService(Class<?> type) {
        return type.isInterface() && type.getName().contains(ASYNCHRONOUS) && WITH_OPTIONS.get(type).length > 0;
    }

    private static @Nullable Object on(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static @Nullable Object unwrapped(@Nullable Object other) {
        return other != null
                        && Proxy.isProxyClass(other.getClass())
                        && Proxy.getInvocationHandler(other) instanceof SdkClient client
                ? client.service
                : other;
    }
}

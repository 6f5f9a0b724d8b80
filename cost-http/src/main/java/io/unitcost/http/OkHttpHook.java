package io.unitcost.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.unitcost.CostMeter.Site;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of one client: where a call is made, around the call, and around each attempt. They know each other's work by
 * the call, which is the same object for all of them.
 */
final class OkHttpHook {

    private final HttpCosts costs;
    /** Whether attempts are seen one by one. */
    private final boolean exact;

    private final Map<Call, OkHttpTries> running = new ConcurrentHashMap<>();
    private final Cache<Call, Caller> callers =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    private record Calls(OkHttpHook hook) implements Interceptor {

        @Override
        public Response intercept(Chain chain) throws IOException {
            return hook.call(chain);
        }
    }

    private OkHttpHook(HttpCosts costs, boolean exact) {
        this.costs = costs;
        this.exact = exact;
        costs.handovers().takesOut();
    }

    static OkHttpClient.Builder install(OkHttpClient.Builder builder, HttpCosts costs) {
        OkHttpHook hook = new OkHttpHook(costs, true);
        EventListener.Factory listeners = builder.build().eventListenerFactory();
        return builder.addInterceptor(new Calls(hook))
                .addNetworkInterceptor(hook::attempt)
                .eventListenerFactory(call -> {
                    hook.remember(call);
                    return listeners.create(call);
                });
    }

    static Interceptor interceptor(HttpCosts costs) {
        return new Calls(new OkHttpHook(costs, false));
    }

    /** Whether a client has such a hook of the same costs. */
    static boolean isIn(@Nullable Object client, HttpCosts costs) {
        return client instanceof OkHttpClient okHttp
                && okHttp.interceptors().stream()
                        .anyMatch(one -> one instanceof Calls calls && calls.hook.costs == costs);
    }

    /** A call is made, on the thread whose request pays. */
    private void remember(Call call) {
        try {
            Caller caller = Caller.current();
            boolean somebody = caller.isMetered()
                    || caller.call() != null
                    || caller.request().isAttributed();
            if (somebody && call.request().method().equals("POST")) {
                callers.put(call, caller);
            }
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
        }
    }

    private Response call(Interceptor.Chain chain) throws IOException {
        Call call = chain.call();
        Request request = chain.request();
        OkHttpTries tries = begin(call, request);
        if (tries == null) {
            return chain.proceed(OkHttpTries.plain(request));
        }
        Response response;
        try {
            response = chain.proceed(tries.outgoing(request));
        } catch (Throwable failure) {
            tries.failed(failure);
            throw failure;
        } finally {
            running.remove(call);
            costs.handovers().leave(call);
        }
        return tries.seen(response, request);
    }

    private Response attempt(Interceptor.Chain chain) throws IOException {
        OkHttpTries tries = running.get(chain.call());
        if (tries == null) {
            return chain.proceed(chain.request());
        }
        tries.begins();
        Response response;
        try {
            response = chain.proceed(chain.request());
        } catch (Throwable failure) {
            tries.broke(failure);
            throw failure;
        }
        tries.answered(response);
        return response;
    }

    private @Nullable OkHttpTries begin(Call call, Request request) {
        if (!request.method().equals("POST") && request.header(Handovers.HEADER) == null) {
            return null;
        }
        boolean entered = false;
        OkHttpTries tries = null;
        try {
            Caller remembered = callers.getIfPresent(call);
            Caller caller = remembered == null ? Caller.current() : remembered;
            entered = costs.handovers().enter(call);
            SdkTry attempt = !entered
                    ? null
                    : SdkTry.begin(costs, request.method(), request.url().uri(), request::header, caller);
            if (attempt != null) {
                tries = new OkHttpTries(costs, call, attempt, exact);
                running.put(call, tries);
            }
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
        }
        if (entered && tries == null) {
            costs.handovers().leave(call);
        }
        return tries;
    }
}

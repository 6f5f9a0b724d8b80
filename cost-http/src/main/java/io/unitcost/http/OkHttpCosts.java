package io.unitcost.http;

import java.util.Objects;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;

/**
 * Hooks for OkHttp, which {@code openai-java}, {@code anthropic-java} and {@code google-genai} sit on.
 *
 * <pre>{@code
 * OkHttpClient client = OkHttpCosts.install(new OkHttpClient.Builder(), HttpCosts.create(meter)).build();
 * }</pre>
 *
 * <p>A call to a model begins on the thread that makes it, whose current request pays, and ends when the answer's body
 * has ended, was closed, or failed. Bytes are looked at as the body is read, after they are where the reader wanted them.
 * A body that is dropped without being closed is written off when it is collected as garbage. Answers from the cache, and
 * web sockets, cost nothing here. Works with OkHttp 4.12 and 5.
 */
public final class OkHttpCosts {

    private OkHttpCosts() {}

    /**
     * Meters the calls of the clients that are built from here on: the call, with every attempt that OkHttp makes by
     * itself, for whoever made it, also with {@code enqueue}. Do this last: what is added later sits between the hook and
     * the network, and an event listener that is set later takes the place of the hook's, which calls the one before.
     *
     * @return the builder
     */
    public static OkHttpClient.Builder install(OkHttpClient.Builder builder, HttpCosts costs) {
        Objects.requireNonNull(builder, "builder");
        return OkHttpHook.install(builder, Objects.requireNonNull(costs, "costs"));
    }

    /**
     * The call alone, where a library takes an interceptor and nothing else, as {@code openai-java} does. Attempts that
     * OkHttp follows up by itself are known from the last answer; those that failed without an answer are not. A call
     * that is made with {@code enqueue} is on nobody's account, unless a wrapped client has named its own.
     */
    public static Interceptor interceptor(HttpCosts costs) {
        return OkHttpHook.interceptor(Objects.requireNonNull(costs, "costs"));
    }
}

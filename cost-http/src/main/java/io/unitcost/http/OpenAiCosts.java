package io.unitcost.http;

import com.openai.client.OpenAIClientAsync;
import com.openai.core.ClientOptions;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.core.http.HttpClient;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Hooks for OpenAI's SDK, {@code openai-java}. Its usual client needs none of them, only OkHttp's:
 *
 * <pre>{@code
 * OpenAIClient client = OpenAIOkHttpClient.builder()
 *         .fromEnv()
 *         .addInterceptor(OkHttpCosts.interceptor(costs))
 *         .build();
 * }</pre>
 *
 * <p>The asynchronous client sends from a pool whose threads do not know the request that they work for;
 * {@link #wrap wrap} it, too. A transport that is not OkHttp's is {@link #transport wrapped} instead of intercepted.
 */
public final class OpenAiCosts {

    private static final SdkClient.Sdk SDK = new SdkClient.Sdk() {
        @Override
        public Consumer<?> header(String name, String value) {
            return (Consumer<ClientOptions.Builder>) options -> options.replaceHeaders(name, value);
        }

        @Override
        public Class<?> stream() {
            return AsyncStreamResponse.class;
        }

        @Override
        public CompletionStage<?> endOf(Object stream) {
            return ((AsyncStreamResponse<?>) stream).onCompleteFuture();
        }
    };

    private OpenAiCosts() {}

    /**
     * A client whose calls are on the account of the request that is current where they are made, and whose tries of one
     * call are one call, whatever threads they run on. For a client that was built with {@link OkHttpCosts#interceptor} or a
     * metered {@link #transport}, of the same costs. Methods return what they return without; services, and clients
     * with other options, are wrapped like this one. Closing it closes the client.
     *
     * <p>A call costs some ten microseconds more, for the options with which it names its caller to the hook; the name is
     * a header that is not sent. Helpers that make calls of their own later are not wrapped.
     *
     * @throws IllegalStateException if there is no such hook yet
     */
    public static OpenAIClientAsync wrap(OpenAIClientAsync client, HttpCosts costs) {
        Objects.requireNonNull(client, "client");
        if (!costs.handovers().isTakenOut()) {
            throw new IllegalStateException("client: no hook of these costs takes part in it; build it with"
                    + " .addInterceptor(OkHttpCosts.interceptor(costs)) of the same costs and wrap it then");
        }
        return SdkClient.wrap(OpenAIClientAsync.class, client, costs, SDK);
    }

    /**
     * A transport that meters every try that the SDK sends through it; for {@code ClientOptions.builder().httpClient(..)}.
     * Web sockets, where the transport has them, are not metered. Closing it closes the transport.
     */
    public static HttpClient transport(HttpClient transport, HttpCosts costs) {
        return OpenAiTransport.of(Objects.requireNonNull(transport, "transport"), costs);
    }
}

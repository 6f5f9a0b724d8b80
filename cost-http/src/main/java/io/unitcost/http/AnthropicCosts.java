package io.unitcost.http;

import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.core.ClientOptions;
import com.anthropic.core.http.AsyncStreamResponse;
import com.anthropic.core.http.Interceptor;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Hooks for Anthropic's SDK, {@code anthropic-java}.
 *
 * <pre>{@code
 * AnthropicClient client = AnthropicOkHttpClient.builder()
 *         .fromEnv()
 *         .addInterceptor(AnthropicCosts.interceptor(costs))
 *         .build();
 * }</pre>
 *
 * <p>The asynchronous client sends from a pool whose threads do not know the request that they work for;
 * {@link #wrap wrap} it instead.
 */
public final class AnthropicCosts {

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

    private AnthropicCosts() {}

    /**
     * Meters every try that a client sends, as the SDK sees it: in Anthropic's form, whichever platform serves it. Put it
     * last, so that it sees what other interceptors make of the request.
     */
    public static Interceptor interceptor(HttpCosts costs) {
        Objects.requireNonNull(costs, "costs");
        return transport -> new AnthropicTransport(transport, costs);
    }

    /**
     * A metered client whose calls are on the account of the request that is current where they are made, and whose tries
     * of one call are one call, whatever threads they run on. It needs no interceptor of its own. Methods return what they
     * return without; services, and clients with other options, are wrapped like this one. Closing it closes the client.
     *
     * <p>A call costs some ten microseconds more, for the options with which it names its caller to the hook; the name is
     * a header that is not sent. Helpers that make calls of their own later are not wrapped.
     */
    public static AnthropicClientAsync wrap(AnthropicClientAsync client, HttpCosts costs) {
        if (SdkClient.isWrapped(Objects.requireNonNull(client, "client"), costs)) {
            return client;
        }
        AnthropicClientAsync metered = client.withOptions(options -> options.addInterceptor(interceptor(costs)));
        return SdkClient.wrap(AnthropicClientAsync.class, metered, costs, SDK);
    }
}

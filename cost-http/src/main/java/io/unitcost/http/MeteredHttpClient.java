package io.unitcost.http;

import io.unitcost.CostMeter.Site;
import io.unitcost.Scope;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A {@link HttpClient} whose calls to models are metered, and which otherwise is the client that it wraps: every body
 * handler, synchronous and asynchronous, HTTP/1.1 and HTTP/2, with its time-outs, redirects and exceptions. Thread-safe as
 * that one is.
 *
 * <pre>{@code
 * HttpClient client = MeteredHttpClient.wrap(HttpClient.newHttpClient(), HttpCosts.create(meter));
 * }</pre>
 *
 * <p>An attempt is one {@code send}: it begins on the calling thread, whose current request pays, and ends when the body
 * has ended, or was cancelled, or failed. A redirect that the client follows belongs to the same attempt. Until then the
 * request's account stays open, for the meter's linger time at most. A body that is neither read to its end nor closed ends
 * its attempt after fifteen minutes without a byte, as usage that came late.
 *
 * <p>Bytes are looked at on the thread that brings them, right before they are passed on. A body that is compressed
 * because the request asked for it is unpacked for reading if it is gzip or deflate, up to 64 MiB; the caller gets what
 * came. Usage in a body of another coding is unknown.
 */
public final class MeteredHttpClient extends HttpClient {

    private final HttpClient client;
    private final HttpCosts costs;
    /** Whether there may be other hooks below. */
    private final boolean isWrapper;

    private MeteredHttpClient(HttpClient client, HttpCosts costs) {
        this.client = client;
        this.costs = costs;
        this.isWrapper = client.getClass().getModule() != HttpClient.class.getModule();
    }

    /**
     * A client that meters.
     *
     * @param client that does the work; closing the metered client closes it
     */
    public static HttpClient wrap(HttpClient client, HttpCosts costs) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(costs, "costs");
        return client instanceof MeteredHttpClient metered && metered.costs == costs
                ? client
                : new MeteredHttpClient(client, costs);
    }

    /** A builder whose clients meter, for libraries that build their own client, such as LangChain4j. */
    public static HttpClient.Builder builder(HttpClient.Builder builder, HttpCosts costs) {
        return new MeteredHttpClientBuilder(
                Objects.requireNonNull(builder, "builder"), Objects.requireNonNull(costs, "costs"));
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpAttempt attempt = begin(request, handler);
        if (attempt == null) {
            return client.send(JdkRequests.plain(request, costs), handler);
        }
        JdkBody<T> body = new JdkBody<>(handler, attempt);
        try (Scope inside = hooksBelow()) {
            HttpResponse<T> response = client.send(JdkRequests.metered(request, attempt), body);
            body.returned();
            return response;
        } catch (Throwable failure) {
            body.thrown(failure);
            throw failure;
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        HttpAttempt attempt = begin(request, handler);
        if (attempt == null) {
            return client.sendAsync(JdkRequests.plain(request, costs), handler);
        }
        JdkBody<T> body = new JdkBody<>(handler, attempt);
        return observed(body, () -> client.sendAsync(JdkRequests.metered(request, attempt), body));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushed) {
        HttpAttempt attempt = begin(request, handler);
        if (attempt == null) {
            return client.sendAsync(JdkRequests.plain(request, costs), handler, pushed);
        }
        JdkBody<T> body = new JdkBody<>(handler, attempt);
        return observed(body, () -> client.sendAsync(JdkRequests.metered(request, attempt), body, pushed));
    }

    /** What is wrong with a request the client itself says. */
    private @Nullable HttpAttempt begin(HttpRequest request, BodyHandler<?> handler) {
        try {
            URI address = request == null || handler == null ? null : request.uri();
            return address == null
                    ? null
                    : costs.begin(request.method(), address, name -> request.headers()
                            .firstValue(name)
                            .orElse(null));
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return null;
        }
    }

    /** The client's own future, so that cancelling it cancels the exchange. */
    private <T> CompletableFuture<HttpResponse<T>> observed(
            JdkBody<T> body, Supplier<CompletableFuture<HttpResponse<T>>> send) {
        CompletableFuture<HttpResponse<T>> future;
        try (Scope inside = hooksBelow()) {
            future = send.get();
        } catch (Throwable failure) {
            body.thrown(failure);
            throw failure;
        }
        CompletableFuture<HttpResponse<T>> unused = future.whenComplete((response, failure) -> {
            if (failure == null) {
                body.returned();
            } else {
                body.thrown(failure);
            }
        });
        return future;
    }

    /**
     * Hooks below leave the attempt to this one. The JDK's own client has none, and may run code of the application on this
     * thread, such as a body handler that makes the next request.
     */
    private @Nullable Scope hooksBelow() {
        return isWrapper ? Caller.metering() : null;
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    /** Web sockets are not metered. */
    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return client.newWebSocketBuilder();
    }

    // From JDK 21 on a client can be closed. These override what is there then.

    /** From JDK 21 on: begins to shut the wrapped client down. */
    public void shutdown() {
        NewerJdk.SHUTDOWN.on(client);
    }

    /** From JDK 21 on: shuts the wrapped client down at once. */
    public void shutdownNow() {
        NewerJdk.SHUTDOWN_NOW.on(client);
    }

    /** From JDK 21 on: waits for the wrapped client's end. */
    public boolean awaitTermination(Duration duration) throws InterruptedException {
        return !(NewerJdk.AWAIT_TERMINATION.on(client, duration) instanceof Boolean ended) || ended;
    }

    /** From JDK 21 on: whether the wrapped client has ended. */
    public boolean isTerminated() {
        return NewerJdk.IS_TERMINATED.on(client) instanceof Boolean ended && ended;
    }

    /** From JDK 21 on: closes the wrapped client. */
    public void close() {
        NewerJdk.CLOSE.on(client);
    }

    @Override
    public String toString() {
        return "metered " + client;
    }
}

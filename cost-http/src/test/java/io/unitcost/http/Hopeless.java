package io.unitcost.http;

import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A client that fails before it returns. */
final class Hopeless extends HttpClient {

    private final HttpClient like;

    Hopeless(HttpClient like) {
        this.like = like;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
        throw new ConnectException("hopeless");
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return CompletableFuture.failedFuture(new ConnectException("hopeless"));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushed) {
        return sendAsync(request, handler);
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return like.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return like.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return like.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return like.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return like.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return like.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return like.authenticator();
    }

    @Override
    public Version version() {
        return like.version();
    }

    @Override
    public Optional<Executor> executor() {
        return like.executor();
    }
}

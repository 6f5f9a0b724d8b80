package io.unitcost.http;

import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An application's own kind of request, with another body: whatever it says is asked again when the client asks. */
final class JdkRequest extends HttpRequest {

    private final HttpRequest request;
    private final @Nullable BodyPublisher body;

    JdkRequest(HttpRequest request, @Nullable BodyPublisher body) {
        this.request = request;
        this.body = body;
    }

    /** Whether a header goes out, and is not between two hooks only. */
    static boolean isSent(String name, String value) {
        return !name.equalsIgnoreCase(Handovers.HEADER);
    }

    @Override
    public Optional<BodyPublisher> bodyPublisher() {
        return Optional.ofNullable(body);
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public Optional<Duration> timeout() {
        return request.timeout();
    }

    @Override
    public boolean expectContinue() {
        return request.expectContinue();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public Optional<Version> version() {
        return request.version();
    }

    @Override
    public HttpHeaders headers() {
        return HttpHeaders.of(request.headers().map(), JdkRequest::isSent);
    }
}

package io.unitcost.http;

import com.anthropic.core.RequestOptions;
import com.anthropic.core.http.Headers;
import com.anthropic.core.http.HttpClient;
import com.anthropic.core.http.HttpRequest;
import com.anthropic.core.http.HttpRequestBody;
import com.anthropic.core.http.HttpResponse;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The transport of Anthropic's SDK, below its retries. */
final class AnthropicTransport extends SdkTransport<HttpRequest, HttpResponse> implements HttpClient {

    private final HttpClient transport;

    AnthropicTransport(HttpClient transport, HttpCosts costs) {
        super(costs);
        this.transport = transport;
    }

    @Override
    public HttpResponse execute(HttpRequest request, RequestOptions options) {
        return execute(request, sent -> transport.execute(sent, options));
    }

    @Override
    public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
        return executeAsync(request, sent -> transport.executeAsync(sent, options));
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    String method(HttpRequest request) {
        return request.method().name();
    }

    @Override
    String url(HttpRequest request) {
        return request.url();
    }

    @Override
    @Nullable
    String header(HttpRequest request, String name) {
        return first(request.headers(), name);
    }

    @Override
    HttpRequest outgoing(HttpRequest request, @Nullable SdkTry attempt) {
        HttpRequest.Builder changed = request.toBuilder().removeHeaders(Handovers.HEADER);
        if (attempt != null) {
            request.body().ifPresent(body -> changed.body(new SeenBody(body, attempt)));
        }
        return changed.build();
    }

    @Override
    int status(HttpResponse response) {
        return response.statusCode();
    }

    @Override
    @Nullable
    String answerHeader(HttpResponse response, String name) {
        return first(response.headers(), name);
    }

    @Override
    HttpResponse seen(HttpResponse response, SdkTry attempt) {
        return new SeenAnswer(response, attempt);
    }

    private static @Nullable String first(Headers headers, String name) {
        List<String> values = headers.values(name);
        return values.isEmpty() ? null : values.get(0);
    }

    private record SeenBody(HttpRequestBody body, SdkTry attempt) implements HttpRequestBody {

        @Override
        public void writeTo(OutputStream transport) {
            attempt.sending();
            body.writeTo(new SdkOutput(transport, attempt));
            attempt.sent();
        }

        @Override
        public @Nullable String contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() {
            return body.contentLength();
        }

        @Override
        public boolean repeatable() {
            return body.repeatable();
        }

        /** Looked at and not sent. */
        @Override
        public <T> T json(Class<T> type) {
            return body.json(type);
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /** The SDK's answer with its body seen as it is read. */
    private static final class SeenAnswer implements HttpResponse {
        private final HttpResponse response;
        private final SdkTry attempt;

        SeenAnswer(HttpResponse response, SdkTry attempt) {
            this.response = response;
            this.attempt = attempt;
            attempt.watch(this);
        }

        @Override
        public int statusCode() {
            return response.statusCode();
        }

        @Override
        public Headers headers() {
            return response.headers();
        }

        @Override
        public Optional<String> requestId() {
            return response.requestId();
        }

        @Override
        public Optional<String> workspaceId() {
            return response.workspaceId();
        }

        @Override
        public InputStream body() {
            return new SdkInput(response.body(), attempt, this);
        }

        @Override
        public void close() {
            try {
                response.close();
            } finally {
                attempt.closed();
            }
        }
    }
}

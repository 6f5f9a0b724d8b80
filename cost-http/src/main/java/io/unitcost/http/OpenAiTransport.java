package io.unitcost.http;

import com.openai.core.RequestOptions;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.WebSocketClient;
import io.unitcost.usage.RequestReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The transport of OpenAI's SDK, below its retries. */
class OpenAiTransport extends SdkTransport<HttpRequest, HttpResponse> implements HttpClient {

    /** A body that is larger than this is not held to be changed. */
    private static final long LARGEST = 4 << 20;

    private final HttpClient transport;

    private OpenAiTransport(HttpClient transport, HttpCosts costs) {
        super(costs);
        this.transport = transport;
    }

    static HttpClient of(HttpClient transport, HttpCosts costs) {
        if (isHooked(transport, costs)) {
            return transport;
        }
        return hasWebSockets(transport) ? new WithWebSockets(transport, costs) : new OpenAiTransport(transport, costs);
    }

    /**
     * Whether there is OkHttp in it with a hook of the same costs. That one would not know of this one where requests change
     * the thread in between.
     */
    private static boolean isHooked(HttpClient transport, HttpCosts costs) {
        try {
            for (Field field : transport.getClass().getDeclaredFields()) {
                if (field.getType().getName().equals("okhttp3.OkHttpClient")) {
                    field.setAccessible(true);
                    return OkHttpHook.isIn(field.get(transport), costs);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // not to be looked into
        }
        return false;
    }

    /** Older versions of the SDK have none. */
    private static boolean hasWebSockets(HttpClient transport) {
        try {
            return transport instanceof WebSocketClient;
        } catch (LinkageError e) {
            return false;
        }
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
        HttpRequestBody body = request.body();
        if (attempt != null && body != null) {
            changed.body(new SeenBody(attempt.mayAskForUsage() ? asking(body, attempt) : body, attempt));
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

    /** The same body, or one that asks for usage. */
    private static HttpRequestBody asking(HttpRequestBody body, SdkTry attempt) {
        long length = body.contentLength();
        if (!body.repeatable() || length <= 0 || length > LARGEST) {
            return body;
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream((int) length);
        body.writeTo(written);
        byte[] bytes = written.toByteArray();
        RequestReader reader = RequestReader.create();
        reader.read(bytes, 0, bytes.length);
        return attempt.lacksUsageInStream(reader.report()) ? new AskingBody(body, StreamUsage.askedIn(bytes)) : body;
    }

    private static final class WithWebSockets extends OpenAiTransport implements WebSocketClient {
        private final WebSocketClient sockets;

        WithWebSockets(HttpClient transport, HttpCosts costs) {
            super(transport, costs);
            this.sockets = (WebSocketClient) transport;
        }

        @Override
        public CompletableFuture<Connection> connectWebSocket(
                HttpRequest request, RequestOptions options, int largestMessage, Listener listener) {
            return sockets.connectWebSocket(request, options, largestMessage, listener);
        }
    }

    private record SeenBody(HttpRequestBody body, SdkTry attempt) implements HttpRequestBody {

        @Override
        public void writeTo(OutputStream transport) {
            attempt.sending();
            body.writeTo(new SdkOutput(transport, attempt));
            attempt.sent();
        }

        /** What may be read again is small and seen whole; what may not is only passed on. */
        @Override
        public InputStream content() {
            if (body.repeatable()) {
                return HttpRequestBody.super.content();
            }
            attempt.sent();
            return body.content();
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

        @Override
        public void close() {
            body.close();
        }
    }

    /** Other bytes in place of a body's. */
    private static final class AskingBody implements HttpRequestBody {
        private final HttpRequestBody body;
        private final byte[] bytes;

        private AskingBody(HttpRequestBody body, byte[] bytes) {
            this.body = body;
            this.bytes = bytes;
        }

        @Override
        public void writeTo(OutputStream transport) {
            SdkOutput.write(bytes, transport);
        }

        @Override
        public @Nullable String contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean repeatable() {
            return true;
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

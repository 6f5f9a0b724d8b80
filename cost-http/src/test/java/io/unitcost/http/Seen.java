package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All that an application sees of a call, for comparing two calls.
 *
 * @param body as it came, even if it broke off
 * @param failures the classes and messages of the exception and its causes; empty when there was none
 */
record Seen(
        int status,
        Map<String, List<String>> headers,
        ByteBuffer body,
        @Nullable Version version,
        @Nullable URI uri,
        @Nullable HttpRequest request,
        int previousStatus,
        boolean hasSession,
        List<String> failures) {

    /** How the application takes the body. */
    enum Way {
        ARRAY,
        ARRAY_ASYNC,
        STREAM,
        STREAM_ASYNC
    }

    static Seen of(HttpClient client, HttpRequest request, Way way) {
        try {
            return switch (way) {
                case ARRAY -> {
                    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
                    yield of(response, ByteBuffer.wrap(response.body()), null);
                }
                case ARRAY_ASYNC -> {
                    HttpResponse<byte[]> response = client.sendAsync(request, BodyHandlers.ofByteArray())
                            .get(10, TimeUnit.SECONDS);
                    yield of(response, ByteBuffer.wrap(response.body()), null);
                }
                case STREAM -> read(client.send(request, BodyHandlers.ofInputStream()));
                case STREAM_ASYNC ->
                    read(client.sendAsync(request, BodyHandlers.ofInputStream()).get(10, TimeUnit.SECONDS));
            };
        } catch (ExecutionException e) {
            return failed(Objects.requireNonNull(e.getCause()));
        } catch (Exception e) {
            return failed(e);
        }
    }

    /** How much of a stream the client still hands out when it breaks is a matter of luck; all else is not. */
    void assertSameAs(Seen other, String what) {
        boolean broken = !failures.isEmpty();
        Seen comparable = broken ? withBody(other.body()) : this;
        assertThat(comparable).as(what).isEqualTo(other);
        if (broken) {
            int common = Math.min(body.limit(), other.body.limit());
            assertThat(body.slice(0, common)).as(what).isEqualTo(other.body.slice(0, common));
        }
    }

    private Seen withBody(ByteBuffer bytes) {
        return new Seen(status, headers, bytes, version, uri, request, previousStatus, hasSession, failures);
    }

    private static Seen read(HttpResponse<InputStream> response) {
        ByteBuffer body = ByteBuffer.allocate(1 << 20);
        try (InputStream in = response.body()) {
            byte[] piece = new byte[8_192];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                body.put(piece, 0, count);
            }
            return of(response, body.flip(), null);
        } catch (IOException e) {
            return of(response, body.flip(), e);
        }
    }

    private static Seen of(HttpResponse<?> response, ByteBuffer body, @Nullable Throwable failure) {
        return new Seen(
                response.statusCode(),
                response.headers().map(),
                ByteBuffer.wrap(Arrays.copyOf(body.array(), body.limit())),
                response.version(),
                response.uri(),
                response.request(),
                response.previousResponse().map(HttpResponse::statusCode).orElse(0),
                response.sslSession().isPresent(),
                chain(failure));
    }

    private static Seen failed(Throwable failure) {
        return new Seen(0, Map.of(), ByteBuffer.allocate(0), null, null, null, 0, false, chain(failure));
    }

    private static List<String> chain(@Nullable Throwable failure) {
        List<String> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            chain.add(cause.getClass().getName() + ": " + cause.getMessage());
        }
        return chain;
    }
}

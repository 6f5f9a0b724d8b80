package io.unitcost.price.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One GET of one address, bounded in time and in size whatever the other side does: the time covers redirects and the
 * whole body, the size what was sent and what it unpacks to.
 */
final class Fetch {

    private static final int MOST_REDIRECTS = 5;
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
    private static final String AGENT =
            "unitcost/" + Objects.requireNonNullElse(Fetch.class.getPackage().getImplementationVersion(), "dev");

    private final URI address;
    private final Duration timeout;
    private final int mostBytes;
    private final Supplier<Map<String, String>> headers;
    private final HttpClient client;

    Fetch(URI address, Duration timeout, int mostBytes, Supplier<Map<String, String>> headers) {
        this.address = address;
        this.timeout = timeout;
        this.mostBytes = mostBytes;
        this.headers = headers;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
                .build();
    }

    /**
     * What a server said about its content, to ask next time whether it is still that.
     *
     * @param etag its {@code ETag}, or {@code null}
     * @param modified its {@code Last-Modified}, or {@code null}
     */
    record Validators(@Nullable String etag, @Nullable String modified) {
        static final Validators NONE = new Validators(null, null);
    }

    /** What was published, and what to ask with next time. */
    static final class Content {
        private final byte[] body;
        private final Validators validators;

        Content(byte[] body, Validators validators) {
            this.body = body;
            this.validators = validators;
        }

        InputStream open() {
            return new ByteArrayInputStream(body);
        }

        String hash() {
            return Hash.of(body);
        }

        Validators validators() {
            return validators;
        }
    }

    /**
     * Asks for the content.
     *
     * @param known of the content that is there already
     * @return {@code null} if it is still that
     * @throws IOException if there is no complete and acceptable answer in time
     */
    @Nullable
    Content get(Validators known) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        URI at = address;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpResponse<byte[]> answer = send(request(at, known), deadline - System.nanoTime());
            switch (answer.statusCode()) {
                case 200 -> {
                    return new Content(
                            unpacked(answer), new Validators(header(answer, "etag"), header(answer, "last-modified")));
                }
                case 304 -> {
                    if (known.equals(Validators.NONE)) {
                        throw new IOException(Address.shown(at) + " says 304 without having been asked for changes");
                    }
                    return null;
                }
                case 301, 302, 303, 307, 308 -> at = Address.redirected(at, header(answer, "location"));
                default -> throw new IOException(Address.shown(at) + " says " + answer.statusCode());
            }
        }
        throw new IOException(Address.shown(address) + " redirects more than " + MOST_REDIRECTS + " times");
    }

    private HttpRequest request(URI at, Validators known) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .header("User-Agent", AGENT)
                .header("Accept", "application/json")
                .header("Accept-Encoding", "gzip");
        if (known.etag != null) {
            request.header("If-None-Match", known.etag);
        }
        if (known.modified != null) {
            request.header("If-Modified-Since", known.modified);
        }
        for (Map.Entry<String, String> header : headers.get().entrySet()) {
            try {
                request.setHeader(header.getKey(), header.getValue());
            } catch (IllegalArgumentException e) {
                // its message has the value in it, which may be a secret
                throw new IOException(
                        "the header " + header.getKey() + " cannot be sent; give it another name or value");
            }
        }
        return request.build();
    }

    /** The client's own time-out ends with the headers, so the whole exchange is waited for here. */
    private HttpResponse<byte[]> send(HttpRequest request, long nanos) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, head -> new CappedBody(head.statusCode() == 200 ? mostBytes : 0));
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    Address.shown(request.uri()) + " gave no complete answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(Address.shown(request.uri()) + " cannot be fetched: " + cause, cause);
        } finally {
            answer.cancel(true);
        }
    }

    private byte[] unpacked(HttpResponse<byte[]> answer) throws IOException {
        String encoding = Objects.requireNonNullElse(header(answer, "content-encoding"), "identity");
        switch (encoding.toLowerCase(Locale.ROOT)) {
            case "identity" -> {
                return answer.body();
            }
            case "gzip", "x-gzip" -> {
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
                    byte[] body = in.readNBytes(mostBytes + 1);
                    if (body.length > mostBytes) {
                        throw CappedBody.tooLarge(mostBytes);
                    }
                    return body;
                }
            }
            default ->
                throw new IOException(
                        Address.shown(answer.uri()) + " is packed as " + encoding + ", which was not asked for");
        }
    }

    private static @Nullable String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }
}

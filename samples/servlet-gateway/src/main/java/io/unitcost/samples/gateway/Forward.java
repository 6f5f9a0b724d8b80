package io.unitcost.samples.gateway;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Passes requests on to the provider, and answers back as they come: each piece of a stream at once, statuses and errors as
 * they are. Knows nothing of costs.
 *
 * <p>It blocks a thread for each answer under way. A client that leaves is noticed when the next piece cannot be written;
 * then the provider's connection is closed, too.
 */
final class Forward extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final Set<String> ROUTES =
            Set.of("POST " + Metering.CHAT, "POST " + Metering.EMBEDDINGS, "GET /v1/models");

    /** What goes to the provider. No key of the gateway, no cookie; and no coding, so that answers come plain. */
    private static final List<String> REQUEST_HEADERS =
            List.of("Content-Type", "Accept", "OpenAI-Beta", StandIn.FAIL, StandIn.PAUSE);

    /** What a connection says about itself, and what this one says itself. */
    private static final Set<String> NOT_PASSED_BACK = Set.of(
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-authenticate",
            "server",
            "set-cookie",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final int LONGEST_REQUEST = 32 << 20;
    private static final int PIECE = 8 << 10;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final transient HttpClient client;
    private final transient Upstream upstream;

    Forward(HttpClient client, Upstream upstream) {
        this.client = client;
        this.upstream = upstream;
    }

    /** The path within the gateway. */
    static String path(HttpServletRequest request) {
        return request.getPathInfo() == null
                ? request.getServletPath()
                : request.getServletPath() + request.getPathInfo();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String route = request.getMethod() + ' ' + path(request);
        if (!ROUTES.contains(route)) {
            Refusal.send(response, HttpServletResponse.SC_NOT_FOUND, "there is no " + route + " here");
            return;
        }
        byte[] body = request.getInputStream().readNBytes(LONGEST_REQUEST + 1);
        if (body.length > LONGEST_REQUEST) {
            Refusal.send(response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "the request is too long");
            return;
        }
        try {
            HttpResponse<InputStream> answer = send(asked(request, body));
            // closed, whatever happens: a provider whose answer nobody reads any more is to stop
            try (InputStream in = answer.body()) {
                passBack(answer, in, response);
            }
        } catch (HttpTimeoutException e) {
            refuse(response, HttpServletResponse.SC_GATEWAY_TIMEOUT, "the provider did not answer in time", e);
        } catch (NoAnswer e) {
            refuse(response, HttpServletResponse.SC_BAD_GATEWAY, "the provider did not answer, or not to the end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "the gateway goes down", new IOException(e));
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new NoAnswer(e);
        }
    }

    private HttpRequest asked(HttpServletRequest request, byte[] body) {
        HttpRequest.Builder asked = HttpRequest.newBuilder(upstream.at(path(request)))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + upstream.apiKey());
        for (String name : REQUEST_HEADERS) {
            String value = request.getHeader(name);
            if (value != null) {
                asked.header(name, value);
            }
        }
        return asked.method(
                        request.getMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .build();
    }

    private static void passBack(HttpResponse<InputStream> answer, InputStream in, HttpServletResponse response)
            throws IOException {
        response.setStatus(answer.statusCode());
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED_BACK.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> response.addHeader(name, value));
            }
        });
        boolean stream = answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        ServletOutputStream out = response.getOutputStream();
        byte[] piece = new byte[PIECE];
        for (int length = read(in, piece); length >= 0; length = read(in, piece)) {
            out.write(piece, 0, length);
            if (stream) {
                out.flush();
            }
        }
    }

    /** What there is, without waiting for a full piece. */
    private static int read(InputStream in, byte[] piece) throws NoAnswer {
        try {
            return in.read(piece);
        } catch (IOException e) {
            throw new NoAnswer(e);
        }
    }

    /** Says so, if anything can still be said. Else the client's connection breaks, as the provider's did. */
    private static void refuse(HttpServletResponse response, int status, String message, IOException why)
            throws IOException {
        if (response.isCommitted()) {
            throw why;
        }
        response.reset();
        Refusal.send(response, status, message);
    }

    /** The provider's connection broke, not the client's. */
    private static final class NoAnswer extends IOException {

        private static final long serialVersionUID = 1;

        NoAnswer(IOException cause) {
            super(cause);
        }
    }
}

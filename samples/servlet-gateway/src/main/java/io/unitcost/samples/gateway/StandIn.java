package io.unitcost.samples.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.unitcost.samples.model.ModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The provider when there is no key: the model server of the samples, which answers at once, behind a model that can think
 * for long and that keeps books of what it would bill. Thread-safe.
 *
 * <p>A request with the header {@value #PAUSE} gets a stream of that many words, and then comments until its connection
 * breaks, as a provider sends them while it works.
 */
final class StandIn implements AutoCloseable {

    static final String FAIL = ModelServer.FAIL;
    static final String PAUSE = "X-Pause-After";

    private static final int OK = 200;
    private static final int CHARACTERS_A_TOKEN = 4;
    private static final long BETWEEN_COMMENTS_NANOS = 20_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What one answer used, as the provider counts it.
     *
     * @param input tokens, cached ones included
     * @param isWhole whether all of the answer was sent; else the output is what was sent
     */
    record Bill(String model, long input, long cached, long output, boolean isWhole) {}

    private final ModelServer models;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "stand-in");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Bill> books = new CopyOnWriteArrayList<>();

    private StandIn(ModelServer models, HttpServer server) {
        this.models = models;
        this.server = server;
    }

    /** Starts it on any free port. */
    static StandIn start() throws IOException {
        ModelServer models = ModelServer.start();
        StandIn standIn =
                new StandIn(models, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        standIn.server.setExecutor(standIn.threads);
        standIn.server.createContext("/", standIn::handle);
        standIn.server.start();
        return standIn;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A bill for each answer so far, in the order in which they ended. Errors are not billed. */
    List<Bill> books() {
        return List.copyOf(books);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        models.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] request = exchange.getRequestBody().readAllBytes();
        HttpResponse<InputStream> answer = ask(exchange, request);
        try (InputStream in = answer.body()) {
            String type = answer.headers().firstValue("Content-Type").orElse("");
            exchange.getResponseHeaders().set("Content-Type", type);
            if (type.startsWith("text/event-stream")) {
                exchange.sendResponseHeaders(answer.statusCode(), 0);
                stream(exchange, request, in);
            } else {
                byte[] body = in.readAllBytes();
                if (answer.statusCode() == OK) {
                    book(JSON.readTree(body));
                }
                exchange.sendResponseHeaders(answer.statusCode(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
        exchange.close();
    }

    private HttpResponse<InputStream> ask(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder asked = HttpRequest.newBuilder(models.uri().resolve(exchange.getRequestURI()));
        String fail = exchange.getRequestHeaders().getFirst(FAIL);
        if (fail != null) {
            asked.header(FAIL, fail);
        }
        try {
            return client.send(
                    asked.method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Event by event. A connection that breaks, on either side, leaves a bill of what was sent. */
    private void stream(HttpExchange exchange, byte[] request, InputStream in) throws IOException {
        String pause = exchange.getRequestHeaders().getFirst(PAUSE);
        int words = pause == null ? Integer.MAX_VALUE : Integer.parseInt(pause);
        StringBuilder sent = new StringBuilder();
        boolean whole = false;
        try {
            BufferedReader events = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            OutputStream out = exchange.getResponseBody();
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                JsonNode event = event(line);
                if (event != null && event.path("usage").isObject()) {
                    book(event);
                    whole = true;
                }
                String word = event == null
                        ? ""
                        : event.at("/choices/0/delta/content").asString("");
                sent.append(word);
                write(out, line.isEmpty() ? line : line + "\n\n");
                if (!word.isEmpty() && --words == 0) {
                    think(out);
                }
            }
        } finally {
            if (!whole) {
                JsonNode asked = JSON.readTree(request);
                StringBuilder prompt = new StringBuilder();
                asked.path("messages")
                        .forEach(
                                message -> prompt.append(message.path("content").asString("")));
                books.add(new Bill(asked.path("model").asString(""), tokens(prompt), 0, tokens(sent), false));
            }
        }
    }

    /** Until the connection breaks. */
    private static void think(OutputStream out) throws IOException {
        while (!Thread.currentThread().isInterrupted()) {
            write(out, ": the model is thinking\n\n");
            LockSupport.parkNanos(BETWEEN_COMMENTS_NANOS);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static @Nullable JsonNode event(String line) {
        return line.startsWith("data: {") ? JSON.readTree(line.substring("data: ".length())) : null;
    }

    private void book(JsonNode answer) {
        JsonNode usage = answer.path("usage");
        if (usage.isObject()) {
            books.add(new Bill(
                    answer.path("model").asString(""),
                    usage.path("prompt_tokens").asLong(0),
                    usage.at("/prompt_tokens_details/cached_tokens").asLong(0),
                    usage.path("completion_tokens").asLong(0),
                    true));
        }
    }

    private static long tokens(StringBuilder text) {
        return (text.length() + CHARACTERS_A_TOKEN - 1L) / CHARACTERS_A_TOKEN;
    }
}

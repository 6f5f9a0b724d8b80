package io.unitcost.samples.model;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;

/**
 * A stand-in for a provider of models, which only this machine can reach: it speaks OpenAI's and Anthropic's formats. Its
 * answers are made up; its token counts follow the text, four characters a token. Thread-safe.
 *
 * <p>Any model name and any key will do. A request whose header {@value #FAIL} has a list such as {@code 503,503} is
 * answered with these statuses at its first tries, and properly after them; {@code cut} breaks the connection half-way
 * through the answer. Tries belong together when their bodies are the same.
 */
public final class ModelServer implements AutoCloseable {

    /** The request header that asks for faults. */
    public static final String FAIL = "X-Fail";

    private static final String ADDRESS = "127.0.0.1";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int SOON_MILLIS = 50;
    private static final Format CHAT = new ChatFormat();
    private static final Map<String, Format> FORMATS = Map.of(
            "/v1/chat/completions", CHAT,
            "/v1/responses", new ResponsesFormat(),
            "/v1/messages", new MessagesFormat());

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "model-server");
        thread.setDaemon(true);
        return thread;
    });
    private final URI uri;
    private final PromptCache cache = new PromptCache();
    private final Faults faults = new Faults();

    private ModelServer(HttpServer server) {
        this.server = server;
        this.uri = URI.create("http://" + ADDRESS + ":" + server.getAddress().getPort());
    }

    /** Starts a server on any free port. */
    public static ModelServer start() throws IOException {
        return start(0);
    }

    /**
     * Starts a server.
     *
     * @param port 0 for any free one
     * @throws java.net.BindException if the port is taken
     */
    public static ModelServer start(int port) throws IOException {
        // the JDK's server sends head and body in two packets; without this, the second waits 40 ms for the first one's
        // receipt
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ModelServer server = new ModelServer(http);
        http.setExecutor(server.threads);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /** Where it is: {@code http://127.0.0.1:PORT}. OpenAI's clients take this with {@code /v1} behind it. */
    public URI uri() {
        return uri;
    }

    /** What is under way is broken off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        Format format = FORMATS.getOrDefault(path, CHAT);
        try {
            String fault = faults.next(exchange.getRequestHeaders().getFirst(FAIL), path, body);
            boolean cut = Faults.CUT.equals(fault);
            Reply reply = fault == null || cut
                    ? reply(exchange.getRequestMethod(), path, format, body)
                    : Reply.error(Integer.parseInt(fault), format, "as asked for by " + FAIL);
            send(exchange, reply, cut);
        } catch (JacksonException notJson) {
            send(exchange, Reply.error(BAD_REQUEST, format, "not JSON: " + notJson.getOriginalMessage()), false);
        } catch (IllegalArgumentException wrong) {
            send(exchange, Reply.error(BAD_REQUEST, format, String.valueOf(wrong.getMessage())), false);
        }
    }

    private Reply reply(String method, String path, Format format, byte[] body) {
        String what = method + " " + path;
        if (what.equals("GET /v1/models")) {
            return Reply.json(OK, Models.LIST);
        }
        if (what.equals("POST /v1/embeddings")) {
            return Reply.json(OK, Embeddings.answer(body));
        }
        if (!method.equals("POST") || !FORMATS.containsKey(path)) {
            return Reply.error(NOT_FOUND, format, "there is no " + what + " here; what there is: samples/README.md");
        }
        Asked asked = Asked.read(body);
        Answer answer = Answer.to(asked, cache);
        return asked.isStream()
                ? Reply.stream(format.events(asked, answer))
                : Reply.json(OK, format.body(asked, answer));
    }

    private static void send(HttpExchange exchange, Reply reply, boolean cut) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", reply.type);
        if (reply.status != OK) {
            exchange.getResponseHeaders().set("Retry-After-Ms", Integer.toString(SOON_MILLIS));
        }
        List<byte[]> pieces = reply.pieces;
        exchange.sendResponseHeaders(reply.status, pieces.size() == 1 ? pieces.get(0).length : 0);
        OutputStream out = exchange.getResponseBody();
        for (int i = 0; i < pieces.size(); i++) {
            if (cut && i >= pieces.size() / 2) {
                out.write(pieces.get(i), 0, pieces.get(i).length / 2);
                out.flush();
                // the server breaks a connection whose handler throws
                throw new IOException("asked for by " + FAIL);
            }
            out.write(pieces.get(i));
            out.flush();
        }
        exchange.close();
    }

    /** What goes out, in one piece or, as a stream, in several. */
    private record Reply(int status, String type, List<byte[]> pieces) {

        static Reply json(int status, String body) {
            return new Reply(status, "application/json", List.of(bytes(body)));
        }

        static Reply error(int status, Format format, String message) {
            return json(status, format.error(status, message));
        }

        static Reply stream(List<String> events) {
            return new Reply(
                    OK, "text/event-stream", events.stream().map(Reply::bytes).toList());
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}

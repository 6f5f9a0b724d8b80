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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A stand-in for a provider of models, which only this machine can reach: it speaks OpenAI's and Anthropic's formats. Its
 * answers are made up; its token counts follow the text, four characters a token. Thread-safe.
 *
 * <p>Any model name and any key will do. A request whose header {@value #FAIL} has a list such as {@code 503,503} is
 * answered with these statuses at its first tries, and properly after them; {@code cut} breaks the connection half-way
 * through the answer, {@code slow} sends a stream a word at a time, and {@code text} answers with a text where JSON was asked for.
 * Tries belong together when their bodies are the same.
 * What it would bill is in its ledger.
 */
public final class ModelServer implements AutoCloseable {

    /** The request header that asks for faults. */
    public static final String FAIL = "X-Fail";

    private static final String ADDRESS = "127.0.0.1";
    private static final String LEDGER = "/ledger";
    private static final String FAULTS = "/faults/";
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int SOON_MILLIS = 50;
    private static final long BETWEEN_SLOW_WORDS_NANOS = 100_000_000;
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
    private final List<Bill> ledger = new CopyOnWriteArrayList<>();

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

    /**
     * Makes requests fail that cannot have a header of their own: those whose body contains each line of this text, as if
     * {@value #FAIL} had this list. Tries belong together when they have the text.
     */
    public void failWhen(String text, String list) {
        faults.when(text, list);
    }

    /** A bill for each answer so far, in the order in which they ended. Refused tries are not billed. */
    public List<Bill> ledger() {
        return List.copyOf(ledger);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        Format format = FORMATS.getOrDefault(path, CHAT);
        Reply reply;
        String fault = null;
        try {
            fault = faults.next(exchange.getRequestHeaders().getFirst(FAIL), path, body);
            reply = Faults.isStatus(fault)
                    ? Reply.error(Integer.parseInt(fault), format, "as asked for by " + FAIL)
                    : reply(exchange.getRequestMethod(), path, format, body, Faults.TEXT.equals(fault));
        } catch (JacksonException notJson) {
            reply = Reply.error(BAD_REQUEST, format, "not JSON: " + notJson.getOriginalMessage());
        } catch (IllegalArgumentException wrong) {
            reply = Reply.error(BAD_REQUEST, format, String.valueOf(wrong.getMessage()));
        }
        send(exchange, reply, fault);
    }

    private Reply reply(String method, String path, Format format, byte[] body, boolean asText) {
        String what = method + " " + path;
        if (what.equals("GET /v1/models")) {
            return Reply.json(Reply.OK, Models.LIST, null);
        }
        if (what.equals("GET " + LEDGER)) {
            return Reply.json(
                    Reply.OK, ledger().stream().map(Bill::json).collect(Collectors.joining(",", "[", "]")), null);
        }
        if (what.startsWith("PUT " + FAULTS)) {
            failWhen(new String(body, StandardCharsets.UTF_8), path.substring(FAULTS.length()));
            return Reply.json(Reply.OK, "{}", null);
        }
        if (what.equals("POST /v1/embeddings")) {
            return Embeddings.answer(body);
        }
        if (!method.equals("POST") || !FORMATS.containsKey(path)) {
            return Reply.error(NOT_FOUND, format, "there is no " + what + " here; what there is: samples/README.md");
        }
        Asked asked = asText ? Asked.read(body).asText() : Asked.read(body);
        return Reply.answer(format, asked, Answer.to(asked, cache));
    }

    private void send(HttpExchange exchange, Reply reply, @Nullable String fault) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", reply.type());
        if (reply.status() != Reply.OK) {
            exchange.getResponseHeaders().set("Retry-After-Ms", Integer.toString(SOON_MILLIS));
        }
        List<byte[]> pieces = reply.pieces();
        int sent = 0;
        try {
            exchange.sendResponseHeaders(reply.status(), pieces.size() == 1 ? pieces.get(0).length : 0);
            OutputStream out = exchange.getResponseBody();
            while (sent < pieces.size() - 1) {
                breakHalfWay(fault, sent, pieces, out);
                out.write(pieces.get(sent));
                out.flush();
                sent++;
                if (Faults.SLOW.equals(fault)) {
                    LockSupport.parkNanos(BETWEEN_SLOW_WORDS_NANOS);
                }
            }
            breakHalfWay(fault, sent, pieces, out);
            // before the last byte: who has all of the answer finds it in the ledger
            sent = pieces.size();
            bill(reply.billAfter(sent));
            out.write(pieces.get(sent - 1));
            out.flush();
        } finally {
            if (sent < pieces.size()) {
                bill(reply.billAfter(sent));
            }
        }
        exchange.close();
    }

    private static void breakHalfWay(@Nullable String fault, int sent, List<byte[]> pieces, OutputStream out)
            throws IOException {
        if (Faults.CUT.equals(fault) && sent >= pieces.size() / 2) {
            byte[] next = pieces.get(sent);
            out.write(next, 0, next.length / 2);
            out.flush();
            // the server breaks a connection whose handler throws
            throw new IOException("asked for by " + FAIL);
        }
    }

    private void bill(@Nullable Bill bill) {
        if (bill != null) {
            ledger.add(bill);
        }
    }
}

package io.unitcost.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server on this machine that speaks HTTP/1.1 over plain sockets, plays the {@link Answer}s it is given, byte by byte if
 * told so, and remembers what it was asked. What it was given no answer for is a 404. Any thread may call; what waits
 * gives up with an {@link AssertionError} after ten seconds. After {@link #close()} no thread of it runs.
 */
public final class ModelServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ServerSocket listener;
    private final Thread acceptor;
    private final List<Connection> connections = new ArrayList<>();
    private final Map<String, Supplier<Function<ReceivedRequest, Answer>>> scripts = new HashMap<>();
    private Supplier<Function<ReceivedRequest, Answer>> script = () -> ModelServer::notFound;
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private int taken;
    private int accepted;
    private int aborted;
    private boolean closed;

    private ModelServer(ServerSocket listener) {
        this.listener = listener;
        this.acceptor = thread("model-server-" + listener.getLocalPort(), this::accept);
    }

    /** A server on a free port. */
    public static ModelServer start() {
        try {
            ModelServer server =
                    new ModelServer(new ServerSocket(0, 512, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
            server.acceptor.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Such as {@code http://127.0.0.1:40123}. */
    public URI uri() {
        return uri("");
    }

    /**
     * The server's address with a path.
     *
     * @param path starts with a slash
     */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    /** From now on gives these answers in order, whatever the path, and the last one again and again. */
    public ModelServer answers(Answer... answers) {
        return script(null, inOrder(answers));
    }

    /** From now on gives these answers to requests for a path (without query), which other scripts then do not see. */
    public ModelServer answersTo(String path, Answer... answers) {
        return script(path, inOrder(answers));
    }

    /**
     * From now on answers whatever has no path of its own as a function says. It is called on the connection's thread,
     * several at a time; what it throws is answered with a 500.
     */
    public ModelServer answersBy(Function<ReceivedRequest, Answer> function) {
        return script(null, () -> function);
    }

    /** All that has arrived, completely, so far. */
    public synchronized List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    /** The next request that was not taken by this method, waiting for it if need be. */
    public synchronized ReceivedRequest awaitRequest() {
        await("request " + (taken + 1), () -> requests.size() > taken);
        return requests.get(taken++);
    }

    /** All that has arrived, waiting until it is this many. */
    public synchronized List<ReceivedRequest> awaitRequests(int count) {
        await(count + " requests", () -> requests.size() >= count);
        return List.copyOf(requests);
    }

    /** How many connections were made. */
    public synchronized int connections() {
        return accepted;
    }

    /**
     * How often a client left in the middle of its request or before it was given all of an answer's body. A client that
     * closes only its half of the connection has left.
     */
    public synchronized int aborted() {
        return aborted;
    }

    /** Waits until a client has left in the middle this often in all. */
    public synchronized void awaitAborted(int count) {
        await(count + " aborts", () -> aborted >= count);
    }

    /** Closes every connection, whatever waits, and returns when all threads have ended. */
    @Override
    public void close() {
        List<Connection> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(connections);
        }
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Connection::close);
        join(acceptor);
        open.forEach(connection -> connection.threads().forEach(ModelServer::join));
    }

    /** Notes a request and says what to answer. */
    Answer arrived(ReceivedRequest request) {
        Function<ReceivedRequest, Answer> answer;
        synchronized (this) {
            requests.add(request);
            answer = scripts.getOrDefault(request.path(), script).get();
            notifyAll();
        }
        try {
            return answer.apply(request);
        } catch (RuntimeException | AssertionError e) {
            return Answer.body(500, "text/plain", Answer.utf8("The test's function threw " + e));
        }
    }

    synchronized void clientLeft() {
        if (!closed) {
            aborted++;
            notifyAll();
        }
    }

    static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                serve(socket);
            }
        } catch (IOException e) {
            // closed
        }
    }

    private synchronized void serve(Socket socket) throws IOException {
        if (closed) {
            socket.close();
            return;
        }
        connections.removeIf(connection -> connection.threads().stream().noneMatch(Thread::isAlive));
        accepted++;
        Connection connection = new Connection(this, socket, accepted, acceptor.getName() + "-" + accepted);
        connections.add(connection);
        connection.start();
    }

    private synchronized ModelServer script(@Nullable String path, Supplier<Function<ReceivedRequest, Answer>> next) {
        if (path == null) {
            script = next;
        } else {
            scripts.put(path, next);
        }
        return this;
    }

    private static Supplier<Function<ReceivedRequest, Answer>> inOrder(Answer... answers) {
        if (answers.length == 0) {
            throw new IllegalArgumentException("answers is empty: give at least one Answer");
        }
        Answer last = answers[answers.length - 1];
        Iterator<Answer> left = List.of(answers).iterator();
        return () -> {
            Answer next = left.hasNext() ? left.next() : last;
            return request -> next;
        };
    }

    private static Answer notFound(ReceivedRequest request) {
        return Answer.body(404, "text/plain", Answer.utf8("The test gave no answer for " + request));
    }

    private synchronized void await(String what, BooleanSupplier arrived) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!arrived.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("No " + what + " within " + PATIENCE + "; so far " + requests + " on "
                            + accepted + " connections, " + aborted + " aborted");
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError("thread " + thread.getName() + " has not ended");
        }
    }
}

package io.unitcost.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection. One thread reads what comes, also while an answer is under way, so that a client that leaves is
 * noticed where the answer waits; another thread answers, in order.
 */
final class Connection {

    private final ModelServer server;
    private final Socket socket;
    private final int number;
    private final Thread reader;
    private final Thread writer;
    private final BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
    private volatile boolean clientIsGone;

    /** A request and its answer; neither where no more will come. */
    private record Exchange(
            @Nullable ReceivedRequest request, @Nullable Answer answer) {}

    Connection(ModelServer server, Socket socket, int number, String name) {
        this.server = server;
        this.socket = socket;
        this.number = number;
        this.reader = ModelServer.thread(name + "-reader", this::read);
        this.writer = ModelServer.thread(name + "-writer", this::answer);
    }

    void start() {
        reader.start();
        writer.start();
    }

    List<Thread> threads() {
        return List.of(reader, writer);
    }

    /** Ends both threads, from any other. */
    void close() {
        clientIsGone = true;
        leave(Cut.FIN);
        reader.interrupt();
        writer.interrupt();
    }

    private void read() {
        try {
            RequestReader requests =
                    new RequestReader(new BufferedInputStream(socket.getInputStream()), number, this::proceed);
            try {
                for (ReceivedRequest request = requests.next(); request != null; request = requests.next()) {
                    exchanges.add(new Exchange(request, server.arrived(request)));
                }
            } catch (ProtocolException e) {
                throw e;
            } catch (IOException e) {
                if (requests.isInRequest()) {
                    server.clientLeft();
                }
            }
            clientIsGone = true;
        } catch (ProtocolException e) {
            exchanges.add(refusal(e));
        } catch (IOException e) {
            clientIsGone = true;
        } finally {
            exchanges.add(new Exchange(null, null));
            if (clientIsGone) {
                writer.interrupt();
            }
        }
    }

    private Exchange refusal(ProtocolException e) {
        ReceivedRequest unreadable = new ReceivedRequest("?", "?", "HTTP/1.0", Map.of(), new byte[0], number);
        return new Exchange(unreadable, Answer.body(400, "text/plain", Answer.utf8(String.valueOf(e.getMessage()))));
    }

    private void proceed() throws IOException {
        socket.getOutputStream().write(Answer.utf8("HTTP/1.1 100 Continue\r\n\r\n"));
    }

    private void answer() {
        Cut end = Cut.FIN;
        try {
            for (Exchange next = nextExchange();
                    next.request() != null && next.answer() != null;
                    next = nextExchange()) {
                Cut cut = answer(next.request(), next.answer());
                if (cut != null) {
                    end = cut;
                    return;
                }
            }
        } finally {
            leave(end);
        }
    }

    private @Nullable Cut answer(ReceivedRequest request, Answer answer) {
        try {
            return new AnswerWriter(socket.getOutputStream(), () -> clientIsGone, request, answer).write();
        } catch (IOException | InterruptedException e) {
            server.clientLeft();
            clientIsGone = true;
            leave(Cut.FIN);
            return null; // what else it had asked for is left unanswered, too
        }
    }

    private Exchange nextExchange() {
        while (true) {
            try {
                return exchanges.take();
            } catch (InterruptedException e) {
                // meant for an answer that waits; the end is in the queue
            }
        }
    }

    private void leave(Cut how) {
        try (socket) {
            if (how == Cut.RST) {
                socket.setSoLinger(true, 0);
            } else if (!socket.isClosed()) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            // gone already
        }
    }
}

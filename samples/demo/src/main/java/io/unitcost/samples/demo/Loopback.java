package io.unitcost.samples.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A server that only this machine can reach. */
final class Loopback implements AutoCloseable {

    private static final String ADDRESS = "127.0.0.1";

    private final Server server;
    private final URI uri;

    private Loopback(Server server, int port) {
        this.server = server;
        this.uri = URI.create("http://" + ADDRESS + ":" + port + "/");
    }

    /**
     * Starts a server.
     *
     * @param port 0 for any free one
     * @throws DataException if the port is taken
     */
    static Loopback start(String name, int port, Handler handler) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName(name);
        threads.setDaemon(true);
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost(ADDRESS);
        connector.setPort(port);
        // a slow replay may leave connections alone for long, and a client cannot know that one is about to be closed
        connector.setIdleTimeout(TimeUnit.DAYS.toMillis(1));
        server.addConnector(connector);
        server.setHandler(handler);
        try {
            connector.open();
            server.start();
        } catch (BindException e) {
            throw new DataException("--serve: port " + port + " is taken (" + e.getMessage() + "); give another one");
        } catch (IOException e) {
            if (e.getCause() instanceof BindException) {
                throw new DataException("--serve: port " + port + " is taken; give another one");
            }
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(name + " did not start", e);
        }
        return new Loopback(server, connector.getLocalPort());
    }

    URI uri() {
        return uri;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server at " + uri + " did not stop", e);
        }
    }
}

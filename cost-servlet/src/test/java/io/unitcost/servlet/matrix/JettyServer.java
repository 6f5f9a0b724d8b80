package io.unitcost.servlet.matrix;

import jakarta.servlet.ServletContainerInitializer;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** What Jetty's servlet environments have in common. */
abstract class JettyServer implements Server {

    private org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();

    abstract ContextHandler context(String path, ServletContainerInitializer app);

    @Override
    public int start(ServletContainerInitializer app, ServletContainerInitializer other, boolean virtual)
            throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        if (virtual) {
            threads.setVirtualThreadsExecutor(Server.virtualThreads());
        }
        server = new org.eclipse.jetty.server.Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        ServerConnector connector = new ServerConnector(
                server, 1, 1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        server.addConnector(connector);
        ContextHandler first = context("/", app);
        ContextHandler second = context(App.OTHER, other);
        first.setCrossContextDispatchSupported(true);
        second.setCrossContextDispatchSupported(true);
        server.setHandler(new ContextHandlerCollection(first, second));
        server.start();
        return connector.getLocalPort();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}

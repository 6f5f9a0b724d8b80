package io.unitcost.samples.gateway;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The gateway on a Jetty that only this machine can reach. */
final class GatewayServer implements AutoCloseable {

    private static final String ADDRESS = "127.0.0.1";
    private static final String MODELS = Upstream.VERSION + "/*";

    private final Server server;
    private final URI uri;

    private GatewayServer(Server server, int port) {
        this.server = server;
        this.uri = URI.create("http://" + ADDRESS + ":" + port);
    }

    /**
     * Starts it.
     *
     * @param port 0 for any free one
     * @throws IllegalArgumentException if the port is taken
     */
    static GatewayServer start(
            int port, Upstream upstream, Keys keys, CostMeter meter, PrometheusMeterRegistry registry) {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("gateway");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(ADDRESS);
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(handler(upstream, keys, meter, registry));
        try {
            server.start();
        } catch (Exception e) {
            if (e instanceof BindException || e.getCause() instanceof BindException) {
                throw new IllegalArgumentException("--serve: port " + port + " is taken; give another one", e);
            }
            throw new IllegalStateException("the gateway did not start", e);
        }
        return new GatewayServer(server, connector.getLocalPort());
    }

    /** Keys first, then costs, then the models; the meters stand beside. */
    private static Handler handler(Upstream upstream, Keys keys, CostMeter meter, PrometheusMeterRegistry registry) {
        // HTTP/1.1: a client that leaves closes its connection, and so do we at the provider
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(always(new FilterHolder(keys)), MODELS, EnumSet.of(DispatcherType.REQUEST));
        context.addFilter(
                always(new FilterHolder(Metering.filter(meter, upstream))),
                MODELS,
                EnumSet.allOf(DispatcherType.class));
        context.addServlet(new ServletHolder(new Forward(Metering.client(client, meter, upstream), upstream)), MODELS);
        context.addServlet(new ServletHolder(new Meters(registry)), "/metrics");
        return context;
    }

    private static FilterHolder always(FilterHolder filter) {
        filter.setAsyncSupported(true);
        return filter;
    }

    /** {@code http://127.0.0.1:PORT}. */
    URI uri() {
        return uri;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the gateway did not stop", e);
        }
    }

    /** What Prometheus scrapes. */
    private static final class Meters extends HttpServlet {

        private static final long serialVersionUID = 1;

        private final transient PrometheusMeterRegistry registry;

        Meters(PrometheusMeterRegistry registry) {
            this.registry = registry;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain; version=0.0.4; charset=utf-8");
            response.getOutputStream().write(registry.scrape().getBytes(StandardCharsets.UTF_8));
        }
    }
}

package io.unitcost.samples.inference;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What Prometheus scrapes, for this machine only. */
final class MetricsPage implements AutoCloseable {

    private static final int OK = 200;

    private final HttpServer server;

    private MetricsPage(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts it.
     *
     * @param port 0 for any free one
     * @throws IllegalArgumentException if the port is taken
     */
    static MetricsPage start(int port) throws IOException {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.start();
            return new MetricsPage(server);
        } catch (BindException e) {
            throw new IllegalArgumentException("--serve: port " + port + " is taken; give another one", e);
        }
    }

    void add(String path, PrometheusMeterRegistry registry) {
        server.createContext(path, exchange -> {
            byte[] page = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(OK, page.length);
            try (exchange) {
                exchange.getResponseBody().write(page);
            }
        });
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

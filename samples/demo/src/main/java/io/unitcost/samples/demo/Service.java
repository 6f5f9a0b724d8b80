package io.unitcost.samples.demo;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.samples.demo.Scenario.Route;
import io.unitcost.servlet.CostFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/** The service: one servlet for the three features, metered by the filter in front of it. */
final class Service extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final int QUESTION = 400;

    private final transient ModelClient models;
    private final transient Map<String, Route> routes;

    Service(ModelClient models, Map<String, Route> routes) {
        this.models = models;
        this.routes = new ConcurrentHashMap<>(routes);
    }

    /** From now on a feature asks another model: what a release does. */
    void move(String feature, Route route) {
        routes.put(feature, route);
    }

    /** The service with its filter, and {@code /metrics} without it. */
    Handler handler(CostMeter meter, PrometheusMeterRegistry registry) {
        ServletContextHandler context = new ServletContextHandler();
        CostFilter filter = CostFilter.create(meter, Service::feature);
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.allOf(DispatcherType.class));
        context.addServlet(new ServletHolder(this), "/*");
        context.addServlet(new ServletHolder(new Metrics(registry)), "/metrics");
        return context;
    }

    /** A fixed set of names, not what the client sends; {@code null} for what is not a feature. */
    private static @Nullable String feature(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.length() > 1 && Features.ALL.contains(path.substring(1)) ? path.substring(1) : null;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String feature = feature(request);
        Route route = feature == null ? null : routes.get(feature);
        if (route == null) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        String prompt = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String id = request.getHeader(ModelServer.REQUEST_ID);
        try {
            if (route.retrieval()) {
                models.retrieve(prompt.substring(0, Math.min(QUESTION, prompt.length())), id);
            }
            boolean answered = models.complete(route, prompt, id);
            response.setStatus(answered ? HttpServletResponse.SC_OK : HttpServletResponse.SC_BAD_GATEWAY);
            response.setContentType("text/plain; charset=utf-8");
            response.getOutputStream()
                    .print(answered ? "answered by " + route.model() + "\n" : route.model() + " gave no answer\n");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }

    /** What Prometheus scrapes. */
    private static final class Metrics extends HttpServlet {

        private static final long serialVersionUID = 1;

        private final transient PrometheusMeterRegistry registry;

        Metrics(PrometheusMeterRegistry registry) {
            this.registry = registry;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain; version=0.0.4; charset=utf-8");
            response.getOutputStream().write(registry.scrape().getBytes(StandardCharsets.UTF_8));
        }
    }
}

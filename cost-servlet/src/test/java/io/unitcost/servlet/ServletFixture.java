package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/**
 * A servlet container with the filter in it, a client, and what must be true after every test: each cost was looked at,
 * no account is left open, nothing failed that was not meant to, no thread kept a scope.
 */
abstract class ServletFixture {

    /** Every request is a feature of its own, named by its path, unless its path says {@code plain}. */
    static final Function<HttpServletRequest, @Nullable String> BY_PATH =
            request -> request.getServletPath().startsWith("/plain")
                    ? null
                    : request.getServletPath().substring(1);

    static final Set<DispatcherType> ALL = EnumSet.allOf(DispatcherType.class);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What a servlet does. */
    interface Handler {
        void handle(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException;
    }

    final ManualTicker ticker = new ManualTicker();
    final RecordedCosts costs = new RecordedCosts();
    final CostMeter meter = meterBuilder().listener(costs).build();
    final CostFilter filter = CostFilter.create(meter, BY_PATH);
    /** The application's own threads, which know nothing of the request. */
    final ExecutorService workers = Executors.newFixedThreadPool(2);
    /** What handlers tell the test. */
    final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    /** In front of the filter: what the container sees. */
    final ChainProbe outside = new ChainProbe();
    /** Behind the filter: what the application does. */
    final ChainProbe inside = new ChainProbe();

    final Set<Site> provoked = EnumSet.noneOf(Site.class);
    private final Map<String, Handler> handlers = new LinkedHashMap<>();
    private final Container container;
    private int port;

    ServletFixture(Container container) {
        this.container = container;
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        container.stop();
        workers.shutdown();
        assertThat(workers.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(seen).as("failures on other threads").noneMatch(Throwable.class::isInstance);
        costs.assertNothingLeft();
        // closes what is still open, and tells
        meter.close();
        costs.assertNothingLeft();
        for (Site site : Site.values()) {
            assertThat(meter.errors(site) > 0).as("failures at " + site.label()).isEqualTo(provoked.contains(site));
        }
        outside.assertNoScopeLeft();
    }

    CostMeter.Builder meterBuilder() {
        PriceTable prices = PriceTable.builder("test")
                .model("openai", "gpt-test", m -> m.rate(Unit.INPUT_TOKENS, "2.50 per 1M")
                        .rate(Unit.OUTPUT_TOKENS, "10 per 1M"))
                .build();
        return CostMeter.builder().prices(prices).ticker(ticker).clock(ticker.clock());
    }

    /** The next cost, of a request whose end may have to be presumed. */
    RequestCost takeAfterGrace() {
        return costs.take(() -> {
            ticker.advance(Duration.ofSeconds(1));
            meter.reap();
        });
    }

    /** An attempt of 0.0075 USD: 1,000 × 2.50 ÷ 1,000,000 + 500 × 10 ÷ 1,000,000. */
    static Attempt attempt() {
        return Attempt.of("openai", "gpt-test").usage(Usage.tokens(1_000, 500)).build();
    }

    void on(String path, Handler handler) {
        handlers.put(path, handler);
    }

    /** An application with the filter in front. */
    void serve() throws Exception {
        serve(List.of(filter), ALL);
    }

    void serve(List<Filter> filters, Set<DispatcherType> dispatches) throws Exception {
        serve((classes, context) -> {
            for (int i = 0; i < filters.size(); i++) {
                addFilter(context, "filter" + i, filters.get(i), dispatches);
            }
        });
    }

    /** An application in which this puts the filter. */
    void serve(ServletContainerInitializer installation) throws Exception {
        handlers.putIfAbsent(Container.ERROR_PAGE, (request, response) -> response.getWriter()
                .write("sorry"));
        port = container.start((classes, context) -> {
            addFilter(context, "outside", outside, ALL);
            installation.onStartup(classes, context);
            addFilter(context, "inside", inside, ALL);
            handlers.forEach((path, handler) -> addServlet(context, path, handler));
        });
    }

    private static void addFilter(ServletContext context, String name, Filter filter, Set<DispatcherType> dispatches) {
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(EnumSet.copyOf(dispatches), true, "/*");
    }

    private static void addServlet(ServletContext context, String path, Handler handler) {
        ServletRegistration.Dynamic registration = context.addServlet(path, new HttpServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws IOException, ServletException {
                handler.handle(request, response);
            }
        });
        registration.setAsyncSupported(true);
        registration.addMapping(path);
    }

    int port() {
        return port;
    }

    void stop() throws Exception {
        container.stop();
    }

    HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(request(path), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> getAsync(String path) {
        return CLIENT.sendAsync(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(PATIENCE)
                .build();
    }

    /** One request was delivered and published, and this is it. */
    void assertOneRequest(String feature, int attempts) {
        RequestCost cost = costs.take();
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.feature()).isEqualTo(feature);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.attempts()).hasSize(attempts);
    }

    /** What a handler told, waiting for it if need be. */
    Object seen() throws InterruptedException {
        Object told = seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(told).as("something seen within " + PATIENCE).isNotNull();
        return told;
    }

    /** On one of the application's threads; a failure is told to the test. */
    void later(Task task) {
        workers.execute(() -> {
            try {
                task.run();
            } catch (Exception e) {
                seen.add(e);
            }
        });
    }

    interface Task {
        void run() throws Exception;
    }

    /** Whether a request is current on this thread. */
    static boolean hasScope() {
        return RequestMeter.current() != ChainProbe.NONE;
    }
}

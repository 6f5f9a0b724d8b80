package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestMeter;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** The examples of the README, as they stand there. */
class ReadmeTest {

    private final PriceTable prices = PriceTable.builder("readme")
            .model("openai", "gpt-test", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .build();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder()
            .prices(prices)
            .feature("chat")
            .listener(CostMetrics.create(registry))
            .listener(costs)
            .build();

    @Test
    void anyContainer() throws Exception {
        ServletContextHandler handler = new ServletContextHandler();
        handler.addEventListener(new Costs(meter));
        assertMeters(handler);
    }

    @Test
    void embeddedJetty() throws Exception {
        ServletContextHandler handler = new ServletContextHandler();
        FilterHolder costs = new FilterHolder(CostFilter.create(meter, Costs::feature));
        costs.setAsyncSupported(true);
        handler.addFilter(costs, "/*", EnumSet.allOf(DispatcherType.class));
        assertMeters(handler);
    }

    @Test
    void featuresByPath() throws Exception {
        CostFilter costs = CostFilter.builder(meter)
                .features("/chat/* : chat; /code/* : code-assist; *.ai : page")
                .unmapped("web")
                .build();
        assertMeters(handler(costs));
    }

    @Test
    void outcomesAndDescriptions() throws Exception {
        CostFilter costs = CostFilter.builder(meter)
                .features("/chat/* : chat")
                .outcome(ending -> ending.status() == 404 ? Outcome.DELIVERED : ending.outcome())
                .describe((request, account) -> {
                    account.attribute("tenant", tenantOf(request.getUserPrincipal()));
                    account.attribute("release", "2026-11");
                })
                .build();
        assertMeters(handler(costs));
    }

    private static String tenantOf(Principal user) {
        return user == null ? "nobody" : user.getName();
    }

    @Test
    void servedModels() throws Exception {
        CostFilter costs = CostFilter.builder(meter)
                .features("/chat/* : chat")
                .serves(request -> request.getServletPath().startsWith("/chat") ? "our-gpus" : null)
                .build();
        assertMeters(handler(costs));
    }

    @Test
    void toldCallers() throws Exception {
        CostFilter costs = CostFilter.builder(meter)
                .features("/chat/* : chat")
                .costHeader("X-Request-Cost")
                .costTrailer("X-Request-Cost-In-All")
                .serverTiming()
                .build();
        assertMeters(handler(costs));
    }

    @Test
    void withoutCode() throws Exception {
        ServletContextHandler handler = new ServletContextHandler();
        handler.addServletContainerInitializer(new CostInitializer());
        handler.addEventListener(new Meters(meter));
        handler.setInitParameter("unitcost.features", "/chat/* : chat");
        assertMeters(handler);
    }

    private static ServletContextHandler handler(CostFilter filter) {
        FilterHolder costs = new FilterHolder(filter);
        costs.setAsyncSupported(true);
        ServletContextHandler handler = new ServletContextHandler();
        handler.addFilter(costs, "/*", EnumSet.allOf(DispatcherType.class));
        return handler;
    }

    @Test
    void theReadmeShowsThisCode() throws Exception {
        String code = collapsed(Files.readString(Path.of("src/test/java/io/unitcost/servlet/ReadmeTest.java")));
        List<String> examples = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .flatMap(block -> Arrays.stream(block.group(1).split("\n\n")))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(10);
        assertThat(examples).allSatisfy(example -> assertThat(code).contains(collapsed(example)));
    }

    private static String collapsed(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    /** The example of the README. */
    static final class Costs implements ServletContextListener {

        private final CostMeter meter;

        Costs(CostMeter meter) {
            this.meter = meter;
        }

        @Override
        public void contextInitialized(ServletContextEvent event) {
            ServletContext context = event.getServletContext();
            FilterRegistration.Dynamic costs = context.addFilter("costs", CostFilter.create(meter, Costs::feature));
            costs.setAsyncSupported(true);
            costs.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
        }

        static String feature(HttpServletRequest request) {
            return switch (request.getServletPath()) {
                case "/chat", "/chat/stream" -> "chat";
                case "/summary" -> "summarize";
                default -> null;
            };
        }
    }

    /** The example of the README. */
    record Meters(CostMeter meter) implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            event.getServletContext().setAttribute(CostInitializer.METER, meter);
        }
    }

    /** The example of the README. */
    static final class ChatStream extends HttpServlet {

        private static final long serialVersionUID = 1;
        private final transient CostMeter meter;
        private final transient ExecutorService workers;

        ChatStream(CostMeter meter, ExecutorService workers) {
            this.meter = meter;
            this.workers = workers;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext async = request.startAsync();
            workers.execute(RequestMeter.current().wrap(() -> stream(async)));
        }

        private void stream(AsyncContext async) {
            try {
                async.getResponse().getWriter().write("data: hello\n\n");
                meter.record(Attempt.of("openai", "gpt-test")
                        .usage(Usage.tokens(1_000, 500))
                        .build());
            } catch (IOException e) {
                RequestMeter.current().reject();
            } finally {
                async.complete();
            }
        }
    }

    private void assertMeters(ServletContextHandler handler) throws Exception {
        ExecutorService workers = Executors.newSingleThreadExecutor();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        server.addConnector(connector);
        handler.addServlet(new ServletHolder(new ChatStream(meter, workers)), "/chat/stream");
        server.setHandler(handler);
        server.start();
        try {
            URI uri = URI.create("http://localhost:" + connector.getLocalPort() + "/chat/stream");
            String body = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
            assertThat(body).isEqualTo("data: hello\n\n");
            costs.take();
        } finally {
            server.stop();
            workers.shutdown();
            meter.close();
        }
        costs.assertNothingLeft();
        assertThat(registry.get("ai.requests")
                        .tags("feature", "chat", "outcome", "delivered")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("ai.request.duration")
                        .tags("feature", "chat", "outcome", "delivered")
                        .timer()
                        .count())
                .isEqualTo(1);
        // 1,000 × 1 ÷ 1,000,000 + 500 × 2 ÷ 1,000,000 = 0.002
        assertThat(registry.get("ai.cost").tag("feature", "chat").counter().count())
                .isEqualTo(0.002);
        assertThat(registry.get("ai.meter.errors").tag("site", "boundary").meter())
                .isNotNull();
    }
}

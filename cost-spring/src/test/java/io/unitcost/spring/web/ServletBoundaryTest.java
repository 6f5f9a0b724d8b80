package io.unitcost.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.spring.AiFeature;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import reactor.core.publisher.Flux;

/** Requests to a real application on Tomcat: when their account opens, what it is called and how it ends. */
class ServletBoundaryTest {

    private static final Money PRICE = Money.usd("0.0035");

    private ConfigurableApplicationContext application;
    private RecordedCosts published;
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        if (application != null) {
            CostMeter meter = application.getBean(CostMeter.class);
            for (CostMeter.Site site : CostMeter.Site.values()) {
                assertThat(meter.errors(site)).as("errors at %s", site).isZero();
            }
            application.close();
            published.assertNothingLeft();
        }
    }

    private void start(String... properties) {
        application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .properties(
                        "server.port=0",
                        "server.shutdown=immediate",
                        "spring.main.banner-mode=off",
                        "spring.ai.openai.api-key=none")
                .properties(properties)
                .run();
        published = application.getBean(RecordedCosts.class);
    }

    @Test
    void aRequestThatUsesAModelIsNamedByItsRoute() throws Exception {
        start();
        assertThat(get("/answers/17")).isEqualTo(200);

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("/answers/{id}");
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.inference()).isEqualTo(PRICE);
    }

    @Test
    void aRequestWithoutAModelAndWithoutANameIsNotCounted() throws Exception {
        start();
        assertThat(get("/plain")).isEqualTo(200);
        assertThat(get("/nothing/here")).isEqualTo(404);
    }

    @Test
    void aConfiguredPathCountsEvenWithoutAModelAndHasItsObjective() throws Exception {
        start(
                "unitcost.features.plain.paths=/plain",
                "unitcost.features.plain.revenue=0.002",
                "unitcost.features.plain.target-margin=0.8",
                "unitcost.features.answers.paths[0]=GET /answers/**",
                "unitcost.features.annotated.p95=2s",
                "unitcost.features.nightly.p95=1h",
                "unitcost.features.one.p95=1h",
                "unitcost.features.two.p95=1h",
                "unitcost.features.later.p95=1h");
        assertThat(get("/plain")).isEqualTo(200);
        RequestCost plain = published.take();
        assertThat(plain.feature()).isEqualTo("plain");
        assertThat(plain.total().isZero()).isTrue();
        assertThat(plain.revenue()).isEqualTo(Money.usd("0.002"));
        assertThat(plain.allowance()).isEqualTo(Money.usd("0.0004"));

        get("/answers/1");
        assertThat(published.take().feature()).isEqualTo("answers");
    }

    @Test
    void anAnnotationOnAHandlerNamesItAndCountsEveryRequest() throws Exception {
        start();
        get("/annotated?use=false");
        RequestCost unused = published.take();
        assertThat(unused.feature()).isEqualTo("annotated");
        assertThat(unused.total().isZero()).isTrue();

        get("/annotated?use=true");
        assertThat(published.take().total()).isEqualTo(PRICE);
    }

    @Test
    void aMethodThatClassesInheritIsTheFeatureOfEachOfThem() throws Exception {
        start();
        for (String name : new String[] {"one", "two", "one"}) {
            get("/inherited/" + name);
            assertThat(published.take().feature()).as("handler").isEqualTo(name);
        }
        for (Class<? extends Inherited> type : List.of(InheritedOne.class, InheritedTwo.class)) {
            application.getBean(type).answer();
            assertThat(published.take().feature()).as("bean").isEqualTo(type == InheritedOne.class ? "one" : "two");
        }
    }

    @Test
    void anErrorIsFailedAndItsCostCounts() throws Exception {
        start();
        assertThat(get("/broken")).isEqualTo(500);

        RequestCost cost = published.take();
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.feature()).isEqualTo("/broken");
        assertThat(cost.inference()).isEqualTo(PRICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/callable", "/future", "/flux", "/emitter", "/async-service"})
    void workOnOtherThreadsIsTheRequests(String path) throws Exception {
        start("spring.task.execution.propagate-context=true");
        assertThat(get(path)).isEqualTo(200);

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo(path);
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.inference()).isEqualTo(PRICE);
    }

    @Test
    void virtualThreadsChangeNothing() throws Exception {
        start("spring.threads.virtual.enabled=true");
        get("/callable");
        assertThat(published.take().inference()).isEqualTo(PRICE);
    }

    @Test
    void aClientThatGoesAwayInAStreamCancels() throws Exception {
        start();
        int port = application.getEnvironment().getProperty("local.server.port", Integer.class);
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream()
                    .write("GET /endless HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(in.read(new byte[64])).isPositive();
            socket.setSoLinger(true, 0);
        }
        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("/endless");
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void anAnnotatedServiceOutsideARequestIsOne() {
        start();
        application.getBean(Jobs.class).nightly();

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("nightly");
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.inference()).isEqualTo(PRICE);
    }

    @Test
    void anAnnotatedServiceInsideARequestNamesIt() throws Exception {
        start();
        get("/job");
        assertThat(published.take().feature()).isEqualTo("nightly");
    }

    @Test
    void anAnnotatedFutureEndsWhenItCompletes() throws Exception {
        start();
        Jobs jobs = application.getBean(Jobs.class);
        CompletableFuture<String> future = jobs.later();
        published.assertNothingLeft();
        jobs.release();
        future.get(10, TimeUnit.SECONDS);

        assertThat(published.take().feature()).isEqualTo("later");
    }

    @Test
    void whatIsNotObservedHasABoundaryOfItsOwn() throws Exception {
        start(
                "management.observations.enable.http.server.requests=false",
                "unitcost.features.answers.paths=/answers/*",
                "unitcost.features.annotated.p95=2s",
                "unitcost.features.nightly.p95=1h",
                "unitcost.features.one.p95=1h",
                "unitcost.features.two.p95=1h",
                "unitcost.features.later.p95=1h");
        get("/answers/1");
        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("answers");
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.inference()).isEqualTo(PRICE);
        get("/plain");
    }

    private int get(String path) throws IOException, InterruptedException {
        int port = application.getEnvironment().getProperty("local.server.port", Integer.class);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @EnableAsync
    @Import({Controller.class, InheritedOne.class, InheritedTwo.class, Jobs.class, Background.class})
    static class Application {

        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }
    }

    @RestController
    static class Controller {

        private final CostMeter meter;
        private final Jobs jobs;
        private final Background background;

        Controller(CostMeter meter, Jobs jobs, Background background) {
            this.meter = meter;
            this.jobs = jobs;
            this.background = background;
        }

        private String use() {
            meter.record(attempt());
            return "used";
        }

        @GetMapping("/answers/{id}")
        String answer(@PathVariable String id) {
            return use() + id;
        }

        @GetMapping("/plain")
        String plain() {
            return "plain";
        }

        @AiFeature("annotated")
        @GetMapping("/annotated")
        public String annotated(boolean use) {
            return use ? use() : "no";
        }

        @GetMapping("/broken")
        String broken() {
            use();
            throw new IllegalStateException("broken on purpose");
        }

        @GetMapping("/callable")
        Callable<String> callable() {
            return this::use;
        }

        @GetMapping("/future")
        CompletableFuture<String> future() {
            return CompletableFuture.completedFuture(use());
        }

        @GetMapping(path = "/flux", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> flux() {
            return Flux.defer(() -> Flux.just(use(), "more"));
        }

        @GetMapping("/emitter")
        SseEmitter emitter() throws IOException {
            SseEmitter emitter = new SseEmitter();
            emitter.send(use());
            emitter.complete();
            return emitter;
        }

        @GetMapping("/async-service")
        CompletableFuture<String> async() {
            return background.use();
        }

        @GetMapping(path = "/endless", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> endless() {
            use();
            return Flux.interval(Duration.ofMillis(5)).onBackpressureDrop().map(tick -> "x".repeat(1_000));
        }

        @GetMapping("/job")
        String job() {
            jobs.nightly();
            return "done";
        }

        @PostMapping("/answers/{id}")
        String posted(@PathVariable String id) {
            return use() + id;
        }
    }

    abstract static class Inherited {
        @GetMapping
        public String answer() {
            return "answered";
        }
    }

    @AiFeature("one")
    @RestController
    @RequestMapping("/inherited/one")
    static class InheritedOne extends Inherited {}

    @AiFeature("two")
    @RestController
    @RequestMapping("/inherited/two")
    static class InheritedTwo extends Inherited {}

    /** Not a controller. */
    static class Jobs {

        private final CostMeter meter;
        private final CountDownLatch release = new CountDownLatch(1);

        Jobs(CostMeter meter) {
            this.meter = meter;
        }

        public void release() {
            release.countDown();
        }

        @AiFeature("nightly")
        public void nightly() {
            meter.record(attempt());
        }

        @AiFeature("later")
        public CompletableFuture<String> later() {
            meter.record(attempt());
            return CompletableFuture.supplyAsync(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return "done";
            });
        }
    }

    static class Background {

        private final CostMeter meter;

        Background(CostMeter meter) {
            this.meter = meter;
        }

        @Async
        public CompletableFuture<String> use() {
            meter.record(attempt());
            return CompletableFuture.completedFuture("used");
        }
    }

    private static Attempt attempt() {
        return Attempt.of("openai", "gpt-4o").usage(Usage.tokens(1_000, 100)).build();
    }
}

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
import io.unitcost.spring.observe.ReactorRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The same on WebFlux and Netty, with and without automatic context propagation. */
class ReactiveBoundaryTest {

    private static final Money PRICE = Money.usd("0.0035");

    private ConfigurableApplicationContext application;
    private RecordedCosts published;
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        CostMeter meter = application.getBean(CostMeter.class);
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("errors at %s", site).isZero();
        }
        application.close();
        published.assertNothingLeft();
        reactor.core.publisher.Hooks.disableAutomaticContextPropagation();
    }

    private void start(String... properties) {
        application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .properties(
                        "server.port=0",
                        "server.shutdown=immediate",
                        "spring.main.banner-mode=off",
                        "spring.ai.openai.api-key=none")
                .properties(properties)
                .run();
        published = application.getBean(RecordedCosts.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limited", "auto"})
    void aRequestThatUsesAModelIsNamedByItsRoute(String propagation) throws Exception {
        start("spring.reactor.context-propagation=" + propagation);
        assertThat(get("/answers/17")).isEqualTo(200);

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("/answers/{id}");
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.inference()).isEqualTo(PRICE);

        assertThat(get("/plain")).isEqualTo(200);
        assertThat(get("/nothing")).isEqualTo(404);
    }

    @Test
    void blockingWorkInAChainIsTheRequestsWithAutomaticPropagation() throws Exception {
        start("spring.reactor.context-propagation=auto");
        assertThat(get("/blocking")).isEqualTo(200);

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("/blocking");
        assertThat(cost.inference()).isEqualTo(PRICE);
    }

    @Test
    void blockingWorkInAChainIsUnattributedWithout() throws Exception {
        start("spring.reactor.context-propagation=limited");
        get("/blocking");

        assertThat(published.take().kind()).isEqualTo(Kind.UNATTRIBUTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limited", "auto"})
    void anAnnotationNamesIt(String propagation) throws Exception {
        start("spring.reactor.context-propagation=" + propagation);
        get("/annotated");
        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("annotated");
        assertThat(cost.total().isZero()).isTrue();

        get("/job");
        RequestCost job = published.take();
        assertThat(job.feature()).isEqualTo("nightly");
        assertThat(job.inference()).isEqualTo(PRICE);
    }

    @Test
    void anAnnotatedPublisherOutsideARequestIsOne() {
        start();
        application.getBean(Jobs.class).nightly().block();

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("nightly");
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.inference()).isEqualTo(PRICE);
    }

    @Test
    void anErrorIsFailed() throws Exception {
        start();
        assertThat(get("/broken")).isEqualTo(500);
        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("/broken");
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
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
    void whatIsNotObservedHasABoundaryOfItsOwn() throws Exception {
        start(
                "management.observations.enable.http.server.requests=false",
                "unitcost.features.answers.paths=/answers/*",
                "unitcost.features.annotated.p95=2s",
                "unitcost.features.nightly.p95=1h");
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
    @Import({Controller.class, Jobs.class})
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

        Controller(CostMeter meter, Jobs jobs) {
            this.meter = meter;
            this.jobs = jobs;
        }

        @GetMapping("/answers/{id}")
        Mono<String> answer(@PathVariable String id) {
            return Mono.deferContextual(context -> {
                ReactorRequest.of(context).record(attempt());
                return Mono.just("used " + id);
            });
        }

        @GetMapping("/blocking")
        Mono<String> blocking() {
            return Mono.fromCallable(() -> {
                        meter.record(attempt());
                        return "used";
                    })
                    .subscribeOn(Schedulers.boundedElastic());
        }

        @GetMapping("/plain")
        Mono<String> plain() {
            return Mono.just("plain");
        }

        @AiFeature("annotated")
        @GetMapping("/annotated")
        public Mono<String> annotated() {
            return Mono.just("annotated");
        }

        @GetMapping("/job")
        Mono<String> job() {
            return jobs.nightly();
        }

        @GetMapping("/broken")
        Mono<String> broken() {
            return Mono.deferContextual(context -> {
                ReactorRequest.of(context).record(attempt());
                return Mono.error(new IllegalStateException("broken on purpose"));
            });
        }

        @GetMapping(path = "/endless", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> endless() {
            return Flux.deferContextual(context -> {
                ReactorRequest.of(context).record(attempt());
                return Flux.interval(Duration.ofMillis(5)).onBackpressureDrop().map(tick -> "x".repeat(1_000));
            });
        }
    }

    static class Jobs {

        @AiFeature("nightly")
        public Mono<String> nightly() {
            return Mono.deferContextual(context -> {
                ReactorRequest.of(context).record(attempt());
                return Mono.just("done");
            });
        }
    }

    private static Attempt attempt() {
        return Attempt.of("openai", "gpt-4o").usage(Usage.tokens(1_000, 100)).build();
    }
}

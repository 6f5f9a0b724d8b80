package io.unitcost.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.spring.observe.ReactorRequest;
import io.unitcost.testing.Answers;
import io.unitcost.testing.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A web application on WebFlux that asks a model with WebClient, with and without automatic context propagation. */
class ReactiveClientsTest {

    /** 1,200 in at a dollar a million, 34 out at two. */
    private static final Answers ANSWERS = Answers.of("m-1", 1_200, 34, "id-1");

    private static final Money ONE = Money.usd("0.001268");
    private static final String ASKED =
            "{\"model\":\"m-1\",\"messages\":[{\"role\":\"user\",\"content\":\"What is six times seven?\"}]}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ModelServer models = ModelServer.start();
    private ConfigurableApplicationContext application;
    private RecordedCosts published;

    private void start(String propagation) {
        application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "spring.ai.openai.api-key=none",
                        "spring.reactor.context-propagation=" + propagation,
                        "models=" + models.uri("/v1/chat/completions"),
                        "unitcost.http.providers.models=127.0.0.1",
                        "unitcost.prices.overrides[0].provider=models",
                        "unitcost.prices.overrides[0].model=m-1",
                        "unitcost.prices.overrides[0].rates.input-tokens=1 per 1M",
                        "unitcost.prices.overrides[0].rates.output-tokens=2 per 1M")
                .run();
        published = application.getBean(RecordedCosts.class);
    }

    @AfterEach
    void stop() {
        CostMeter meter = application.getBean(CostMeter.class);
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("errors at %s", site).isZero();
        }
        application.close();
        models.close();
        published.assertNothingLeft();
        Hooks.disableAutomaticContextPropagation();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limited", "auto"})
    void streamsAreExactAndTheRequests(String propagation) throws Exception {
        start(propagation);
        models.answers(ANSWERS.chatStreamWithUsage().inPiecesOf(50));
        int requests = 60;
        List<CompletableFuture<Integer>> answers = IntStream.range(0, requests)
                .mapToObj(i -> client.sendAsync(
                                HttpRequest.newBuilder(address(i % 2 == 0 ? "stream" : "elsewhere"))
                                        .build(),
                                BodyHandlers.discarding())
                        .thenApply(response -> response.statusCode()))
                .toList();
        for (CompletableFuture<Integer> answer : answers) {
            assertThat(answer.get()).isEqualTo(200);
        }
        assertThat(published.take(requests)).allSatisfy(cost -> {
            assertThat(cost.feature()).isIn("/stream", "/elsewhere");
            assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
            assertThat(cost.total()).isEqualTo(ONE);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"limited", "auto"})
    void aRetryIsAnAttempt_andAnOwnerKeepsItsCall(String propagation) throws Exception {
        start(propagation);
        models.answers(Answers.unavailable(), Answers.unavailable(), ANSWERS.chat());
        RequestCost cost = asking("again");
        assertThat(results(cost)).containsExactly(Result.FAILED, Result.FAILED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
        models.answers(Answers.unavailable(), ANSWERS.chat());
        cost = asking("owned");
        assertThat(cost.feature()).isEqualTo("/owned");
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
        models.answers(ANSWERS.chat());
        assertThat(asking("over-jdk").total()).isEqualTo(ONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limited", "auto"})
    void aStreamThatIsGivenUpIsCancelled(String propagation) throws Exception {
        start(propagation);
        models.answers(ANSWERS.chatStreamWithUsage().pausedBefore(2, new CountDownLatch(1)));
        RequestCost cost = asking("given-up");
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    private RequestCost asking(String path) throws Exception {
        assertThat(client.send(HttpRequest.newBuilder(address(path)).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        return published.take();
    }

    private static List<Result> results(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::result).toList();
    }

    private URI address(String path) {
        int port = application.getEnvironment().getProperty("local.server.port", Integer.class);
        return URI.create("http://localhost:" + port + "/" + path);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Controller.class)
    static class Application {

        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }

        @Bean
        URI models(Environment environment) {
            return URI.create(environment.getRequiredProperty("models"));
        }

        @Bean
        HttpClient jdkClient() {
            return HttpClient.newHttpClient();
        }
    }

    @RestController
    static class Controller {

        private final URI models;
        private final WebClient client;
        private final WebClient overJdk;
        private final ObservationRegistry observations;

        Controller(
                URI models,
                WebClient.Builder client,
                WebClient.Builder overJdk,
                HttpClient jdk,
                ObservationRegistry observations) {
            this.models = models;
            this.client = client.build();
            this.overJdk =
                    overJdk.clientConnector(new JdkClientHttpConnector(jdk)).build();
            this.observations = observations;
        }

        @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> stream() {
            return asking(client).bodyToFlux(String.class);
        }

        @GetMapping(path = "/elsewhere", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> elsewhere() {
            return asking(client)
                    .bodyToFlux(String.class)
                    .subscribeOn(Schedulers.boundedElastic())
                    .publishOn(Schedulers.parallel());
        }

        @GetMapping("/again")
        Mono<String> again() {
            return asking(client).bodyToMono(String.class).retry(2);
        }

        @GetMapping("/over-jdk")
        Mono<String> overJdk() {
            return asking(overJdk).bodyToMono(String.class);
        }

        @GetMapping("/given-up")
        Mono<List<String>> givenUp() {
            return asking(client).bodyToFlux(String.class).take(1).collectList();
        }

        /** As a framework that observes its own calls would, which puts the call that it owns into the observation. */
        @GetMapping("/owned")
        Mono<String> owned() {
            return Mono.deferContextual(context -> {
                CallMeter call = ReactorRequest.of(context).call();
                Observation above = context.get(ObservationThreadLocalAccessor.KEY);
                Observation observation = Observation.createNotStarted("owned", observations)
                        .parentObservation(above)
                        .start();
                observation.getContext().put(CallMeter.class, call);
                return asking(client)
                        .bodyToMono(String.class)
                        .retry(1)
                        .doOnSuccess(answer -> call.record(Attempt.of("models", "m-1")
                                .usage(Usage.tokens(1_200, 34))
                                .build()))
                        .doFinally(signal -> {
                            call.end();
                            observation.stop();
                        })
                        .contextWrite(inner -> inner.put(ObservationThreadLocalAccessor.KEY, observation));
            });
        }

        private WebClient.ResponseSpec asking(WebClient of) {
            return of.post()
                    .uri(models)
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(ASKED)
                    .retrieve();
        }
    }
}

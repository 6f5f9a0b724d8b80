package io.unitcost.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Quality;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.ModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.RequestEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.util.retry.Retry;

/** A web application on threads that asks a model in every way it can: each answer counts once, to the last token. */
class ServletClientsTest {

    /** 1,200 in at a dollar a million, 34 out at two. */
    private static final Answers ANSWERS = Answers.of("m-1", 1_200, 34, "id-1");

    private static final Money ONE = Money.usd("0.001268");
    private static final String ASKED =
            "{\"model\":\"m-1\",\"messages\":[{\"role\":\"user\",\"content\":\"What is six times seven?\"}]}";

    private static ModelServer models;
    private static ConfigurableApplicationContext application;
    private static RecordedCosts published;

    @BeforeAll
    static void start() {
        models = ModelServer.start();
        application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "spring.ai.openai.api-key=none",
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
    void nothingIsLeft() {
        CostMeter meter = application.getBean(CostMeter.class);
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("errors at %s", site).isZero();
        }
        published.assertNothingLeft();
    }

    @AfterAll
    static void stop() {
        application.close();
        models.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rest-client", "rest-template", "web-client", "jdk", "ok-http", "rest-client-over-jdk", "built"})
    void eachClientIsMeteredOnce(String client) throws Exception {
        for (Answer answer : List.of(
                ANSWERS.chat(), ANSWERS.chatStreamWithUsage(), ANSWERS.chat().gzip())) {
            models.answers(answer);
            RequestCost cost = asking(client);
            assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
            assertThat(cost.feature()).isEqualTo("/" + client);
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(cost.total()).isEqualTo(ONE);
            assertThat(cost.attempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.result()).isEqualTo(Result.DELIVERED);
                assertThat(attempt.attempt().quality()).isEqualTo(Quality.REPORTED);
                assertThat(attempt.attempt().usage().count(Unit.INPUT_TOKENS)).isEqualTo(1_200);
                assertThat(attempt.attempt().usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(34);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rest-client-again", "web-client-again"})
    void aRetryIsAnAttempt(String client) throws Exception {
        models.answers(Answers.unavailable(), Answers.unavailable(), ANSWERS.chat());
        RequestCost cost = asking(client);
        assertThat(cost.feature()).isEqualTo("/" + client);
        assertThat(results(cost)).containsExactly(Result.FAILED, Result.FAILED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"owned-rest-client", "owned-web-client"})
    void aLayerAboveOwnsItsCall(String client) throws Exception {
        models.answers(Answers.unavailable(), ANSWERS.chat());
        RequestCost cost = asking(client);
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @Test
    void aStreamThatIsGivenUpIsCancelled() throws Exception {
        models.answers(ANSWERS.chatStreamWithUsage());
        RequestCost cost = asking("given-up");
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @Test
    void whatIsNoModelCostsNothing() throws Exception {
        models.answers(ANSWERS.chat());
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(address("plain")).build(), BodyHandlers.discarding());
        published.assertNothingLeft();
    }

    private RequestCost asking(String path) throws IOException, InterruptedException {
        assertThat(HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(address(path)).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        return published.take();
    }

    private static List<Result> results(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::result).toList();
    }

    private static URI address(String path) {
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
        HttpClient jdkClient() {
            return HttpClient.newHttpClient();
        }

        @Bean
        OkHttpClient okHttpClient() {
            return new OkHttpClient();
        }

        @Bean
        URI models(Environment environment) {
            return URI.create(environment.getRequiredProperty("models"));
        }
    }

    @RestController
    static class Controller {

        private final CostMeter meter;
        private final URI models;
        private final RestClient restClient;
        private final RestClient overJdk;
        private final RestTemplate restTemplate;
        private final WebClient webClient;
        private final HttpClient jdk;
        private final OkHttpClient okHttp;

        Controller(
                CostMeter meter,
                URI models,
                RestClient.Builder restClient,
                RestClient.Builder overJdk,
                RestTemplateBuilder restTemplate,
                WebClient.Builder webClient,
                HttpClient jdk,
                OkHttpClient okHttp) {
            this.meter = meter;
            this.models = models;
            this.restClient = restClient.build();
            this.overJdk =
                    overJdk.requestFactory(new JdkClientHttpRequestFactory(jdk)).build();
            this.restTemplate = restTemplate.build();
            this.webClient = webClient.build();
            this.jdk = jdk;
            this.okHttp = okHttp;
        }

        @GetMapping("/rest-client")
        String restClient() {
            return asked(restClient);
        }

        @GetMapping("/rest-client-over-jdk")
        String restClientOverJdk() {
            return asked(overJdk);
        }

        @GetMapping("/built")
        String built() {
            return asked(restClient.mutate().defaultHeader("X-Any", "thing").build());
        }

        @GetMapping("/rest-template")
        String restTemplate() {
            return restTemplate
                    .exchange(
                            RequestEntity.post(models)
                                    .contentType(MediaType.APPLICATION_JSON)
                                    .body(ASKED),
                            String.class)
                    .getBody();
        }

        @GetMapping("/web-client")
        String webClient() {
            return asking().bodyToMono(String.class).block();
        }

        @GetMapping("/jdk")
        String jdk() throws Exception {
            return jdk.send(
                            HttpRequest.newBuilder(models)
                                    .POST(BodyPublishers.ofString(ASKED))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }

        @GetMapping("/ok-http")
        String okHttp() throws IOException {
            Request request = new Request.Builder()
                    .url(models.toString())
                    .post(RequestBody.create(ASKED, okhttp3.MediaType.get("application/json")))
                    .build();
            try (Response response = okHttp.newCall(request).execute()) {
                return response.body().string();
            }
        }

        @GetMapping("/rest-client-again")
        String restClientAgain() {
            for (int i = 0; i < 2; i++) {
                try {
                    return asked(restClient);
                } catch (RestClientException again) {
                    // as a retry template would
                }
            }
            return asked(restClient);
        }

        @GetMapping("/web-client-again")
        String webClientAgain() {
            return asking().bodyToMono(String.class)
                    .retryWhen(Retry.backoff(2, Duration.ofMillis(1)))
                    .block();
        }

        @GetMapping("/owned-rest-client")
        String ownedRestClient() {
            return owned(() -> {
                try {
                    return asked(restClient);
                } catch (RestClientException again) {
                    return asked(restClient);
                }
            });
        }

        @GetMapping("/owned-web-client")
        String ownedWebClient() {
            return owned(() -> asking().bodyToMono(String.class).retry(1).block());
        }

        private String owned(Supplier<String> asking) {
            CallMeter call = meter.call();
            String answer;
            try (Scope scope = call.makeCurrent()) {
                answer = asking.get();
            }
            call.record(
                    Attempt.of("models", "m-1").usage(Usage.tokens(1_200, 34)).build());
            call.end();
            return answer;
        }

        @GetMapping("/given-up")
        String givenUp() {
            return overJdk.post()
                    .uri(models)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(ASKED)
                    .exchange((request, response) ->
                            new BufferedReader(new InputStreamReader(response.getBody()), 64).readLine());
        }

        @GetMapping("/plain")
        String plain() {
            return restClient.get().uri(models.resolve("/v1/models")).retrieve().body(String.class);
        }

        private String asked(RestClient client) {
            return client.post()
                    .uri(models)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(ASKED)
                    .retrieve()
                    .body(String.class);
        }

        private WebClient.ResponseSpec asking() {
            return webClient
                    .post()
                    .uri(models)
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(ASKED)
                    .retrieve();
        }
    }
}

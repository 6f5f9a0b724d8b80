package io.unitcost.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.price.source.PriceSources;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The endpoint over real HTTP, on both web stacks, against what was published for the same requests. */
class CostEndpointTest {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_TRIES = 3;

    private ConfigurableApplicationContext application;
    private CostMeter meter;
    private RecordedCosts published;

    private void start(WebApplicationType stack, String... properties) {
        application = new SpringApplicationBuilder(Application.class)
                .web(stack)
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "spring.ai.openai.api-key=none",
                        "management.endpoints.web.exposure.include=cost",
                        "unitcost.features.chat.revenue=0.01",
                        "unitcost.features.chat.target-margin=0.8",
                        "unitcost.features.chat.p95=2s",
                        "unitcost.prices.overrides[0].provider=house",
                        "unitcost.prices.overrides[0].model=meta-llama/Llama-4",
                        "unitcost.prices.overrides[0].rates.input-tokens=0.3 per 1M",
                        "unitcost.pools.gpu.price-per-hour=3",
                        "unitcost.pools.gpu.models[0].model=tuned",
                        "unitcost.pools.gpu.models[0].requests-per-second=18")
                .properties(properties)
                .run();
        meter = application.getBean(CostMeter.class);
        published = application.getBean(RecordedCosts.class);
    }

    @AfterEach
    void stop() {
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("errors at %s", site).isZero();
        }
        application.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void whatItSaysIsWhatWasPublished(WebApplicationType stack) throws Exception {
        start(stack);
        List<RequestCost> costs = traffic();
        JsonNode report = get("/actuator/cost");

        assertThat(report.path("scope").asString()).isEqualTo("this instance");
        assertThat(report.path("currency").asString()).isEqualTo("USD");
        assertThat(report.path("window").path("length").asString()).isEqualTo("PT1H");
        assertThat(report.path("problem").isNull()).isTrue();
        JsonNode chat = report.path("features").path("chat");
        assertThat(chat.path("objective").path("allowance").asString()).isEqualTo("0.002");
        assertThat(chat.path("objective").path("p95Millis").asLong()).isEqualTo(2_000);
        for (String when : List.of("window", "sinceStart")) {
            compare(chat.path(when), costs);
        }
        assertThat(chat.path("p95Millis").isNumber()).isTrue();
        assertThat(chat.path("trend").path("later").path("delivered").asInt()).isEqualTo(7);
        assertThat(chat.path("trend").path("crossoverIndex").isNull()).isTrue();
        assertThat(report.path("errors").size()).isEqualTo(CostMeter.Site.values().length);

        JsonNode alone = get("/actuator/cost/chat");
        assertThat(alone.path("scope").asString()).isEqualTo("this instance");
        assertThat(alone.path("feature").asString()).isEqualTo("chat");
        assertThat(alone.path("report")).isEqualTo(chat);
        published.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void whyIsAnsweredForAllAndForOneFeature(WebApplicationType stack) throws Exception {
        start(stack);
        traffic();
        JsonNode why = get("/actuator/cost/why");
        assertThat(why.path("scope").asString()).isEqualTo("this instance");
        assertThat(why.path("note").asString()).contains("no delivered request yet");
        assertThat(why.path("drivers").size()).isZero();
        assertThat(get("/actuator/cost/why/chat").path("feature").asString()).isEqualTo("chat");
        assertThat(send("GET", "/actuator/cost/why/unheard").statusCode()).isEqualTo(404);
        published.assertNothingLeft();
    }

    /** Seven delivered, one failed, one cancelled. */
    private List<RequestCost> traffic() {
        List<RequestCost> costs = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            RequestMeter request = meter.open("chat");
            request.record(Attempt.of("openai", "gpt-4o")
                    .usage(Usage.builder()
                            .set(Unit.INPUT_TOKENS, 1_000 + i)
                            .set(Unit.CACHE_READ_TOKENS, 300)
                            .set(Unit.OUTPUT_TOKENS, 77 * i)
                            .build())
                    .build());
            request.record(Attempt.of("openai", "gpt-4o-mini")
                    .usage(Usage.tokens(501, i), Quality.ESTIMATED)
                    .failed()
                    .build());
            request.recordSupport(
                    "retrieval",
                    Attempt.of("openai", "text-embedding-3-small")
                            .usage(Usage.of(Unit.INPUT_TOKENS, 33))
                            .build());
            request.end(i == 7 ? Outcome.FAILED : i == 8 ? Outcome.CANCELLED : Outcome.DELIVERED);
            costs.add(published.take());
        }
        return costs;
    }

    private static void compare(JsonNode sums, List<RequestCost> costs) {
        assertThat(sums.path("requests").toString()).isEqualTo("{\"delivered\":7,\"failed\":1,\"cancelled\":1}");
        Money total = Money.usd("0");
        for (RequestCost cost : costs) {
            total = total.plus(cost.total());
        }
        assertThat(total.signum()).isPositive();
        assertThat(sums.path("cost").path("total").isString()).isTrue();
        assertThat(sums.path("cost").path("total").asString()).isEqualTo(total.toPlainString());
        for (Part part : Part.values()) {
            Money sum = costs.stream().map(cost -> cost.part(part)).reduce(Money.usd("0"), Money::plus);
            assertThat(sums.path("cost").path(part.label()).asString()).isEqualTo(sum.toPlainString());
        }
        BigDecimal each = total.amount().divide(BigDecimal.valueOf(7), MathContext.DECIMAL128);
        assertThat(new BigDecimal(
                        sums.path("costPerDeliveredRequest").path("total").asString()))
                .isEqualByComparingTo(each.setScale(12, RoundingMode.HALF_EVEN));
        assertThat(sums.path("revenue").asString()).isEqualTo("0.07");
        assertThat(sums.path("allowance").asString()).isEqualTo("0.014");
        assertThat(sums.path("burn").decimalValue())
                .isEqualByComparingTo(total.amount().divide(new BigDecimal("0.014"), new MathContext(9)));
        assertThat(new BigDecimal(sums.path("remaining").asString()))
                .isEqualByComparingTo(new BigDecimal("0.014").subtract(total.amount()));
        // 9 × (1000 − 300) + 36 + 9 × 501 + 9 × 33, 77 × 36 + 36
        assertThat(sums.path("tokens").toString()).isEqualTo("{\"cache_read\":2700,\"input\":11142,\"output\":2808}");
        assertThat(sums.path("latency").path("met").asInt()).isEqualTo(7);
        JsonNode quality = sums.path("quality");
        assertThat(quality.path("reported").path("attempts").asInt()).isEqualTo(18);
        assertThat(quality.path("estimated").path("attempts").asInt()).isEqualTo(9);
        assertThat(quality.path("estimated").path("shareOfAttempts").decimalValue())
                .isEqualByComparingTo("0.333333");
        assertThat(new BigDecimal(quality.path("reported").path("cost").asString())
                        .add(new BigDecimal(
                                quality.path("estimated").path("cost").asString())))
                .isEqualByComparingTo(total.amount());
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void featuresAreFoundByTheirNamesAndNothingIsChanged(WebApplicationType stack) throws Exception {
        start(stack);
        meter.open("/answers/{id}").end(Outcome.DELIVERED);
        meter.open("with blank").end(Outcome.DELIVERED);
        published.drain();
        assertThat(get("/actuator/cost/answers/%7Bid%7D").path("feature").asString())
                .isEqualTo("/answers/{id}");
        assertThat(get("/actuator/cost/with%20blank").path("feature").asString())
                .isEqualTo("with blank");
        assertThat(status("GET", "/actuator/cost/unheard-of")).isEqualTo(404);
        assertThat(status("GET", "/actuator/cost/prices")).isEqualTo(404);
        assertThat(status("GET", "/actuator/cost/prices/openai")).isEqualTo(404);
        for (String path : List.of("/actuator/cost", "/actuator/cost/chat", "/actuator/cost/prices/openai/gpt-4o")) {
            assertThat(status("GET", path)).isEqualTo(200);
            for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
                assertThat(status(method, path)).as(method + " " + path).isEqualTo(405);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void aPriceIsExplained(WebApplicationType stack) throws Exception {
        start(stack);
        JsonNode exact = get("/actuator/cost/prices/openai/gpt-4o");
        assertThat(exact.path("priced").asBoolean()).isTrue();
        assertThat(exact.path("how").asString()).isEqualTo("exact");
        assertThat(exact.path("price")
                        .path("rates")
                        .path("input_tokens")
                        .path("perMillion")
                        .asString())
                .isEqualTo("2.5");
        assertThat(exact.path("price")
                        .path("rates")
                        .path("output_tokens")
                        .path("rate")
                        .asString())
                .isEqualTo("10 per 1M");
        assertThat(exact.path("table").asString()).isEqualTo(meter.prices().id());
        assertThat(exact.path("price").path("source").asString()).isNotBlank();
        assertThat(exact.path("price")
                        .path("definition")
                        .path("rates")
                        .path("input_tokens")
                        .asString())
                .isEqualTo("2.5 per 1M");

        JsonNode slashes = get("/actuator/cost/prices/house/meta-llama/Llama-4");
        assertThat(slashes.path("model").asString()).isEqualTo("meta-llama/Llama-4");
        assertThat(slashes.path("price")
                        .path("rates")
                        .path("input_tokens")
                        .path("perMillion")
                        .asString())
                .isEqualTo("0.3");

        JsonNode slip = get("/actuator/cost/prices/openai/gtp-4o");
        assertThat(slip.path("priced").asBoolean()).isFalse();
        assertThat(slip.path("unpriced").asString()).isEqualTo("unknown_model");
        assertThat(slip.path("nearest").toString()).contains("\"openai/gpt-4o\"");
        assertThat(slip.path("fix").path("properties").asString()).contains("model: \"gtp-4o\"");

        JsonNode nobody = get("/actuator/cost/prices/nobody/gpt-4o");
        assertThat(nobody.path("unpriced").asString()).isEqualTo("unknown_provider");
        assertThat(nobody.path("nearest").get(0).asString()).endsWith("/gpt-4o");

        assertThat(get("/actuator/cost/prices/gpu/tuned").path("how").asString())
                .isEqualTo("pool");
        JsonNode uncalibrated = get("/actuator/cost/prices/gpu/other");
        assertThat(uncalibrated.path("unpriced").asString()).isEqualTo("no_calibration");
        assertThat(uncalibrated.path("nearest").toString()).isEqualTo("[\"tuned\"]");
        assertThat(uncalibrated.path("fix").path("properties").asString()).contains("- model: \"other\"");
    }

    @Test
    void whatHasNoPriceIsListedWithTheWayOut() throws Exception {
        start(WebApplicationType.SERVLET);
        for (int i = 0; i < 3; i++) {
            RequestMeter request = meter.open("chat");
            request.record(
                    Attempt.of("acme", "ours/v1").usage(Usage.tokens(10, 5)).build());
            request.end(Outcome.DELIVERED);
        }
        JsonNode unpriced = get("/actuator/cost").path("unpriced").get(0);
        assertThat(unpriced.path("provider").asString()).isEqualTo("acme");
        assertThat(unpriced.path("model").asString()).isEqualTo("ours/v1");
        assertThat(unpriced.path("reason").asString()).isEqualTo("unknown_provider");
        assertThat(unpriced.path("attempts").asInt()).isEqualTo(3);
        assertThat(unpriced.path("units").toString()).isEqualTo("[\"input_tokens\",\"output_tokens\"]");
        assertThat(unpriced.path("features").toString()).isEqualTo("[\"chat\"]");
        assertThat(unpriced.path("hasPriceNow").asBoolean()).isFalse();
        assertThat(unpriced.path("fix").path("properties").asString()).isEqualTo("""
                        unitcost:
                          prices:
                            overrides:
                              - provider: "acme"
                                model: "ours/v1"
                                rates:
                                  input-tokens: "AMOUNT per 1M"
                                  output-tokens: "AMOUNT per 1M"
                        """);
        assertThat(get("/actuator/" + unpriced.path("explained").asString())
                        .path("unpriced")
                        .asString())
                .isEqualTo("unknown_provider");
        published.drain();
    }

    @Test
    void pricesAreShownWithTheirLayersAndWithoutSecrets() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        try {
            start(
                    WebApplicationType.SERVLET,
                    "unitcost.prices.remote.url=http://127.0.0.1:"
                            + server.getAddress().getPort() + "/list.json?token=hush-query",
                    "unitcost.prices.remote.headers.Authorization=Bearer hush-header");
            application.getBean(PriceSources.class).refresh();
            JsonNode prices = get("/actuator/cost").path("prices");
            assertThat(prices.path("table").asString()).isEqualTo(meter.prices().id());
            JsonNode layers = prices.path("layers");
            assertThat(layers.size()).isEqualTo(3);
            assertThat(layers.get(0).path("name").asString()).isEqualTo("override");
            assertThat(layers.get(0).path("status").asString()).isEqualTo("in force");
            JsonNode remote = layers.get(1);
            assertThat(remote.path("kind").asString()).isEqualTo("remote");
            assertThat(remote.path("status").asString()).isEqualTo("has not answered yet");
            assertThat(remote.path("failed").asInt()).isPositive();
            assertThat(remote.path("lastFailure").asString()).contains("503").doesNotContain("hush");
            assertThat(remote.path("ageSeconds").isNull()).isTrue();
            assertThat(layers.get(2).path("ageSeconds").asLong()).isPositive();
            assertThat(layers.get(2).path("table").asString())
                    .isEqualTo(PriceTable.bundled().id());
            assertThat(prices.path("pools").path("gpu").path("pricePerHour").asString())
                    .isEqualTo("3");
            assertThat(body("/actuator/cost")).doesNotContain("hush");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theIndexOfEndpointsNamesIt() throws Exception {
        start(WebApplicationType.SERVLET);
        assertThat(get("/actuator").path("_links").has("cost")).isTrue();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(body(path));
    }

    private String body(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send("GET", path);
        assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
        return response.body();
    }

    private int status(String method, String path) throws IOException, InterruptedException {
        return send(method, path).statusCode();
    }

    /** Once in some hundred times a WebFlux server never answers, with nothing of ours in it either: so it is asked again. */
    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address(path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        for (int tries = 1; ; tries++) {
            try {
                return client.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (HttpTimeoutException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private URI address(String path) {
        return URI.create("http://localhost:" + application.getEnvironment().getProperty("local.server.port") + path);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }
    }
}

package io.unitcost.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.price.source.PriceSources;
import io.unitcost.slo.CostObjectives;
import io.unitcost.usage.TokenEstimator;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the properties make, what backs off, and what is there without the rest of Spring. */
class UnitcostAutoConfigurationTest {

    private static final String OBJECTIVES = """
            {"v":1, "currency":"USD", "features":{
              "chat":{"revenuePerRequest":"0.002", "targetMargin":"0.8", "tolerance":"0.05"},
              "search":{"ceilingPerRequest":"0.01"}}}
            """;

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(UnitcostAutoConfiguration.class));

    @Test
    void withoutAnyPropertyThereIsAMeterOnTheBundledPrices() {
        runner.withBean(SimpleMeterRegistry.class).run(context -> {
            assertThat(context).hasSingleBean(CostMeter.class).hasSingleBean(CostMetrics.class);
            CostMeter meter = context.getBean(CostMeter.class);
            assertThat(meter.prices().id()).isEqualTo(PriceTable.bundled().id());
            assertThat(meter.features()).isEmpty();
            meter.record(Attempt.of("openai", "gpt-4o")
                    .usage(Usage.tokens(1_000, 100))
                    .build());
            assertThat(context.getBean(MeterRegistry.class)
                            .get("ai.cost")
                            .tag("feature", "unattributed")
                            .counter()
                            .count())
                    .isEqualTo(0.0035);
        });
    }

    @Test
    void withoutARegistryThereIsAMeterWithoutMetrics() {
        runner.run(context -> assertThat(context).hasSingleBean(CostMeter.class).doesNotHaveBean(CostMetrics.class));
    }

    @Test
    void switchedOffThereIsNothing() {
        runner.withPropertyValues("unitcost.enabled=false")
                .run(context ->
                        assertThat(context).doesNotHaveBean(CostMeter.class).doesNotHaveBean(UnitcostProperties.class));
    }

    @Test
    void withoutSpringWebOrAiItStarts() {
        runner.withClassLoader(new FilteredClassLoader(
                        "org.springframework.web", "org.springframework.ai", "reactor", "io.grpc", "jakarta.servlet"))
                .run(context -> assertThat(context).hasSingleBean(CostMeter.class));
    }

    @Test
    void featuresBecomeObjectives() {
        runner.withPropertyValues(
                        "unitcost.features.chat.revenue=0.002",
                        "unitcost.features.chat.target-margin=0.8",
                        "unitcost.features.chat.p95=2s",
                        "unitcost.features.summary.ceiling=0.01",
                        "unitcost.features.search.paths=/search/**")
                .run(context -> {
                    CostMeter meter = context.getBean(CostMeter.class);
                    assertThat(meter.features()).containsExactly("chat", "search", "summary");
                    CostObjective chat = meter.objective("chat");
                    assertThat(chat.fixedRevenue()).isEqualTo(Money.usd("0.002"));
                    assertThat(chat.fixedAllowance()).isEqualTo(Money.usd("0.0004"));
                    assertThat(chat.latencyBudget()).isEqualTo(Duration.ofSeconds(2));
                    assertThat(meter.objective("summary").fixedAllowance()).isEqualTo(Money.usd("0.01"));
                    assertThat(meter.objective("search").fixedAllowance()).isNull();
                });
    }

    @Test
    void revenueByPlanGoesByTheRequestsAttribute() {
        runner.withUserConfiguration(Recorded.class)
                .withPropertyValues(
                        "unitcost.features.chat.revenue=0.002",
                        "unitcost.features.chat.revenue-by.attribute=plan",
                        "unitcost.features.chat.revenue-by.amounts.free=0",
                        "unitcost.features.chat.revenue-by.amounts.pro=0.004",
                        "unitcost.features.chat.target-margin=0.8")
                .run(context -> {
                    CostMeter meter = context.getBean(CostMeter.class);
                    RecordedCosts costs = context.getBean(RecordedCosts.class);
                    for (String[] plan : new String[][] {{"free", "0"}, {"pro", "0.004"}, {"new", "0.002"}}) {
                        RequestMeter request = meter.open("chat");
                        request.attribute("plan", plan[0]);
                        request.end(Outcome.DELIVERED);
                        assertThat(costs.take().revenue()).isEqualTo(Money.usd(plan[1]));
                    }
                });
    }

    @Test
    void poolsPriceTheirModels() {
        runner.withUserConfiguration(Recorded.class)
                .withPropertyValues(
                        "unitcost.pools.triton.price-per-hour=3.00",
                        "unitcost.pools.triton.models[0].model=llama",
                        "unitcost.pools.triton.models[0].requests-per-second=18",
                        "unitcost.pools.triton.models[0].reference-input-tokens=1000",
                        "unitcost.pools.triton.models[0].reference-output-tokens=300",
                        "unitcost.pools.triton.models[0].output-weight=4")
                .run(context -> {
                    CostMeter meter = context.getBean(CostMeter.class);
                    meter.record(Attempt.of("triton", "llama")
                            .usage(Usage.tokens(1_000, 300))
                            .build());
                    var cost = context.getBean(RecordedCosts.class).take();
                    assertThat(cost.inference().amount())
                            .isCloseTo(new BigDecimal("0.0000462962962962963"), within("1e-18"));
                    assertThat(cost.idle().amount()).isCloseTo(cost.inference().amount(), within("1e-18"));
                });
    }

    @Test
    void secondsPerThousandTokensCalibrateToo() {
        runner.withPropertyValues(
                        "unitcost.pools.vllm.price-per-hour=3.6",
                        "unitcost.pools.vllm.models[0].model=llama",
                        "unitcost.pools.vllm.models[0].seconds-per-1k-input=0.01",
                        "unitcost.pools.vllm.models[0].seconds-per-1k-output=0.04")
                .run(context -> assertThat(context.getBean(CostMeter.class).pools())
                        .extracting(CapacityPool::name)
                        .containsExactly("vllm"));
    }

    @Test
    void overridesGoBeforeFilesAndFilesBeforeTheBundledTable(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("prices.json"), """
                {"format": "unitcost-prices/1", "name": "acme", "date": "2026-11-01", "currency": "USD",
                 "providers": {"openai": {"models": {
                   "gpt-4o": {"rates": {"input_tokens": "2 per 1M", "output_tokens": "8 per 1M"}},
                   "gpt-4o-mini": {"rates": {"input_tokens": "0.1 per 1M", "output_tokens": "0.5 per 1M"}}}}}}
                """);
        runner.withPropertyValues(
                        "unitcost.prices.files=" + file,
                        "unitcost.prices.overrides[0].provider=openai",
                        "unitcost.prices.overrides[0].model=gpt-4o",
                        "unitcost.prices.overrides[0].rates.input-tokens=1 per 1M",
                        "unitcost.prices.overrides[0].rates.output-tokens=4 per 1M",
                        "unitcost.prices.overrides[1].provider=pinecone",
                        "unitcost.prices.overrides[1].model=query",
                        "unitcost.prices.overrides[1].rates.requests=0.0004 per 1")
                .run(context -> {
                    CostMeter meter = context.getBean(CostMeter.class);
                    assertThat(costOf(meter, "openai", "gpt-4o")).isEqualTo(Money.usd("5"));
                    assertThat(costOf(meter, "openai", "gpt-4o-mini")).isEqualTo(Money.usd("0.6"));
                    assertThat(costOf(meter, "openai", "gpt-4.1")).isEqualTo(Money.usd("10"));
                    assertThat(meter.prices()
                                    .charge(
                                            "pinecone",
                                            "query",
                                            Usage.of(Unit.REQUESTS, 1),
                                            meter.clock().instant())
                                    .cost())
                            .isEqualTo(Money.usd("0.0004"));
                });
    }

    @Test
    void aRemoteListThatCannotBeReachedDoesNotKeepItFromStarting() {
        runner.withBean(SimpleMeterRegistry.class)
                .withPropertyValues("unitcost.prices.remote.url=http://localhost:1/prices.json")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    CostMeter meter = context.getBean(CostMeter.class);
                    assertThat(costOf(meter, "openai", "gpt-4.1")).isEqualTo(Money.usd("10"));
                    PriceSources sources = context.getBean(PriceSources.class);
                    sources.refresh();
                    assertThat(context.getBean(MeterRegistry.class)
                                    .get("ai.price.refresh")
                                    .tag("source", "remote")
                                    .tag("result", "failed")
                                    .functionCounter()
                                    .count())
                            .isPositive();
                });
    }

    @Test
    void aRemoteListIsFetchedWithItsHeaders() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/prices.json", exchange -> {
            boolean allowed =
                    "Bearer s3cret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = """
                    {"format": "unitcost-prices/1", "name": "list", "date": "2026-11-01", "currency": "USD",
                     "providers": {"acme": {"models": {"m": {"rates": {"input_tokens": "2 per 1M", "output_tokens": "8 per 1M"}}}}}}
                    """.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(allowed ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            runner.withPropertyValues(
                            "unitcost.prices.remote.url=http://localhost:"
                                    + server.getAddress().getPort() + "/prices.json",
                            "unitcost.prices.remote.headers.Authorization=Bearer s3cret")
                    .run(context -> {
                        context.getBean(PriceSources.class).refresh();
                        assertThat(costOf(context.getBean(CostMeter.class), "acme", "m"))
                                .isEqualTo(Money.usd("10"));
                    });
        } finally {
            server.stop(0);
        }
    }

    @Test
    void estimatesCanBeSwitchedOff() {
        runner.run(context -> assertThat(context).hasSingleBean(TokenEstimator.class));
        runner.withPropertyValues("unitcost.estimates=false")
                .run(context -> assertThat(context).doesNotHaveBean(TokenEstimator.class));
    }

    @Test
    void everyBeanOfTheApplicationGoesBefore() {
        runner.withBean(SimpleMeterRegistry.class)
                .withUserConfiguration(Own.class)
                .withPropertyValues(
                        "unitcost.features.chat.revenue=1",
                        "unitcost.pools.triton.price-per-hour=1",
                        "unitcost.pools.triton.models[0].model=llama",
                        "unitcost.pools.triton.models[0].requests-per-second=1")
                .run(context -> {
                    assertThat(context).hasSingleBean(PriceTable.class).doesNotHaveBean(PriceSources.class);
                    CostMeter meter = context.getBean(CostMeter.class);
                    assertThat(meter.prices().name()).isEqualTo("own");
                    assertThat(meter.objective("chat").fixedRevenue()).isEqualTo(Money.usd("7"));
                    assertThat(meter.pools()).singleElement().satisfies(pool -> assertThat(
                                    pool.pricePerHour(meter.clock().instant()))
                            .isEqualTo(Money.usd("9")));
                    RequestMeter request = meter.open("chat");
                    request.end(Outcome.DELIVERED);
                    assertThat(context.getBean(RecordedCosts.class).take().revenue())
                            .isEqualTo(Money.usd("7"));
                    assertThat(meter.features()).contains("customized");
                });
    }

    @Test
    void objectivesOfAFileAreTakenFromTheClassPathOrADirectory(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("cost-slo.json"), OBJECTIVES);
        Path onTheClassPath = Path.of("target/test-classes/auto-configuration-slo.json");
        Files.writeString(onTheClassPath, OBJECTIVES);
        for (String location :
                new String[] {file.toString(), file.toUri().toString(), "classpath:auto-configuration-slo.json"}) {
            runner.withPropertyValues("unitcost.objectives=" + location).run(context -> {
                CostMeter meter = context.getBean(CostMeter.class);
                assertThat(meter.features()).as(location).containsExactly("chat", "search");
                assertThat(meter.objective("chat").fixedAllowance()).isEqualTo(Money.usd("0.0004"));
                assertThat(meter.objective("chat").tolerance()).isEqualByComparingTo("0.05");
            });
        }
    }

    @Test
    void anObjectiveBeanGoesBeforeTheFile_andObjectivesOfTheApplicationInsteadOfIt(@TempDir Path directory)
            throws IOException {
        Path file = Files.writeString(directory.resolve("cost-slo.json"), OBJECTIVES);
        runner.withPropertyValues("unitcost.objectives=" + file, "unitcost.features.chat.revenue=3")
                .withBean(
                        CostObjective.class,
                        () -> CostObjective.of("chat").revenue("7").build())
                .run(context -> {
                    CostMeter meter = context.getBean(CostMeter.class);
                    assertThat(meter.objective("chat").fixedRevenue()).isEqualTo(Money.usd("7"));
                    assertThat(meter.objective("search").fixedAllowance()).isEqualTo(Money.usd("0.01"));
                });
        CostObjectives own = CostObjectives.read(file);
        runner.withPropertyValues("unitcost.objectives=no-such-slo.json")
                .withBean(CostObjectives.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(CostMeter.class).features()).containsExactly("chat", "search"));
    }

    @Test
    void aMeterOfTheApplicationIsTheOnlyOne() {
        CostMeter own = CostMeter.builder().build();
        runner.withBean(CostMeter.class, () -> own)
                .run(context -> assertThat(context.getBean(CostMeter.class)).isSameAs(own));
    }

    private static Money costOf(CostMeter meter, String provider, String model) {
        return meter.prices()
                .charge(
                        provider,
                        model,
                        Usage.tokens(1_000_000, 1_000_000),
                        meter.clock().instant())
                .cost();
    }

    private static org.assertj.core.data.Offset<BigDecimal> within(String amount) {
        return org.assertj.core.data.Offset.offset(new BigDecimal(amount));
    }

    @Configuration
    static class Recorded {
        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }
    }

    @Configuration
    static class Own {
        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }

        @Bean
        PriceTable prices() {
            return PriceTable.builder("own")
                    .model("acme", "m", model -> model.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                    .build();
        }

        @Bean
        CostObjective chat() {
            return CostObjective.of("chat").revenue("7").build();
        }

        @Bean
        CapacityPool pool() {
            return CapacityPool.builder("triton")
                    .pricePerHour("9")
                    .calibrate("llama", c -> c.sustainedRequestsPerSecond("1"))
                    .build();
        }

        @Bean
        CostMeterCustomizer customizer() {
            return meter -> meter.feature("customized");
        }
    }
}

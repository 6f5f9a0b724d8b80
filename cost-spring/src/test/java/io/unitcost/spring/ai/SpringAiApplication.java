package io.unitcost.spring.ai;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.testing.ModelServer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with Spring AI's OpenAI starter that asks a server on this machine. */
final class SpringAiApplication implements AutoCloseable {

    final ModelServer server = ModelServer.start();
    final OpenAiLedger ledger = new OpenAiLedger();
    final ConfigurableApplicationContext context;
    final RecordedCosts costs;
    final CostMeter meter;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ImportAutoConfiguration(SpringAiCostAutoConfiguration.class)
    static class Beans {

        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }

        @Bean
        PriceTable priceTable() {
            return PriceTable.builder("test")
                    .model("openai", OpenAiLedger.SERVED, model -> model.rate(
                                    Unit.INPUT_TOKENS, OpenAiLedger.INPUT + " per 1M")
                            .rate(Unit.CACHE_READ_TOKENS, OpenAiLedger.CACHED + " per 1M")
                            .rate(Unit.OUTPUT_TOKENS, OpenAiLedger.OUTPUT + " per 1M")
                            .rate(Unit.REASONING_TOKENS, OpenAiLedger.REASONING + " per 1M"))
                    .model(
                            "openai",
                            OpenAiLedger.EMBEDDING,
                            model -> model.rate(Unit.INPUT_TOKENS, OpenAiLedger.EMBEDDED + " per 1M"))
                    .model("openai", OpenAiLedger.IMAGE, model -> model.rate(Unit.of("output_images"), "0.04 per 1")
                            .rate(Unit.of("output_images/1024x1024/hd"), "0.08 per 1"))
                    .model("tool", "weather", model -> model.rate(Unit.REQUESTS, "0.001 per 1"))
                    .build();
        }
    }

    private SpringAiApplication(Map<String, Object> more, Class<?>... sources) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "spring.ai.openai.api-key",
                "none",
                "spring.ai.openai.base-url",
                server.uri("/v1").toString(),
                "spring.ai.openai.chat.model",
                OpenAiLedger.ASKED,
                "spring.ai.openai.embedding.model",
                OpenAiLedger.EMBEDDING,
                "spring.ai.openai.image.model",
                OpenAiLedger.IMAGE,
                "spring.main.banner-mode",
                "off"));
        properties.putAll(more);
        context = new SpringApplicationBuilder(Beans.class)
                .sources(sources)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .run();
        costs = context.getBean(RecordedCosts.class);
        meter = context.getBean(CostMeter.class);
    }

    static SpringAiApplication start(Class<?>... sources) {
        return new SpringAiApplication(Map.of(), sources);
    }

    static SpringAiApplication start(Map<String, Object> more, Class<?>... sources) {
        return new SpringAiApplication(more, sources);
    }

    ChatClient client() {
        return context.getBean(ChatClient.Builder.class).build();
    }

    /** Runs something as a request, and gives what it cost. */
    <T> RequestCost costOf(Callable<T> work) throws Exception {
        RequestMeter request = meter.open("chat");
        Outcome outcome = Outcome.FAILED;
        try (Scope scope = request.makeCurrent()) {
            work.call();
            outcome = Outcome.DELIVERED;
        } finally {
            request.end(outcome);
        }
        return costs.take();
    }

    @Override
    public void close() {
        context.close();
        server.close();
    }
}

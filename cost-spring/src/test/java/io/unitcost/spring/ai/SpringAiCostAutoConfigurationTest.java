package io.unitcost.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;

class SpringAiCostAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(ObservationAutoConfiguration.class, SpringAiCostAutoConfiguration.class))
            .withUserConfiguration(Meter.class);

    @Configuration(proxyBeanMethods = false)
    static class Meter {

        @Bean
        RecordedCosts costs() {
            return new RecordedCosts();
        }

        @Bean
        CostMeter meter(RecordedCosts costs) {
            return CostMeter.builder()
                    .prices(PriceTable.builder("test")
                            .model("mistral", "m", model -> model.rate(Unit.INPUT_TOKENS, "1 per 1M")
                                    .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
                            .build())
                    .listener(costs)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Retries {

        static final AtomicInteger SEEN = new AtomicInteger();

        @Bean
        RetryTemplate retries() {
            RetryTemplate template = new RetryTemplate(
                    RetryPolicy.builder().maxRetries(5).delay(Duration.ZERO).build());
            template.setRetryListener(new RetryListener() {
                @Override
                public void beforeRetry(RetryPolicy policy, Retryable<?> retryable) {
                    SEEN.incrementAndGet();
                }
            });
            return template;
        }
    }

    @Test
    void metersWhatSpringAiObserves() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(SpringAiCostHandler.class)
                .hasSingleBean(CountedRetries.class)
                .hasBean("unitcostStreamTap"));
    }

    @Test
    void backsOffWhereItIsSwitchedOff() {
        runner.withPropertyValues("unitcost.spring-ai.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(SpringAiCostHandler.class)
                .doesNotHaveBean(ChatClientBuilderCustomizer.class));
        runner.withPropertyValues("unitcost.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(SpringAiCostHandler.class));
    }

    @Test
    void backsOffWithoutSpringAi() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.ai"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("unitcostSpringAiHandler"));
    }

    @Test
    void worksWithModelsAloneAndWithoutAnyHttpClient() {
        runner.withClassLoader(new FilteredClassLoader(
                        "org.springframework.ai.chat.client",
                        "org.springframework.ai.vectorstore",
                        "org.springframework.web",
                        "org.springframework.http",
                        "okhttp3"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(SpringAiCostHandler.class)
                        .doesNotHaveBean("unitcostStreamTap"));
    }

    @Test
    void isSilentWithoutAMeter() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(ObservationAutoConfiguration.class, SpringAiCostAutoConfiguration.class))
                .run(context -> {
                    ObservationRegistry registry = context.getBean(ObservationRegistry.class);
                    assertThat(chat(registry, () -> answer())).isNotNull();
                });
    }

    @Test
    void theTapIsInEveryClientOfTheBuilder() {
        runner.withConfiguration(AutoConfigurations.of(ChatClientAutoConfiguration.class))
                .run(context -> assertThat(context.getBean(ChatClientBuilderCustomizer.class))
                        .isNotNull());
    }

    @Test
    void aProviderMustHaveAName() {
        runner.withPropertyValues("unitcost.spring-ai.providers.openai=")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("unitcost.spring-ai.providers.openai")
                        .hasMessageContaining("openrouter"));
    }

    @Test
    void retriesOfARetryTemplateAreAttempts() {
        runner.withUserConfiguration(Retries.class).run(context -> {
            Retries.SEEN.set(0);
            RetryTemplate template = context.getBean(RetryTemplate.class);
            AtomicInteger tries = new AtomicInteger();

            chat(
                    context.getBean(ObservationRegistry.class),
                    () -> template.execute(() -> {
                        if (tries.incrementAndGet() < 3) {
                            throw new IllegalStateException("not yet");
                        }
                        return answer();
                    }));

            RequestCost cost = context.getBean(RecordedCosts.class).take();
            assertThat(Retries.SEEN).hasValue(2);
            assertThat(cost.attempts())
                    .extracting(AttemptCost::result)
                    .containsExactly(
                            AttemptCost.Result.RETRIED, AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
            // whether what failed is billed is not known
            assertThat(cost.unpricedAttempts()).isEqualTo(2);
            assertThat(cost.attempts().get(0).attempt().provider()).isEqualTo("mistral");
            // 1000 × 1 + 500 × 2 per million
            assertThat(cost.inference().amount()).isEqualByComparingTo("0.002");
        });
    }

    @Test
    void retriesOutsideACallAreNobodys() {
        runner.withUserConfiguration(Retries.class).run(context -> {
            AtomicInteger tries = new AtomicInteger();
            context.getBean(RetryTemplate.class).execute(() -> {
                if (tries.incrementAndGet() < 3) {
                    throw new IllegalStateException("not yet");
                }
                return "";
            });
            context.getBean(RecordedCosts.class).assertNothingLeft();
        });
    }

    @Test
    void aFailureWithoutAnyRequestIsOneAttempt() {
        runner.run(context -> {
            ObservationRegistry registry = context.getBean(ObservationRegistry.class);
            RecordedCosts costs = context.getBean(RecordedCosts.class);
            for (Exception failure :
                    List.of(new IllegalStateException("?"), new RuntimeException(new ConnectException("refused")))) {
                try {
                    chat(registry, () -> {
                        throw failure;
                    });
                } catch (Exception expected) {
                    assertThat(expected).isSameAs(failure);
                }
            }
            RequestCost unknown = costs.take();
            assertThat(unknown.attempts()).extracting(AttemptCost::result).containsExactly(AttemptCost.Result.FAILED);
            assertThat(unknown.unpricedAttempts()).isEqualTo(1);
            RequestCost unbilled = costs.take();
            assertThat(unbilled.attempts()).hasSize(1);
            assertThat(unbilled.unpricedAttempts()).isZero();
        });
    }

    private interface Work {
        ChatResponse run() throws Exception;
    }

    private static ChatResponse answer() {
        return new ChatResponse(
                List.of(new Generation(new AssistantMessage("Fine."))),
                ChatResponseMetadata.builder()
                        .id("x")
                        .model("m")
                        .usage(new DefaultUsage(1_000, 500, 1_500))
                        .build());
    }

    private static ChatResponse chat(ObservationRegistry registry, Work work) throws Exception {
        ChatModelObservationContext observed = ChatModelObservationContext.builder()
                .prompt(new Prompt("Hello", ChatOptions.builder().model("m").build()))
                .provider("mistral_ai")
                .build();
        Observation observation = Observation.createNotStarted("gen_ai.client.operation", () -> observed, registry);
        return observation.observeChecked(() -> {
            ChatResponse response = work.run();
            observed.setResponse(response);
            return response;
        });
    }
}

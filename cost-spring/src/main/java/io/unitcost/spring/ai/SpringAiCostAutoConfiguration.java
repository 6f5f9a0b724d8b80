package io.unitcost.spring.ai;

import io.unitcost.CostMeter;
import io.unitcost.spring.observe.MeterSource;
import io.unitcost.usage.TokenEstimator;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.image.ImageModel;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.util.ClassUtils;

/**
 * Meters what an application does with Spring AI: by its observations, by an advisor for streams in every {@code ChatClient} of the
 * auto-configured builder, and by listening to retries. Says nothing where there is no Spring AI.
 */
@AutoConfiguration(afterName = "io.unitcost.spring.UnitcostAutoConfiguration")
@ConditionalOnClass(ChatModelObservationContext.class)
@ConditionalOnBooleanProperty(
        name = {"unitcost.enabled", "unitcost.spring-ai.enabled"},
        matchIfMissing = true)
@EnableConfigurationProperties(SpringAiProperties.class)
public final class SpringAiCostAutoConfiguration {

    private static final String VECTOR_STORES =
            "org.springframework.ai.vectorstore.observation.VectorStoreObservationContext";
    private static final String ADVISORS =
            "org.springframework.ai.chat.client.advisor.observation.AdvisorObservationContext";

    /** For Spring. */
    public SpringAiCostAutoConfiguration() {}

    @Bean
    static ObservedCalls unitcostSpringAiCalls(
            ObjectProvider<CostMeter> meters,
            ObjectProvider<TokenEstimator> estimators,
            SpringAiProperties properties) {
        return new ObservedCalls(new MeterSource(meters), estimators::getIfAvailable, properties.providers());
    }

    @Bean
    static SpringAiCostHandler unitcostSpringAiHandler(ObservedCalls calls, ObjectProvider<ImageModel> images) {
        ClassLoader loader = SpringAiCostAutoConfiguration.class.getClassLoader();
        List<ObservedKind> kinds = new ArrayList<>();
        kinds.add(new ChatCalls(calls));
        kinds.add(new EmbeddingCalls(calls));
        kinds.add(new ImageCalls(calls, images));
        kinds.add(new ToolCalls(calls));
        if (ClassUtils.isPresent(VECTOR_STORES, loader)) {
            kinds.add(new VectorStoreCalls(calls));
        }
        if (ClassUtils.isPresent(ADVISORS, loader)) {
            kinds.add(new AskedAgain.Kind());
            kinds.add(new ChatClients());
        }
        kinds.add(HttpTries.of(calls, loader));
        return new SpringAiCostHandler(calls, kinds);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ChatClientBuilderCustomizer.class)
    static class Streams {

        @Bean
        static ChatClientBuilderCustomizer unitcostStreamTap(ObservedCalls calls) {
            StreamTap tap = new StreamTap(calls);
            return builder -> builder.defaultAdvisors(tap);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RetryTemplate.class)
    static class Retries {

        @Bean
        static CountedRetries unitcostCountedRetries(ObjectProvider<ObservedCalls> calls) {
            return new CountedRetries(calls);
        }
    }
}

package io.unitcost.spring.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import io.unitcost.CostMeter;
import io.unitcost.langchain4j.LangChain4jCosts;
import io.unitcost.spring.UnitcostAutoConfiguration;
import io.unitcost.usage.TokenEstimator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * LangChain4j's listeners as beans. Its own starters give a {@link ChatModelListener} to the chat models that they make; an
 * {@link EmbeddingModelListener} is for {@code EmbeddingModel.addListener}.
 */
@AutoConfiguration(after = UnitcostAutoConfiguration.class)
@ConditionalOnClass({ChatModelListener.class, EmbeddingModelListener.class})
@ConditionalOnBean(CostMeter.class)
@ConditionalOnBooleanProperty(name = "unitcost.langchain4j.enabled", matchIfMissing = true)
public final class LangChain4jCostAutoConfiguration {

    /** For Spring. */
    public LangChain4jCostAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    LangChain4jCosts langChain4jCosts(CostMeter meter, ObjectProvider<TokenEstimator> estimator) {
        LangChain4jCosts.Builder costs = LangChain4jCosts.builder(meter);
        estimator.ifAvailable(costs::estimator);
        return estimator.getIfAvailable() == null ? costs.withoutEstimates().build() : costs.build();
    }

    @Bean
    ChatModelListener unitcostChatModelListener(LangChain4jCosts costs) {
        return costs.chatModelListener();
    }

    @Bean
    EmbeddingModelListener unitcostEmbeddingModelListener(LangChain4jCosts costs) {
        return costs.embeddingModelListener();
    }
}

package io.unitcost.spring.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.output.TokenUsage;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.langchain4j.LangChain4jCosts;
import io.unitcost.price.Money;
import io.unitcost.spring.AiFeature;
import io.unitcost.spring.UnitcostAutoConfiguration;
import io.unitcost.spring.aop.AiFeatureAutoConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class LangChain4jCostAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    UnitcostAutoConfiguration.class,
                    LangChain4jCostAutoConfiguration.class,
                    AiFeatureAutoConfiguration.class));

    @Test
    void aModelThatIsGivenTheListenerBeansIsMetered() {
        runner.withUserConfiguration(Application.class).run(context -> {
            assertThat(context).hasSingleBean(EmbeddingModelListener.class);
            context.getBean(Assistant.class).answer("what is it?");

            RequestCost cost = context.getBean(RecordedCosts.class).take();
            assertThat(cost.feature()).isEqualTo("assistant");
            assertThat(cost.total()).isEqualTo(Money.usd("0.0035"));
        });
    }

    @Test
    void withoutLangChain4jOrSwitchedOffThereIsNothing() {
        runner.withClassLoader(new FilteredClassLoader("dev.langchain4j"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LangChain4jCosts.class));
        runner.withPropertyValues("unitcost.langchain4j.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(ChatModelListener.class));
    }

    @Configuration
    static class Application {

        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }

        /** As LangChain4j's starters do. */
        @Bean
        ChatModel model(ObjectProvider<ChatModelListener> listeners) {
            List<ChatModelListener> all = listeners.orderedStream().toList();
            return new ChatModel() {
                @Override
                public List<ChatModelListener> listeners() {
                    return all;
                }

                @Override
                public ModelProvider provider() {
                    return ModelProvider.OPEN_AI;
                }

                @Override
                public ChatResponse doChat(ChatRequest request) {
                    return ChatResponse.builder()
                            .aiMessage(AiMessage.from("it is"))
                            .modelName("gpt-4o")
                            .tokenUsage(new TokenUsage(1_000, 100))
                            .build();
                }
            };
        }

        @Bean
        Assistant assistant(ChatModel model) {
            return new Assistant(model);
        }
    }

    static class Assistant {

        private final ChatModel model;

        Assistant(ChatModel model) {
            this.model = model;
        }

        @AiFeature("assistant")
        public void answer(String question) {
            model.chat(UserMessage.from(question));
        }
    }
}

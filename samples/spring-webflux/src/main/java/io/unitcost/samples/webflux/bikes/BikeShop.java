package io.unitcost.samples.webflux.bikes;

import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;

/** The application, with what its controllers share. */
@SpringBootApplication(proxyBeanMethods = false)
public class BikeShop {

    @Bean
    ChatClient chatClient(ChatClient.Builder builder, @Value("classpath:task.txt") Resource task) {
        return builder.defaultSystem(task, StandardCharsets.UTF_8).build();
    }

    @Bean
    VectorStore vectorStore(EmbeddingModel embeddings, ObservationRegistry observations) {
        return SimpleVectorStore.builder(embeddings)
                .observationRegistry(observations)
                .build();
    }
}

package io.unitcost.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.docs.MarkdownExamples;
import io.unitcost.price.Money;
import io.unitcost.testing.Answers;
import io.unitcost.testing.ModelServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page shows. */
@Timeout(30)
class ReadmeTest {

    private static final Path HERE = Path.of("src/test/java/io/unitcost/langchain4j/ReadmeTest.java");

    private final RecordedCosts recorded = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder().listener(recorded).build();

    @AfterEach
    void nothingIsLeft() {
        meter.close();
        recorded.assertNothingLeft();
    }

    @Test
    void thePageShowsThisCode() {
        MarkdownExamples.assertCompiled(Path.of("README.md"), HERE);
    }

    @Test
    void aModelIsListenedTo() throws Exception {
        try (ModelServer server = ModelServer.start()) {
            server.answers(
                    Answers.of("gpt-4o-2024-08-06", 1_000, 100, "chatcmpl-1").chat());
            String key = "key";
            String url = server.uri("/v1").toString();
            LangChain4jCosts costs = LangChain4jCosts.create(meter);

            ChatModel model = OpenAiChatModel.builder()
                    .baseUrl(url)
                    .apiKey(key)
                    .modelName("gpt-4o")
                    .listeners(List.of(costs.chatModelListener()))
                    .build();

            RequestMeter request = meter.open("chat");
            try (Scope scope = request.makeCurrent()) {
                model.chat("How much is this?");
            }
            request.end(Outcome.DELIVERED);
        }
        // 1,000 x 2.50 + 100 x 10 millionths
        assertThat(recorded.take().total()).isEqualTo(Money.usd("0.0035"));
    }

    @Test
    void embeddingsAndStoresAreListenedTo() {
        LangChain4jCosts costs = LangChain4jCosts.create(meter);
        EmbeddingModel model = OpenAiEmbeddingModel.builder()
                .apiKey("key")
                .modelName("text-embedding-3-small")
                .build()
                .addListener(costs.embeddingModelListener());
        EmbeddingStore<TextSegment> store =
                new InMemoryEmbeddingStore<TextSegment>().addListener(costs.embeddingStoreListener("pinecone"));
        assertThat(model.listeners()).isNotNull();
        assertThat(store).isNotNull();
    }

    @Test
    void providersAreNamed() {
        LangChain4jCosts costs = LangChain4jCosts.builder(meter)
                .provider("llama-*", "llama-pool")
                .provider(ModelProvider.OPEN_AI, "openrouter")
                .expireAfter(Duration.ofMinutes(5))
                .build();
        assertThat(costs.providers().of(ModelProvider.OPEN_AI, "llama-3-8b")).isEqualTo("llama-pool");
        assertThat(costs.providers().of(ModelProvider.OPEN_AI, "gpt-4o")).isEqualTo("openrouter");
    }
}

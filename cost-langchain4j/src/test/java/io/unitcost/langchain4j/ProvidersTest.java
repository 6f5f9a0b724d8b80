package io.unitcost.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.model.ModelProvider;
import io.unitcost.CostMeter;
import io.unitcost.price.PriceTable;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersTest {

    private static final Providers USUAL = new Providers.Builder().build();

    @ParameterizedTest
    @CsvSource({
        "OPEN_AI, gpt-4o",
        "ANTHROPIC, claude-sonnet-4-5",
        "AMAZON_BEDROCK, anthropic.claude-sonnet-4-5-20250929-v1:0",
        "AZURE_OPEN_AI, gpt-4o",
        "MICROSOFT_FOUNDRY, gpt-4o",
        "GOOGLE_AI_GEMINI, gemini-2.5-pro",
        "GOOGLE_GENAI, gemini-2.5-pro",
        "GOOGLE_VERTEX_AI_GEMINI, gemini-2.5-pro",
        "GOOGLE_VERTEX_AI_ANTHROPIC, claude-sonnet-4-5",
        "MISTRAL_AI, mistral-large-latest",
        "COHERE, command-r-plus",
        "VOYAGE_AI, voyage-3-large",
        "JINA, jina-reranker-v2-base-multilingual"
    })
    void theBundledPricesKnowThem(ModelProvider asked, String model) {
        String provider = USUAL.of(asked, model);
        assertThat(PriceTable.bundled().find(provider, model).price())
                .as(provider + "/" + model)
                .isNotNull();
    }

    @Test
    void everyProviderHasAName() {
        for (ModelProvider asked : ModelProvider.values()) {
            assertThat(USUAL.of(asked, "m")).as(asked.name()).matches("[a-z][a-z-]+");
        }
        assertThat(USUAL.of(null, null)).isEqualTo("unknown");
        assertThat(USUAL.of(ModelProvider.OTHER, null)).isEqualTo("unknown");
    }

    @Test
    void whatIsConfiguredGoesFirst_theMoreExactTheEarlier() {
        Providers.Builder builder = new Providers.Builder();
        builder.all(ModelProvider.OPEN_AI, "azure");
        builder.model("llama-*", "pool");
        builder.model("llama-3-*", "new-pool");
        builder.model("llama-3-8b", "small-pool");
        Providers providers = builder.build();
        assertThat(providers.of(ModelProvider.OPEN_AI, "gpt-4o")).isEqualTo("azure");
        assertThat(providers.of(ModelProvider.OPEN_AI, null)).isEqualTo("azure");
        assertThat(providers.of(ModelProvider.OPEN_AI, "llama-2-7b")).isEqualTo("pool");
        assertThat(providers.of(ModelProvider.OLLAMA, "llama-3-70b")).isEqualTo("new-pool");
        assertThat(providers.of(null, "llama-3-8b")).isEqualTo("small-pool");
        assertThat(providers.of(ModelProvider.ANTHROPIC, "claude")).isEqualTo("anthropic");
        assertThat(providers.of(ModelProvider.ANTHROPIC, "zebra")).isEqualTo("anthropic");
    }

    @Test
    void whatIsWrongIsNamed() {
        try (CostMeter meter = CostMeter.builder().build()) {
            LangChain4jCosts.Builder builder = LangChain4jCosts.builder(meter);
            assertThatThrownBy(() -> builder.provider("m", " "))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("provider: \" \" is empty; give the id in the price table");
            assertThatThrownBy(() -> builder.provider("", "openai")).hasMessageStartingWith("model: \"\" is empty");
            assertThatThrownBy(() -> builder.expireAfter(Duration.ZERO))
                    .hasMessage("expiry of calls: PT0S is not between 0 and a year; give minutes");
            assertThatThrownBy(() -> builder.build().embeddingStoreListener(""))
                    .hasMessageStartingWith("provider: \"\" is empty");
        }
    }
}

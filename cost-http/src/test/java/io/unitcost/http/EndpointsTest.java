package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.unitcost.CostMeter;
import io.unitcost.price.PriceTable;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who answers, by the address alone. */
class EndpointsTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "https://api.openai.com/v1/chat/completions, openai, -, -, -, true",
                "https://api.openai.com/v1/responses, openai, -, -, -, true",
                "https://api.openai.com/v1/embeddings, openai, -, -, embedding, true",
                "https://eu.api.openai.com/v1/responses, openai, -, eu, -, true",
                "https://API.OpenAI.com/v1/images/generations, openai, -, -, -, true",
                "https://api.anthropic.com/v1/messages?beta=true, anthropic, -, -, -, true",
                "https://prod.openai.azure.com/openai/deployments/chat-4o/chat/completions?api-version=1, azure, chat-4o, -, -, true",
                "https://prod.openai.azure.com/openai/v1/responses, azure, -, -, -, true",
                "https://prod.services.ai.azure.com/models/chat/completions, azure, -, -, -, true",
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent, google, gemini-2.5-pro, -, -, true",
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:embedContent, google, gemini-embedding-001, -, embedding, true",
                "https://europe-west1-aiplatform.googleapis.com/v1/projects/p/locations/europe-west1/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse, google, gemini-2.5-flash, europe-west1, -, true",
                "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict, google, claude-sonnet-4@20250514, global, -, true",
                "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-sonnet-4-20250514-v1%3A0/converse, aws, anthropic.claude-sonnet-4-20250514-v1:0, us-east-1, -, true",
                "https://bedrock-runtime-fips.us-west-2.amazonaws.com/model/amazon.nova-lite-v1:0/invoke-with-response-stream, aws, amazon.nova-lite-v1:0, us-west-2, -, true",
                "https://openrouter.ai/api/v1/chat/completions, openrouter, -, -, -, true",
                "https://api.mistral.ai/v1/ocr, mistral, -, -, -, true",
                "https://api.cohere.com/v2/chat, cohere, -, -, -, true",
                "https://api.cohere.com/v2/rerank, cohere, -, -, rerank, true",
                "https://router.huggingface.co/groq/openai/v1/chat/completions, huggingface_groq, -, -, -, true",
                "https://api.openai.com/v1/uploads, openai, -, -, -, false",
                // an answer in OpenAI's form from another host is not at OpenAI's price
                "http://localhost:8000/v1/chat/completions, localhost:8000, -, -, -, true",
                "https://llm.example.com/v1/chat/completions, llm.example.com, -, -, -, true",
                "https://notapi.openai.com.evil.example/v1/responses, notapi.openai.com.evil.example, -, -, -, true",
                "http://localhost:11434/api/chat, localhost:11434, -, -, -, false",
            })
    void readsTheAddress(
            String address,
            String provider,
            @Nullable String model,
            @Nullable String region,
            @Nullable String service,
            boolean certain) {
        assertThat(new Endpoints(List.of()).of("POST", URI.create(address)))
                .isEqualTo(new Endpoint(provider, model, region, service, certain));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, https://api.openai.com/v1/models",
        "GET, https://api.openai.com/v1/responses/resp_1",
        "POST, https://api.openai.com/v1/moderations",
        "POST, https://api.openai.com/v1/files",
        "POST, https://api.openai.com/v1/batches",
        "POST, https://api.anthropic.com/v1/messages/count_tokens",
        "POST, https://api.anthropic.com/v1/messages/batches",
        "POST, https://api.openai.com/v1/threads/t_1/messages",
        "POST, https://shop.example.com/orders",
        "POST, https://shop.example.com/v1/customers",
        "DELETE, https://api.openai.com/v1/responses/resp_1",
    })
    void leavesAloneWhatIsNoCallToAModel(String method, String address) {
        assertThat(new Endpoints(List.of()).of(method, URI.create(address))).isNull();
    }

    @Test
    void aConfiguredHostGoesBeforeWhatIsKnown() {
        Endpoints endpoints = new Endpoints(List.of(
                HostRule.of("llm.example.com:8000", "llama-pool"),
                HostRule.of("*.example.com/openai", "azure"),
                HostRule.of("api.openai.com", "contract")));
        assertThat(provider(endpoints, "http://llm.example.com:8000/v1/chat/completions"))
                .isEqualTo("llama-pool");
        assertThat(provider(endpoints, "http://LLM.example.com:8000/generate")).isEqualTo("llama-pool");
        assertThat(provider(endpoints, "https://eu.gw.example.com/openai/v1/chat/completions"))
                .isEqualTo("azure");
        assertThat(provider(endpoints, "https://gw.example.com/openaix/v1/chat/completions"))
                .isEqualTo("gw.example.com");
        assertThat(provider(endpoints, "https://example.com/openai/v1/chat/completions"))
                .isEqualTo("example.com");
        assertThat(provider(endpoints, "https://api.openai.com/v1/chat/completions"))
                .isEqualTo("contract");
    }

    @Test
    void refusesWhatIsNoHost() {
        HttpCosts.Builder costs = HttpCosts.builder(
                CostMeter.builder().prices(PriceTable.builder("none").build()).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> costs.provider("https://llm.example.com", "openai"))
                .withMessageContaining("https://llm.example.com")
                .withMessageContaining("without scheme");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> costs.provider("llm.example.com", " "))
                .withMessageContaining("llm.example.com");
    }

    private static @Nullable String provider(Endpoints endpoints, String address) {
        Endpoint endpoint = endpoints.of("POST", URI.create(address));
        return endpoint == null ? null : endpoint.provider();
    }
}

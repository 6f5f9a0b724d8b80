package io.unitcost.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.EmptyUsage;

class ChatUsageTest {

    /** With the accessors of Anthropic's SDK. */
    public static final class AnthropicUsage {

        public Optional<AnthropicCacheCreation> cacheCreation() {
            return Optional.of(new AnthropicCacheCreation());
        }

        public Optional<AnthropicServerTools> serverToolUse() {
            return Optional.of(new AnthropicServerTools());
        }

        public Optional<Object> serviceTier() {
            return Optional.of("priority");
        }

        public Optional<String> inferenceGeo() {
            return Optional.of("us");
        }
    }

    public static final class AnthropicCacheCreation {

        public long ephemeral5mInputTokens() {
            return 30;
        }

        public long ephemeral1hInputTokens() {
            return 20;
        }
    }

    public static final class AnthropicServerTools {

        public long webSearchRequests() {
            return 2;
        }
    }

    /** With the accessors of Spring AI's usage of Gemini. */
    public static final class GoogleUsage extends DefaultUsage {

        GoogleUsage(int prompt, int candidates, int total) {
            super(prompt, candidates, total);
        }

        public Integer getThoughtsTokenCount() {
            return 40;
        }

        public Integer getCachedContentTokenCount() {
            return 25;
        }

        public Integer getToolUsePromptTokenCount() {
            return 10;
        }
    }

    /** With the accessors of records, as DeepSeek's client has them. */
    public record DeepSeekUsage(DeepSeekDetails promptTokensDetails) {}

    public record DeepSeekDetails(Integer cachedTokens) {}

    /** With what OpenRouter adds. */
    public static final class RouterUsage {

        public Map<String, Object> _additionalProperties() {
            return Map.of("cost", "0.00012345");
        }
    }

    /** Whose accessor fails, as an SDK's does where a field is missing. */
    public static final class Broken {

        public Object completionTokensDetails() {
            throw new IllegalStateException("`x` is not set");
        }
    }

    @Test
    void anthropicsInputLeavesOutWhatWasCached() {
        Usage usage = ChatUsage.of(new DefaultUsage(100, 60, 160, new AnthropicUsage(), 400L, 50L), "anthropic");

        // 100 + 400 read + 50 written
        assertThat(usage.count(Unit.INPUT_TOKENS)).isEqualTo(550);
        assertThat(usage.count(Unit.CACHE_READ_TOKENS)).isEqualTo(400);
        assertThat(usage.count(Unit.CACHE_WRITE_TOKENS)).isEqualTo(50);
        assertThat(usage.count(Unit.CACHE_WRITE_5M_TOKENS)).isEqualTo(30);
        assertThat(usage.count(Unit.CACHE_WRITE_1H_TOKENS)).isEqualTo(20);
        assertThat(usage.count(Unit.OUTPUT_TOKENS)).isEqualTo(60);
        assertThat(usage.count(Unit.of("web_searches"))).isEqualTo(2);
        assertThat(usage.isContradictory()).isFalse();
    }

    @Test
    void anthropicSaysWhichTierServedAndWhere() {
        DefaultUsage usage = new DefaultUsage(1, 1, 2, new AnthropicUsage());

        assertThat(ChatUsage.serviceTier(usage)).isEqualTo("priority");
        assertThat(ChatUsage.region(usage)).isEqualTo("us");
        assertThat(ChatUsage.serviceTier(new DefaultUsage(1, 1))).isNull();
        assertThat(ChatUsage.region(new DefaultUsage(1, 1))).isNull();
    }

    @Test
    void geminisOutputLeavesOutThoughtsAndItsPromptWhatToolsAsked() {
        Usage usage = ChatUsage.of(new GoogleUsage(100, 60, 210), "google_genai");

        assertThat(usage.count(Unit.INPUT_TOKENS)).isEqualTo(110);
        assertThat(usage.count(Unit.OUTPUT_TOKENS)).isEqualTo(100);
        assertThat(usage.count(Unit.REASONING_TOKENS)).isEqualTo(40);
        assertThat(usage.count(Unit.CACHE_READ_TOKENS)).isEqualTo(25);
    }

    @Test
    void whatOnlyGeminisTotalHasIsThoughts() {
        Usage usage = ChatUsage.of(new DefaultUsage(100, 60, 200), "google_genai");

        assertThat(usage.count(Unit.INPUT_TOKENS)).isEqualTo(100);
        assertThat(usage.count(Unit.OUTPUT_TOKENS)).isEqualTo(100);
        assertThat(usage.count(Unit.REASONING_TOKENS)).isEqualTo(40);
    }

    @Test
    void bedrocksInputLeavesOutWhatWasCached() {
        Usage usage = ChatUsage.of(new DefaultUsage(100, 60, 560, null, 350L, 50L), "bedrock_converse");

        assertThat(usage.count(Unit.INPUT_TOKENS)).isEqualTo(500);
        assertThat(usage.count(Unit.CACHE_READ_TOKENS)).isEqualTo(350);
        assertThat(usage.count(Unit.CACHE_WRITE_TOKENS)).isEqualTo(50);
        assertThat(usage.count(Unit.OUTPUT_TOKENS)).isEqualTo(60);
        assertThat(usage.has(Unit.REASONING_TOKENS)).isFalse();
    }

    @Test
    void openAisInputContainsWhatWasCached() {
        Usage usage = ChatUsage.of(new DefaultUsage(100, 60, 160, null, 40L, null), "openai");

        assertThat(usage.count(Unit.INPUT_TOKENS)).isEqualTo(100);
        assertThat(usage.count(Unit.CACHE_READ_TOKENS)).isEqualTo(40);
        assertThat(usage.count(Unit.OUTPUT_TOKENS)).isEqualTo(60);
        assertThat(usage.has(Unit.CACHE_WRITE_TOKENS)).isFalse();
    }

    @Test
    void reasoningThatIsOnlyInTheTotalIsOutput() {
        Usage usage = ChatUsage.of(new DefaultUsage(100, 60, 190), "openai");

        assertThat(usage.count(Unit.OUTPUT_TOKENS)).isEqualTo(90);
        assertThat(usage.count(Unit.REASONING_TOKENS)).isEqualTo(30);
    }

    @Test
    void deepSeeksCachedTokensAreInItsOwnUsageOnly() {
        Usage usage =
                ChatUsage.of(new DefaultUsage(100, 60, 160, new DeepSeekUsage(new DeepSeekDetails(64))), "deepseek");

        assertThat(usage.count(Unit.CACHE_READ_TOKENS)).isEqualTo(64);
        assertThat(usage.count(Unit.INPUT_TOKENS)).isEqualTo(100);
    }

    @Test
    void plainCountsArePlain() {
        for (String provider : new String[] {"mistral_ai", "ollama", "deepseek", "azure_openai", "another"}) {
            Usage usage = ChatUsage.of(new DefaultUsage(7, 5, 12), provider);

            assertThat(usage).as(provider).isEqualTo(Usage.tokens(7, 5));
        }
    }

    @Test
    void nothingButZerosIsNothingReported() {
        assertThat(ChatUsage.of(new EmptyUsage(), "openai")).isSameAs(Usage.NONE);
        assertThat(ChatUsage.of(new DefaultUsage(0, 0, 0), "anthropic")).isSameAs(Usage.NONE);
        assertThat(ChatUsage.of(null, "openai")).isSameAs(Usage.NONE);
        assertThat(ChatUsage.ofEmbedding(new DefaultUsage(0, 0, 0))).isSameAs(Usage.NONE);
    }

    @Test
    void whatAnSdkDoesNotSayIsAbsent() {
        Usage usage = ChatUsage.of(new DefaultUsage(7, 5, 12, new Broken()), "openai");

        assertThat(usage).isEqualTo(Usage.tokens(7, 5));
    }

    @Test
    void anEmbeddingHasNoOutput() {
        assertThat(ChatUsage.ofEmbedding(new DefaultUsage(7, 0, 7))).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 7));
        assertThat(ChatUsage.ofEmbedding(new DefaultUsage(0, 0, 7))).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 7));
    }

    @Test
    void aGatewaysOwnAmountIsKept() {
        assertThat(ReportedAmount.of(new DefaultUsage(1, 1, 2, new RouterUsage())))
                .isEqualTo(Money.usd("0.00012345"));
        assertThat(ReportedAmount.of(new DefaultUsage(1, 1, 2))).isNull();
    }
}

package io.unitcost.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.output.TokenUsage;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.junit.jupiter.api.Test;

/** Counts of modules that are not here, by the words that they use; those that are here are in {@link ChatTest}. */
class TokenCountsTest {

    /** As langchain4j-bedrock has it: input leaves out the cache, the total contains it. */
    public static final class BedrockTokenUsage extends TokenUsage {
        public BedrockTokenUsage() {
            super(100, 30, 830);
        }

        public Integer cacheReadInputTokens() {
            return 500;
        }

        public Integer cacheWriteInputTokens() {
            return 200;
        }
    }

    /** As langchain4j-open-ai-official has it. */
    public static class OpenAiOfficialTokenUsage extends TokenUsage {
        public OpenAiOfficialTokenUsage() {
            super(1_000, 300, 1_300);
        }

        public record InputTokensDetails(Long cachedTokens) {}

        public record OutputTokensDetails(Long reasoningTokens) {}

        public InputTokensDetails inputTokensDetails() {
            return new InputTokensDetails(400L);
        }

        public OutputTokensDetails outputTokensDetails() {
            return new OutputTokensDetails(120L);
        }
    }

    /** xAI's answers through OpenAI's class: reasoning is in the total only. */
    public static final class GrokTokenUsage extends TokenUsage {
        public GrokTokenUsage() {
            super(1_000, 300, 1_420);
        }

        public OpenAiOfficialTokenUsage.OutputTokensDetails outputTokensDetails() {
            return new OpenAiOfficialTokenUsage.OutputTokensDetails(120L);
        }
    }

    /** Gemini, having asked a tool of its own. */
    public static final class GeminiTokenUsage extends TokenUsage {
        public GeminiTokenUsage(int total) {
            super(1_000, 200, total);
        }

        public Integer cachedContentTokenCount() {
            return null;
        }

        public Integer thoughtsTokenCount() {
            return 100;
        }
    }

    @Test
    void nothingSaidIsNothing() {
        assertThat(TokenCounts.of(null)).isEqualTo(Usage.NONE);
        assertThat(TokenCounts.of(new TokenUsage())).isEqualTo(Usage.NONE);
    }

    @Test
    void plainCountsAreWhatTheySay() {
        assertThat(TokenCounts.of(new TokenUsage(10, 4))).isEqualTo(Usage.tokens(10, 4));
        assertThat(TokenCounts.of(new TokenUsage(10))).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 10));
        assertThat(TokenCounts.of(new TokenUsage(null, 4))).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 4));
    }

    @Test
    void aTotalAboveItsPartsIsGeneratedText() {
        assertThat(TokenCounts.of(new TokenUsage(10, 4, 20)))
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 10)
                        .set(Unit.OUTPUT_TOKENS, 10)
                        .set(Unit.REASONING_TOKENS, 6)
                        .build());
        // one below them says nothing
        assertThat(TokenCounts.of(new TokenUsage(10, 4, 3))).isEqualTo(Usage.tokens(10, 4));
    }

    @Test
    void bedrockReadsAndWritesItsCacheBesideTheInput() {
        assertThat(TokenCounts.of(new BedrockTokenUsage()))
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 800)
                        .set(Unit.CACHE_READ_TOKENS, 500)
                        .set(Unit.CACHE_WRITE_TOKENS, 200)
                        .set(Unit.OUTPUT_TOKENS, 30)
                        .build());
    }

    @Test
    void openAiHasCacheAndReasoningInside() {
        assertThat(TokenCounts.of(new OpenAiOfficialTokenUsage()))
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 1_000)
                        .set(Unit.CACHE_READ_TOKENS, 400)
                        .set(Unit.OUTPUT_TOKENS, 300)
                        .set(Unit.REASONING_TOKENS, 120)
                        .build());
    }

    @Test
    void xAiHasReasoningOutside() {
        assertThat(TokenCounts.of(new GrokTokenUsage()).count(Unit.OUTPUT_TOKENS))
                .isEqualTo(420);
    }

    @Test
    void geminiHasThoughtsOutsideAndWhatItsToolsAskedInTheTotalOnly() {
        assertThat(TokenCounts.of(new GeminiTokenUsage(1_350)))
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 1_050)
                        .set(Unit.of("input_tool_tokens"), 50)
                        .set(Unit.OUTPUT_TOKENS, 300)
                        .set(Unit.REASONING_TOKENS, 100)
                        .build());
        assertThat(TokenCounts.of(new GeminiTokenUsage(1_300)).count(Unit.INPUT_TOKENS))
                .isEqualTo(1_000);
    }
}

package io.unitcost.langchain4j;

import dev.langchain4j.model.output.TokenUsage;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Turns what LangChain4j's models count into inclusive counts: input with everything cached in it, output with all
 * reasoning in it. LangChain4j hands on each provider's own numbers; which words a class has tells whose they are.
 */
final class TokenCounts {

    private final TokenUsage counts;
    private final Usage.Builder usage = Usage.builder();
    private @Nullable Long input;
    private @Nullable Long output;

    private TokenCounts(TokenUsage counts) {
        this.counts = counts;
        this.input = number(counts.inputTokenCount());
        this.output = number(counts.outputTokenCount());
    }

    /** The counts of an answer; {@link Usage#NONE} when there are none. */
    static Usage of(@Nullable TokenUsage counts) {
        return counts == null ? Usage.NONE : new TokenCounts(counts).normalized();
    }

    private Usage normalized() {
        Long read = Getters.count(counts, "cacheReadInputTokens");
        Long written = Getters.count(counts, "cacheCreationInputTokens");
        if (written == null) {
            written = Getters.count(counts, "cacheWriteInputTokens");
        }
        Long thoughts = Getters.count(counts, "thoughtsTokenCount");
        if (read != null || written != null) {
            besideInput(read, written);
        } else if (thoughts != null || Getters.get(counts, "cachedContentTokenCount") != null) {
            gemini(thoughts);
        } else {
            openAi();
        }
        set(Unit.INPUT_TOKENS, input);
        set(Unit.OUTPUT_TOKENS, output);
        return usage.build();
    }

    /** Anthropic and Bedrock: input leaves out what was read from and written to the cache. */
    private void besideInput(@Nullable Long read, @Nullable Long written) {
        input = orZero(input) + orZero(read) + orZero(written);
        set(Unit.CACHE_READ_TOKENS, read);
        set(Unit.CACHE_WRITE_TOKENS, written);
    }

    /** Gemini: output leaves thoughts out, and input what tools asked for; both are in the total. */
    private void gemini(@Nullable Long thoughts) {
        set(Unit.CACHE_READ_TOKENS, Getters.count(counts, "cachedContentTokenCount"));
        set(Unit.REASONING_TOKENS, thoughts);
        if (thoughts != null) {
            output = orZero(output) + thoughts;
        }
        // after the thoughts were added
        long rest = rest();
        if (thoughts != null && rest > 0) {
            usage.set(Unit.of("input_tool_tokens"), rest);
            input = orZero(input) + rest;
        } else if (rest > 0) {
            thoughtInSecret(rest);
        }
    }

    /** OpenAI and those who count like it: input contains what was cached, output contains reasoning, xAI's excepted. */
    private void openAi() {
        set(Unit.CACHE_READ_TOKENS, Getters.count(Getters.get(counts, "inputTokensDetails"), "cachedTokens"));
        Long reasoning = Getters.count(Getters.get(counts, "outputTokensDetails"), "reasoningTokens");
        set(Unit.REASONING_TOKENS, reasoning);
        long rest = rest();
        if (reasoning == null && rest > 0) {
            thoughtInSecret(rest);
        } else if (reasoning != null && reasoning > 0 && rest == reasoning) {
            output = orZero(output) + rest;
        }
    }

    /** A total above its parts is generated text that is not shown. */
    private void thoughtInSecret(long tokens) {
        usage.set(Unit.REASONING_TOKENS, tokens);
        output = orZero(output) + tokens;
    }

    /** What the total has beyond input and output; 0 if one of the three is not known. */
    private long rest() {
        Long total = number(counts.totalTokenCount());
        return total == null || input == null || output == null ? 0 : Math.max(0, total - input - output);
    }

    private void set(Unit unit, @Nullable Long count) {
        if (count != null) {
            usage.set(unit, count);
        }
    }

    private static long orZero(@Nullable Long count) {
        return count == null ? 0 : count;
    }

    private static @Nullable Long number(@Nullable Integer count) {
        return count == null ? null : count.longValue();
    }
}

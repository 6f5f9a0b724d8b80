package io.unitcost.spring.ai;

import io.unitcost.price.Unit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;

/**
 * Reads what a model used from Spring AI's usage, whose counts mean something else for each provider, into inclusive counts.
 * Details that Spring AI does not pass on are read from the SDK's own usage where it is still there.
 */
final class ChatUsage {

    private static final Unit INPUT_TOOL_TOKENS = Unit.of("input_tool_tokens");
    private static final Unit WEB_SEARCHES = Unit.of("web_searches");

    private final Usage source;
    private final @Nullable Object details;
    private final io.unitcost.price.Usage.Builder usage = io.unitcost.price.Usage.builder();

    private ChatUsage(Usage source) {
        this.source = source;
        this.details = source.getNativeUsage();
    }

    /**
     * What an answer used.
     *
     * @param provider as Spring AI names it
     * @return {@link io.unitcost.price.Usage#NONE} where nothing but zeros is reported, as Spring AI does when a provider said
     *     nothing
     */
    static io.unitcost.price.Usage of(@Nullable Usage source, String provider) {
        if (source == null || !isReported(source)) {
            return io.unitcost.price.Usage.NONE;
        }
        ChatUsage reading = new ChatUsage(source);
        switch (provider) {
            case "anthropic" -> reading.anthropic();
            case "bedrock_converse" -> reading.exclusive();
            case "google_genai", "vertex_ai" -> reading.google();
            default -> reading.inclusive();
        }
        return reading.usage.build();
    }

    /** What an embedding used: there is no output. */
    static io.unitcost.price.Usage ofEmbedding(@Nullable Usage source) {
        if (source == null || !isReported(source)) {
            return io.unitcost.price.Usage.NONE;
        }
        long input = number(source.getPromptTokens());
        return io.unitcost.price.Usage.of(Unit.INPUT_TOKENS, input > 0 ? input : number(source.getTotalTokens()));
    }

    /** Whether anything above zero is reported. */
    static boolean isReported(Usage source) {
        return number(source.getTotalTokens()) > 0
                || number(source.getPromptTokens()) > 0
                || number(source.getCompletionTokens()) > 0;
    }

    /** The tier that served, by the usage; {@code null} where it does not say it. */
    static @Nullable String serviceTier(@Nullable Usage source) {
        Object details = source == null ? null : source.getNativeUsage();
        if ("fast".equals(Native.text(details, "speed"))) {
            return "fast";
        }
        String tier = Native.text(details, "serviceTier");
        return tier == null ? null : tier.toLowerCase(Locale.ROOT);
    }

    /** The geography that served, by the usage; {@code null} where it does not say it. */
    static @Nullable String region(@Nullable Usage source) {
        String region = source == null ? null : Native.text(source.getNativeUsage(), "inferenceGeo");
        return "not_available".equals(region) ? null : region;
    }

    /** Input contains what was cached, output contains reasoning: OpenAI, and everyone who speaks like it. */
    private void inclusive() {
        long hidden = hidden();
        long reasoning = first(
                Native.number(details, "completionTokensDetails", "reasoningTokens"),
                Native.number(details, "completionTokenDetails", "reasoningTokens"));
        // what neither count contains is reasoning, as xAI leaves it out
        usage.set(Unit.INPUT_TOKENS, number(source.getPromptTokens()))
                .set(Unit.OUTPUT_TOKENS, number(source.getCompletionTokens()) + hidden);
        set(Unit.REASONING_TOKENS, reasoning >= 0 ? reasoning : hidden > 0 ? hidden : -1);
        set(
                Unit.CACHE_READ_TOKENS,
                first(
                        cacheRead(),
                        first(
                                Native.number(details, "promptTokensDetails", "cachedTokens"),
                                Native.number(details, "promptCacheHitTokens"))));
        set(Unit.CACHE_WRITE_TOKENS, cacheWrite());
        some(Unit.INPUT_AUDIO_TOKENS, Native.number(details, "promptTokensDetails", "audioTokens"));
        some(Unit.OUTPUT_AUDIO_TOKENS, Native.number(details, "completionTokensDetails", "audioTokens"));
    }

    /** Input leaves out what was read from and written to the cache. */
    private void exclusive() {
        long read = cacheRead();
        long written = cacheWrite();
        usage.set(Unit.INPUT_TOKENS, number(source.getPromptTokens()) + Math.max(0, read) + Math.max(0, written))
                .set(Unit.OUTPUT_TOKENS, number(source.getCompletionTokens()));
        set(Unit.CACHE_READ_TOKENS, read);
        set(Unit.CACHE_WRITE_TOKENS, written);
    }

    private void anthropic() {
        exclusive();
        set(Unit.CACHE_WRITE_5M_TOKENS, Native.number(details, "cacheCreation", "ephemeral5mInputTokens"));
        set(Unit.CACHE_WRITE_1H_TOKENS, Native.number(details, "cacheCreation", "ephemeral1hInputTokens"));
        set(Unit.REASONING_TOKENS, Native.number(details, "outputTokensDetails", "thinkingTokens"));
        some(WEB_SEARCHES, Native.number(details, "serverToolUse", "webSearchRequests"));
    }

    /** The prompt leaves out what tools asked for, the completion leaves out thoughts; the total has both. */
    private void google() {
        long tools = first(
                Native.number(source, "toolUsePromptTokenCount"), Native.number(details, "toolUsePromptTokenCount"));
        long thoughts =
                first(Native.number(source, "thoughtsTokenCount"), Native.number(details, "thoughtsTokenCount"));
        long hidden = Math.max(0, hidden() - Math.max(0, tools));
        long reasoning = thoughts >= 0 ? thoughts : hidden;
        usage.set(Unit.INPUT_TOKENS, number(source.getPromptTokens()) + Math.max(0, tools))
                .set(Unit.OUTPUT_TOKENS, number(source.getCompletionTokens()) + reasoning);
        set(Unit.REASONING_TOKENS, thoughts >= 0 || hidden > 0 ? reasoning : -1);
        set(
                Unit.CACHE_READ_TOKENS,
                first(
                        cacheRead(),
                        first(
                                Native.number(source, "cachedContentTokenCount"),
                                Native.number(details, "cachedContentTokenCount"))));
        some(INPUT_TOOL_TOKENS, tools);
    }

    /** What the total has and neither input nor output. */
    private long hidden() {
        long sum = number(source.getPromptTokens()) + number(source.getCompletionTokens());
        return Math.max(0, number(source.getTotalTokens()) - sum);
    }

    private long cacheRead() {
        Long read = source.getCacheReadInputTokens();
        return read == null ? Native.number(details, "cacheReadInputTokens") : read;
    }

    private long cacheWrite() {
        Long written = source.getCacheWriteInputTokens();
        return written == null
                ? first(
                        Native.number(details, "cacheCreationInputTokens"),
                        Native.number(details, "cacheWriteInputTokens"))
                : written;
    }

    private void set(Unit unit, long count) {
        if (count >= 0) {
            usage.set(unit, count);
        }
    }

    private void some(Unit unit, long count) {
        if (count > 0) {
            usage.set(unit, count);
        }
    }

    private static long first(long one, long other) {
        return one >= 0 ? one : other;
    }

    private static long number(@Nullable Integer count) {
        return count == null ? 0 : count;
    }
}

package io.unitcost.cli;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The counts in an answer by the provider's own names, such as {@code prompt_tokens_details.cached_tokens}. */
final class ProviderCounts {

    /** Where answers and the events of streams have their usage. */
    private static final List<String> HOLDERS =
            List.of("", "message", "response", "result", "metadata", "x_groq", "delta");

    private static final List<String> USAGES =
            List.of("usage", "usageMetadata", "usage_metadata", "usage_info", "meta");
    private static final List<String> WITHOUT = List.of("prompt_eval_count", "eval_count");

    private final Map<String, BigDecimal> counts = new TreeMap<>();
    private boolean message;

    private ProviderCounts() {}

    /** The last one of each name: counts in streams are cumulative. */
    static ProviderCounts in(List<@Nullable Object> documents) {
        ProviderCounts found = new ProviderCounts();
        documents.forEach(found::document);
        return found;
    }

    /** {@code null} when there is no such count. */
    @Nullable
    BigDecimal get(String name) {
        return counts.get(name);
    }

    /** Whose way of counting it is, and what is in its input and output. */
    String shape() {
        if (hasAny("promptTokenCount", "candidatesTokenCount", "totalTokenCount")) {
            return "Gemini: output without thoughts, input without the prompts of tools";
        }
        if (hasAny("inputTokens", "outputTokens")) {
            return "Amazon Bedrock: input without what was read from or written to a cache";
        }
        if (hasAny("billed_units.input_tokens", "billed_units.search_units", "tokens.input_tokens")) {
            return "Cohere: what it bills, beside what it counts";
        }
        if (hasAny("cached_prompt_text_tokens")) {
            return "xAI: output without reasoning";
        }
        if (hasAny("prompt_tokens", "completion_tokens")) {
            return "OpenAI chat, and those who speak like it: input with what was cached";
        }
        if (message || hasAny("cache_read_input_tokens", "cache_creation_input_tokens")) {
            return "Anthropic: input without what was read from or written to a cache";
        }
        if (hasAny("input_tokens", "output_tokens")) {
            return "OpenAI responses: input with what was cached, output with reasoning";
        }
        if (hasAny("prompt_eval_count", "eval_count")) {
            return "Ollama";
        }
        if (hasAny("pages_processed")) {
            return "Mistral OCR: pages";
        }
        return hasAny("seconds") ? "OpenAI transcription: seconds" : "none that is known";
    }

    private boolean hasAny(String... names) {
        return Stream.of(names).anyMatch(counts::containsKey);
    }

    private void document(@Nullable Object document) {
        if (document instanceof List<?> elements) {
            elements.forEach(this::document);
        }
        if (!(document instanceof Map<?, ?> answer)) {
            return;
        }
        message |= answer.get("type") instanceof String type && type.matches("message(_.*)?");
        WITHOUT.forEach(name -> count(name, answer.get(name)));
        for (String holder : HOLDERS) {
            if ((holder.isEmpty() ? answer : answer.get(holder)) instanceof Map<?, ?> part) {
                USAGES.forEach(name -> counts("", part.get(name)));
            }
        }
    }

    private void counts(String prefix, @Nullable Object usage) {
        if (usage instanceof Map<?, ?> members) {
            members.forEach((name, value) -> {
                count(prefix + name, value);
                counts(prefix + name + ".", value);
            });
        } else if (usage instanceof List<?> elements) {
            modalities(prefix, elements);
        }
    }

    /** Gemini's {@code [{modality, tokenCount}]}; several of one modality are added up. */
    private void modalities(String prefix, List<?> elements) {
        Map<String, BigDecimal> sums = new LinkedHashMap<>();
        for (Object element : elements) {
            if (element instanceof Map<?, ?> one && one.get("tokenCount") instanceof BigDecimal count) {
                sums.merge(prefix + one.get("modality"), count, BigDecimal::add);
            }
        }
        counts.putAll(sums);
    }

    private void count(String name, @Nullable Object value) {
        if (value instanceof BigDecimal count) {
            counts.put(name, count);
        }
    }
}

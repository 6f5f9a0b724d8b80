package io.unitcost.cli;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts from the usage object of a provider's answer, as inclusive counts by unit. The shapes that price calculators are
 * tested with: OpenAI's two, LiteLLM's, Anthropic's and Gemini's.
 */
final class RawUsage {

    private static final String INPUT = "input_tokens";
    private static final String OUTPUT = "output_tokens";
    private static final String CACHE_READ = "cache_read_tokens";
    private static final String CACHE_WRITE = "cache_write_tokens";

    private final Map<String, @Nullable Object> raw;
    private final Map<String, @Nullable Object> counts = new LinkedHashMap<>();

    private RawUsage(Map<String, @Nullable Object> raw) {
        this.raw = raw;
    }

    /** The counts; empty when the shape is none of those. */
    static Map<String, @Nullable Object> read(Map<String, @Nullable Object> answer) {
        RawUsage usage = new RawUsage(unwrapped(answer));
        if (usage.raw.containsKey("promptTokenCount")) {
            usage.gemini();
        } else if (usage.raw.containsKey("prompt_tokens")) {
            usage.openAi("prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details");
        } else if (usage.raw.containsKey("input_tokens_details") || usage.raw.containsKey("input_token_details")) {
            String details = usage.raw.containsKey("input_tokens_details") ? "_tokens_details" : "_token_details";
            usage.openAi(INPUT, OUTPUT, "input" + details, "output" + details);
        } else if (usage.raw.containsKey("input_tokens")) {
            usage.anthropic();
        }
        return usage.counts;
    }

    /**
     * What only the answer itself says: where images were counted and no text, the input tokens are those of the images.
     */
    static Map<String, @Nullable Object> refine(
            Map<String, @Nullable Object> counts, Map<String, @Nullable Object> answer) {
        Map<String, @Nullable Object> details = inner(unwrapped(answer), "prompt_tokens_details");
        boolean images = signum(details.get("image_count")) > 0;
        boolean text = signum(details.get("text_tokens")) > 0 || signum(details.get("image_tokens")) > 0;
        if (!images || text || counts.containsKey("input_image_tokens")) {
            return counts;
        }
        Map<String, @Nullable Object> refined = new LinkedHashMap<>(counts);
        refined.put("input_image_tokens", counts.get(INPUT));
        refined.putIfAbsent("input_images", details.get("image_count"));
        return refined;
    }

    /** The counts themselves, whatever they come in. A stream's last event says again what its first one said. */
    private static Map<String, @Nullable Object> unwrapped(Map<String, @Nullable Object> answer) {
        for (String name : new String[] {"usage", "usageMetadata"}) {
            if (answer.get(name) instanceof Map) {
                return inner(answer, name);
            }
        }
        if (answer.get("message_start") instanceof Map) {
            Map<String, @Nullable Object> both = new LinkedHashMap<>(inner(answer, "message_start"));
            both.putAll(inner(answer, "message_delta"));
            return both;
        }
        return answer;
    }

    private void openAi(String input, String output, String inputDetails, String outputDetails) {
        Map<String, @Nullable Object> in = inner(raw, inputDetails);
        Map<String, @Nullable Object> out = inner(raw, outputDetails);
        put(INPUT, raw.get(input));
        put(OUTPUT, raw.get(output));
        put(CACHE_READ, in.get("cached_tokens"));
        put(
                CACHE_WRITE,
                in.containsKey("cache_write_tokens") ? in.get("cache_write_tokens") : in.get("cache_creation_tokens"));
        cacheWrites(inner(in, "cache_creation_token_details"));
        for (String modality : new String[] {"audio", "image", "video"}) {
            put("input_" + modality + "_tokens", in.get(modality + "_tokens"));
            put("output_" + modality + "_tokens", out.get(modality + "_tokens"));
        }
        put("input_images", in.get("image_count"));
        put("input_characters", in.get("character_count"));
        put("input_video_seconds", in.get("video_length_seconds"));
        put("output_reasoning_tokens", out.get("reasoning_tokens"));
    }

    /** Its input leaves out what was read from and written to the cache. */
    private void anthropic() {
        BigDecimal read = number(raw.get("cache_read_input_tokens"));
        BigDecimal written = number(raw.get("cache_creation_input_tokens"));
        put(INPUT, number(raw.get("input_tokens")).add(read).add(written));
        put(OUTPUT, raw.get("output_tokens"));
        put(CACHE_READ, read);
        put(CACHE_WRITE, written);
        cacheWrites(inner(raw, "cache_creation"));
        put("web_searches", inner(raw, "server_tool_use").get("web_search_requests"));
    }

    private void cacheWrites(Map<String, @Nullable Object> byTime) {
        put("cache_write_5m_tokens", byTime.get("ephemeral_5m_input_tokens"));
        put("cache_write_1h_tokens", byTime.get("ephemeral_1h_input_tokens"));
    }

    /** Its output leaves out the thoughts, and its input the prompts of tools. */
    private void gemini() {
        put(INPUT, number(raw.get("promptTokenCount")).add(number(raw.get("toolUsePromptTokenCount"))));
        put(OUTPUT, number(raw.get("candidatesTokenCount")).add(number(raw.get("thoughtsTokenCount"))));
        put(CACHE_READ, raw.get("cachedContentTokenCount"));
        put("output_reasoning_tokens", raw.get("thoughtsTokenCount"));
        modalities("input_", "promptTokensDetails");
        modalities("output_", "candidatesTokensDetails");
    }

    private void modalities(String direction, String details) {
        if (raw.get(details) instanceof Iterable<?> elements) {
            for (Object element : elements) {
                Map<String, @Nullable Object> one = inner(Map.of("element", element), "element");
                String modality = String.valueOf(one.get("modality")).toLowerCase(Locale.ROOT);
                if (modality.matches("audio|image|video")) {
                    put(direction + modality + "_tokens", one.get("tokenCount"));
                }
            }
        }
    }

    private void put(String unit, @Nullable Object count) {
        if (count != null) {
            counts.put(unit, count);
        }
    }

    private static BigDecimal number(@Nullable Object count) {
        return count instanceof BigDecimal number ? number : BigDecimal.ZERO;
    }

    private static int signum(@Nullable Object count) {
        return number(count).signum();
    }

    private static Map<String, @Nullable Object> inner(Map<String, ? extends @Nullable Object> object, String name) {
        Object value = object.get(name);
        Map<String, @Nullable Object> inner = value instanceof Map ? Line.object(name, value) : null;
        return inner == null ? Map.of() : inner;
    }
}

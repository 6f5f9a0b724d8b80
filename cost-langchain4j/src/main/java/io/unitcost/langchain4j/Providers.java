package io.unitcost.langchain4j;

import dev.langchain4j.model.ModelProvider;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is paid, by the names of the price table, which are also those of the hooks for HTTP clients. LangChain4j's providers
 * are looked up by name: an older or newer version has other ones.
 */
final class Providers {

    private static final Map<String, String> KNOWN = Map.ofEntries(
            Map.entry("OPEN_AI", "openai"),
            Map.entry("ANTHROPIC", "anthropic"),
            Map.entry("AMAZON_BEDROCK", "aws"),
            Map.entry("AZURE_OPEN_AI", "azure"),
            Map.entry("MICROSOFT_FOUNDRY", "azure"),
            Map.entry("GITHUB_MODELS", "github"),
            Map.entry("GOOGLE_AI_GEMINI", "google"),
            Map.entry("GOOGLE_GENAI", "google"),
            Map.entry("GOOGLE_VERTEX_AI_GEMINI", "google"),
            Map.entry("GOOGLE_VERTEX_AI_ANTHROPIC", "google"),
            Map.entry("MISTRAL_AI", "mistral"),
            Map.entry("OLLAMA", "ollama"),
            Map.entry("WATSONX", "watsonx"),
            Map.entry("COHERE", "cohere"),
            Map.entry("VOYAGE_AI", "voyageai"),
            Map.entry("JINA", "jina"),
            Map.entry("OTHER", "unknown"));

    private final Map<ModelProvider, String> all;
    private final Map<String, String> models;
    /** Without the star; of those that fit one model, the last is the longest. */
    private final TreeMap<String, String> prefixes;

    private Providers(Builder builder) {
        this.all = Map.copyOf(builder.all);
        this.models = Map.copyOf(builder.models);
        this.prefixes = new TreeMap<>(builder.prefixes);
    }

    String of(@Nullable ModelProvider asked, @Nullable String model) {
        String named = model == null ? null : named(model);
        if (named != null) {
            return named;
        }
        if (asked == null) {
            return "unknown";
        }
        String configured = all.get(asked);
        return configured != null ? configured : usual(asked);
    }

    private @Nullable String named(String model) {
        String exact = models.get(model);
        if (exact != null || prefixes.isEmpty()) {
            return exact;
        }
        for (Map.Entry<String, String> prefix : prefixes.descendingMap().entrySet()) {
            if (model.startsWith(prefix.getKey())) {
                return prefix.getValue();
            }
        }
        return null;
    }

    private static String usual(ModelProvider asked) {
        String known = KNOWN.get(asked.name());
        return known != null ? known : asked.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String requireName(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + ": \"" + name + "\" is empty; give the id in the price table");
        }
        return name;
    }

    static final class Builder {
        private final Map<ModelProvider, String> all = new LinkedHashMap<>();
        private final Map<String, String> models = new LinkedHashMap<>();
        private final Map<String, String> prefixes = new LinkedHashMap<>();

        void all(ModelProvider asked, String provider) {
            all.put(Objects.requireNonNull(asked, "models"), requireName("provider", provider));
        }

        void model(String model, String provider) {
            requireName("model", model);
            requireName("provider", provider);
            if (model.endsWith("*")) {
                prefixes.put(model.substring(0, model.length() - 1), provider);
            } else {
                models.put(model, provider);
            }
        }

        Providers build() {
            return new Providers(this);
        }
    }
}

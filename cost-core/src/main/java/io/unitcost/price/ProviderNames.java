package io.unitcost.price;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One id for each provider, whatever a list, a framework or OpenTelemetry calls it, so that tables of several lists go
 * over each other. The ids are those of genai-prices; what it does not list keeps its own name, with dashes.
 *
 * <p>Gemini by Google AI and by Vertex AI are two providers, and so are Azure OpenAI and Azure AI: their prices differ.
 */
final class ProviderNames {

    private static final Map<String, List<String>> OTHER_NAMES = Map.ofEntries(
            Map.entry("openai", List.of("text-completion-openai")),
            Map.entry(
                    "google", List.of("gemini", "google-gla", "google-ai", "google_genai", "gcp.gemini", "gcp.gen_ai")),
            Map.entry(
                    "google-vertex",
                    List.of(
                            "vertex_ai",
                            "vertex-ai",
                            "vertexai",
                            "vertex",
                            "gcp.vertex_ai",
                            "google-vertex-anthropic")),
            Map.entry(
                    "aws",
                    List.of(
                            "bedrock",
                            "bedrock_converse",
                            "bedrock_mantle",
                            "amazon-bedrock",
                            "aws.bedrock",
                            "aws-bedrock")),
            Map.entry("azure", List.of("azure_text", "azure_openai", "azure-openai", "azure.ai.openai")),
            Map.entry("azure-ai", List.of("azure_ai", "azure.ai.inference")),
            Map.entry("x-ai", List.of("xai", "x_ai")),
            Map.entry("mistral", List.of("mistral_ai", "mistralai")),
            Map.entry("codestral", List.of("text-completion-codestral")),
            Map.entry("inception", List.of("text-completion-inception")),
            Map.entry("cohere", List.of("cohere_chat")),
            Map.entry("moonshotai", List.of("moonshot")),
            Map.entry("voyageai", List.of("voyage")),
            Map.entry("fireworks", List.of("fireworks_ai", "fireworks-ai", "fireworks_ai-embedding-models")),
            Map.entry("together", List.of("together_ai", "together-ai", "togetherai")),
            Map.entry("novita", List.of("novita-ai")),
            Map.entry("zai", List.of("z-ai", "z.ai")),
            Map.entry("vercel", List.of("vercel_ai_gateway")),
            Map.entry("watsonx", List.of("ibm.watsonx.ai")));

    /** Who makes the models that are called by name alone. */
    private static final Set<String> MAKERS = Set.of(
            "anthropic",
            "cohere",
            "deepseek",
            "google",
            "minimax",
            "mistral",
            "moonshotai",
            "openai",
            "voyageai",
            "x-ai",
            "zai",
            "zhipuai");

    private static final Map<String, String> IDS = new HashMap<>();

    static {
        new TreeMap<>(OTHER_NAMES).forEach((id, names) -> names.forEach(name -> IDS.put(name, id)));
    }

    private ProviderNames() {}

    /** Our id of the provider that a list calls so; {@code vertex_ai-anthropic_models} is {@code google-vertex}. */
    static String id(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String id = IDS.get(lower);
        if (id != null) {
            return id;
        }
        return lower.startsWith("vertex_ai-") ? "google-vertex" : lower.replace('_', '-');
    }

    /** Other names that are in use for a provider. */
    static List<String> othersOf(String id) {
        return OTHER_NAMES.getOrDefault(id, List.of());
    }

    /** Every name here, ids included. */
    static List<String> all() {
        List<String> all = new ArrayList<>(IDS.keySet());
        all.addAll(OTHER_NAMES.keySet());
        return all;
    }

    static boolean isMaker(String id) {
        return MAKERS.contains(id);
    }
}

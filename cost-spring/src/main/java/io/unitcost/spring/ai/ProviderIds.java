package io.unitcost.spring.ai;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The price table's ids of the providers that Spring AI names. What it names otherwise keeps its name. */
final class ProviderIds {

    private static final Map<String, String> USUAL = Map.ofEntries(
            Map.entry("google_genai", "google"),
            Map.entry("vertex_ai", "google-vertex"),
            Map.entry("bedrock_converse", "aws"),
            Map.entry("mistral_ai", "mistral"),
            Map.entry("azure_openai", "azure"),
            Map.entry("azure-openai", "azure"),
            Map.entry("moonshot", "moonshotai"),
            Map.entry("huggingface", "huggingface"));

    private final Map<String, String> ids;

    /** @param others who is paid, by the name that Spring AI gives; goes before what is usual */
    ProviderIds(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(USUAL);
        new TreeMap<>(others).forEach((name, id) -> {
            if (id == null || id.isBlank()) {
                throw new IllegalArgumentException("unitcost.spring-ai.providers." + name + ": '" + id
                        + "' is no provider; give the id that the price table has, such as openrouter");
            }
            all.put(name, id.trim());
            // relaxed property names are written with dashes
            all.put(name.replace('-', '_'), id.trim());
        });
        this.ids = Map.copyOf(all);
    }

    String of(String name) {
        return ids.getOrDefault(name, name);
    }
}

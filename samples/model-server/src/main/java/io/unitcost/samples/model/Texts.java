package io.unitcost.samples.model;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The text in messages of any format: what they say, and what tools were called with and answered. */
final class Texts {

    private static final Set<String> SPOKEN = Set.of("content", "text", "name", "arguments", "output");

    /** All of it, in the order in which it stands there. */
    static String of(JsonNode messages) {
        StringBuilder text = new StringBuilder();
        collect(messages, text);
        return text.toString();
    }

    private static void collect(JsonNode node, StringBuilder text) {
        if (node.isString()) {
            text.append(node.asString());
        } else if (node.isArray()) {
            node.forEach(element -> collect(element, text));
        } else {
            node.properties().forEach(property -> {
                JsonNode value = property.getValue();
                if (property.getKey().equals("input") && value.isObject()) {
                    // what Anthropic's tools are called with is no text but JSON
                    text.append(value);
                } else if (value.isContainer() || SPOKEN.contains(property.getKey())) {
                    collect(value, text);
                }
            });
        }
    }

    private Texts() {}
}

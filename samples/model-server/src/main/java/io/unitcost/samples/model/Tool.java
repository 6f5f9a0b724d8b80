package io.unitcost.samples.model;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A tool that a model may call.
 *
 * @param name empty for the provider's own tools, which nobody can call here
 * @param schema of its arguments
 */
record Tool(String name, JsonNode schema) {

    static Tool read(JsonNode tool) {
        JsonNode function = tool.has("function") ? tool.path("function") : tool;
        return new Tool(
                function.path("name").asString(""),
                function.has("input_schema") ? function.path("input_schema") : function.path("parameters"));
    }

    /** Made-up arguments for all properties: the first of the values that are listed, or else one of the right type. */
    String arguments() {
        return example(schema);
    }

    /** JSON that fits the schema. */
    static String example(JsonNode schema) {
        return schema.path("properties").properties().stream()
                .map(property -> Json.quoted(property.getKey()) + ":" + value(property.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(JsonNode property) {
        if (property.path("enum").has(0)) {
            return property.path("enum").get(0).toString();
        }
        return switch (property.path("type").asString("")) {
            case "integer", "number" -> "1";
            case "boolean" -> "true";
            case "array" -> "[]";
            case "object" -> example(property);
            default -> "\"something\"";
        };
    }
}

package io.unitcost.samples.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a request asks for, in whichever of the three formats.
 *
 * @param model by any name
 * @param isStream whether the answer is to come as a stream
 * @param wantsUsage whether a stream in OpenAI's chat format is to end with its usage
 * @param marksCache whether the prompt says what to cache, as Anthropic's do
 * @param maxTokens of the answer
 * @param prompt all that the model reads, as one text
 * @param lastText the text of the last message
 * @param tool the tool that is to be called now; {@code null} for none
 * @param schema of the JSON that the answer is to be; {@code null} for a text
 */
record Asked(
        String model,
        boolean isStream,
        boolean wantsUsage,
        boolean marksCache,
        long maxTokens,
        String prompt,
        String lastText,
        @Nullable Tool tool,
        @Nullable JsonNode schema) {

    private static final List<String> MOST_TOKENS = List.of("max_completion_tokens", "max_output_tokens", "max_tokens");

    /**
     * @throws tools.jackson.core.JacksonException if it is not JSON
     * @throws IllegalArgumentException if it does not say which model
     */
    static Asked read(byte[] body) {
        JsonNode json = Json.read(body);
        String model = json.path("model").asString("");
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model: it is missing; give any name, such as gpt-4o-mini");
        }
        JsonNode messages = json.has("messages") ? json.path("messages") : json.path("input");
        JsonNode last = messages.isArray() && !messages.isEmpty() ? messages.get(messages.size() - 1) : messages;
        String prompt = (json.has("tools") ? json.path("tools").toString() : "")
                + Texts.of(json.path("system"))
                + Texts.of(json.path("instructions"))
                + Texts.of(messages);
        return new Asked(
                model,
                json.path("stream").asBoolean(false),
                json.path("stream_options").path("include_usage").asBoolean(false),
                json.findValue("cache_control") != null,
                MOST_TOKENS.stream()
                        .mapToLong(name -> Math.max(0, json.path(name).asLong(Long.MAX_VALUE)))
                        .min()
                        .orElse(Long.MAX_VALUE),
                prompt,
                Texts.of(last),
                isToolResult(last) ? null : tool(json),
                schema(json));
    }

    private static @Nullable JsonNode schema(JsonNode json) {
        JsonNode format = json.has("response_format")
                ? json.path("response_format").path("json_schema")
                : json.at("/text/format");
        JsonNode schema = format.path("schema");
        return schema.isObject() ? schema : null;
    }

    /** The same, without the JSON that the answer was to be. */
    Asked asText() {
        return new Asked(model, isStream, wantsUsage, marksCache, maxTokens, prompt, lastText, tool, null);
    }

    private static boolean isToolResult(JsonNode message) {
        return message.path("role").asString("").equals("tool")
                || message.path("type").asString("").equals("function_call_output")
                || "tool_result"
                        .equals(message.path("content").path(0).path("type").asString(""));
    }

    /** The tool of the given name, or else the first one, unless none is wanted. */
    private static @Nullable Tool tool(JsonNode json) {
        JsonNode choice = json.path("tool_choice");
        String how = choice.isString() ? choice.asString() : choice.path("type").asString("");
        String name = choice.path("name")
                .asString(choice.path("function").path("name").asString(""));
        Optional<Tool> tool = StreamSupport.stream(json.path("tools").spliterator(), false)
                .map(Tool::read)
                .filter(known -> !known.name().isEmpty())
                .filter(known -> name.isEmpty() || known.name().equals(name))
                .findFirst();
        return how.equals("none") ? null : tool.orElse(null);
    }
}

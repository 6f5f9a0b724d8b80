package io.unitcost.samples.demo;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes answers in OpenAI's format. */
final class Answers {

    /** @param tokens what it says it used; {@code null} when it does not say */
    static byte[] completion(String id, String model, String content, @Nullable Tokens tokens) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length() + 512);
        try (JsonGenerator json = Completion.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("id", "chatcmpl-" + id);
            json.writeStringProperty("object", "chat.completion");
            json.writeStringProperty("model", model);
            json.writeArrayPropertyStart("choices");
            json.writeStartObject();
            json.writeNumberProperty("index", 0);
            json.writeObjectPropertyStart("message");
            json.writeStringProperty("role", "assistant");
            json.writeStringProperty("content", content);
            json.writeEndObject();
            json.writeStringProperty("finish_reason", "stop");
            json.writeEndObject();
            json.writeEndArray();
            if (tokens != null) {
                json.writeObjectPropertyStart("usage");
                json.writeNumberProperty("prompt_tokens", tokens.input());
                json.writeNumberProperty("completion_tokens", tokens.output());
                json.writeNumberProperty("total_tokens", tokens.input() + tokens.output());
                json.writeObjectPropertyStart("prompt_tokens_details");
                json.writeNumberProperty("cached_tokens", tokens.cached());
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Without the vector itself, which nobody looks at. */
    static byte[] embedding(String model, Tokens tokens) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = Completion.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("object", "list");
            json.writeArrayPropertyStart("data");
            json.writeEndArray();
            json.writeStringProperty("model", model);
            json.writeObjectPropertyStart("usage");
            json.writeNumberProperty("prompt_tokens", tokens.input());
            json.writeNumberProperty("total_tokens", tokens.input());
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private Answers() {}
}

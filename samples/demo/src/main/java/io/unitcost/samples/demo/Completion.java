package io.unitcost.samples.demo;

import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** An answer in OpenAI's format, read from the wire: of {@code chat.completion} or of {@code embeddings}. */
final class Completion {

    static final JsonFactory JSON = new JsonFactory();
    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final Set<String> OBJECTS = Set.of("message", "usage", "prompt_tokens_details");

    private @Nullable String id;
    private @Nullable String model;
    private String content = "";
    private long input = -1;
    private long cached = -1;
    private long output = -1;

    private Completion() {}

    /** @throws tools.jackson.core.JacksonException if it is not JSON */
    static Completion read(byte[] body) {
        Completion completion = new Completion();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            completion.readFields(parser);
        }
        return completion;
    }

    /** Whether the content is the JSON object that the prompt asked for. */
    boolean isValid() {
        return content.startsWith("{");
    }

    /**
     * The try that gave this answer: the model that served, and what it says it used. If it does not say, an estimate
     * from the length of the texts.
     */
    Attempt attempt(Scenario.Route asked, int promptLength, long nanos) {
        Attempt.Builder attempt = Attempt.of(asked.provider(), model == null ? asked.model() : model)
                .responseId(id)
                .durationNanos(nanos);
        return input >= 0
                ? attempt.usage(reported()).build()
                : attempt.usage(estimated(promptLength), Quality.ESTIMATED).build();
    }

    /** The counts of the answer as they are: OpenAI's are inclusive, like ours. */
    private Usage reported() {
        Usage.Builder usage = Usage.builder().set(Unit.INPUT_TOKENS, input);
        if (cached >= 0) {
            usage.set(Unit.CACHE_READ_TOKENS, cached);
        }
        if (output >= 0) {
            usage.set(Unit.OUTPUT_TOKENS, output);
        }
        return usage.build();
    }

    private Usage estimated(int promptLength) {
        return Usage.tokens(promptLength / CHARACTERS_PER_TOKEN, content.length() / CHARACTERS_PER_TOKEN);
    }

    /** Reads an object of which the start has been read. */
    private void readFields(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT && OBJECTS.contains(name)) {
                readFields(parser);
            } else if (value == JsonToken.START_ARRAY && name.equals("choices")) {
                readChoices(parser);
            } else if (value.isStructStart()) {
                parser.skipChildren();
            } else if (value == JsonToken.VALUE_STRING) {
                readText(name, parser);
            } else if (value == JsonToken.VALUE_NUMBER_INT) {
                readCount(name, parser);
            }
        }
    }

    private void readChoices(JsonParser parser) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            readFields(parser);
        }
    }

    private void readText(String name, JsonParser parser) {
        switch (name) {
            case "id" -> id = parser.getString();
            case "model" -> model = parser.getString();
            case "content" -> content = parser.getString();
            default -> {
                // of no use here
            }
        }
    }

    private void readCount(String name, JsonParser parser) {
        switch (name) {
            case "prompt_tokens" -> input = parser.getLongValue();
            case "completion_tokens" -> output = parser.getLongValue();
            case "cached_tokens" -> cached = parser.getLongValue();
            default -> {
                // of no use here
            }
        }
    }
}

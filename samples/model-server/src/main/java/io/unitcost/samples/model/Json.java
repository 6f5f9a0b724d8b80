package io.unitcost.samples.model;

import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** JSON as it is in a provider's documentation, with values put in. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** @throws tools.jackson.core.JacksonException if it is not JSON */
    static JsonNode read(byte[] body) {
        return MAPPER.readTree(body);
    }

    /** A text with its quotes and escapes. */
    static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }

    /**
     * A template with its values, in one line.
     *
     * @param values JSON each
     */
    @SuppressWarnings("AnnotateFormatMethod") // the texts are all here
    static String of(String template, Object... values) {
        return template.formatted(values).replace("\n", "");
    }

    /** Seconds since 1970, which is what providers stamp answers with. */
    static long now() {
        return Instant.now().getEpochSecond();
    }

    private Json() {}
}

package io.unitcost.samples.demo;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** A JSON document as a map from {@code a.b.c} to the text of the value; strings in quotes, so that types show. */
final class Json {

    private final Map<String, String> values = new LinkedHashMap<>();

    static Json parse(String text) {
        Json json = new Json();
        try (JsonParser parser = Completion.JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new AssertionError("not an object: " + text);
            }
            json.read(parser, "");
            if (parser.nextToken() != null) {
                throw new AssertionError("more than one document: " + text);
            }
        }
        return json;
    }

    private void read(JsonParser parser, String prefix) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String path = prefix + parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT) {
                read(parser, path + "|");
            } else {
                values.put(path, value == JsonToken.VALUE_STRING ? '"' + parser.getString() + '"' : parser.getString());
            }
        }
    }

    Map<String, String> values() {
        return values;
    }

    private String value(String... path) {
        String value = values.get(String.join("|", path));
        if (value == null) {
            throw new AssertionError("no " + String.join("|", path) + " in " + values.keySet());
        }
        return value;
    }

    /** A JSON number. */
    long count(String... path) {
        return Long.parseLong(value(path));
    }

    /** A JSON string. */
    String text(String... path) {
        String value = value(path);
        if (!value.startsWith("\"")) {
            throw new AssertionError(String.join("|", path) + " is not a string: " + value);
        }
        return value.substring(1, value.length() - 1);
    }

    /** Decimal text in a JSON string, without exponent. */
    BigDecimal amount(String... path) {
        String text = text(path);
        if (!text.matches("-?[0-9]+(\\.[0-9]*[1-9])?")) {
            throw new AssertionError(String.join("|", path) + " is not a plain decimal: " + text);
        }
        return new BigDecimal(text);
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads a JSON document of somebody else's form as a whole. Numbers are taken from their text, never through a
 * {@code double}; one that cannot be a price ({@code NaN}, or with hundreds of digits) stays text. Of a key that stands
 * twice in an object the last one counts, as in Python, and the caller hears of it.
 */
final class JsonTree {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final int LONGEST_NUMBER = 60;
    private static final int LARGEST_EXPONENT = 60;

    private final JsonParser parser;
    private final Consumer<String> repeatedKey;

    private JsonTree(JsonParser parser, Consumer<String> repeatedKey) {
        this.parser = parser;
        this.repeatedKey = repeatedKey;
    }

    /**
     * The document as {@code JsonObject}, {@code List} or a scalar.
     *
     * @throws PriceTableException if it is not JSON; the message names the source and the line
     */
    static @Nullable Object read(byte[] json, String source, Consumer<String> repeatedKey) {
        try (JsonParser parser = parser(json)) {
            JsonTree tree = new JsonTree(parser, repeatedKey);
            Object document = tree.value(parser.nextToken());
            if (parser.nextToken() != null) {
                throw PriceTableException.located(
                        source + ":" + parser.currentTokenLocation().getLineNr()
                                + ": there is more after the end of the document; keep one JSON value in the file",
                        null);
            }
            return document;
        } catch (JacksonException e) {
            throw invalid(e, source);
        }
    }

    static JsonParser parser(byte[] json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json);
    }

    static PriceTableException invalid(JacksonException e, String source) {
        int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        return PriceTableException.located(
                source + ":" + line + ": not valid JSON: " + JsonCursor.shown(e.getOriginalMessage())
                        + "; correct it there, or fetch the file again",
                e);
    }

    private @Nullable Object value(@Nullable JsonToken token) {
        if (token == null) {
            return null;
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private JsonObject object() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int before = fields.size();
            fields.put(key, value(parser.nextToken()));
            if (fields.size() == before) {
                repeatedKey.accept(key);
            }
        }
        return new JsonObject(fields);
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(value(token));
        }
        return elements;
    }

    /** The number, or the text itself when it is none that a price could be. */
    static Object number(String text) {
        if (text.length() > LONGEST_NUMBER) {
            return text;
        }
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs((long) number.scale()) > LARGEST_EXPONENT ? text : number;
        } catch (NumberFormatException e) {
            return text;
        }
    }
}

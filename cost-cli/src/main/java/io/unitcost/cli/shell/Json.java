package io.unitcost.cli.shell;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * JSON in and out, small documents as maps, lists, texts, exact numbers and booleans. What is written is ASCII, so that
 * it is the same in every character set.
 */
public final class Json {

    /** {@code NaN} is read, as a text, because other programs write it: the line is then refused for what it says. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    /** Answers of providers are taken as they come. */
    private static final JsonFactory LENIENT = FACTORY.rebuild()
            .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final int MOST_ZEROS = 400;

    private final JsonParser parser;
    /** What is parsed, where some of it is kept as it stands. */
    private final String text;

    private final Set<String> asItStands;

    private Json(JsonParser parser) {
        this(parser, "", Set.of());
    }

    private Json(JsonParser parser, String text, Set<String> asItStands) {
        this.parser = parser;
        this.text = text;
        this.asItStands = asItStands;
    }

    /** An object or an array that is kept as it was written, to the last digit. */
    public record Source(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** One object or value on one line. */
    public static String write(Consumer<JsonGenerator> content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            content.accept(json);
        }
        return text.toString();
    }

    /** A tree of maps, lists, texts, numbers and booleans on one line. */
    public static String write(@Nullable Object tree) {
        return write(json -> write(json, tree));
    }

    public static void write(JsonGenerator json, @Nullable Object value) {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            map.forEach((key, member) -> {
                json.writeName(key.toString());
                write(json, member);
            });
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            list.forEach(element -> write(json, element));
            json.writeEndArray();
        } else if (value instanceof BigDecimal number) {
            json.writeNumber(number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString(value.toString());
        }
    }

    /**
     * The object that a text is.
     *
     * @throws DataException if it is not one JSON object
     */
    public static Map<String, @Nullable Object> object(String text) {
        return object(FACTORY, text, Set.of());
    }

    /**
     * An object in which the objects and arrays of some names stay {@linkplain Source as they stand}, at any depth.
     *
     * @throws DataException if it is not one JSON object
     */
    public static Map<String, @Nullable Object> object(String text, Set<String> asItStands) {
        return object(LENIENT, text, asItStands);
    }

    private static Map<String, @Nullable Object> object(JsonFactory factory, String text, Set<String> asItStands) {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new DataException("not a JSON object; give one like the help shows, on one line");
            }
            Map<String, @Nullable Object> object = new Json(parser, text, asItStands).object();
            if (parser.nextToken() != null) {
                throw new DataException("there is more after the JSON object; give one a line");
            }
            return object;
        } catch (JacksonException e) {
            throw new DataException("not valid JSON: " + e.getOriginalMessage() + "; give one object a line");
        }
    }

    /** The documents at the beginning of a text, one after the other, up to what cannot be read. */
    public static List<@Nullable Object> documents(String text) {
        List<@Nullable Object> documents = new ArrayList<>();
        try (JsonParser parser = LENIENT.createParser(ObjectReadContext.empty(), text)) {
            while (parser.nextToken() != null) {
                documents.add(new Json(parser).value());
            }
        } catch (JacksonException | DataException cutOff) {
            return documents;
        }
        return documents;
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            object.put(key, token.isStructStart() && asItStands.contains(key) ? source() : value());
        }
        return object;
    }

    private Source source() {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        return new Source(text.substring(start, (int) parser.currentLocation().getCharOffset()));
    }

    private @Nullable Object value() {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value());
                }
                yield list;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }

    /** The number that a text is, or the text. */
    public static Object number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            if (Math.abs((long) number.scale()) > MOST_ZEROS) {
                throw new DataException(
                        "'" + text + "' has more than " + MOST_ZEROS + " digits; give a number of this world");
            }
            return number;
        } catch (NumberFormatException notFinite) {
            return text;
        }
    }
}

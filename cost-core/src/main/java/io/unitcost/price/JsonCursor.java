package io.unitcost.price;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Walks a JSON document of a known form, in one pass, and knows where it is: an error names the source, the line, the
 * path, the value and the remedy. Values are taken as text; no number becomes a {@code double}.
 */
final class JsonCursor implements AutoCloseable {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();
    private static final int SHOWN = 120;
    private static final int LONGEST_TEXT = 2_000;

    private final JsonParser parser;
    private final String source;
    private final Deque<String> path = new ArrayDeque<>();
    private @Nullable JsonToken peeked;

    private JsonCursor(JsonParser parser, String source) {
        this.parser = parser;
        this.source = source;
    }

    static JsonCursor open(InputStream in, String source) {
        try {
            return new JsonCursor(FACTORY.createParser(ObjectReadContext.empty(), in), source);
        } catch (JacksonException e) {
            throw new PriceTableException(
                    source + " cannot be read: " + e.getOriginalMessage() + "; name a readable file", e);
        }
    }

    /** Reads an object; the reader takes exactly the value of each key. */
    void object(Consumer<String> reader) {
        expect(JsonToken.START_OBJECT, "an object");
        while (next() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            path.addLast("." + key);
            reader.accept(key);
            path.removeLast();
        }
    }

    /** Reads an array; the reader takes exactly one element each time. */
    void array(Runnable reader) {
        expect(JsonToken.START_ARRAY, "an array");
        for (int i = 0; (peeked = next()) != JsonToken.END_ARRAY; i++) {
            path.addLast("[" + i + "]");
            reader.run();
            path.removeLast();
        }
        peeked = null;
    }

    /** Whether the next value is an object; takes nothing. */
    boolean isObject() {
        peeked = next();
        return peeked == JsonToken.START_OBJECT;
    }

    String string() {
        expect(JsonToken.VALUE_STRING, "a text in quotes");
        String text = text();
        if (text.length() > LONGEST_TEXT) {
            throw error("'" + shown(text) + "' is longer than " + LONGEST_TEXT + " characters", "shorten it");
        }
        return text;
    }

    boolean bool() {
        JsonToken token = next();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw error("found " + (token == null ? "the end of the file" : "'" + shown() + "'"), "give true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    long wholeNumber() {
        expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
        try {
            return Long.parseLong(text());
        } catch (NumberFormatException e) {
            throw error("'" + shown() + "' is too large", "give a whole number below 2^63");
        }
    }

    /** Checks that the document ends here. */
    void end() {
        if (next() != null) {
            throw error("there is more after the end of the document", "keep one JSON object in the file");
        }
    }

    /** Runs configuration code and says where its complaint belongs. */
    <T> T guard(Supplier<T> code) {
        try {
            return code.get();
        } catch (IllegalArgumentException e) {
            throw e instanceof PriceTableException located && located.isLocated()
                    ? located
                    : PriceTableException.located(where() + e.getMessage(), e);
        }
    }

    PriceTableException unknownKey(String known) {
        return error("unknown key", "use one of " + known);
    }

    PriceTableException error(String what, String remedy) {
        return PriceTableException.located(where() + what + "; " + remedy, null);
    }

    @Override
    public void close() {
        parser.close();
    }

    private void expect(JsonToken wanted, String wantedText) {
        JsonToken token = next();
        if (token != wanted) {
            String found = token == null ? "the end of the file" : "'" + shown() + "'";
            throw error("found " + found, "give " + wantedText);
        }
    }

    private @Nullable JsonToken next() {
        if (peeked != null) {
            JsonToken token = peeked;
            peeked = null;
            return token;
        }
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw invalid(e);
        }
    }

    private String text() {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw invalid(e);
        }
    }

    private PriceTableException invalid(JacksonException e) {
        TokenStreamLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        return PriceTableException.located(
                where(at.getLineNr()) + "not valid JSON: " + shown(e.getOriginalMessage()) + "; correct it there", e);
    }

    private String shown() {
        return shown(text());
    }

    /** A value as a message can carry it: one line, not too long. */
    static String shown(String text) {
        String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return start.replaceAll("\\p{Cntrl}", "�");
    }

    private String where() {
        return where(parser.currentTokenLocation().getLineNr());
    }

    private String where(int line) {
        StringBuilder where = new StringBuilder(source).append(':').append(line).append(": $");
        for (Iterator<String> parts = path.iterator(); parts.hasNext(); ) {
            where.append(parts.next());
        }
        return where.append(": ").toString();
    }
}

package io.unitcost.usage;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Tells what it finds at the places the reader knows, as the reader's scanner does, but by Jackson's parser. */
final class FuzzJackson {

    private static final int MAX_DEPTH = 64;
    private static final int LONGEST = 256;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonScanner.Sink sink;
    private final boolean unwraps;

    private FuzzJackson(JsonScanner.Sink sink, boolean unwraps) {
        this.sink = sink;
        this.unwraps = unwraps;
    }

    /** The report of documents one after the other; throws what Jackson throws when they are not JSON. */
    static Facts facts(Iterable<String> documents, boolean unwraps) {
        Facts facts = new Facts(false);
        for (String document : documents) {
            new FuzzJackson(facts, unwraps).tell(document);
        }
        return facts;
    }

    private void tell(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            JsonToken token = parser.nextToken();
            while (token != null) {
                tell(parser, token, Paths.ROOT, 0);
                sink.document();
                token = parser.nextToken();
            }
        }
    }

    private void tell(JsonParser parser, JsonToken token, @Nullable Node place, int depth) {
        if (place == null || (token.isStructStart() && depth == MAX_DEPTH)) {
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                byte[] key = parser.currentName().getBytes(StandardCharsets.UTF_8);
                tell(parser, parser.nextToken(), place.child(key, 0, key.length), depth + 1);
            }
            if (place.field != null) {
                sink.leave(place.field);
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                tell(parser, next, place.element(), depth + 1);
            }
        } else if (place.kind == Node.Kind.VALUE && place.field != null) {
            value(parser, token, place.field);
        } else if (place.kind == Node.Kind.CONTENT && token == JsonToken.VALUE_STRING) {
            content(parser.getString());
        } else if (place.kind == Node.Kind.WRAPPED && token == JsonToken.VALUE_STRING && unwraps) {
            byte[] inner = Base64.getDecoder().decode(parser.getString());
            new FuzzJackson(sink, false).tell(new String(inner, StandardCharsets.UTF_8));
        }
    }

    private void value(JsonParser parser, JsonToken token, Field field) {
        switch (token) {
            case VALUE_TRUE -> sink.flag(field, true);
            case VALUE_FALSE -> sink.flag(field, false);
            case VALUE_STRING -> {
                byte[] text = parser.getString().getBytes(StandardCharsets.UTF_8);
                if (text.length <= LONGEST) {
                    sink.text(field, text, 0, text.length);
                }
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                byte[] text = parser.getString().getBytes(StandardCharsets.UTF_8);
                sink.number(field, text, Math.min(text.length, LONGEST));
            }
            default -> {
                // null says nothing
            }
        }
    }

    private void content(String text) {
        int[] lengths = new int[5];
        text.codePoints().forEach(point -> lengths[utf8Length(point)]++);
        if (!text.isEmpty()) {
            sink.content(lengths[1], lengths[2], lengths[3], lengths[4]);
        }
    }

    private static int utf8Length(int point) {
        return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }
}

package io.unitcost.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Other ways to find the usage in an answer of OpenAI, as one would write them by hand; and copying it. */
final class UsagePeers {

    /** How long {@code data: } is, in front of each event. */
    static final int DATA = 6;

    private static final int TAIL = 4_096;
    private static final byte[] USAGE = "\"usage\":{".getBytes(StandardCharsets.US_ASCII);

    private final JsonFactory factory = new JsonFactory();
    private final JsonMapper mapper = new JsonMapper();
    private final byte[] aside = new byte[TAIL];

    byte[] copy(byte[] body) {
        return body.clone();
    }

    /** Into one array that grows, as whoever wants to look at it later does. */
    byte[] copy(byte[][] events) {
        byte[] all = new byte[TAIL];
        int length = 0;
        for (byte[] event : events) {
            if (length + event.length > all.length) {
                all = Arrays.copyOf(all, all.length * 2);
            }
            System.arraycopy(event, 0, all, length, event.length);
            length += event.length;
        }
        return Arrays.copyOf(all, length);
    }

    /** Into an array that is there already. */
    int copyAside(byte[] event) {
        System.arraycopy(event, 0, aside, 0, event.length);
        return event.length;
    }

    long usageByTree(byte[] body) {
        JsonNode usage = mapper.readTree(body).path("usage");
        return usage.path("prompt_tokens").asLong()
                + usage.path("completion_tokens").asLong();
    }

    /** Of the last event that has usage. */
    long usageByParser(byte[][] events) {
        long tokens = 0;
        for (byte[] event : events) {
            if (event[DATA] == '{') {
                tokens = Math.max(tokens, usageByParser(event, DATA, event.length));
            }
        }
        return tokens;
    }

    long usageByParser(byte[] bytes, int from, int to) {
        long tokens = 0;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), bytes, from, to - from)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean usage = parser.currentName().equals("usage");
                if (parser.nextToken() == JsonToken.START_OBJECT && usage) {
                    tokens = tokens(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return tokens;
    }

    private static long tokens(JsonParser parser) {
        long tokens = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("prompt_tokens") || name.equals("completion_tokens")) {
                tokens += parser.getLongValue();
            } else {
                parser.skipChildren();
            }
        }
        return tokens;
    }

    /** Keeps the end of the stream and looks for the last usage in it. */
    long usageInTail(byte[][] events) {
        byte[] tail = aside;
        int length = 0;
        for (byte[] event : events) {
            int kept = Math.min(event.length, tail.length);
            if (length + kept > tail.length) {
                int rest = Math.min(length, tail.length / 2);
                System.arraycopy(tail, length - rest, tail, 0, rest);
                length = Math.min(rest, tail.length - kept);
            }
            System.arraycopy(event, event.length - kept, tail, length, kept);
            length += kept;
        }
        for (int i = length - USAGE.length; i >= 0; i--) {
            if (Arrays.equals(tail, i, i + USAGE.length, USAGE, 0, USAGE.length)) {
                int object = i + USAGE.length - 1;
                try (JsonParser parser =
                        factory.createParser(ObjectReadContext.empty(), tail, object, length - object)) {
                    parser.nextToken();
                    return tokens(parser);
                }
            }
        }
        return 0;
    }
}

package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Json;
import io.unitcost.usage.UsageReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An answer as it came over the wire, in a line of the machine interface. Fields it does not know are passed over. */
final class WireLine {

    private static final String BODY = "body";
    private static final String SSE = "sse";
    private static final String EVENTS = "events";
    private static final String PAYLOAD = "payload";

    /** A body is read as it was written, whatever is in it. */
    static final Set<String> AS_IT_STANDS = Set.of(BODY, PAYLOAD);

    /** Amazon's frames: the length of all and of the headers, a checksum, the payload, a checksum. */
    private static final int AROUND_PAYLOAD = 16;

    private final @Nullable String provider;
    private final @Nullable String flavor;
    private final byte[] bytes;

    private WireLine(@Nullable String provider, @Nullable String flavor, byte[] bytes) {
        this.provider = provider;
        this.flavor = flavor;
        this.bytes = bytes;
    }

    /** @throws DataException if there is not exactly one answer in the line */
    static WireLine of(Map<String, @Nullable Object> fields) {
        List<byte[]> answers = new ArrayList<>();
        if (fields.get(BODY) != null) {
            answers.add(utf8(fields.get(BODY)));
        }
        if (fields.get(SSE) != null) {
            if (!(fields.get(SSE) instanceof String events)) {
                throw new DataException("sse: " + Line.shown(fields.get(SSE)) + " is not a text; put it in quotes");
            }
            answers.add(utf8(events));
        }
        if (fields.get(EVENTS) != null) {
            answers.add(frames(fields.get(EVENTS)));
        }
        if (answers.size() != 1) {
            throw new DataException(
                    answers.isEmpty()
                            ? "there is no answer in the line; give one of body, sse and events"
                            : "there are several answers in the line; give one of body, sse and events");
        }
        return new WireLine(Line.text(fields, "provider"), Line.text(fields, "api_flavor"), answers.get(0));
    }

    /** The answer; not a copy. */
    byte[] bytes() {
        return bytes;
    }

    /** A reader that knows what the line says beside the answer. */
    UsageReader reader() {
        UsageReader reader = UsageReader.of(provider);
        return switch (String.valueOf(flavor)) {
            case "tokens" -> reader.rawTokens();
            case "ocr_annotated" -> reader.annotatedPages();
            default -> reader;
        };
    }

    /** The event stream that the events came in. */
    private static byte[] frames(@Nullable Object events) {
        if (!(events instanceof List<?> list)) {
            throw new DataException(
                    "events: " + Line.shown(events) + " is not a list; give [{\"payload\": {...}}, ...]");
        }
        List<byte[]> payloads = new ArrayList<>();
        for (Object event : list) {
            boolean wrapped = event instanceof Map<?, ?> map && map.get(PAYLOAD) != null;
            payloads.add(wrapped ? utf8(((Map<?, ?>) event).get(PAYLOAD)) : utf8(Json.write(event)));
        }
        ByteBuffer frames = ByteBuffer.allocate(payloads.stream()
                .mapToInt(payload -> AROUND_PAYLOAD + payload.length)
                .sum());
        for (byte[] payload : payloads) {
            frames.putInt(AROUND_PAYLOAD + payload.length)
                    .putInt(0)
                    .putInt(0)
                    .put(payload)
                    .putInt(0);
        }
        return frames.array();
    }

    private static byte[] utf8(@Nullable Object text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }
}

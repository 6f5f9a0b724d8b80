package io.unitcost.cli;

import io.unitcost.cli.shell.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that somebody saved, taken apart so that it can be shown what is in it. What it used is not read
 * from here.
 *
 * @param form what it comes in
 * @param documents the JSON in it, in order, as far as it can be read
 */
record SavedAnswer(Form form, List<@Nullable Object> documents) {

    /** What JSON comes in; the first byte that is not blank tells. */
    enum Form {
        BODY("JSON body"),
        LINES("lines of JSON"),
        ARRAY("array of JSON"),
        EVENTS("server-sent events"),
        BINARY("Amazon's binary event stream"),
        COMPRESSED("compressed with gzip; unpack it first: gzip -d"),
        EMPTY("nothing"),
        UNREADABLE("neither JSON nor events; save the body of the answer, without headers and uncompressed");

        private final String words;

        Form(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private static final int PRELUDE = 12;
    private static final int CHECKSUM = 4;
    private static final byte[] GZIP = {0x1F, (byte) 0x8B};

    static SavedAnswer of(byte[] bytes) {
        String text =
                new String(bytes, StandardCharsets.UTF_8).replace("\uFEFF", "").strip();
        if (bytes.length > 0 && bytes[0] == 0) {
            return new SavedAnswer(Form.BINARY, frames(ByteBuffer.wrap(bytes)));
        }
        if (bytes.length > 1 && bytes[0] == GZIP[0] && bytes[1] == GZIP[1]) {
            return new SavedAnswer(Form.COMPRESSED, List.of());
        }
        if (text.isEmpty()) {
            return new SavedAnswer(Form.EMPTY, List.of());
        }
        char first = text.charAt(0);
        if (first == '{' || first == '[') {
            List<@Nullable Object> documents = Json.documents(text);
            Form form = first == '[' ? Form.ARRAY : documents.size() > 1 ? Form.LINES : Form.BODY;
            return new SavedAnswer(form, documents);
        }
        return first == ':' || (first >= 'a' && first <= 'z')
                ? new SavedAnswer(Form.EVENTS, events(text))
                : new SavedAnswer(Form.UNREADABLE, List.of());
    }

    /** The data of each event; one that is no JSON says nothing. */
    private static List<@Nullable Object> events(String text) {
        List<@Nullable Object> documents = new ArrayList<>();
        for (String event : text.split("\\R\\R", -1)) {
            documents.addAll(Json.documents(event.lines()
                    .filter(line -> line.startsWith("data:"))
                    .map(line -> line.substring("data:".length()))
                    .collect(Collectors.joining("\n"))));
        }
        return documents;
    }

    /** The payload of each frame, and the document in it that is base64 text. */
    private static List<@Nullable Object> frames(ByteBuffer bytes) {
        List<@Nullable Object> documents = new ArrayList<>();
        while (bytes.remaining() >= PRELUDE) {
            ByteBuffer frame = bytes.slice();
            int total = frame.getInt();
            int payload = PRELUDE + frame.getInt();
            if (payload < PRELUDE || total > frame.limit() || payload > total - CHECKSUM) {
                break;
            }
            byte[] json = new byte[total - CHECKSUM - payload];
            frame.position(payload).get(json);
            for (Object document : Json.documents(new String(json, StandardCharsets.UTF_8))) {
                documents.add(document);
                documents.addAll(wrapped(document));
            }
            bytes.position(bytes.position() + total);
        }
        return documents;
    }

    private static List<@Nullable Object> wrapped(@Nullable Object document) {
        if (!(document instanceof Map<?, ?> map) || !(map.get("bytes") instanceof String base64)) {
            return List.of();
        }
        try {
            return Json.documents(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return List.of();
        }
    }
}

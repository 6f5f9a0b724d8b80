package io.unitcost.usage;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes the JSON out of what it comes in: a plain body, server-sent events, or Amazon's binary event stream. The first byte
 * tells which.
 */
final class Framing {

    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte OTHER = -1;

    private enum Form {
        UNKNOWN,
        JSON,
        EVENTS,
        BINARY,
        UNREADABLE
    }

    private final Facts facts;
    private final JsonScanner scanner;
    private Form form = Form.UNKNOWN;

    /** In an event: how many bytes of the field's name were read, all of them when it is data; or {@link #OTHER}. */
    private byte name;

    /** How many bytes of the word for the end the data began with, and is so far; or {@link #OTHER}. */
    private byte done;

    private boolean lineIsEmpty = true;
    private @Nullable BinaryFrames frames;

    Framing(Facts facts) {
        this.facts = facts;
        this.scanner = new JsonScanner(Paths.ROOT, facts);
    }

    void feed(byte[] bytes, int from, int to) {
        int i = form == Form.UNKNOWN ? recognize(bytes, from, to) : from;
        switch (form) {
            case JSON -> scanner.feed(bytes, i, to);
            case EVENTS -> events(bytes, i, to);
            case BINARY -> {
                if (frames != null) {
                    frames.feed(bytes, i, to);
                }
            }
            default -> {
                // nothing in it for us
            }
        }
    }

    private int recognize(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            // a byte order mark and blanks in front say nothing
            boolean blank = b == ' ' || b == '\n' || b == '\r' || b == '\t';
            if (blank || b == (byte) 0xEF || b == (byte) 0xBB || b == (byte) 0xBF) {
                continue;
            }
            if (b == '{' || b == '[') {
                form = Form.JSON;
            } else if (b == 0) {
                form = Form.BINARY;
                frames = new BinaryFrames(facts);
            } else if ((b >= 'a' && b <= 'z') || b == ':') {
                form = Form.EVENTS;
            } else {
                form = Form.UNREADABLE;
            }
            return i;
        }
        return to;
    }

    /** Nothing is owed at the end: what was not finished was not said. */
    void end() {}

    /** Whether it was one body of JSON that came to its end; streams say their end themselves. */
    boolean isWholeDocument() {
        return form == Form.JSON && scanner.isComplete();
    }

    private void events(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i];
            if (b == '\n' || b == '\r') {
                endOfLine(b);
                i++;
            } else if (name == DATA.length) {
                i = data(bytes, i, to);
            } else {
                i = name(bytes, i, to);
            }
        }
    }

    /** The name of a field, and everything of a line that is not data. */
    private int name(byte[] bytes, int from, int to) {
        lineIsEmpty = false;
        for (int i = from; i < to; i++) {
            if (name == OTHER || bytes[i] != DATA[name]) {
                name = OTHER;
                return Words.endOfLine(bytes, i, to);
            }
            if (++name == DATA.length) {
                done = 0;
                if (scanner.isBroken()) {
                    scanner.reset();
                }
                return i + 1;
            }
        }
        return to;
    }

    private int data(byte[] bytes, int from, int to) {
        int i = from;
        if (done == 0) {
            while (i < to && bytes[i] == ' ') {
                i++;
            }
            if (i < to && bytes[i] != DONE[0]) {
                done = OTHER;
                i = scanner.again(bytes, i, to);
            }
        }
        int end = Words.endOfLine(bytes, i, to);
        for (int j = i; j < end && done != OTHER; j++) {
            done = done < DONE.length && bytes[j] == DONE[done] ? (byte) (done + 1) : OTHER;
        }
        scanner.feed(bytes, i, end);
        return end;
    }

    private void endOfLine(byte b) {
        if (name == DATA.length && done == DONE.length) {
            facts.finish();
        }
        if (b == '\n') {
            if (lineIsEmpty) {
                scanner.reset();
            }
            lineIsEmpty = true;
        }
        name = 0;
    }
}

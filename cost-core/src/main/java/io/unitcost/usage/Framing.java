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

    /** In an event: how many bytes of the field's name were read, or -1 when it is another field. */
    private int name;

    private boolean inData;
    private int position;
    private int done;
    private boolean lineIsEmpty = true;
    private @Nullable BinaryFrames frames;

    Framing(Facts facts) {
        this.facts = facts;
        this.scanner = new JsonScanner(Paths.ROOT, facts);
    }

    void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (form == Form.UNKNOWN && i < to) {
            byte b = bytes[i];
            // a byte order mark and blanks in front say nothing
            if (b == '{' || b == '[') {
                form = Form.JSON;
            } else if (b == 0) {
                form = Form.BINARY;
                frames = new BinaryFrames(facts);
            } else if ((b >= 'a' && b <= 'z') || b == ':') {
                form = Form.EVENTS;
            } else if (b == ' '
                    || b == '\n'
                    || b == '\r'
                    || b == '\t'
                    || b == (byte) 0xEF
                    || b == (byte) 0xBB
                    || b == (byte) 0xBF) {
                i++;
            } else {
                form = Form.UNREADABLE;
            }
        }
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

    void end() {
        if (form == Form.JSON) {
            scanner.end();
        }
    }

    /** Whether it was one body of JSON that came to its end; streams say their end themselves. */
    boolean isWholeDocument() {
        return form == Form.JSON && scanner.isBetweenDocuments();
    }

    private void events(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i];
            if (b == '\n' || b == '\r') {
                endOfLine(b);
                i++;
            } else if (inData) {
                int end = endOfLine(bytes, i, to);
                data(bytes, i, end);
                i = end;
            } else {
                i = name(bytes, i, to);
            }
        }
    }

    private static int endOfLine(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    /** The name of a field, and everything of a line that is not data. */
    private int name(byte[] bytes, int from, int to) {
        lineIsEmpty = false;
        if (name < 0) {
            return endOfLine(bytes, from, to);
        }
        if (bytes[from] == DATA[name]) {
            if (++name == DATA.length) {
                inData = true;
                position = 0;
                done = 0;
                if (scanner.isBroken()) {
                    scanner.reset();
                }
            }
        } else {
            name = -1;
        }
        return from + 1;
    }

    private void data(byte[] bytes, int from, int to) {
        for (int i = from; i < to && position <= DONE.length; i++, position++) {
            if (position == 0 && bytes[i] == ' ') {
                position--;
            } else if (position < DONE.length && done == position && bytes[i] == DONE[position]) {
                done++;
            }
        }
        scanner.feed(bytes, from, to);
    }

    private void endOfLine(byte b) {
        if (inData && done == DONE.length && position == DONE.length) {
            facts.finish();
        }
        if (lineIsEmpty && b == '\n') {
            scanner.reset();
        }
        if (b == '\n') {
            lineIsEmpty = true;
        }
        name = 0;
        inData = false;
    }
}

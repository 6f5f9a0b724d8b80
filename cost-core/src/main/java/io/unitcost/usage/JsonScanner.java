package io.unitcost.usage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks JSON as its bytes come, in pieces of any size, and reports the values at known places. Keeps a state of fixed
 * size and never the document. Text inside strings is text, whatever it looks like. One thread at a time.
 *
 * <p>Takes a sequence of documents: one body, lines of JSON, the data of server-sent events. A document that is not JSON
 * is given up until {@link #reset()} or the next line.
 */
final class JsonScanner {

    /** Told what is found. Byte arrays hold for the call only. */
    interface Sink {
        void number(Field field, byte[] text, int length);

        void text(Field field, byte[] bytes, int from, int length);

        void flag(Field field, boolean value);

        /** The end of an object at a place that wants to know. */
        void leave(Field field);

        /** Text of an answer: so many characters, by the length of their UTF-8 form; a piece of it, maybe. */
        void content(int oneByte, int twoBytes, int threeBytes, int fourBytes);

        /** A piece of base64 text. */
        void wrapped(byte[] bytes, int from, int to);

        /** The end of a base64 text. */
        void unwrapped();

        /** The end of a whole document. */
        void document();
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;

    private static final int MAX_DEPTH = 64;
    private static final int USUAL_DEPTH = 8;
    private static final int LONGEST_KEY = 48;
    private static final int LONGEST_VALUE = 256;
    private static final int USUAL_VALUE = 32;

    private static final int VALUE = 0;
    private static final int FIRST_VALUE = 1;
    private static final int FIRST_KEY = 2;
    private static final int KEY = 3;
    private static final int COLON = 4;
    private static final int AFTER = 5;
    private static final int FIRST_TEXT = 6;
    private static final int IN_KEY = 6;
    private static final int IN_STRING = 7;
    private static final int IN_NUMBER = 8;
    private static final int IN_LITERAL = 9;
    private static final int SKIP = 10;
    private static final int SKIP_STRING = 11;
    private static final int BROKEN = 12;

    private final Node root;
    private final Sink sink;

    private @Nullable Node[] places = new @Nullable Node[USUAL_DEPTH];
    /** Bit by bit, which open places are arrays. */
    private long arrays;

    private int depth;
    private int state = VALUE;
    /** The place of the value that is next or being read. */
    private @Nullable Node place;

    private int skipped;

    private byte[] text = new byte[USUAL_VALUE];
    private int length;
    private boolean tooLong;

    /** 0 outside an escape, 1 behind a backslash, 2 to 5 in its hexadecimal digits. */
    private int escape;

    private int code;
    private int highSurrogate;

    private byte literal;

    private int ones;
    private int twos;
    private int threes;
    private int fours;

    JsonScanner(Node root, Sink sink) {
        this.root = root;
        this.sink = sink;
        this.place = root;
    }

    /** Forgets a document that was not finished. */
    void reset() {
        depth = 0;
        state = VALUE;
        place = root;
        escape = 0;
        length = 0;
    }

    /** Whether the bytes so far are not JSON. */
    boolean isBroken() {
        return state == BROKEN;
    }

    /** Whether no document is open. */
    boolean isBetweenDocuments() {
        return depth == 0 && state == VALUE;
    }

    void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            switch (state) {
                case SKIP -> i = skip(bytes, i, to);
                case SKIP_STRING -> i = skipString(bytes, i, to);
                case IN_STRING -> i = string(bytes, i, to);
                case IN_KEY -> i = key(bytes, i, to);
                case IN_NUMBER -> i = number(bytes, i, to);
                case IN_LITERAL -> i = literal(bytes, i, to);
                case BROKEN -> i = broken(bytes, i, to);
                default -> i = structure(bytes, i, to);
            }
        }
    }

    /** Everything that is not inside a text, a number or a word. */
    private int structure(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
                continue;
            }
            switch (state) {
                case COLON -> state = b == ':' ? VALUE : BROKEN;
                case VALUE, FIRST_VALUE -> value(b);
                case AFTER -> after(b);
                default -> beforeKey(b);
            }
            if (state == IN_KEY) {
                return key(bytes, i, to);
            }
            if (state == IN_STRING) {
                return string(bytes, i, to);
            }
            if (state >= FIRST_TEXT) {
                return i;
            }
        }
        return i;
    }

    private void beforeKey(byte b) {
        if (b == '"') {
            state = IN_KEY;
            length = 0;
            tooLong = false;
        } else if (b == '}' && state == FIRST_KEY) {
            close(false);
        } else {
            state = BROKEN;
        }
    }

    /** A number at the very end of the input has no byte behind it that ends it. */
    void end() {
        if (state == IN_NUMBER) {
            endNumber();
        }
    }

    private void after(byte b) {
        if (b == ',' && depth > 0) {
            boolean array = isArray();
            state = array ? VALUE : KEY;
            place = array ? elementOf(places[depth - 1]) : null;
        } else if ((b == '}' || b == ']') && depth > 0) {
            close(b == ']');
        } else {
            state = BROKEN;
        }
    }

    private void value(byte b) {
        boolean first = state == FIRST_VALUE;
        switch (b) {
            case '{', '[' -> open(b == '[');
            case '"' -> {
                length = 0;
                tooLong = false;
                state = place == null || place.kind == Node.Kind.WAY ? SKIP_STRING : IN_STRING;
                skipped = 0;
            }
            case 't', 'f', 'n' -> {
                literal = b;
                length = 1;
                state = IN_LITERAL;
            }
            case ']' -> {
                if (first) {
                    close(true);
                } else {
                    state = BROKEN;
                }
            }
            default -> {
                if (b == '-' || (b >= '0' && b <= '9')) {
                    text[0] = b;
                    length = 1;
                    tooLong = false;
                    state = IN_NUMBER;
                } else {
                    state = BROKEN;
                }
            }
        }
    }

    private void open(boolean array) {
        Node here = place;
        if (here == null || depth == MAX_DEPTH) {
            skipped = 1;
            state = SKIP;
            return;
        }
        if (depth == places.length) {
            places = Arrays.copyOf(places, MAX_DEPTH);
        }
        places[depth] = here;
        arrays = array ? arrays | (1L << depth) : arrays & ~(1L << depth);
        depth++;
        state = array ? FIRST_VALUE : FIRST_KEY;
        place = array ? elementOf(here) : null;
    }

    private static @Nullable Node elementOf(@Nullable Node array) {
        return array == null ? null : array.element();
    }

    private void close(boolean array) {
        if (depth == 0 || isArray() != array) {
            state = BROKEN;
            return;
        }
        depth--;
        Node closed = places[depth];
        if (closed != null && !array && closed.field != null) {
            sink.leave(closed.field);
        }
        afterValue();
    }

    private boolean isArray() {
        return ((arrays >>> (depth - 1)) & 1) != 0;
    }

    private void afterValue() {
        if (depth == 0) {
            state = VALUE;
            place = root;
            sink.document();
        } else {
            state = AFTER;
        }
    }

    /** Inside an object or array that nobody cares about. */
    private int skip(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (b == '"') {
                state = SKIP_STRING;
                return i;
            }
            if (b == '{' || b == '[') {
                skipped++;
            } else if ((b == '}' || b == ']') && --skipped == 0) {
                afterValue();
                return i;
            }
        }
        return i;
    }

    private int skipString(byte[] bytes, int from, int to) {
        int i = from;
        if (escape != 0) {
            escape = 0;
            i++;
        }
        while (i < to) {
            if (i + Long.BYTES <= to) {
                long word = (long) LONGS.get(bytes, i);
                long found = matches(word ^ QUOTES) | matches(word ^ BACKSLASHES);
                if (found == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += Long.numberOfTrailingZeros(found) >>> 3;
            }
            byte b = bytes[i++];
            if (b == '"') {
                if (skipped > 0) {
                    state = SKIP;
                } else {
                    afterValue();
                }
                return i;
            }
            if (b == '\\') {
                if (i == to) {
                    escape = 1;
                    return i;
                }
                i++;
            }
        }
        return i;
    }

    /** The high bit of each byte that is zero; bytes above the first zero may be wrong. */
    private static long matches(long word) {
        return (word - ONES) & ~word & HIGHS;
    }

    private int key(byte[] bytes, int from, int to) {
        if (length == 0 && escape == 0 && !tooLong) {
            for (int i = from; i < to && bytes[i] != '\\'; i++) {
                if (bytes[i] == '"') {
                    return endKey(bytes, from, i, to);
                }
            }
        }
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (escape != 0) {
                escaped(b);
            } else if (b == '"') {
                state = COLON;
                place = tooLong ? null : child(text, 0, length);
                return i;
            } else if (b == '\\') {
                escape = 1;
            } else {
                append(b);
            }
        }
        return i;
    }

    /** A key that is here as a whole, and mostly its colon too. */
    private int endKey(byte[] bytes, int from, int quote, int to) {
        place = child(bytes, from, quote - from);
        if (quote + 1 < to && bytes[quote + 1] == ':') {
            state = VALUE;
            return place == null ? unknown(bytes, quote + 2, to) : quote + 2;
        }
        state = COLON;
        return quote + 1;
    }

    /** A number or a word that nobody cares about, when it is here as a whole: nothing is done with it. */
    private int unknown(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && isDigit(bytes[i])) {
            i++;
        }
        if (i > from && i < to && (bytes[i] == ',' || bytes[i] == '}')) {
            state = AFTER;
            return i;
        }
        if (from + 4 < to
                && bytes[from] == 'n'
                && bytes[from + 1] == 'u'
                && bytes[from + 2] == 'l'
                && bytes[from + 3] == 'l') {
            state = AFTER;
            return from + 4;
        }
        return from;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private @Nullable Node child(byte[] bytes, int from, int keyLength) {
        Node here = places[depth - 1];
        return here == null || keyLength > LONGEST_KEY ? null : here.child(bytes, from, keyLength);
    }

    private int string(byte[] bytes, int from, int to) {
        Node here = place;
        if (here == null) {
            state = SKIP_STRING;
            return from;
        }
        return switch (here.kind) {
            case CONTENT -> content(bytes, from, to);
            case WRAPPED -> wrapped(bytes, from, to);
            default -> shortText(here, bytes, from, to);
        };
    }

    private int shortText(Node here, byte[] bytes, int from, int to) {
        if (length == 0 && escape == 0 && !tooLong) {
            for (int i = from; i < to && i - from < LONGEST_VALUE && bytes[i] != '\\'; i++) {
                if (bytes[i] == '"') {
                    if (here.field != null) {
                        sink.text(here.field, bytes, from, i - from);
                    }
                    afterValue();
                    return i + 1;
                }
            }
        }
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (escape != 0) {
                escaped(b);
            } else if (b == '"') {
                if (!tooLong && here.field != null) {
                    sink.text(here.field, text, 0, length);
                }
                afterValue();
                return i;
            } else if (b == '\\') {
                escape = 1;
            } else {
                append(b);
            }
        }
        return i;
    }

    private int content(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (escape == 0) {
                while (i + Long.BYTES <= to) {
                    long word = (long) LONGS.get(bytes, i);
                    if (((word & HIGHS) | matches(word ^ QUOTES) | matches(word ^ BACKSLASHES)) != 0) {
                        break;
                    }
                    ones += Long.BYTES;
                    i += Long.BYTES;
                }
                if (i == to) {
                    break;
                }
            }
            byte b = bytes[i++];
            if (escape != 0) {
                escapedContent(b);
            } else if (b == '"') {
                flushContent();
                afterValue();
                return i;
            } else if (b == '\\') {
                escape = 1;
            } else if (b >= 0) {
                ones++;
            } else if ((b & 0xC0) != 0x80) {
                count(b);
            }
        }
        flushContent();
        return i;
    }

    private void count(byte lead) {
        if ((lead & 0xE0) == 0xC0) {
            twos++;
        } else if ((lead & 0xF0) == 0xE0) {
            threes++;
        } else {
            fours++;
        }
    }

    private void escapedContent(byte b) {
        if (escape == 1) {
            if (b == 'u') {
                escape = 2;
                code = 0;
            } else {
                escape = 0;
                ones++;
            }
            return;
        }
        code = (code << 4) | Math.max(0, Character.digit(b, 16));
        if (++escape == 6) {
            escape = 0;
            if (code < 0x80) {
                ones++;
            } else if (code < 0x800) {
                twos++;
            } else if (Character.isHighSurrogate((char) code)) {
                fours++;
            } else if (!Character.isLowSurrogate((char) code)) {
                threes++;
            }
        }
    }

    private void flushContent() {
        if ((ones | twos | threes | fours) != 0) {
            sink.content(ones, twos, threes, fours);
            ones = 0;
            twos = 0;
            threes = 0;
            fours = 0;
        }
    }

    private int wrapped(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != '"') {
            i++;
        }
        sink.wrapped(bytes, from, i);
        if (i < to) {
            sink.unwrapped();
            afterValue();
            return i + 1;
        }
        return i;
    }

    private int number(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i];
            if ((b >= '0' && b <= '9') || b == '.' || b == 'e' || b == 'E' || b == '-' || b == '+') {
                append(b);
                i++;
            } else {
                endNumber();
                return i;
            }
        }
        return i;
    }

    private void endNumber() {
        Node here = place;
        if (here != null && here.kind == Node.Kind.VALUE && here.field != null) {
            // one that is too long to keep is still too large to be, and not absent
            sink.number(here.field, text, length);
        }
        afterValue();
    }

    private int literal(byte[] bytes, int from, int to) {
        String word = literal == 't' ? "true" : literal == 'f' ? "false" : "null";
        int i = from;
        while (i < to) {
            if (bytes[i] != word.charAt(length)) {
                state = BROKEN;
                return i;
            }
            i++;
            if (++length == word.length()) {
                Node here = place;
                if (here != null && here.kind == Node.Kind.VALUE && here.field != null && literal != 'n') {
                    sink.flag(here.field, literal == 't');
                }
                afterValue();
                return i;
            }
        }
        return i;
    }

    /** Not JSON: given up until the line ends. */
    private int broken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                reset();
                return i + 1;
            }
        }
        return to;
    }

    private void append(byte b) {
        if (length == text.length) {
            if (length == LONGEST_VALUE) {
                tooLong = true;
                return;
            }
            text = Arrays.copyOf(text, LONGEST_VALUE);
        }
        text[length++] = b;
    }

    /** A byte of an escape in a key or a short text; the character it stands for is appended as UTF-8. */
    private void escaped(byte b) {
        if (escape == 1) {
            if (b == 'u') {
                escape = 2;
                code = 0;
                return;
            }
            escape = 0;
            append(
                    switch (b) {
                        case 'n' -> (byte) '\n';
                        case 't' -> (byte) '\t';
                        case 'r' -> (byte) '\r';
                        case 'b' -> (byte) '\b';
                        case 'f' -> (byte) '\f';
                        default -> b;
                    });
            return;
        }
        code = (code << 4) | Math.max(0, Character.digit(b, 16));
        if (++escape == 6) {
            escape = 0;
            appendUtf8(code);
        }
    }

    private void appendUtf8(int unit) {
        if (Character.isHighSurrogate((char) unit)) {
            highSurrogate = unit;
            return;
        }
        int point = Character.isLowSurrogate((char) unit) && highSurrogate != 0
                ? Character.toCodePoint((char) highSurrogate, (char) unit)
                : unit;
        highSurrogate = 0;
        if (point < 0x80) {
            append((byte) point);
        } else if (point < 0x800) {
            append((byte) (0xC0 | (point >> 6)));
            append((byte) (0x80 | (point & 0x3F)));
        } else if (point < 0x10000) {
            append((byte) (0xE0 | (point >> 12)));
            append((byte) (0x80 | ((point >> 6) & 0x3F)));
            append((byte) (0x80 | (point & 0x3F)));
        } else {
            append((byte) (0xF0 | (point >> 18)));
            append((byte) (0x80 | ((point >> 12) & 0x3F)));
            append((byte) (0x80 | ((point >> 6) & 0x3F)));
            append((byte) (0x80 | (point & 0x3F)));
        }
    }
}

package io.unitcost.usage;

import java.util.Arrays;

/** A key, a short text or a number, put together from pieces of any size, without its escapes. Bounded. */
final class ShortText {

    static final int LONGEST = 256;
    private static final int USUAL = 24;
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int length;
    private boolean tooLong;

    /** 0 outside an escape, 1 behind a backslash, 2 to 5 in its hexadecimal digits. */
    private byte escape;

    private char code;
    private char highSurrogate;

    void clear() {
        length = 0;
        tooLong = false;
        escape = 0;
        highSurrogate = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Whether there was more than is kept. */
    boolean isTooLong() {
        return tooLong;
    }

    boolean isInEscape() {
        return escape != 0;
    }

    /** Takes what comes until the text ends: where its closing quote is, or {@code to}. */
    int read(byte[] from, int start, int to) {
        int i = start;
        while (i < to) {
            if (escape == 0) {
                int end = Words.endOfText(from, i, to);
                append(from, i, end);
                i = end;
                if (i == to || from[i] == '"') {
                    return i;
                }
            }
            unescape(from[i++]);
        }
        return to;
    }

    void append(byte[] from, int start, int end) {
        int more = Math.min(end - start, LONGEST - length);
        tooLong |= more < end - start;
        reserve(length + more);
        System.arraycopy(from, start, bytes, length, more);
        length += more;
    }

    /** A backslash or what follows it; the character it stands for is appended as UTF-8. */
    void unescape(byte b) {
        if (escape == 0) {
            escape = 1;
        } else if (escape == 1 && b == 'u') {
            escape = 2;
            code = 0;
        } else if (escape == 1) {
            escape = 0;
            append(
                    switch (b) {
                        case 'n' -> '\n';
                        case 't' -> '\t';
                        case 'r' -> '\r';
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        default -> b;
                    });
        } else {
            code = (char) ((code << 4) | Math.max(0, Character.digit(b, 16)));
            if (++escape == 6) {
                escape = 0;
                appendUtf8(code);
            }
        }
    }

    private void appendUtf8(char unit) {
        if (Character.isHighSurrogate(unit)) {
            highSurrogate = unit;
            return;
        }
        int point = Character.isLowSurrogate(unit) && highSurrogate != 0
                ? Character.toCodePoint(highSurrogate, unit)
                : unit;
        highSurrogate = 0;
        if (point < 0x80) {
            append(point);
        } else if (point < 0x800) {
            append(0xC0 | (point >> 6));
            append(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            append(0xE0 | (point >> 12));
            append(0x80 | ((point >> 6) & 0x3F));
            append(0x80 | (point & 0x3F));
        } else {
            append(0xF0 | (point >> 18));
            append(0x80 | ((point >> 12) & 0x3F));
            append(0x80 | ((point >> 6) & 0x3F));
            append(0x80 | (point & 0x3F));
        }
    }

    void append(int b) {
        if (length == LONGEST) {
            tooLong = true;
            return;
        }
        reserve(length + 1);
        bytes[length++] = (byte) b;
    }

    private void reserve(int size) {
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, size > USUAL ? LONGEST : USUAL);
        }
    }
}

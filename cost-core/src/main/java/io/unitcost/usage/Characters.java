package io.unitcost.usage;

/**
 * Counts the characters of a JSON text by the length of their UTF-8 form, in pieces of any size. An escaped character
 * counts as what it stands for.
 */
final class Characters {

    private int oneByte;
    private int twoBytes;
    private int threeBytes;
    private int fourBytes;

    /** 0 outside an escape, 1 behind a backslash, 2 to 5 in its hexadecimal digits. */
    private byte escape;

    private char code;

    void reset() {
        escape = 0;
    }

    /** Counts until the text ends: where its closing quote is, or {@code to}. */
    int read(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (escape == 0) {
                i = plain(bytes, i, to);
                if (i == to || bytes[i] == '"') {
                    return i;
                }
                if (i + 1 < to && bytes[i + 1] != 'u') {
                    oneByte++;
                    i += 2;
                    continue;
                }
            }
            escaped(bytes[i++]);
        }
        return to;
    }

    /** Counts up to the first quote or backslash, or {@code to}. */
    private int plain(byte[] bytes, int from, int to) {
        int i = from;
        int taken = Words.SIZE;
        while (taken == Words.SIZE && i + 2 * Words.SIZE <= to) {
            long word = Words.at(bytes, i);
            long next = Words.at(bytes, i + Words.SIZE);
            if (Words.arePlain(word, next)) {
                i += 2 * Words.SIZE;
                continue;
            }
            taken = upToEnd(word);
            i += taken;
            if (taken == Words.SIZE) {
                taken = upToEnd(next);
                i += taken;
            }
        }
        while (i < to && bytes[i] != '"' && bytes[i] != '\\') {
            longer(bytes[i++] & 0xFF);
        }
        oneByte += i - from;
        return i;
    }

    private int upToEnd(long word) {
        int bytes = Words.first(Words.ends(word));
        longer(Words.lowest(word, bytes));
        return bytes;
    }

    /** Of what was taken for a character a byte: each longer one is counted with its first byte. */
    private void longer(long word) {
        long highs = Words.highs(word);
        if (highs != 0) {
            // the bits below the highest, each brought to the highest of its byte
            long leads = highs & (word << 1);
            long third = word << 2;
            long fourth = word << 3;
            oneByte -= Long.bitCount(highs);
            twoBytes += Long.bitCount(leads & ~third);
            threeBytes += Long.bitCount(leads & third & ~fourth);
            fourBytes += Long.bitCount(leads & third & fourth);
        }
    }

    /** Tells what was counted since it was asked last. */
    void flush(JsonScanner.Sink sink) {
        if ((oneByte | twoBytes | threeBytes | fourBytes) != 0) {
            sink.content(oneByte, twoBytes, threeBytes, fourBytes);
            oneByte = 0;
            twoBytes = 0;
            threeBytes = 0;
            fourBytes = 0;
        }
    }

    /** A backslash or what follows it. */
    private void escaped(byte b) {
        if (escape == 0) {
            escape = 1;
            return;
        }
        if (escape == 1) {
            if (b == 'u') {
                escape = 2;
                code = 0;
            } else {
                escape = 0;
                oneByte++;
            }
            return;
        }
        code = (char) ((code << 4) | Math.max(0, Character.digit(b, 16)));
        if (++escape == 6) {
            escape = 0;
            count(code);
        }
    }

    /** A pair of surrogates is one character, counted with the first of them. */
    private void count(char unit) {
        if (unit < 0x80) {
            oneByte++;
        } else if (unit < 0x800) {
            twoBytes++;
        } else if (Character.isHighSurrogate(unit)) {
            fourBytes++;
        } else if (!Character.isLowSurrogate(unit)) {
            threeBytes++;
        }
    }
}

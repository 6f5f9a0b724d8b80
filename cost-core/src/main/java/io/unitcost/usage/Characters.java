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
            if (escape != 0) {
                escaped(bytes[i++]);
                continue;
            }
            int start = i;
            while (i + 2 * Words.SIZE <= to && Words.arePlain(Words.at(bytes, i), Words.at(bytes, i + Words.SIZE))) {
                i += 2 * Words.SIZE;
            }
            oneByte += i - start;
            if (i + Words.SIZE <= to) {
                long word = Words.at(bytes, i);
                long found = Words.ends(word);
                if (found == 0) {
                    count(word, Words.SIZE);
                    i += Words.SIZE;
                    continue;
                }
                int plain = Words.first(found);
                count(Words.lowest(word, plain), plain);
                i += plain;
            }
            if (i == to) {
                break;
            }
            byte b = bytes[i];
            if (b == '"') {
                return i;
            }
            i++;
            if (b == '\\') {
                if (i < to && bytes[i] != 'u') {
                    oneByte++;
                    i++;
                } else {
                    escape = 1;
                }
            } else {
                count(b & 0xFF, 1);
            }
        }
        return to;
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

    /** The lowest bytes of a word whose others are zero: each character is counted with its first byte. */
    private void count(long word, int bytes) {
        long highs = Words.highs(word);
        if (highs == 0) {
            oneByte += bytes;
            return;
        }
        // the bits below the highest, each brought to the highest of its byte
        long leads = highs & (word << 1);
        long third = word << 2;
        long fourth = word << 3;
        oneByte += bytes - Long.bitCount(highs);
        twoBytes += Long.bitCount(leads & ~third);
        threeBytes += Long.bitCount(leads & third & ~fourth);
        fourBytes += Long.bitCount(leads & third & fourth);
    }

    private void escaped(byte b) {
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

package io.unitcost.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The beginning of a text, kept as it is in JSON, with its escapes. */
final class TextSample {

    /** In bytes. */
    static final int LARGEST = 8_192;

    private static final int FIRST = 256;

    private byte[] bytes = new byte[FIRST];
    private int length;

    void add(byte[] piece, int from, int to) {
        int taken = Math.min(to - from, LARGEST - length);
        if (taken <= 0) {
            return;
        }
        if (length + taken > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(LARGEST, Math.max(length + taken, bytes.length * 2)));
        }
        System.arraycopy(piece, from, bytes, length, taken);
        length += taken;
    }

    /** The text without escapes; one that was cut off at the end is left out. */
    String text() {
        String raw = new String(bytes, 0, length, StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
            } else if (i + 1 < raw.length() && raw.charAt(i + 1) != 'u') {
                text.append(unescaped(raw.charAt(++i)));
            } else if (i + 5 < raw.length()) {
                text.append((char) hexadecimal(raw, i + 2));
                i += 5;
            } else {
                break;
            }
        }
        if (length == LARGEST && !text.isEmpty() && text.charAt(text.length() - 1) == '\uFFFD') {
            text.setLength(text.length() - 1);
        }
        return text.toString();
    }

    private static char unescaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> c;
        };
    }

    private static int hexadecimal(String raw, int from) {
        int code = 0;
        for (int i = from; i < from + 4; i++) {
            code = (code << 4) | Math.max(0, Character.digit(raw.charAt(i), 16));
        }
        return code;
    }
}

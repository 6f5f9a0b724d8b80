package io.unitcost.grpc;

import io.unitcost.usage.SeenText;
import io.unitcost.usage.TextVolume;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Text that passes by in pieces: how much of it there was, and its beginning where that is wanted. */
final class SeenPieces implements Predicate<String> {

    /** As much as the estimators of the core look at. */
    private static final int LARGEST = 8_192;

    private final @Nullable StringBuilder sample;
    private long oneByte;
    private long twoBytes;
    private long threeBytes;
    private long fourBytes;

    SeenPieces(boolean sampled) {
        this.sample = sampled ? new StringBuilder(0) : null;
    }

    /** Takes a piece, and wants more. */
    @Override
    public boolean test(String piece) {
        add(piece);
        return false;
    }

    private void add(String piece) {
        int plain = plain(piece);
        oneByte += plain;
        for (int i = plain; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (c < 0x80) {
                oneByte++;
            } else if (c < 0x800) {
                twoBytes++;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < piece.length()
                    && Character.isLowSurrogate(piece.charAt(i + 1))) {
                fourBytes++;
                i++;
            } else {
                threeBytes++;
            }
        }
        if (sample != null) {
            int end = Math.min(LARGEST - sample.length(), piece.length());
            boolean cut = end > 0 && end < piece.length() && Character.isHighSurrogate(piece.charAt(end - 1));
            sample.append(piece, 0, cut ? end - 1 : end);
        }
    }

    /** How much at the beginning is of one byte each, in steps of eight: most text is, and is then looked at eight at a time. */
    private static int plain(String piece) {
        int i = 0;
        while (i + 8 <= piece.length() && (any(piece, i) | any(piece, i + 4)) < 0x80) {
            i += 8;
        }
        return i;
    }

    private static int any(String piece, int i) {
        return piece.charAt(i) | piece.charAt(i + 1) | piece.charAt(i + 2) | piece.charAt(i + 3);
    }

    /** Whether there was any. */
    boolean isSome() {
        return (oneByte | twoBytes | threeBytes | fourBytes) != 0;
    }

    SeenText text() {
        return new SeenText(
                new TextVolume(oneByte, twoBytes, threeBytes, fourBytes), sample == null ? "" : sample.toString());
    }
}

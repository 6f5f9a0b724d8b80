package io.unitcost.grpc;

import io.unitcost.usage.SeenText;
import io.unitcost.usage.TextVolume;
import java.util.function.Predicate;

/** Text that passes by in pieces: how much of it there was, and its beginning where that is wanted. */
final class SeenPieces implements Predicate<String> {

    /** As much as the estimators of the core look at. */
    private static final int LARGEST = 8_192;

    private final boolean sampled;
    private final StringBuilder sample = new StringBuilder(0);
    private long oneByte;
    private long twoBytes;
    private long threeBytes;
    private long fourBytes;

    SeenPieces(boolean sampled) {
        this.sampled = sampled;
    }

    /** Takes a piece, and wants more. */
    @Override
    public boolean test(String piece) {
        add(piece);
        return false;
    }

    private void add(String piece) {
        for (int i = 0; i < piece.length(); i++) {
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
        if (sampled) {
            int end = Math.min(LARGEST - sample.length(), piece.length());
            boolean cut = end > 0 && end < piece.length() && Character.isHighSurrogate(piece.charAt(end - 1));
            sample.append(piece, 0, cut ? end - 1 : end);
        }
    }

    /** Whether there was any. */
    boolean isSome() {
        return (oneByte | twoBytes | threeBytes | fourBytes) != 0;
    }

    SeenText text() {
        return new SeenText(new TextVolume(oneByte, twoBytes, threeBytes, fourBytes), sample.toString());
    }
}

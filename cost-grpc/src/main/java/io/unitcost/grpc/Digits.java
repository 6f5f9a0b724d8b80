package io.unitcost.grpc;

/** Counts written as text. */
final class Digits {

    private static final int MOST = 13;

    private Digits() {}

    /** The count; {@link ChoiceCounts#ABSENT} if the text is anything but a few digits. */
    static long of(String text) {
        if (text.isEmpty() || text.length() > MOST) {
            return ChoiceCounts.ABSENT;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return ChoiceCounts.ABSENT;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }
}

package io.unitcost.usage;

import org.jspecify.annotations.Nullable;

/** Counts characters by script, in twentieths of a token. */
final class ScriptEstimator implements TokenEstimator {

    static final ScriptEstimator INSTANCE = new ScriptEstimator();

    private static final long PER_TOKEN = 20;
    private static final long ASCII = 5;
    private static final long TWO_BYTES = 8;
    private static final long THREE_BYTES = 15;
    private static final long FOUR_BYTES = 40;

    private ScriptEstimator() {}

    @Override
    public long tokens(SeenText text, @Nullable String model) {
        TextVolume volume = text.volume();
        long parts = volume.oneByte() * ASCII
                + volume.twoBytes() * TWO_BYTES
                + volume.threeBytes() * THREE_BYTES
                + volume.fourBytes() * FOUR_BYTES;
        return (parts + PER_TOKEN - 1) / PER_TOKEN;
    }

    @Override
    public String toString() {
        return "by script";
    }
}

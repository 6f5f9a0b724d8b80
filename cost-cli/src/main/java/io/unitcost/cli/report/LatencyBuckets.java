package io.unitcost.cli.report;

import java.time.Duration;
import java.util.Arrays;

/** Durations in buckets that are at most 1/64 wide of what they hold: a quantile is within 0.8 %. */
final class LatencyBuckets {

    private static final int BITS = 6;
    private static final int PER_POWER = 1 << BITS;

    private final long[] counts = new long[(Long.SIZE - BITS) * PER_POWER];

    void add(long nanos) {
        counts[index(nanos)]++;
    }

    LatencyBuckets add(LatencyBuckets more) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more.counts[i];
        }
        return this;
    }

    private static int index(long nanos) {
        if (nanos < PER_POWER) {
            return (int) Math.max(0, nanos);
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - BITS;
        return (shift << BITS) + (int) (nanos >>> shift);
    }

    /** What this share does not exceed, by nearest rank; zero without any. */
    Duration quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * Arrays.stream(counts).sum()));
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            below += counts[i];
            if (below >= rank) {
                return Duration.ofNanos(middle(i));
            }
        }
        return Duration.ZERO;
    }

    private static long middle(int index) {
        if (index < 2 * PER_POWER) {
            return index;
        }
        int shift = (index >> BITS) - 1;
        long from = (long) (index - (shift << BITS)) << shift;
        return from + (1L << shift) / 2;
    }
}

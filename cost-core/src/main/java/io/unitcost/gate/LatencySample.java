package io.unitcost.gate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How long delivered requests took. Exact up to 65 536 of them; beyond, in buckets of a tenth of a percent from a microsecond to a day.
 */
final class LatencySample {

    private static final int MOST = 1 << 16;
    private static final double STEP = Math.log1p(0.001);
    private static final double LEAST = 1_000;
    private static final double LONGEST = 86_400e9;
    private static final int BUCKETS = (int) (Math.log(LONGEST / LEAST) / STEP) + 2;

    private long[] exact = new long[16];
    private long @Nullable [] buckets;
    private int size;
    private long count;

    void add(long nanos) {
        count++;
        long[] counts = buckets;
        if (counts != null) {
            counts[bucket(nanos)]++;
            return;
        }
        if (size == MOST) {
            counts = new long[BUCKETS];
            for (long value : exact) {
                counts[bucket(value)]++;
            }
            counts[bucket(nanos)]++;
            buckets = counts;
            exact = new long[0];
            return;
        }
        if (size == exact.length) {
            exact = Arrays.copyOf(exact, Math.min(MOST, size * 2));
        }
        exact[size++] = nanos;
    }

    private static int bucket(long nanos) {
        return nanos <= LEAST ? 0 : Math.min(BUCKETS - 1, 1 + (int) (Math.log((double) nanos / LEAST) / STEP));
    }

    /** The latency that 95 % of them do not exceed, by the nearest rank, in nanoseconds; NaN without any. */
    double p95() {
        if (count == 0) {
            return Double.NaN;
        }
        long rank = (count * 95 + 99) / 100;
        long[] counts = buckets;
        if (counts == null) {
            long[] sorted = Arrays.copyOf(exact, size);
            Arrays.sort(sorted);
            return (double) sorted[(int) rank - 1];
        }
        int bucket = 0;
        for (long seen = counts[0]; seen < rank; seen += counts[bucket]) {
            bucket++;
        }
        return LEAST * Math.exp((bucket - 0.5) * STEP);
    }
}

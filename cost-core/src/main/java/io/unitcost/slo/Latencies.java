package io.unitcost.slo;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often latencies occurred, in 16 buckets for each doubling from a microsecond to 73 minutes; what is beyond counts at the
 * edge. A bucket is a sixteenth of its lower edge wide at most, and its middle stands for it: within 3.125 %. At most 512
 * counts, and only as many as lie between the fastest and the slowest. Guarded by its owner.
 */
final class Latencies {

    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;
    private static final int LOWEST_EXPONENT = 10;
    private static final int HIGHEST_EXPONENT = 42;
    static final int MOST_BUCKETS = (HIGHEST_EXPONENT - LOWEST_EXPONENT) * SUB_BUCKETS;
    private static final int[] NONE = {};

    private int[] counts = NONE;
    private int first;

    void add(long nanos) {
        count(bucket(nanos), 1);
    }

    void add(Latencies other) {
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] > 0) {
                count(other.first + i, other.counts[i]);
            }
        }
    }

    private void count(int bucket, int times) {
        if (counts.length == 0) {
            counts = new int[1];
            first = bucket;
        } else if (bucket < first) {
            int[] wider = new int[counts.length + first - bucket];
            System.arraycopy(counts, 0, wider, first - bucket, counts.length);
            counts = wider;
            first = bucket;
        } else if (bucket >= first + counts.length) {
            counts = Arrays.copyOf(counts, bucket - first + 1);
        }
        counts[bucket - first] += times;
    }

    /**
     * The latency that this share of requests does not exceed, by the nearest rank.
     *
     * @return nanoseconds, {@code null} without any request
     */
    @Nullable
    Long percentile(int percent) {
        long all = 0;
        for (int count : counts) {
            all += count;
        }
        long rank = (all * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return middle(first + i);
            }
        }
        return null;
    }

    int buckets() {
        return counts.length;
    }

    private static int bucket(long nanos) {
        long within = Math.max(1L << LOWEST_EXPONENT, Math.min(nanos, (1L << HIGHEST_EXPONENT) - 1));
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(within);
        int sub = (int) (within >>> (exponent - SUB_BITS)) & (SUB_BUCKETS - 1);
        return (exponent - LOWEST_EXPONENT) * SUB_BUCKETS + sub;
    }

    private static long middle(int bucket) {
        int shift = bucket / SUB_BUCKETS + LOWEST_EXPONENT - SUB_BITS;
        long lowest = (long) (SUB_BUCKETS + bucket % SUB_BUCKETS) << shift;
        return lowest + (1L << shift) / 2;
    }
}

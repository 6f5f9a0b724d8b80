package io.unitcost.gate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two sums for each group of requests that belong together: what they cost and how many were delivered, or how many missed the budget
 * and how many had one. Requests of one session are alike, so they count as one observation of the session and not as many.
 *
 * <p>Bounded: beyond 5 000 groups they are added up into 1 000 by a hash, which are as independent as the groups were.
 */
final class Clusters {

    static final int MOST = 5_000;
    static final int FOLDED = 1_000;

    private final Map<String, double[]> named = new HashMap<>();
    private final List<double[]> alone = new ArrayList<>();
    private double @Nullable [][] folded;
    private long count;
    private double dividend;
    private double divisor;

    /**
     * Adds to the group of this key.
     *
     * @param key {@code null} for a request that belongs to no other
     */
    void add(@Nullable String key, double dividend, double divisor) {
        this.dividend += dividend;
        this.divisor += divisor;
        double[] sums = sums(key);
        sums[0] += dividend;
        sums[1] += divisor;
    }

    private double[] sums(@Nullable String key) {
        double[][] buckets = folded;
        if (buckets != null) {
            return buckets[bucket(key == null ? count++ : key.hashCode())];
        }
        double[] sums = key == null ? null : named.get(key);
        if (sums == null) {
            if (named.size() + alone.size() == MOST) {
                fold();
                return sums(key);
            }
            sums = new double[2];
            if (key == null) {
                alone.add(sums);
            } else {
                named.put(key, sums);
            }
        }
        return sums;
    }

    private void fold() {
        double[][] buckets = new double[FOLDED][2];
        named.forEach((key, sums) -> pour(sums, buckets[bucket(key.hashCode())]));
        alone.forEach(sums -> pour(sums, buckets[bucket(count++)]));
        named.clear();
        alone.clear();
        folded = buckets;
    }

    private static void pour(double[] sums, double[] bucket) {
        bucket[0] += sums[0];
        bucket[1] += sums[1];
    }

    /** Hash codes of similar keys are similar: mixed as in MurmurHash3's last step. */
    private static int bucket(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) Math.floorMod(mixed ^ mixed >>> 33, (long) FOLDED);
    }

    /** The name of one of 1 000 groups that this one is added up into, where there are too many. */
    static String folded(String key) {
        return Integer.toString(bucket(key.hashCode()));
    }

    double dividend() {
        return dividend;
    }

    double divisor() {
        return divisor;
    }

    double ratio() {
        return dividend / divisor;
    }

    /** The groups as two columns, in an order that does not depend on the one in which they came. */
    double[][] columns() {
        double[][] buckets = folded;
        return columns(
                buckets == null
                        ? Stream.concat(named.values().stream(), alone.stream()).toList()
                        : Arrays.asList(buckets));
    }

    /** Rows to columns, the rows sorted. */
    static double[][] columns(Collection<double[]> rows) {
        double[][] sorted = rows.toArray(double[][]::new);
        Arrays.sort(sorted, Comparator.comparing(row -> row, Arrays::compare));
        int width = sorted.length == 0 ? 2 : sorted[0].length;
        double[][] columns = new double[width][sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            for (int k = 0; k < width; k++) {
                columns[k][i] = sorted[i][k];
            }
        }
        return columns;
    }
}

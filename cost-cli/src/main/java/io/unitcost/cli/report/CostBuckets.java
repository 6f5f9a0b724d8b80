package io.unitcost.cli.report;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;

/**
 * How many requests cost how much: exact counts in buckets of equal ratio, twelve to a power of ten, from 10<sup>-9</sup> up to
 * 10<sup>6</sup>. A bucket holds its lower edge and not its upper one.
 */
final class CostBuckets {

    static final int MOST_SHOWN = 40;

    /** The E12 series of resistors: every second value is E6, every fourth E3, every twelfth a power of ten. */
    private static final int[] STEPS = {100, 120, 150, 180, 220, 270, 330, 390, 470, 560, 680, 820};

    private static final int LOWEST = -9;
    private static final int DECADES = 15;
    private static final int[] COARSER = {1, 2, 4, 12};

    private final Money[] edges = new Money[DECADES * STEPS.length + 1];
    /** The first is below all edges, the last above. */
    private final long[] counts = new long[edges.length + 1];

    private long nothing;

    /**
     * A bucket.
     *
     * @param from included; zero for the one below all edges, and for the one that holds exactly nothing
     * @param to excluded; the same as {@code from} for what cost exactly nothing
     */
    record Bucket(BigDecimal from, BigDecimal to, long count) {}

    CostBuckets(Currency currency) {
        for (int i = 0; i < edges.length; i++) {
            int scale = 2 - LOWEST - i / STEPS.length;
            edges[i] = Money.of(BigDecimal.valueOf(STEPS[i % STEPS.length], scale), currency);
        }
    }

    void add(Money cost) {
        if (cost.signum() <= 0) {
            nothing++;
        } else {
            int found = Arrays.binarySearch(edges, cost);
            counts[found >= 0 ? found + 1 : -found - 1]++;
        }
    }

    CostBuckets add(CostBuckets more) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more.counts[i];
        }
        nothing += more.nothing;
        return this;
    }

    long count() {
        return nothing + Arrays.stream(counts).sum();
    }

    /** The bucket that holds the request at this share of all, cheapest first; {@code 0.5} for the median. */
    Bucket at(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count()));
        long below = 0;
        for (Bucket bucket : buckets(1)) {
            below += bucket.count();
            if (below >= rank) {
                return bucket;
            }
        }
        return new Bucket(BigDecimal.ZERO, BigDecimal.ZERO, 0);
    }

    /** From the first bucket that holds something to the last one, in the finest steps with which they are not too many. */
    List<Bucket> shown() {
        List<Bucket> shown = List.of();
        for (int coarser : COARSER) {
            shown = buckets(coarser);
            if (shown.size() <= MOST_SHOWN) {
                return shown;
            }
        }
        return shown;
    }

    private List<Bucket> buckets(int coarser) {
        List<Bucket> buckets = new ArrayList<>();
        if (nothing > 0) {
            buckets.add(new Bucket(BigDecimal.ZERO, BigDecimal.ZERO, nothing));
        }
        if (counts[0] > 0) {
            buckets.add(new Bucket(BigDecimal.ZERO, edges[0].amount(), counts[0]));
        }
        int first = 1;
        int last = counts.length - 1;
        while (first <= last && counts[first] == 0) {
            first++;
        }
        while (last >= first && counts[last] == 0) {
            last--;
        }
        for (int i = first - (first - 1) % coarser; i <= last; i += coarser) {
            int next = Math.min(i + coarser, counts.length);
            long count = Arrays.stream(counts, i, next).sum();
            BigDecimal from = edges[i - 1].amount();
            buckets.add(new Bucket(
                    from,
                    i + coarser - 1 < edges.length ? edges[i + coarser - 1].amount() : from.movePointRight(1),
                    count));
        }
        return buckets;
    }
}

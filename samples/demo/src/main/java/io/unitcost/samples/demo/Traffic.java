package io.unitcost.samples.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Requests in the order of their arrival.
 *
 * @param arrivals by time
 * @param spanNanos how much trace time they cover; at least the last arrival
 * @param source where they come from, for people
 */
record Traffic(List<Arrival> arrivals, long spanNanos, String source) {

    private static final double NANOS_PER_MINUTE = 60e9;

    Traffic {
        arrivals = List.copyOf(arrivals);
    }

    static Traffic of(List<Arrival> arrivals, long spanNanos, String source) {
        List<Arrival> sorted = new ArrayList<>(arrivals);
        sorted.sort(Comparator.comparingLong(Arrival::nanos));
        return new Traffic(sorted, spanNanos, source);
    }

    double minutes() {
        return spanNanos / NANOS_PER_MINUTE;
    }

    long halfNanos() {
        return spanNanos / 2;
    }

    boolean isFirstHalf(Arrival arrival) {
        return arrival.nanos() < halfNanos();
    }

    /** The first requests only, and no more trace time than they cover. */
    Traffic first(int count) {
        if (count >= arrivals.size()) {
            return this;
        }
        List<Arrival> kept = arrivals.subList(0, count);
        return new Traffic(kept, kept.get(count - 1).nanos(), "the first " + count + " requests of " + source);
    }

    /**
     * A feature's traffic in the second half cut to a third of what it was in the first, evenly over time. Where less
     * than that arrives, everything stays.
     */
    Traffic fallingToAThird(String feature) {
        long before = count(feature, true);
        long after = count(feature, false);
        long kept = Math.min(after, Math.round(before / 3.0));
        List<Arrival> thinned = new ArrayList<>(arrivals.size());
        long seen = 0;
        for (Arrival arrival : arrivals) {
            if (!arrival.feature().equals(feature) || isFirstHalf(arrival)) {
                thinned.add(arrival);
            } else {
                if ((seen + 1) * kept / after > seen * kept / after) {
                    thinned.add(arrival);
                }
                seen++;
            }
        }
        return new Traffic(thinned, spanNanos, source);
    }

    long count(String feature, boolean firstHalf) {
        return arrivals.stream()
                .filter(arrival -> arrival.feature().equals(feature) && isFirstHalf(arrival) == firstHalf)
                .count();
    }
}

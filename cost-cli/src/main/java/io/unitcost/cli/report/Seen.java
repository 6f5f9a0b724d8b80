package io.unitcost.cli.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which values of a field were seen, and from when to when: releases, price tables. The names that came first are kept, up to {@value #MOST}. */
final class Seen {

    static final int MOST = 1_000;

    private final Map<String, Range> ranges = new HashMap<>();

    /** A value, from its first record to its last one. */
    record Range(String name, Instant first, Instant last, long records) {

        private Range with(Instant time) {
            return new Range(name, time.isBefore(first) ? time : first, time.isAfter(last) ? time : last, records + 1);
        }
    }

    void add(@Nullable String name, Instant time) {
        if (name == null) {
            return;
        }
        Range range = ranges.get(name);
        if (range != null) {
            ranges.put(name, range.with(time));
        } else if (ranges.size() < MOST) {
            ranges.put(name, new Range(name, time, time, 1));
        }
    }

    /** In the order of their first record. */
    List<Range> ranges() {
        List<Range> sorted = new ArrayList<>(ranges.values());
        sorted.sort(Comparator.comparing(Range::first).thenComparing(Range::name));
        return sorted;
    }
}

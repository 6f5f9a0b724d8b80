package io.unitcost.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers behind the dash of ids count up in each process: a gap is a record that is not here, a number too many one that came twice. */
final class Numbering {

    private static final int MOST_PROCESSES = 10_000;

    /** As {@code CostLedger} makes them; the ids of others say nothing. */
    private static final Pattern ID = Pattern.compile("([0-9a-f]{16})-([0-9]{1,15})");

    private final Map<String, Range> ranges = new LinkedHashMap<>();

    private static final class Range {
        private long lowest = Long.MAX_VALUE;
        private long highest;
        private long count;

        private long missing() {
            return highest - lowest + 1 - count;
        }
    }

    void add(String id) {
        Matcher matcher = ID.matcher(id);
        if (matcher.matches() && (ranges.size() < MOST_PROCESSES || ranges.containsKey(matcher.group(1)))) {
            Range range = ranges.computeIfAbsent(matcher.group(1), key -> new Range());
            long number = Long.parseLong(matcher.group(2));
            range.lowest = Math.min(range.lowest, number);
            range.highest = Math.max(range.highest, number);
            range.count++;
        }
    }

    int processes() {
        return ranges.size();
    }

    /** At least so many records between the first and the last one of a process are not here. */
    long missing() {
        return ranges.values().stream()
                .mapToLong(range -> Math.max(0, range.missing()))
                .sum();
    }

    /** At least so many lines came more than once. */
    long repeated() {
        return ranges.values().stream()
                .mapToLong(range -> Math.max(0, -range.missing()))
                .sum();
    }
}

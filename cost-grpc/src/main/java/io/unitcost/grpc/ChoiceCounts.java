package io.unitcost.grpc;

import java.util.Arrays;

/**
 * Counts of the choices of one answer: cumulative ones, of which the last that is not zero is right, and increments. Of
 * what is counted once for all choices, such as the prompt, the largest count is right.
 */
final class ChoiceCounts {

    /** Nothing was said. */
    static final long ABSENT = Long.MIN_VALUE;

    /** More choices than any model gives at once; beyond it they share the last place. */
    private static final int MOST = 1_024;

    private final int kinds;
    private long[] choices = new long[1];
    private boolean[] finished = new boolean[1];
    private long[] counts;
    private int used;
    private int ended;

    ChoiceCounts(int kinds) {
        this.kinds = kinds;
        this.counts = new long[kinds];
    }

    /** A count that contains the earlier ones. */
    void set(long choice, int kind, long value) {
        int i = place(choice) * kinds + kind;
        if (value != 0 || counts[i] == ABSENT) {
            counts[i] = value;
        }
    }

    /** A count on top of the earlier ones. */
    void add(long choice, int kind, long value) {
        int i = place(choice) * kinds + kind;
        counts[i] = counts[i] == ABSENT ? value : counts[i] + value;
    }

    /** A count that repeats an earlier one, where there was one. */
    void repeat(long choice, int kind, long value) {
        int i = place(choice) * kinds + kind;
        if (counts[i] == ABSENT) {
            counts[i] = value;
        }
    }

    /** A choice came to its end. */
    void finish(long choice) {
        int i = place(choice);
        if (!finished[i]) {
            finished[i] = true;
            ended++;
        }
    }

    /** How many choices came to their end. */
    int finished() {
        return ended;
    }

    /** Over all choices; {@link #ABSENT} if none said anything. */
    long sum(int kind) {
        long sum = ABSENT;
        for (int i = 0; i < used; i++) {
            long count = counts[i * kinds + kind];
            sum = count == ABSENT ? sum : sum == ABSENT ? count : sum + count;
        }
        return sum;
    }

    /** The largest of all choices; {@link #ABSENT} if none said anything. */
    long max(int kind) {
        long max = ABSENT;
        for (int i = 0; i < used; i++) {
            max = Math.max(max, counts[i * kinds + kind]);
        }
        return max;
    }

    private int place(long choice) {
        for (int i = 0; i < used; i++) {
            if (choices[i] == choice) {
                return i;
            }
        }
        if (used == MOST) {
            return MOST - 1;
        }
        if (used == choices.length) {
            choices = Arrays.copyOf(choices, used * 2);
            finished = Arrays.copyOf(finished, used * 2);
            counts = Arrays.copyOf(counts, used * 2 * kinds);
        }
        Arrays.fill(counts, used * kinds, (used + 1) * kinds, ABSENT);
        choices[used] = choice;
        return used++;
    }
}

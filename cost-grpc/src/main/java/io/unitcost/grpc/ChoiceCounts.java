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

    /** What stands before a choice's counts: its number, and whether it came to its end. */
    private static final int HEAD = 2;

    private final int width;
    private long[] choices;
    private int used;
    private int ended;

    ChoiceCounts(int kinds) {
        this.width = HEAD + kinds;
        this.choices = new long[width];
    }

    /** A count that contains the earlier ones. */
    void set(long choice, int kind, long value) {
        int i = place(choice) + HEAD + kind;
        if (value != 0 || choices[i] == ABSENT) {
            choices[i] = value;
        }
    }

    /** A count on top of the earlier ones. */
    void add(long choice, int kind, long value) {
        int i = place(choice) + HEAD + kind;
        choices[i] = choices[i] == ABSENT ? value : choices[i] + value;
    }

    /** A count that repeats an earlier one, where there was one. */
    void repeat(long choice, int kind, long value) {
        int i = place(choice) + HEAD + kind;
        if (choices[i] == ABSENT) {
            choices[i] = value;
        }
    }

    /** A choice came to its end. */
    void finish(long choice) {
        int i = place(choice) + 1;
        if (choices[i] == 0) {
            choices[i] = 1;
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
            long count = choices[i * width + HEAD + kind];
            sum = count == ABSENT ? sum : sum == ABSENT ? count : sum + count;
        }
        return sum;
    }

    /** The largest of all choices; {@link #ABSENT} if none said anything. */
    long max(int kind) {
        long max = ABSENT;
        for (int i = 0; i < used; i++) {
            max = Math.max(max, choices[i * width + HEAD + kind]);
        }
        return max;
    }

    /** Where a choice begins. */
    private int place(long choice) {
        for (int i = 0; i < used; i++) {
            if (choices[i * width] == choice) {
                return i * width;
            }
        }
        if (used == MOST) {
            return (MOST - 1) * width;
        }
        int place = used * width;
        if (place == choices.length) {
            choices = Arrays.copyOf(choices, place * 2);
        }
        Arrays.fill(choices, place + HEAD, place + width, ABSENT);
        choices[place] = choice;
        used++;
        return place;
    }
}

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

    /** A preset may know dozens of kinds, of which answers say a handful: those that were said get a place. */
    private static final int USUAL = 8;

    private static final int[] NONE = {};
    private static final long[] NOTHING = {};

    private int[] kinds = NONE;
    /** A bit for each kind that was said, shared by those 64 apart: most were not, and are not looked for. */
    private long said;

    private int known;
    private long[] choices = NOTHING;
    private int used;
    private int ended;

    /** A count that contains the earlier ones. */
    void set(long choice, int kind, long value) {
        int i = place(choice, kind);
        if (value != 0 || choices[i] == ABSENT) {
            choices[i] = value;
        }
    }

    /** A count on top of the earlier ones. */
    void add(long choice, int kind, long value) {
        int i = place(choice, kind);
        choices[i] = choices[i] == ABSENT ? value : choices[i] + value;
    }

    /** A count that repeats an earlier one, where there was one. */
    void repeat(long choice, int kind, long value) {
        int i = place(choice, kind);
        if (choices[i] == ABSENT) {
            choices[i] = value;
        }
    }

    /** A choice came to its end. */
    void finish(long choice) {
        int i = row(choice) + 1;
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
        int column = find(kind);
        long sum = ABSENT;
        for (int i = 0; column >= 0 && i < used; i++) {
            long count = choices[i * width() + HEAD + column];
            sum = count == ABSENT ? sum : sum == ABSENT ? count : sum + count;
        }
        return sum;
    }

    /** The largest of all choices; {@link #ABSENT} if none said anything. */
    long max(int kind) {
        int column = find(kind);
        long max = ABSENT;
        for (int i = 0; column >= 0 && i < used; i++) {
            max = Math.max(max, choices[i * width() + HEAD + column]);
        }
        return max;
    }

    private int width() {
        return HEAD + kinds.length;
    }

    private int place(long choice, int kind) {
        int column = find(kind);
        if (column < 0) {
            if (known == kinds.length) {
                widen();
            }
            column = known++;
            kinds[column] = kind;
            said |= 1L << kind;
        }
        return row(choice) + HEAD + column;
    }

    private int find(int kind) {
        if ((said & 1L << kind) == 0) {
            return -1;
        }
        for (int i = 0; i < known; i++) {
            if (kinds[i] == kind) {
                return i;
            }
        }
        return -1;
    }

    private void widen() {
        int before = width();
        kinds = Arrays.copyOf(kinds, Math.max(USUAL, 2 * known));
        long[] wider = new long[used * width()];
        Arrays.fill(wider, ABSENT);
        for (int i = 0; i < used; i++) {
            System.arraycopy(choices, i * before, wider, i * width(), before);
        }
        choices = wider;
    }

    /** Where a choice begins. */
    private int row(long choice) {
        int width = width();
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
            choices = Arrays.copyOf(choices, Math.max(width, place * 2));
        }
        Arrays.fill(choices, place + HEAD, place + width, ABSENT);
        choices[place] = choice;
        choices[place + 1] = 0;
        used++;
        return place;
    }
}

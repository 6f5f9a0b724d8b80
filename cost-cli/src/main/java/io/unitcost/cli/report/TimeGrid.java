package io.unitcost.cli.report;

import java.time.Duration;
import java.time.Instant;

/**
 * Time in slots of one width, from five minutes up: the smallest width with which everything seen fits into {@value #MOST_SLOTS} slots.
 * So it does not matter in which order records come. Slots begin at full hours, midnights and Mondays, UTC.
 */
final class TimeGrid {

    static final int MOST_SLOTS = 120;

    private static final Duration[] WIDTHS = {
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(6),
        Duration.ofDays(1),
        Duration.ofDays(7)
    };

    /** The Monday before the epoch's Thursday. */
    private static final long MONDAY = -Duration.ofDays(3).toSeconds();

    private int steps;
    private long width = WIDTHS[0].toSeconds();
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /** Takes in a time, and says whether slots became wider, so that what was sorted into them has to be sorted again. */
    boolean include(Instant time) {
        long slot = slot(time.getEpochSecond());
        if (slot >= first && slot <= last) {
            return false;
        }
        first = Math.min(first, slot);
        last = Math.max(last, slot);
        boolean wider = false;
        while (last - first >= MOST_SLOTS) {
            widen();
            wider = true;
        }
        return wider;
    }

    private void widen() {
        long firstSecond = begin(first);
        long lastSecond = begin(last);
        steps++;
        // beyond weeks four times as many each
        width = steps < WIDTHS.length ? WIDTHS[steps].toSeconds() : width * 4;
        first = slot(firstSecond);
        last = slot(lastSecond);
    }

    int slots() {
        return (int) (last - first + 1);
    }

    Duration width() {
        return Duration.ofSeconds(width);
    }

    /** The slot of a time, which was included, from 0. */
    int indexOf(Instant time) {
        return (int) (slot(time.getEpochSecond()) - first);
    }

    /** The number of a slot that stays the same until slots become wider. */
    long slot(Instant time) {
        return slot(time.getEpochSecond());
    }

    int indexOf(long slot) {
        return (int) (slot - first);
    }

    /** When the slot at an index begins. */
    Instant begin(int index) {
        return Instant.ofEpochSecond(begin(first + index));
    }

    private long slot(long second) {
        return Math.floorDiv(second - MONDAY, width);
    }

    private long begin(long slot) {
        return slot * width + MONDAY;
    }

    /** The number of the slot now that a slot of a former width is in. */
    long slotAfter(long slot, long formerWidth) {
        return Math.floorDiv(slot * formerWidth, width);
    }

    long widthSeconds() {
        return width;
    }
}

package io.unitcost.price;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Times that come back each week, in a zone: weekday nights, weekends. Start included, end excluded; a window whose end
 * is not after its start goes on into the next day, and one that ends where it starts is a whole day.
 *
 * @param zone whose days and hours are meant
 * @param windows at least one
 */
record Weekly(ZoneId zone, List<Window> windows) {

    /**
     * A window of some days.
     *
     * @param days on which it starts
     * @param start included
     * @param end excluded
     */
    record Window(Set<DayOfWeek> days, LocalTime start, LocalTime end) {
        Window {
            days = Set.copyOf(days);
        }

        boolean contains(DayOfWeek day, LocalTime time) {
            boolean started = !time.isBefore(start);
            boolean ended = !time.isBefore(end);
            if (start.isBefore(end)) {
                return days.contains(day) && started && !ended;
            }
            return (days.contains(day) && started) || (days.contains(day.minus(1)) && !ended);
        }
    }

    private static final LocalDate ANY_MONDAY = LocalDate.of(2026, 6, 1);
    private static final int MINUTES_PER_WEEK = 7 * 24 * 60;

    Weekly {
        windows = List.copyOf(windows);
    }

    boolean contains(Instant instant) {
        ZonedDateTime local = instant.atZone(zone);
        for (Window window : windows) {
            if (window.contains(local.getDayOfWeek(), local.toLocalTime())) {
                return true;
            }
        }
        return false;
    }

    /** The same, ready to ask for every price. */
    Clockwork clockwork() {
        return new Clockwork(this);
    }

    /** The windows as stretches of milliseconds of a week that starts on Monday, local time. */
    static final class Clockwork {
        private static final long DAY = 86_400_000L;
        private static final long WEEK = 7 * DAY;
        /** 1970-01-01 was a Thursday. */
        private static final long EPOCH_IN_WEEK = 3 * DAY;

        private final ZoneRules rules;
        private final boolean fixed;
        private final long fixedOffset;
        private final long[] starts;
        private final long[] ends;

        private Clockwork(Weekly weekly) {
            this.rules = weekly.zone.getRules();
            this.fixed = rules.isFixedOffset();
            this.fixedOffset = offset(0);
            List<long[]> stretches = new ArrayList<>();
            for (Window window : weekly.windows) {
                for (DayOfWeek day : window.days) {
                    long midnight = (day.getValue() - 1) * DAY;
                    long length = millis(window.end) - millis(window.start);
                    long start = midnight + millis(window.start);
                    stretches.add(new long[] {start, start + (length > 0 ? length : length + DAY)});
                }
            }
            this.starts = stretches.stream().mapToLong(stretch -> stretch[0]).toArray();
            this.ends = stretches.stream().mapToLong(stretch -> stretch[1]).toArray();
        }

        boolean contains(long epochMillis) {
            long local = epochMillis + (fixed ? fixedOffset : offset(epochMillis));
            long inWeek = Math.floorMod(local + EPOCH_IN_WEEK, WEEK);
            for (int i = 0; i < starts.length; i++) {
                // a stretch that starts on Sunday may end on Monday of the week after
                if ((inWeek >= starts[i] && inWeek < ends[i]) || inWeek + WEEK < ends[i]) {
                    return true;
                }
            }
            return false;
        }

        private long offset(long epochMillis) {
            return rules.getOffset(Instant.ofEpochMilli(epochMillis)).getTotalSeconds() * 1000L;
        }

        private static long millis(LocalTime time) {
            return time.toNanoOfDay() / 1_000_000;
        }
    }

    /** Whether there is a minute of the week in both, in a week without a change of clocks. */
    boolean meets(@Nullable Weekly other) {
        if (other == null) {
            return false;
        }
        ZonedDateTime start = ZonedDateTime.of(ANY_MONDAY, LocalTime.MIDNIGHT, zone);
        for (int minute = 0; minute < MINUTES_PER_WEEK; minute++) {
            Instant instant = start.plusMinutes(minute).toInstant();
            if (contains(instant) && other.contains(instant)) {
                return true;
            }
        }
        return false;
    }

    String canonical() {
        StringBuilder text = new StringBuilder(zone.getId());
        for (Window window : windows) {
            text.append(' ')
                    .append(new TreeSet<>(window.days))
                    .append(window.start)
                    .append('-')
                    .append(window.end);
        }
        return text.toString();
    }
}

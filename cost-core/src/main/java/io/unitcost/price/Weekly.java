package io.unitcost.price;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
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

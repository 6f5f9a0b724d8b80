package io.unitcost.price;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The hours of LiteLLM's {@code off_peak_pricing}, as weekly windows in UTC.
 *
 * <p>Its hours are UTC, but its weekdays are those of {@code weekday_timezone} <em>at the moment of the request</em>: with
 * Asia/Shanghai, a rule for Saturday from 16:00 to 17:00 holds on Friday in UTC. The minutes of a UTC week are therefore
 * looked at one by one. In a zone that changes its clocks the answer may differ between summer and winter; then winter's
 * is taken and the report says so.
 */
final class LiteLlmOffPeak {

    private static final int DAY = 24 * 60;
    private static final int WEEK = 7 * DAY;

    private final JsonObject block;
    private final BiConsumer<String, Object> problems;

    private LiteLlmOffPeak(JsonObject block, BiConsumer<String, Object> problems) {
        this.block = block;
        this.problems = problems;
    }

    /**
     * The windows of a block.
     *
     * @param today decides which rules of a time zone are in force
     * @param problems takes what was understood differently or not at all, with its value
     * @return {@code null} when there is no minute in it
     */
    static @Nullable Weekly of(JsonObject block, LocalDate today, BiConsumer<String, Object> problems) {
        LiteLlmOffPeak offPeak = new LiteLlmOffPeak(block, problems);
        List<ZoneOffset> offsets = offPeak.offsets(today);
        List<Rule> rules = offPeak.rules();
        BitSet minutes = minutes(rules, offsets.get(0));
        for (ZoneOffset other : offsets) {
            if (!minutes(rules, other).equals(minutes)) {
                problems.accept(
                        "off-peak weekdays in a zone that changes its clocks: winter's hours all year",
                        block.text("weekday_timezone"));
                break;
            }
        }
        List<Weekly.Window> windows = windows(minutes);
        if (windows.isEmpty()) {
            problems.accept("off-peak prices without hours", block);
        }
        return windows.isEmpty() ? null : new Weekly(ZoneOffset.UTC, windows);
    }

    /** The offsets of the zone of the weekdays, winter's first. */
    private List<ZoneOffset> offsets(LocalDate today) {
        String name = block.text("weekday_timezone");
        if (name == null || name.isBlank()) {
            return List.of(ZoneOffset.UTC);
        }
        try {
            ZoneRules rules = ZoneId.of(name.strip()).getRules();
            Instant now = today.atStartOfDay().toInstant(ZoneOffset.UTC);
            Set<ZoneOffset> offsets = new LinkedHashSet<>();
            offsets.add(rules.getStandardOffset(now));
            offsets.add(rules.getOffset(now));
            for (ZoneOffsetTransitionRule change : rules.getTransitionRules()) {
                offsets.add(change.getOffsetAfter());
            }
            return List.copyOf(offsets);
        } catch (DateTimeException e) {
            problems.accept("weekday_timezone that is none: UTC", name);
            return List.of(ZoneOffset.UTC);
        }
    }

    /**
     * Hours of some weekdays.
     *
     * @param day the minutes of a UTC day
     * @param days the days on which they hold
     * @param isLocal whether the days are those of the zone
     */
    private record Rule(BitSet day, Set<DayOfWeek> days, boolean isLocal) {}

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        rules.add(new Rule(hours(block.get("hours_utc")), EnumSet.allOf(DayOfWeek.class), false));
        for (Object element : block.list("windows")) {
            if (element instanceof JsonObject rule) {
                Set<DayOfWeek> days =
                        rule.has("weekdays") ? days(rule.get("weekdays")) : EnumSet.allOf(DayOfWeek.class);
                rules.add(new Rule(hours(rule.get("hours_utc")), days, true));
            }
        }
        return rules;
    }

    private static BitSet minutes(List<Rule> rules, ZoneOffset offset) {
        BitSet week = new BitSet(WEEK);
        int ahead = offset.getTotalSeconds() / 60;
        for (Rule rule : rules) {
            for (int minute = 0; minute < WEEK; minute++) {
                int local = rule.isLocal ? Math.floorMod(minute + ahead, WEEK) : minute;
                if (rule.day.get(minute % DAY) && rule.days.contains(dayOf(local))) {
                    week.set(minute);
                }
            }
        }
        return week;
    }

    private BitSet hours(@Nullable Object hours) {
        BitSet day = new BitSet(DAY);
        List<?> texts = hours instanceof List<?> list ? list : hours == null ? List.of() : List.of(hours);
        texts.forEach(text -> window(text, day));
        return day;
    }

    /** Start included, end excluded; goes on past midnight when it ends before it starts; the same time is a whole day. */
    private void window(@Nullable Object text, BitSet day) {
        String[] ends = text instanceof String hours ? hours.split("-", -1) : new String[0];
        int start = ends.length == 2 ? minute(ends[0]) : -1;
        int end = ends.length == 2 ? minute(ends[1]) : -1;
        if (start < 0 || end < 0) {
            problems.accept("off-peak hours that are not like 16:30-00:30", text == null ? "null" : text);
        } else if (start < end) {
            day.set(start, end);
        } else {
            day.set(start, DAY);
            day.set(0, end);
        }
    }

    private static int minute(String text) {
        String[] parts = text.strip().split(":", -1);
        try {
            int hour = Integer.parseInt(parts[0]);
            int minute = parts.length == 2 ? Integer.parseInt(parts[1]) : -1;
            return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Set<DayOfWeek> days(@Nullable Object weekdays) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        List<?> all = weekdays instanceof List<?> list ? list : List.of();
        for (Object day : all) {
            DayOfWeek known = day(day);
            if (known != null) {
                days.add(known);
            }
        }
        if (days.size() < Math.max(1, all.size())) {
            problems.accept(
                    "off-peak weekdays that are not 1 (Monday) to 7 or names", weekdays == null ? "null" : weekdays);
        }
        return days;
    }

    private static @Nullable DayOfWeek day(@Nullable Object value) {
        if (value instanceof BigDecimal number && number.scale() <= 0 && number.signum() > 0) {
            return number.compareTo(BigDecimal.valueOf(7)) <= 0 ? DayOfWeek.of(number.intValueExact()) : null;
        }
        String name = value instanceof String text ? text.strip().toUpperCase(Locale.ROOT) : "";
        for (DayOfWeek day : DayOfWeek.values()) {
            if (name.length() >= 3 && day.name().startsWith(name)) {
                return day;
            }
        }
        return null;
    }

    private static DayOfWeek dayOf(int minuteOfWeek) {
        return DayOfWeek.of(minuteOfWeek / DAY + 1);
    }

    private static List<Weekly.Window> windows(BitSet week) {
        Map<Integer, Set<DayOfWeek>> days = new TreeMap<>();
        for (int day = 0; day < WEEK; day += DAY) {
            for (int start = week.nextSetBit(day); start >= 0 && start < day + DAY; ) {
                int end = Math.min(week.nextClearBit(start), day + DAY);
                int span = (start - day) * 2 * DAY + (end - day);
                days.computeIfAbsent(span, s -> EnumSet.noneOf(DayOfWeek.class)).add(dayOf(day));
                start = week.nextSetBit(end);
            }
        }
        List<Weekly.Window> windows = new ArrayList<>();
        days.forEach((span, on) -> windows.add(new Weekly.Window(on, time(span / (2 * DAY)), time(span % (2 * DAY)))));
        return windows;
    }

    private static LocalTime time(int minute) {
        return LocalTime.MIDNIGHT.plusMinutes(minute);
    }
}

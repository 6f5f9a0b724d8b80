package io.unitcost.price;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * When the prices of a genai-prices model are in force. A model has one price card, or a list of them with conditions, of
 * which the last that holds counts; the one without a condition holds before all dates.
 *
 * <p>A condition is a date from which on, or a time of day, not both. In genai-prices a time of day therefore holds on
 * every day, and a new peak price applies to the past as well. Here a time of day belongs to the entry with a date, or
 * without a condition, that stands <em>before it</em> in the list, and holds as long as that one does.
 */
final class GenAiPeriods {

    private static final String START_DATE = "start_date";
    private static final String START_TIME = "start_time";
    private static final String END_TIME = "end_time";
    private static final int DATE_LENGTH = 10;

    private final PublicTable table;
    private final String where;
    private final Function<JsonObject, @Nullable Sheet> cards;
    private final List<Conditional> entries = new ArrayList<>();
    private final List<ModelPrice.Period> periods = new ArrayList<>();

    /**
     * Nothing is read yet.
     *
     * @param cards makes a sheet of a price card
     */
    GenAiPeriods(PublicTable table, String where, Function<JsonObject, @Nullable Sheet> cards) {
        this.table = table;
        this.where = where;
        this.cards = cards;
    }

    /**
     * A card with its condition: from a date on, at a time of day, or neither.
     *
     * @param sheet what it costs then
     * @param from from then on
     * @param start a time of day in UTC, included
     * @param end a time of day in UTC, excluded
     */
    private record Conditional(
            Sheet sheet,
            @Nullable Instant from,
            @Nullable LocalTime start,
            @Nullable LocalTime end) {

        boolean isDated() {
            return from != null;
        }

        boolean isTimed() {
            return start != null;
        }

        boolean holds(LocalTime time) {
            if (start == null || end == null) {
                return false;
            }
            boolean started = !time.isBefore(start);
            return end.isBefore(start) ? started || time.isBefore(end) : started && time.isBefore(end);
        }
    }

    /** The price that is in force when no period says otherwise; {@code null} when there is none at all. */
    @Nullable
    Sheet read(@Nullable Object prices) {
        if (prices instanceof JsonObject card) {
            return cards.apply(card);
        }
        List<?> elements = prices instanceof List<?> list ? list : List.of();
        elements.forEach(this::conditional);
        if (entries.isEmpty()) {
            return null;
        }
        int base = unconditional();
        for (int i = base + 1; i < entries.size(); i++) {
            dated(i);
        }
        for (int owner = base; owner < entries.size(); owner++) {
            if (owner == base || entries.get(owner).isDated()) {
                timed(owner);
            }
        }
        return entries.get(base).sheet;
    }

    List<ModelPrice.Period> periods() {
        return periods;
    }

    /** The last entry that always holds hides those before it; without any, the first is the price. */
    private int unconditional() {
        int last = 0;
        for (int i = 0; i < entries.size(); i++) {
            Conditional entry = entries.get(i);
            if (!entry.isDated() && !entry.isTimed()) {
                if (i > last) {
                    table.report().note("price that a later one without a condition always hides", where, null, null);
                }
                last = i;
            }
        }
        return last;
    }

    private void dated(int index) {
        Instant from = entries.get(index).from;
        Instant to = end(index);
        if (from == null) {
            return;
        }
        if (to == null || from.isBefore(to)) {
            periods.add(new ModelPrice.Period(from, to, null, entries.get(index).sheet));
        } else {
            table.report().note("price that a later one with an earlier date always hides", where, null, from);
        }
    }

    /** When an entry ends: at the earliest date of those that come after it in the list. */
    private @Nullable Instant end(int index) {
        Instant end = null;
        for (Conditional later : entries.subList(index + 1, entries.size())) {
            Instant from = later.from;
            end = from != null && (end == null || from.isBefore(end)) ? from : end;
        }
        return end;
    }

    /** The times of day that belong to an entry; where two of them hold, the later one in the list counts. */
    private void timed(int owner) {
        List<Conditional> times = new ArrayList<>();
        for (int i = owner + 1; i < entries.size() && !entries.get(i).isDated(); i++) {
            times.add(entries.get(i));
        }
        Instant from = entries.get(owner).from;
        Instant to = end(owner);
        if (times.isEmpty() || (from != null && to != null && !from.isBefore(to))) {
            return;
        }
        Set<LocalTime> changes = new TreeSet<>(Set.of(LocalTime.MIDNIGHT));
        times.forEach(entry -> {
            changes.add(entry.start == null ? LocalTime.MIDNIGHT : entry.start);
            changes.add(entry.end == null ? LocalTime.MIDNIGHT : entry.end);
        });
        for (int i = 0; i < times.size(); i++) {
            List<Weekly.Window> windows = windows(times, i, List.copyOf(changes));
            if (windows.isEmpty()) {
                table.report().note("time of day without a minute of its own", where, null, times.get(i).start);
            } else {
                Weekly weekly = new Weekly(ZoneOffset.UTC, windows);
                periods.add(new ModelPrice.Period(from, to, weekly, times.get(i).sheet));
            }
        }
    }

    private static List<Weekly.Window> windows(List<Conditional> times, int index, List<LocalTime> changes) {
        List<Weekly.Window> windows = new ArrayList<>();
        Set<DayOfWeek> daily = EnumSet.allOf(DayOfWeek.class);
        for (int i = 0; i < changes.size(); i++) {
            LocalTime start = changes.get(i);
            LocalTime end = i + 1 < changes.size() ? changes.get(i + 1) : LocalTime.MIDNIGHT;
            if (last(times, start) == index) {
                windows.add(new Weekly.Window(daily, start, end));
            }
        }
        return windows;
    }

    private static int last(List<Conditional> times, LocalTime time) {
        int last = -1;
        for (int i = 0; i < times.size(); i++) {
            last = times.get(i).holds(time) ? i : last;
        }
        return last;
    }

    private void conditional(@Nullable Object element) {
        JsonObject entry = element instanceof JsonObject object ? object : new JsonObject(java.util.Map.of());
        JsonObject card = entry.object("prices");
        Sheet sheet = card == null ? null : cards.apply(card);
        if (sheet == null) {
            table.report().note("dated price without a price", where, null, element);
            return;
        }
        JsonObject constraint = entry.object("constraint");
        if (constraint == null) {
            entries.add(new Conditional(sheet, null, null, null));
        } else if (constraint.has(START_DATE)) {
            entries.add(new Conditional(sheet, date(constraint), null, null));
        } else if (constraint.has(START_TIME) && constraint.has(END_TIME)) {
            entries.add(new Conditional(sheet, null, time(constraint, START_TIME), time(constraint, END_TIME)));
        } else {
            table.report().note("price under a condition that is not known", where, "constraint", constraint);
        }
    }

    private Instant date(JsonObject constraint) {
        String text = String.valueOf(constraint.get(START_DATE));
        try {
            if (text.length() == DATE_LENGTH) {
                LocalDate day = LocalDate.parse(text);
                table.says(day);
                return day.atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new PublicTable.BadEntry(START_DATE, "is not a date", text);
        }
    }

    private static LocalTime time(JsonObject constraint, String key) {
        String text = String.valueOf(constraint.get(key));
        try {
            boolean zoned = text.endsWith("Z") || text.indexOf('+') > 0 || text.indexOf('-') > 0;
            return zoned
                    ? OffsetTime.parse(text)
                            .withOffsetSameInstant(ZoneOffset.UTC)
                            .toLocalTime()
                    : LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new PublicTable.BadEntry(key, "is not a time of day", text);
        }
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a model costs, as {@code unitcost-prices/1} says it. */
final class SheetWriter {

    private static final int MILLION = 6;
    private static final int FEW_DECIMALS = 4;
    private static final String PER = " per ";
    private static final Map<Long, String> TIMES = Map.of(1L, "second", 60L, "minute", 3_600L, "hour");

    /** Input, what is part of it, output, what is part of it, and the rest. */
    private static final Comparator<Unit> READING_ORDER = Comparator.comparingInt(
                    (Unit unit) -> within(Unit.INPUT_TOKENS, unit) ? 0 : within(Unit.OUTPUT_TOKENS, unit) ? 1 : 2)
            .thenComparingInt(Unit::rank)
            .thenComparing(Unit::unitName);

    private SheetWriter() {}

    static void sheet(JsonFields to, Sheet sheet) {
        to.put("rates", rates(sheet.rates()));
        List<Object> steps = new ArrayList<>();
        for (Sheet.Step step : sheet.context()) {
            steps.add(new JsonFields()
                    .put(step.inclusive() ? "from" : "above", (Object) step.tokens())
                    .put("rates", rates(step.rates()))
                    .toMap());
        }
        to.put("context", steps);
        Map<String, Object> tiers = new TreeMap<>();
        sheet.tiers().forEach((name, tier) -> {
            JsonFields written = new JsonFields();
            sheet(written, tier);
            tiers.put(name, written.toMap());
        });
        to.put("tiers", tiers);
        Map<String, Object> regions = new TreeMap<>();
        sheet.regions().forEach((name, factor) -> regions.put(name, JsonFields.plain(factor)));
        to.put("regions", regions);
    }

    static void periods(JsonFields to, List<ModelPrice.Period> periods) {
        List<Object> written = new ArrayList<>();
        periods.stream()
                .sorted(Comparator.comparing(ModelPrice.Period::canonical))
                .forEach(period -> written.add(period(period)));
        to.put("periods", written);
    }

    private static Map<String, Object> period(ModelPrice.Period period) {
        JsonFields written = new JsonFields();
        Instant from = period.from();
        if (from != null) {
            written.put("from", instant(from));
        }
        Instant to = period.to();
        if (to != null) {
            written.put("to", instant(to));
        }
        Weekly weekly = period.weekly();
        if (weekly != null) {
            written.put("weekly", weekly(weekly));
        }
        sheet(written, period.sheet());
        return written.toMap();
    }

    private static String instant(Instant instant) {
        String text = instant.toString();
        return instant.equals(instant.truncatedTo(ChronoUnit.DAYS)) ? text.substring(0, text.indexOf('T')) : text;
    }

    private static Map<String, Object> weekly(Weekly weekly) {
        List<Object> windows = new ArrayList<>();
        for (Weekly.Window window : weekly.windows()) {
            boolean everyDay = window.days().size() == DayOfWeek.values().length;
            windows.add(new JsonFields()
                    .put("days", everyDay ? List.of() : days(window))
                    .put("start", window.start().toString())
                    .put("end", window.end().toString())
                    .toMap());
        }
        return new JsonFields()
                .put("zone", weekly.zone().getId())
                .put("windows", windows)
                .toMap();
    }

    private static List<String> days(Weekly.Window window) {
        return new TreeSet<>(window.days())
                .stream()
                        .map(day -> day.name().toLowerCase(Locale.ROOT).substring(0, 3))
                        .toList();
    }

    private static Map<String, Object> rates(Map<Unit, Billing> rates) {
        JsonFields written = new JsonFields();
        rates.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(READING_ORDER))
                .forEach(rate -> written.put(rate.getKey().unitName(), billing(rate.getKey(), rate.getValue())));
        return written.toMap();
    }

    private static Object billing(Unit unit, Billing billing) {
        String rate = rate(unit, billing.rate());
        if (billing.isLinear()) {
            return rate;
        }
        List<Object> slices = new ArrayList<>();
        for (Billing.Slice slice : billing.slices()) {
            slices.add(new JsonFields()
                    .put(slice.inclusive() ? "from" : "above", JsonFields.plain(slice.start()))
                    .put("rate", rate(unit, slice.rate()))
                    .toMap());
        }
        return new JsonFields()
                .put("rate", rate)
                .put("minimum", billing.minimum())
                .put("increment", billing.increment())
                .put(billing.graduated() ? "slices" : "steps", slices)
                .toMap();
    }

    /** The same price as people compare it, whatever the list counted by: tokens per million, time per second or hour. */
    private static String rate(Unit unit, Rate rate) {
        String text = rate.toString();
        BigDecimal price = new BigDecimal(text.substring(0, text.indexOf(PER)));
        BigDecimal each = rate.each();
        boolean exact = each.multiply(BigDecimal.valueOf(rate.per())).compareTo(price) == 0;
        boolean tiny = rate.per() == 1 && each.stripTrailingZeros().scale() > FEW_DECIMALS;
        if (exact && (unit.isTokens() || (tiny && !unit.isTime()))) {
            return JsonFields.plain(each.movePointRight(MILLION)) + PER + "1M";
        }
        String time = unit.isTime() ? TIMES.get(rate.per()) : null;
        return JsonFields.plain(price) + PER + (time == null ? text.substring(text.indexOf(PER) + PER.length()) : time);
    }

    private static boolean within(Unit whole, Unit unit) {
        return whole.equals(unit) || whole.contains(unit);
    }
}

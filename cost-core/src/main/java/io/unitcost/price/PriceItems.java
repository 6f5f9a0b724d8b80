package io.unitcost.price;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that a model's price consists of, each with a label that is the same in every table:
 * {@code input_tokens}, {@code input_tokens from 200001 input, tier batch}, {@code region eu}.
 */
final class PriceItems {

    /** What any price charges for an item, also one that does not state it; {@code null} for nothing. */
    private interface Reading extends Function<ModelPrice.Definition, @Nullable Value> {}

    /**
     * One number of a price, which can be looked up in any price: an unknown tier pays the standard, a missing step the one
     * below, a unit without a rate the rate of the nearest one that contains it.
     *
     * @param until when it is over; {@code null} for never
     * @param reading what a price charges for it
     */
    record Item(@Nullable Instant until, Reading reading) {

        @Nullable
        Value in(ModelPrice.Definition price) {
            return reading.apply(price);
        }
    }

    /**
     * What is charged.
     *
     * @param number the price of a single unit, a quantity, or a factor
     * @param first the price of the first unit, where that is more because of a minimum or an increment
     * @param text for people
     * @param inherited whether it is the rate of a unit that contains the item's
     */
    record Value(BigDecimal number, BigDecimal first, String text, boolean inherited) {

        static Value of(BigDecimal number) {
            return new Value(number, number, plain(number), false);
        }
    }

    private static final int MILLION = 6;
    private static final String ANY_REGION = "*";

    /** Stands for the times that no period says. */
    private static final ModelPrice.Period ALWAYS =
            new ModelPrice.Period(null, null, null, new Sheet(Map.of(), List.of(), Map.of(), Map.of()));

    private final Map<String, Item> items = new HashMap<>();

    private PriceItems() {}

    /** Everything that a price states, by label. */
    static Map<String, Item> of(ModelPrice.Definition price) {
        PriceItems items = new PriceItems();
        items.addSheet(ALWAYS, price.sheet());
        price.periods().forEach(period -> items.addSheet(period, period.sheet()));
        return items.items;
    }

    private void addSheet(ModelPrice.Period period, Sheet sheet) {
        addTier(period, "", sheet);
        sheet.tiers().forEach((tier, rates) -> addTier(period, tier, rates));
        sheet.regions()
                .keySet()
                .forEach(region -> add(
                        period, "region " + region + where("", period), price -> factor(sheet(price, period), region)));
    }

    private void addTier(ModelPrice.Period period, String tier, Sheet sheet) {
        addRates(period, where(tier, period), sheet.rates(), price -> rates(sheet(price, period), tier, 0));
        sheet.context()
                .forEach(step -> addRates(
                        period,
                        " from " + step.from() + " input" + where(tier, period),
                        step.rates(),
                        price -> rates(sheet(price, period), tier, step.from())));
    }

    private void addRates(
            ModelPrice.Period period,
            String where,
            Map<Unit, Billing> stated,
            Function<ModelPrice.Definition, Map<Unit, Billing>> rates) {
        stated.forEach((unit, billing) -> {
            add(period, unit + where, price -> rate(rates.apply(price), unit, BigDecimal.ZERO));
            for (Billing.Slice slice : billing.slices()) {
                String from = billing.graduated() ? " beyond " : slice.inclusive() ? " in all from " : " in all above ";
                add(
                        period,
                        unit + from + plain(slice.start()) + where,
                        price -> rate(rates.apply(price), unit, slice.start()));
            }
            add(
                    period,
                    unit + " minimum" + where,
                    price -> quantity(rates.apply(price).get(unit), Billing::minimum));
            add(
                    period,
                    unit + " increment" + where,
                    price -> quantity(rates.apply(price).get(unit), Billing::increment));
        });
    }

    private void add(ModelPrice.Period period, String label, Reading reading) {
        items.put(label, new Item(period.to(), reading));
    }

    private static Sheet sheet(ModelPrice.Definition price, ModelPrice.Period period) {
        return price.periods().stream()
                .filter(candidate -> label(candidate).equals(label(period)))
                .findFirst()
                .map(ModelPrice.Period::sheet)
                .orElse(price.sheet());
    }

    private static Map<Unit, Billing> rates(Sheet sheet, String tier, long input) {
        Sheet ofTier = sheet.ofTier(tier);
        Map<Unit, Billing> rates = new HashMap<>(ofTier.rates());
        ofTier.context().stream().filter(step -> step.from() <= input).forEach(step -> rates.putAll(step.rates()));
        return rates;
    }

    private static @Nullable Value rate(Map<Unit, Billing> rates, Unit unit, BigDecimal beyond) {
        Billing own = rates.get(unit);
        if (own != null) {
            return value(own, unit, beyond, "");
        }
        return rates.entrySet().stream()
                .filter(wider -> wider.getKey().contains(unit))
                .max(Comparator.comparingInt((Map.Entry<Unit, Billing> wider) ->
                                wider.getKey().rank())
                        .thenComparing(wider -> wider.getValue().rate().each()))
                .map(wider -> value(wider.getValue(), unit, beyond, " as " + wider.getKey()))
                .orElse(null);
    }

    private static Value value(Billing billing, Unit unit, BigDecimal beyond, String as) {
        Rate rate = rateBeyond(billing, beyond);
        BigDecimal first = beyond.signum() == 0 ? billing.price(BigDecimal.ONE) : rate.each();
        String increment = billing.increment().signum() == 0 ? "" : " by " + plain(billing.increment());
        return new Value(rate.each(), first, text(unit, rate) + increment + as, !as.isEmpty());
    }

    private static Rate rateBeyond(Billing billing, BigDecimal quantity) {
        Rate rate = billing.rate();
        for (Billing.Slice slice : billing.slices()) {
            rate = slice.start().compareTo(quantity) <= 0 ? slice.rate() : rate;
        }
        return rate;
    }

    /** None is not zero: a minimum that appears did not rise from nothing. */
    private static @Nullable Value quantity(@Nullable Billing billing, Function<Billing, BigDecimal> which) {
        BigDecimal quantity = billing == null ? BigDecimal.ZERO : which.apply(billing);
        return quantity.signum() == 0 ? null : Value.of(quantity);
    }

    private static Value factor(Sheet sheet, String region) {
        BigDecimal any = sheet.regions().getOrDefault(ANY_REGION, BigDecimal.ONE);
        return Value.of(sheet.regions().getOrDefault(region, any));
    }

    /** Tokens per million, whatever the list counts by. */
    private static String text(Unit unit, Rate rate) {
        return unit.isTokens() ? plain(rate.each().movePointRight(MILLION)) + " per 1M" : rate.toString();
    }

    private static String where(String tier, ModelPrice.Period period) {
        String when = label(period);
        return (tier.isEmpty() ? "" : ", tier " + tier) + (when.isEmpty() ? "" : ", " + when);
    }

    private static String label(ModelPrice.Period period) {
        List<String> parts = new ArrayList<>();
        if (period.from() != null) {
            parts.add("from " + day(period.from()));
        }
        if (period.to() != null) {
            parts.add("until " + day(period.to()));
        }
        if (period.weekly() != null) {
            parts.add("weekly " + weekly(period.weekly()));
        }
        return String.join(" ", parts);
    }

    private static String weekly(Weekly weekly) {
        return weekly.windows().stream()
                .map(window -> days(window.days()) + " " + window.start() + "-" + window.end())
                .collect(Collectors.joining(" and ", "", " " + weekly.zone()));
    }

    private static String days(Set<DayOfWeek> days) {
        return days.size() == DayOfWeek.values().length
                ? "daily"
                : days.stream()
                        .sorted()
                        .map(day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(" "));
    }

    private static String day(Instant instant) {
        boolean midnight = instant.atZone(ZoneOffset.UTC).toLocalTime().equals(LocalTime.MIDNIGHT);
        return midnight ? instant.atZone(ZoneOffset.UTC).toLocalDate().toString() : instant.toString();
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}

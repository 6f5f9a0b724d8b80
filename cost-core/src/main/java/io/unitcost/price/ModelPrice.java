package io.unitcost.price;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The price of one model or service, at any time, in any tier and region. Immutable. */
final class ModelPrice {

    private final Definition definition;
    private final PricedSheet always;
    private final PricedPeriod[] periods;

    ModelPrice(Definition definition, Currency currency) {
        this.definition = definition;
        this.always = new PricedSheet(definition.sheet, currency);
        this.periods = definition.periods.stream()
                .sorted(Comparator.comparing(Period::isWeekly, Comparator.reverseOrder())
                        .thenComparing(Period::isDated, Comparator.reverseOrder()))
                .map(period -> new PricedPeriod(period, new PricedSheet(period.sheet, currency)))
                .toArray(PricedPeriod[]::new);
    }

    Definition definition() {
        return definition;
    }

    Charge charge(Usage usage, @Nullable String tier, @Nullable String region, long atMillis) {
        return sheet(atMillis).ladder(tier, region).charge(usage);
    }

    /** The most specific sheet that is in force: weekly within dates, weekly, dated, always. */
    private PricedSheet sheet(long atMillis) {
        for (PricedPeriod period : periods) {
            if (period.period.contains(atMillis)) {
                return period.sheet;
            }
        }
        return always;
    }

    private record PricedPeriod(Period period, PricedSheet sheet) {}

    /**
     * A time in which another sheet is in force.
     *
     * @param from included; {@code null} for ever since
     * @param to excluded; {@code null} for ever after
     * @param weekly times that come back each week, within those dates; {@code null} for all the time
     * @param sheet what it costs then
     */
    record Period(
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable Weekly weekly,
            Sheet sheet) {

        boolean contains(long atMillis) {
            return (from == null || atMillis >= from.toEpochMilli())
                    && (to == null || atMillis < to.toEpochMilli())
                    && (weekly == null || weekly.contains(Instant.ofEpochMilli(atMillis)));
        }

        boolean isWeekly() {
            return weekly != null;
        }

        boolean isDated() {
            return from != null || to != null;
        }

        /** Whether both could be in force and neither is more specific. */
        boolean isAmbiguousWith(Period other) {
            boolean sameKind = isWeekly() == other.isWeekly() && isDated() == other.isDated();
            boolean datesMeet = (to == null || other.from == null || other.from.isBefore(to))
                    && (other.to == null || from == null || from.isBefore(other.to));
            return sameKind && datesMeet && (weekly == null || weekly.meets(other.weekly));
        }

        String canonical() {
            return "[" + from + "," + to + ") " + (weekly == null ? "" : weekly.canonical()) + sheet.canonical();
        }
    }

    /**
     * What a file or a builder says about a model.
     *
     * @param provider the provider's id
     * @param id the model's id
     * @param aliases other exact ids of the same model at the same price
     * @param sheet what it costs when no period says otherwise
     * @param periods times at which it costs something else
     * @param source where the price was read, if stated
     */
    record Definition(
            String provider,
            String id,
            Set<String> aliases,
            Sheet sheet,
            List<Period> periods,
            @Nullable String source) {

        Definition {
            aliases = Set.copyOf(aliases);
            periods = List.copyOf(periods);
        }

        Definition converted(BigDecimal factor) {
            List<Period> converted = new ArrayList<>();
            periods.forEach(period ->
                    converted.add(new Period(period.from, period.to, period.weekly, period.sheet.times(factor))));
            return new Definition(provider, id, aliases, sheet.times(factor), converted, source);
        }

        /** All of the price and nothing else, for the table's content hash. */
        String canonical() {
            StringBuilder text = new StringBuilder(sheet.canonical());
            periods.stream().map(Period::canonical).sorted().forEach(text::append);
            return text.toString();
        }
    }
}

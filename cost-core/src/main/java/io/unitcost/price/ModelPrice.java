package io.unitcost.price;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The price of one model or service, at any time, in any tier and region. Immutable and thread-safe. */
public final class ModelPrice {

    private final Definition definition;
    private final Adjustment adjustment;
    private final Currency currency;
    private final Times net;
    /** What the list says, where a contract changes it. */
    private final @Nullable Times list;

    ModelPrice(Definition definition, Adjustment adjustment, Currency currency) {
        this.definition = definition;
        this.adjustment = adjustment;
        this.currency = currency;
        this.net = new Times(adjustment.isNone() ? definition : definition.adjusted(adjustment), currency);
        this.list = adjustment.isNone() ? null : new Times(definition, currency);
    }

    /** This price under more listed patterns. */
    ModelPrice with(Set<String> morePatterns) {
        Set<String> all = new TreeSet<>(definition.patterns);
        return all.addAll(morePatterns) ? new ModelPrice(definition.withPatterns(all), adjustment, currency) : this;
    }

    /** This price with another contract. */
    ModelPrice with(Adjustment other) {
        return other.equals(adjustment) ? this : new ModelPrice(definition, other, currency);
    }

    /** The id of the provider whose price this is. */
    public String provider() {
        return definition.provider;
    }

    /** The model's id, or the name of the service. */
    public String id() {
        return definition.id;
    }

    /** Other exact ids of the same model at the same price, sorted. */
    public SortedSet<String> aliases() {
        return new TreeSet<>(definition.aliases);
    }

    /** Where the price was read, with its date where that is known; {@code null} when nothing is said. */
    public @Nullable String source() {
        return definition.source == null ? null : definition.source.toString();
    }

    /** The name of the table that has it, and the day of that table. */
    public String table() {
        return definition.table;
    }

    /** The service tiers with prices of their own at a time, sorted. */
    public SortedSet<String> tiers(Instant at) {
        return new TreeSet<>(list().sheet(at.toEpochMilli()).tiers());
    }

    /** The regions with prices of their own at a time, sorted; {@code *} is any that is not named. */
    public SortedSet<String> regions(Instant at) {
        return new TreeSet<>(list().sheet(at.toEpochMilli()).regions());
    }

    /**
     * The list price of each unit in force, by unit name, as text such as {@code 2.5 per 1M}.
     *
     * @param tier the service tier, {@code null} for the standard
     * @param region the region, {@code null} for none
     * @param inputTokens the size of the request, which chooses the context step
     */
    public SortedMap<String, String> rates(
            @Nullable String tier, @Nullable String region, Instant at, long inputTokens) {
        return list().sheet(at.toEpochMilli()).ladder(tier, region).rates(inputTokens);
    }

    /** What some usage costs at this price; see {@link PriceTable#charge}. */
    public Charge charge(Usage usage, @Nullable String tier, @Nullable String region, Instant at) {
        return charge(usage, tier, region, at.toEpochMilli());
    }

    Definition definition() {
        return definition;
    }

    Charge charge(Usage usage, @Nullable String tier, @Nullable String region, long atMillis) {
        Charge charge = net.sheet(atMillis).ladder(tier, region).charge(usage);
        if (list == null) {
            return charge;
        }
        Money listed = list.sheet(atMillis).ladder(tier, region).charge(usage).cost();
        return charge.withFee(adjustment.fee()).withList(listed);
    }

    long picos(Usage usage, @Nullable String tier, @Nullable String region, long atMillis) {
        long picos = net.sheet(atMillis).ladder(tier, region).picos(usage);
        if (list == null || picos == PriceTable.NO_PICOS) {
            return picos;
        }
        long fee = Decimals.steps(adjustment.fee(), Money.SCALE);
        return fee == Decimals.NOT_EXACT || picos + fee < 0 ? PriceTable.NO_PICOS : picos + fee;
    }

    private Times list() {
        return list == null ? net : list;
    }

    @Override
    public String toString() {
        return provider() + "/" + id();
    }

    /** The sheets of a price, the most specific time first: weekly within dates, weekly, dated, always. */
    private static final class Times {
        private final PricedSheet always;
        private final PricedPeriod[] periods;

        Times(Definition definition, Currency currency) {
            this.always = new PricedSheet(definition.sheet, currency);
            this.periods = definition.periods.stream()
                    .sorted(Comparator.comparing(Period::isWeekly, Comparator.reverseOrder())
                            .thenComparing(Period::isDated, Comparator.reverseOrder()))
                    .map(period -> new PricedPeriod(period, currency))
                    .toArray(PricedPeriod[]::new);
        }

        PricedSheet sheet(long atMillis) {
            for (PricedPeriod period : periods) {
                if (period.contains(atMillis)) {
                    return period.sheet;
                }
            }
            return always;
        }
    }

    private static final class PricedPeriod {
        private final long from;
        private final long to;
        private final Weekly.@Nullable Clockwork weekly;
        private final PricedSheet sheet;

        PricedPeriod(Period period, Currency currency) {
            this.from = period.from == null ? Long.MIN_VALUE : period.from.toEpochMilli();
            this.to = period.to == null ? Long.MAX_VALUE : period.to.toEpochMilli();
            this.weekly = period.weekly == null ? null : period.weekly.clockwork();
            this.sheet = new PricedSheet(period.sheet, currency);
        }

        boolean contains(long atMillis) {
            return atMillis >= from && atMillis < to && (weekly == null || weekly.contains(atMillis));
        }
    }

    /**
     * Where a price was read.
     *
     * @param title what it is called
     * @param url where it is, if stated
     * @param date the day it was read, if stated
     */
    record Source(
            String title, @Nullable String url, @Nullable LocalDate date) {
        @Override
        public String toString() {
            return title + (url == null || url.equals(title) ? "" : ", " + url) + (date == null ? "" : ", " + date);
        }
    }

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
     * @param patterns listed patterns of ids of the same model at the same price
     * @param sheet what it costs when no period says otherwise
     * @param periods times at which it costs something else
     * @param source where the price was read, if stated
     * @param table the table that says so
     */
    record Definition(
            String provider,
            String id,
            Set<String> aliases,
            Set<String> patterns,
            Sheet sheet,
            List<Period> periods,
            @Nullable Source source,
            String table) {

        Definition {
            aliases = Set.copyOf(aliases);
            patterns = Set.copyOf(patterns);
            periods = List.copyOf(periods);
        }

        Definition of(String otherTable) {
            return new Definition(provider, id, aliases, patterns, sheet, periods, source, otherTable);
        }

        Definition withPatterns(Set<String> others) {
            return new Definition(provider, id, aliases, others, sheet, periods, source, table);
        }

        /** What the contract makes of it. */
        Definition adjusted(Adjustment adjustment) {
            return map(sheet -> sheet.times(adjustment.factor()));
        }

        private Definition map(UnaryOperator<Sheet> change) {
            List<Period> changed = periods.stream()
                    .map(period -> new Period(period.from, period.to, period.weekly, change.apply(period.sheet)))
                    .toList();
            return new Definition(provider, id, aliases, patterns, change.apply(sheet), changed, source, table);
        }

        Definition converted(BigDecimal factor) {
            return map(sheet -> sheet.times(factor));
        }

        /** All of the price and nothing else, for the table's content hash. */
        String canonical() {
            StringBuilder text = new StringBuilder(sheet.canonical());
            if (!patterns.isEmpty()) {
                TreeSet<String> globs = new TreeSet<>();
                patterns.forEach(glob -> globs.add(ModelIds.normalize(glob)));
                text.append(' ').append(globs);
            }
            periods.stream().map(Period::canonical).sorted().forEach(text::append);
            return text.toString();
        }
    }
}

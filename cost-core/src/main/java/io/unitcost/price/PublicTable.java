package io.unitcost.price;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the rows of a public price list, whose ids may clash, and what there is to say about them. One thread. */
final class PublicTable {

    private static final int LONGEST_ID = 200;
    private static final int DATE_LENGTH = 10;
    private static final String ROUTER = "litellm";

    private final String name;
    private final String source;
    private final LocalDate today;
    private final LoadReport.Builder report;
    private final Map<String, Map<String, Row>> rows = new LinkedHashMap<>();
    private final Map<String, Terms> terms = new LinkedHashMap<>();
    private @Nullable LocalDate newest;

    /**
     * @param name the table's name
     * @param source what was read
     * @param today the day the prices are as of when neither the list nor its name says one
     */
    PublicTable(String name, String source, LocalDate today, LoadReport.Builder report) {
        this.name = name;
        this.source = source;
        this.today = today;
        this.report = report;
    }

    LoadReport.Builder report() {
        return report;
    }

    /** An amount of the list, without the noise of a {@code double}; one that stands as text is meant as it stands. */
    BigDecimal amount(String entry, String key, @Nullable Object value) {
        try {
            BigDecimal listed = ListedAmount.of(value);
            BigDecimal meant = value instanceof String ? listed : ListedAmount.withoutNoise(listed);
            if (meant != listed) {
                report.note("floating-point noise taken off", entry, key, listed + " → " + meant.toPlainString());
            }
            return meant;
        } catch (IllegalArgumentException e) {
            throw new BadEntry(key, String.valueOf(e.getMessage()), value);
        }
    }

    /** A day on which something in the list changed: the list is at least that new, unless the day is yet to come. */
    void says(LocalDate day) {
        if (!day.isAfter(today) && (newest == null || day.isAfter(newest))) {
            newest = day;
        }
    }

    /** What holds for a provider as a whole; the same object each time. */
    Terms terms(String provider) {
        return terms.computeIfAbsent(provider, p -> new Terms());
    }

    @Nullable
    Row find(String provider, String id) {
        return rows.getOrDefault(provider, Map.of()).get(ModelIds.normalize(id));
    }

    /**
     * Adds a price under those of its names that are free, the first of them as the id. A name that is taken stays with
     * the earlier row. When that one has the same price, they are one row with the names of both.
     *
     * @param entry what to call it in the report
     * @return whether there is such a row now
     */
    boolean add(String entry, List<String> names, Row row) {
        Map<String, Row> taken = rows.computeIfAbsent(row.provider, p -> new LinkedHashMap<>());
        Row target = null;
        for (String id : names) {
            if (!isId(id)) {
                report.note("not a model id", entry, null, id);
                continue;
            }
            Row other = taken.get(ModelIds.normalize(id));
            if (other == null) {
                target = target == null ? row : target;
                target.name(id);
                taken.put(ModelIds.normalize(id), target);
            } else if (target == null && other.costs(row)) {
                report.note("one model twice at the same price: one row", entry, null, "as " + other);
                target = other;
            } else if (other != target) {
                report.note("id that an earlier entry has: stays with that one", entry, null, id + " of " + other);
            }
        }
        if (target == null) {
            report.leftOut("each of its ids is another entry's, at another price", entry, null, null);
            return false;
        }
        report.priced();
        if (row.isFree()) {
            report.note("free: every price is 0", entry, null, null);
        }
        return true;
    }

    /** Adds what follows from entries that were counted already. */
    void derive(String id, Row row) {
        if (isId(id) && find(row.provider, id) == null) {
            row.name(id);
            rows.computeIfAbsent(row.provider, p -> new LinkedHashMap<>()).put(ModelIds.normalize(id), row);
        }
    }

    PriceTable build() {
        LocalDate asOf = asOf();
        PriceTable.Builder table = PriceTable.builder(name).asOf(asOf);
        Set<Row> all = new LinkedHashSet<>();
        rows.values().forEach(ids -> all.addAll(ids.values()));
        if (all.isEmpty()) {
            throw new PriceTableException(source + ": no price in it; give a file with prices\n" + report.build());
        }
        all.forEach(row -> table.add(row.toDefinition(name, asOf)));
        rows.keySet().forEach(this::terms);
        terms.forEach((provider, held) -> table.add(held.toProvider(provider)));
        if (!terms.containsKey(ROUTER)) {
            table.provider(ROUTER, ProviderTerms::router);
        }
        return table.report(report.build()).build();
    }

    private LocalDate asOf() {
        LocalDate named = dateIn(source);
        if (named != null) {
            report.note("date of the prices", named.toString(), null, "in the name of the source");
            return named;
        }
        LocalDate inside = newest;
        if (inside != null) {
            report.note(
                    "date of the prices", inside.toString(), null, "the newest day in the list that is not to come");
            return inside;
        }
        report.note("date of the prices", today.toString(), null, "today: neither the list nor its name says one");
        return today;
    }

    /** The last date in a name such as {@code prices-2026-08-01.json}. */
    static @Nullable LocalDate dateIn(String name) {
        for (int start = name.length() - DATE_LENGTH; start >= 0; start--) {
            if (name.charAt(start + 4) == '-' && name.charAt(start + 7) == '-') {
                try {
                    return LocalDate.parse(name.substring(start, start + DATE_LENGTH));
                } catch (DateTimeException e) {
                    // two dashes that are no date's
                }
            }
        }
        return null;
    }

    private static boolean isId(String id) {
        return !id.isBlank() && id.equals(id.strip()) && id.length() <= LONGEST_ID;
    }

    /** A price while its names are found out. */
    static final class Row {
        private final String provider;
        private final List<ModelPrice.Period> periods;
        private final @Nullable String url;
        private final Set<String> names = new LinkedHashSet<>();
        private Sheet sheet;

        Row(String provider, Sheet sheet, List<ModelPrice.Period> periods, @Nullable String url) {
            this.provider = provider;
            this.sheet = sheet;
            this.periods = periods;
            this.url = url;
        }

        Sheet sheet() {
            return sheet;
        }

        void replace(Sheet other) {
            sheet = other;
        }

        private void name(String id) {
            if (names.stream().noneMatch(id::equalsIgnoreCase)) {
                names.add(id);
            }
        }

        private boolean isFree() {
            return sheet.context().isEmpty()
                    && periods.isEmpty()
                    && sheet.rates().values().stream()
                            .allMatch(billing -> billing.rate().each().signum() == 0);
        }

        private boolean costs(Row other) {
            return toDefinition("", LocalDate.EPOCH)
                    .canonical()
                    .equals(other.toDefinition("", LocalDate.EPOCH).canonical());
        }

        private ModelPrice.Definition toDefinition(String list, LocalDate asOf) {
            List<String> ids = new ArrayList<>(names);
            String id = ids.isEmpty() ? "" : ids.remove(0);
            ModelPrice.Source read = new ModelPrice.Source(list, url, asOf);
            return new ModelPrice.Definition(provider, id, Set.copyOf(ids), Set.of(), sheet, periods, read, list);
        }

        @Override
        public String toString() {
            return provider + "/" + names;
        }
    }

    /** What holds for a provider as a whole. */
    static final class Terms {
        private final Set<String> aliases = new LinkedHashSet<>();
        private List<String> fallback = List.of();
        private boolean maker;

        void alias(String other) {
            aliases.add(other);
        }

        void fallback(List<String> providers) {
            fallback = providers;
        }

        void maker() {
            maker = true;
        }

        private Provider toProvider(String id) {
            aliases.remove(id);
            return new Provider(id, aliases, fallback, maker, false, Map.of(), null);
        }
    }

    /** An entry that says something that is not a price; it is left out, and the report says why. */
    static final class BadEntry extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String key;
        private final String why;
        private final transient @Nullable Object value;

        BadEntry(String key, String why, @Nullable Object value) {
            super(key + " " + why, null, false, false);
            this.key = key;
            this.why = why;
            this.value = value;
        }

        void reportTo(LoadReport.Builder report, String entry) {
            report.leftOut("a value " + why, entry, key, value == null ? "null" : value);
        }
    }
}

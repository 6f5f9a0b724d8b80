package io.unitcost.price;

import java.io.InputStream;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the format {@code unitcost-prices/1}, described in {@code docs/prices.md} and {@code prices-1.schema.json}. */
final class PriceFileReader {

    static final String FORMAT = "unitcost-prices/1";

    private static final int DATE_LENGTH = 10;

    private final JsonCursor json;
    private final Map<String, ModelPrice.Source> sources = new HashMap<>();
    private final List<Provider> providers = new ArrayList<>();
    private @Nullable String format;
    private @Nullable String name;
    private @Nullable LocalDate date;
    private @Nullable Currency currency;

    private PriceFileReader(JsonCursor json) {
        this.json = json;
    }

    static PriceTable read(InputStream in, String source) {
        try (JsonCursor json = JsonCursor.open(in, source)) {
            return new PriceFileReader(json).table();
        }
    }

    private PriceTable table() {
        List<ModelPrice.Definition> definitions = new ArrayList<>();
        json.object(key -> {
            switch (key) {
                case "format" -> format = format();
                case "name" -> name = json.string();
                case "date" -> date = date();
                case "currency" -> currency = currency();
                case "sources" -> json.object(this::source);
                case "providers" -> json.object(provider -> provider(provider, definitions));
                case "$schema", "note" -> json.string();
                default -> throw json.unknownKey("format, name, date, currency, sources, providers, note");
            }
        });
        json.end();
        require(format, "format", "\"" + FORMAT + "\"");
        PriceTable.Builder table = json.guard(() -> PriceTable.builder(require(name, "name", "\"our-prices\"")));
        table.asOf(require(date, "date", "\"2026-11-01\"")).currency(require(currency, "currency", "\"USD\""));
        if (definitions.isEmpty() && providers.isEmpty()) {
            throw json.error("no prices", "give at least one model under \"providers\"");
        }
        return json.guard(() -> {
            providers.forEach(table::add);
            definitions.forEach(table::add);
            table.report(LoadReport.complete(FORMAT, definitions.size()));
            return table.build();
        });
    }

    private String format() {
        String text = json.string();
        if (!text.equals(FORMAT)) {
            throw json.error(
                    "'" + JsonCursor.shown(text) + "' is not a format this version reads", "give \"" + FORMAT + "\"");
        }
        return text;
    }

    private LocalDate date() {
        String text = json.string();
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw json.error("'" + JsonCursor.shown(text) + "' is not a date", "write it like 2026-11-01");
        }
    }

    private Currency currency() {
        String text = json.string();
        try {
            return Currency.getInstance(text);
        } catch (IllegalArgumentException e) {
            throw json.error("'" + JsonCursor.shown(text) + "' is not a currency", "give an ISO 4217 code, like USD");
        }
    }

    private void source(String id) {
        String[] texts = {id, null};
        LocalDate[] day = new LocalDate[1];
        json.object(key -> {
            switch (key) {
                case "title" -> texts[0] = json.string();
                case "url" -> texts[1] = json.string();
                case "note" -> json.string();
                case "date" -> day[0] = date();
                default -> throw json.unknownKey("title, url, date, note");
            }
        });
        sources.put(id, new ModelPrice.Source(texts[0], texts[1], day[0]));
    }

    private void provider(String provider, List<ModelPrice.Definition> definitions) {
        ProviderTerms terms = json.guard(() -> new ProviderTerms(provider));
        Inherited inherited = new Inherited();
        boolean[] described = {false};
        json.object(key -> {
            switch (key) {
                case "source" -> inherited.source = knownSource();
                case "models" -> json.object(model -> definitions.add(model(provider, model, inherited)));
                case "note" -> json.string();
                default -> {
                    described[0] = true;
                    terms(terms, key);
                }
            }
        });
        if (described[0]) {
            providers.add(terms.build());
        }
    }

    private void terms(ProviderTerms terms, String key) {
        switch (key) {
            case "aliases" -> json.array(() -> json.guard(() -> terms.alias(json.string())));
            case "fallback" -> {
                List<String> others = new ArrayList<>();
                json.array(() -> others.add(json.string()));
                terms.fallback(others.toArray(new String[0]));
            }
            case "maker" -> {
                if (json.bool()) {
                    terms.maker();
                }
            }
            case "router" -> {
                if (json.bool()) {
                    terms.router();
                }
            }
            case "deployments" -> json.object(name -> json.guard(() -> terms.deployment(name, json.string())));
            case "discount" -> json.guard(() -> terms.discount(json.string()));
            case "margin" -> json.guard(() -> terms.margin(json.string()));
            case "fee" -> json.guard(() -> terms.fee(json.string()));
            default ->
                throw json.unknownKey(
                        "source, models, aliases, fallback, maker, router, deployments, discount, margin, fee, note");
        }
    }

    private ModelPrice.Definition model(String provider, String id, Inherited inherited) {
        PriceTable.Model model = json.guard(() -> new PriceTable.Model(provider, id));
        model.source(inherited.source);
        json.object(key -> {
            switch (key) {
                case "aliases" -> json.array(() -> json.guard(() -> model.alias(json.string())));
                case "patterns" -> json.array(() -> json.guard(() -> model.pattern(json.string())));
                case "periods" -> json.array(() -> period(model));
                case "source" -> model.source(knownSource());
                case "note" -> json.string();
                default ->
                    sheet(
                            model.sheet(),
                            key,
                            "aliases, patterns, rates, context, tiers, regions, periods, source, note");
            }
        });
        return json.guard(model::toDefinition);
    }

    private void period(PriceTable.Model model) {
        Period period = new Period();
        PriceSheet sheet = new PriceSheet(false);
        json.object(key -> {
            switch (key) {
                case "from" -> period.from = instant();
                case "to" -> period.to = instant();
                case "weekly" -> period.weekly = weekly();
                case "note" -> json.string();
                default -> sheet(sheet, key, "from, to, weekly, rates, context, tiers, regions, note");
            }
        });
        json.guard(() -> model.period(period.from, period.to, period.weekly, sheet.build()));
    }

    private void sheet(PriceSheet sheet, String key, String known) {
        switch (key) {
            case "rates" -> rates().forEach((unit, billing) -> json.guard(() -> sheet.billing(unit, billing)));
            case "context" -> json.array(() -> step(sheet));
            case "tiers" -> json.object(tier -> tier(sheet, tier));
            case "regions" -> json.object(region -> json.guard(() -> sheet.region(region, json.string())));
            default -> throw json.unknownKey(known);
        }
    }

    private void tier(PriceSheet sheet, String name) {
        PriceSheet tier = new PriceSheet(true);
        json.object(key -> {
            if (key.equals("note")) {
                json.string();
            } else {
                sheet(tier, key, "rates, context, note");
            }
        });
        json.guard(() -> sheet.tier(name, tier.build()));
    }

    private void step(PriceSheet sheet) {
        Step step = new Step();
        json.object(key -> {
            switch (key) {
                case "above" -> step.above = json.wholeNumber();
                case "from" -> step.from = json.wholeNumber();
                case "rates" -> step.rates = rates();
                default -> throw json.unknownKey("above, from, rates");
            }
        });
        Long above = step.above;
        Long from = step.from;
        if (above != null && from == null) {
            json.guard(() -> sheet.step(above, false, step.rates));
        } else if (from != null && above == null) {
            json.guard(() -> sheet.step(from, true, step.rates));
        } else {
            throw json.error(
                    "a context step says "
                            + (above == null ? "neither \"above\" nor \"from\"" : "both \"above\" and \"from\""),
                    "give \"above\": N for more than N input tokens, or \"from\": N for N and more");
        }
    }

    private Map<Unit, Billing> rates() {
        Map<Unit, Billing> rates = new LinkedHashMap<>();
        json.object(name -> {
            Unit unit = json.guard(() -> Unit.of(name));
            rates.put(unit, json.isObject() ? billing(unit) : Billing.of(rate()));
        });
        return rates;
    }

    private Rate rate() {
        return json.guard(() -> Rate.parse(json.string()));
    }

    /** The keys may come in any order; the rate is what the others belong to. */
    private Billing billing(Unit unit) {
        String[] texts = new String[3];
        List<Consumer<PriceSheet>> others = new ArrayList<>();
        json.object(key -> {
            switch (key) {
                case "rate" -> texts[0] = json.string();
                case "minimum" -> texts[1] = json.string();
                case "increment" -> texts[2] = json.string();
                case "slices" -> json.array(() -> others.add(slice(unit)));
                case "steps" -> json.array(() -> others.add(unitStep(unit)));
                default -> throw json.unknownKey("rate, minimum, increment, slices, steps");
            }
        });
        String rate = require(texts[0], "rate", "\"0.10 per 1M\"");
        return json.guard(() -> {
            PriceSheet sheet = new PriceSheet(false).rate(unit, rate);
            if (texts[1] != null) {
                sheet.minimum(unit, texts[1]);
            }
            if (texts[2] != null) {
                sheet.increment(unit, texts[2]);
            }
            others.forEach(other -> other.accept(sheet));
            return Objects.requireNonNull(sheet.build().rates().get(unit));
        });
    }

    private Consumer<PriceSheet> slice(Unit unit) {
        String[] slice = new String[2];
        json.object(key -> {
            switch (key) {
                case "above" -> slice[0] = json.string();
                case "rate" -> slice[1] = json.string();
                default -> throw json.unknownKey("above, rate");
            }
        });
        String above = require(slice[0], "above", "\"1000000\"");
        Rate rate = parsed(slice[1]);
        return sheet -> sheet.slice(unit, above, rate);
    }

    private Consumer<PriceSheet> unitStep(Unit unit) {
        String[] step = new String[3];
        json.object(key -> {
            switch (key) {
                case "above" -> step[0] = json.string();
                case "from" -> step[1] = json.string();
                case "rate" -> step[2] = json.string();
                default -> throw json.unknownKey("above, from, rate");
            }
        });
        Rate rate = parsed(step[2]);
        String above = step[0];
        String from = step[1];
        if (above != null && from == null) {
            return sheet -> sheet.largerThan(unit, above, rate);
        }
        if (from != null && above == null) {
            return sheet -> sheet.atLeast(unit, from, rate);
        }
        throw json.error(
                "a step says " + (above == null ? "neither \"above\" nor \"from\"" : "both \"above\" and \"from\""),
                "give \"above\": \"N\" for more than N of the unit, or \"from\": \"N\" for N and more");
    }

    private Rate parsed(@Nullable String rate) {
        String text = require(rate, "rate", "\"0.10 per 1M\"");
        return json.guard(() -> Rate.parse(text));
    }

    private Instant instant() {
        String text = json.string();
        try {
            return text.length() == DATE_LENGTH
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw json.error(
                    "'" + JsonCursor.shown(text) + "' is not a time",
                    "write a day (UTC), 2026-12-01, or an instant, 2026-12-01T00:00:00Z");
        }
    }

    private Weekly weekly() {
        ZoneId[] zone = {ZoneOffset.UTC};
        List<Weekly.Window> windows = new ArrayList<>();
        json.object(key -> {
            switch (key) {
                case "zone" -> zone[0] = zone();
                case "windows" -> json.array(() -> windows.add(window()));
                default -> throw json.unknownKey("zone, windows");
            }
        });
        if (windows.isEmpty()) {
            throw json.error("no windows", "give at least one, with days, start and end");
        }
        return new Weekly(zone[0], windows);
    }

    private Weekly.Window window() {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        LocalTime[] times = {LocalTime.MIDNIGHT, LocalTime.MIDNIGHT};
        json.object(key -> {
            switch (key) {
                case "days" -> {
                    json.array(() -> days.add(day()));
                    if (days.isEmpty()) {
                        throw json.error("no days", "name at least one, or leave \"days\" out for every day");
                    }
                }
                case "start" -> times[0] = time();
                case "end" -> times[1] = time();
                default -> throw json.unknownKey("days, start, end");
            }
        });
        return new Weekly.Window(days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days, times[0], times[1]);
    }

    private DayOfWeek day() {
        String text = json.string();
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().toLowerCase(Locale.ROOT).startsWith(text) && text.length() == 3) {
                return day;
            }
        }
        throw json.error("'" + JsonCursor.shown(text) + "' is not a day", "give mon, tue, wed, thu, fri, sat or sun");
    }

    private LocalTime time() {
        String text = json.string();
        try {
            return LocalTime.parse(text);
        } catch (DateTimeParseException e) {
            throw json.error("'" + JsonCursor.shown(text) + "' is not a time of day", "write it like 16:30");
        }
    }

    private ZoneId zone() {
        String text = json.string();
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw json.error(
                    "'" + JsonCursor.shown(text) + "' is not a time zone", "give one like UTC or Asia/Shanghai");
        }
    }

    private ModelPrice.Source knownSource() {
        String id = json.string();
        ModelPrice.Source source = sources.get(id);
        if (source == null) {
            throw json.error("there is no source '" + id + "'", "name it under \"sources\", before \"providers\"");
        }
        return source;
    }

    private <T> T require(@Nullable T value, String key, String example) {
        if (value == null) {
            throw json.error("\"" + key + "\" is missing", "add \"" + key + "\": " + example);
        }
        return value;
    }

    /** The source that a provider's models have unless they name their own. */
    private static final class Inherited {
        private ModelPrice.@Nullable Source source;
    }

    private static final class Step {
        private @Nullable Long above;
        private @Nullable Long from;
        private Map<Unit, Billing> rates = Map.of();
    }

    private static final class Period {
        private @Nullable Instant from;
        private @Nullable Instant to;
        private @Nullable Weekly weekly;
    }
}

package io.unitcost.price;

import java.io.InputStream;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the format {@code unitcost-prices/1}, described in {@code docs/prices.md} and {@code prices-1.schema.json}. */
final class PriceFileReader {

    static final String FORMAT = "unitcost-prices/1";

    private final JsonCursor json;
    private final Set<String> sources = new HashSet<>();
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
        if (definitions.isEmpty()) {
            throw json.error("no prices", "give at least one model under \"providers\"");
        }
        return json.guard(() -> {
            definitions.forEach(table::add);
            return table.build();
        });
    }

    private String format() {
        String text = json.string();
        if (!text.equals(FORMAT)) {
            throw json.error("'" + text + "' is not a format this version reads", "give \"" + FORMAT + "\"");
        }
        return text;
    }

    private LocalDate date() {
        String text = json.string();
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw json.error("'" + text + "' is not a date", "write it like 2026-11-01");
        }
    }

    private Currency currency() {
        String text = json.string();
        try {
            return Currency.getInstance(text);
        } catch (IllegalArgumentException e) {
            throw json.error("'" + text + "' is not a currency", "give an ISO 4217 code, like USD");
        }
    }

    private void source(String id) {
        sources.add(id);
        json.object(key -> {
            switch (key) {
                case "title", "url", "note" -> json.string();
                case "date" -> date();
                default -> throw json.unknownKey("title, url, date, note");
            }
        });
    }

    private void provider(String provider, List<ModelPrice.Definition> definitions) {
        Source inherited = new Source();
        json.object(key -> {
            switch (key) {
                case "source" -> inherited.id = knownSource();
                case "models" -> json.object(model -> definitions.add(model(provider, model, inherited)));
                case "note" -> json.string();
                default -> throw json.unknownKey("source, models, note");
            }
        });
    }

    private ModelPrice.Definition model(String provider, String id, Source inherited) {
        PriceTable.Model model = json.guard(() -> new PriceTable.Model(provider, id));
        Source source = new Source();
        source.id = inherited.id;
        json.object(key -> {
            switch (key) {
                case "aliases" -> json.array(() -> json.guard(() -> model.alias(json.string())));
                case "rates" -> rates().forEach((unit, rate) -> json.guard(() -> model.rate(unit, rate)));
                case "context" -> json.array(() -> step(model));
                case "source" -> source.id = knownSource();
                case "note" -> json.string();
                default -> throw json.unknownKey("aliases, rates, context, source, note");
            }
        });
        if (source.id != null) {
            model.source(source.id);
        }
        return json.guard(model::toDefinition);
    }

    private void step(PriceTable.Model model) {
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
            json.guard(() -> model.above(above, step.rates));
        } else if (from != null && above == null) {
            json.guard(() -> model.from(from, step.rates));
        } else {
            throw json.error(
                    "a context step says "
                            + (above == null ? "neither \"above\" nor \"from\"" : "both \"above\" and \"from\""),
                    "give \"above\": N for more than N input tokens, or \"from\": N for N and more");
        }
    }

    private Map<Unit, Rate> rates() {
        Map<Unit, Rate> rates = new LinkedHashMap<>();
        json.object(unit -> json.guard(() -> rates.put(Unit.of(unit), Rate.parse(json.string()))));
        return rates;
    }

    private String knownSource() {
        String id = json.string();
        if (!sources.contains(id)) {
            throw json.error("there is no source '" + id + "'", "name it under \"sources\", before \"providers\"");
        }
        return id;
    }

    private <T> T require(@Nullable T value, String key, String example) {
        if (value == null) {
            throw json.error("\"" + key + "\" is missing", "add \"" + key + "\": " + example);
        }
        return value;
    }

    /** The source that a provider's models have unless they name their own. */
    private static final class Source {
        private @Nullable String id;
    }

    private static final class Step {
        private @Nullable Long above;
        private @Nullable Long from;
        private Map<Unit, Rate> rates = Map.of();
    }
}

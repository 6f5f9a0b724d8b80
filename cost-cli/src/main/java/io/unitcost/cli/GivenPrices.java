package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.LoadReport;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Rate;
import io.unitcost.price.Unit;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Prices that come with a line, instead of the table's: turned into a table of one model, so that the same engine prices
 * them.
 */
final class GivenPrices {

    private static final String ONE = "given";
    private static final int MILLION = 1_000_000;
    private static final int RANGE_SIZE = 3;
    private static final int FEW_DIGITS = 10;

    /** What a reader notes about a price that it could not take over. */
    private static final List<String> PASSED_OVER = List.of(
            "price key that is not known",
            "price without a unit here",
            "price under a condition that is not known",
            "key that is not known");

    private GivenPrices() {}

    /**
     * The card of a line.
     *
     * @param model whose prices, where the line has those of several
     * @param counts what was used, which some cards choose their prices by
     * @return {@code null} when the line brings no prices
     * @throws DataException if what it brings is not a price
     */
    static @Nullable Card of(Line line, @Nullable String model, Map<String, @Nullable Object> counts) {
        if (line.has("litellm_model_info")) {
            return liteLlm(line, model, "litellm_model_info", line.object("litellm_model_info"));
        }
        if (line.has("raw_prices")) {
            return foreign(line, model, counts);
        }
        Object prices = line.get("prices");
        return prices == null ? null : card(line, model, prices);
    }

    private static Card foreign(Line line, @Nullable String model, Map<String, @Nullable Object> counts) {
        String format = String.valueOf(line.text("format"));
        if (format.startsWith("genai")) {
            return card(line, model, Objects.requireNonNull(line.get("raw_prices")));
        }
        Map<String, @Nullable Object> prices = Objects.requireNonNull(line.object("raw_prices"));
        String origin = "raw_prices, " + format;
        return switch (format) {
            case "litellm" -> liteLlm(line, model, origin, prices);
            case "models.dev" -> modelsDev(line, model, origin, prices);
            case "unitcost-prices/1" -> ours(line, model, origin, prices);
            case "openrouter" -> new Card(RateCards.openRouter(prices), origin);
            case "portkey" -> new Card(RateCards.portkey(prices), origin);
            case "langfuse" -> LangfuseCard.of(prices, counts, origin);
            default ->
                throw new DataException(
                        "format: '" + format
                                + "' is not known; give litellm, models.dev, genai-prices, openrouter, portkey, langfuse or unitcost-prices/1");
        };
    }

    private static Card card(Line line, @Nullable String model, Object prices) {
        if (prices instanceof Map<?, ?> map) {
            if (map.isEmpty()) {
                throw Unpriceable.noPrice("the prices of the line are empty");
            }
            if (map.containsKey("base_usd")) {
                return new Card(onTerms(map), "prices");
            }
            if (map.containsKey("mode")) {
                return new Card(graduated(map), "prices");
            }
            if (model != null && isByModel(map)) {
                Object own = map.get(model);
                if (own == null) {
                    throw Unpriceable.noPrice("the prices of the line have no entry for '" + model + "'");
                }
                return card(line, model, own);
            }
        }
        return genAi(line, model, prices);
    }

    /** Prices by model, and not by unit: every value is an object of its own, and none a price in tiers. */
    private static boolean isByModel(Map<?, ?> prices) {
        return !prices.isEmpty()
                && prices.values().stream()
                        .allMatch(value -> value instanceof Map<?, ?> inner && !inner.containsKey("base"));
    }

    /** A price for the request as a whole, less a discount, plus a margin and a fee. */
    private static ModelPrice onTerms(Map<?, ?> prices) {
        Rate base = Rate.of(Line.amount("base_usd", prices.get("base_usd")), 1);
        return sole(PriceTable.builder(ONE)
                .provider(ONE, terms -> {
                    if (prices.get("discount_fraction") != null) {
                        terms.discount(plain("discount_fraction", prices));
                    }
                    if (prices.get("margin_fraction") != null) {
                        terms.margin(plain("margin_fraction", prices));
                    }
                    if (prices.get("margin_fixed_usd") != null) {
                        terms.fee(plain("margin_fixed_usd", prices));
                    }
                })
                .model(ONE, ONE, price -> price.rate(Unit.REQUESTS, base))
                .build());
    }

    private static String plain(String name, Map<?, ?> prices) {
        return Numbers.plain(Line.amount(name, prices.get(name)));
    }

    /** Slices of a volume contract, {@code [from, to, USD per million]}. */
    private static ModelPrice graduated(Map<?, ?> prices) {
        if (!"graduated".equals(prices.get("mode")) || !(prices.get("ranges") instanceof List<?> ranges)) {
            throw new DataException("prices: the mode " + Line.shown(prices.get("mode"))
                    + " is not known; give \"graduated\" with \"ranges\": [[from, to, USD per million], ...]");
        }
        return sole(PriceTable.builder(ONE)
                .model(
                        ONE,
                        ONE,
                        price -> price.sheet(sheet -> {
                            BigDecimal reached = BigDecimal.ZERO;
                            for (Object range : ranges) {
                                if (!(range instanceof List<?> parts) || parts.size() != RANGE_SIZE) {
                                    throw new DataException("prices.ranges: " + Line.shown(range)
                                            + " is not a range; give [from, to, USD per million]");
                                }
                                BigDecimal from = Line.amount("prices.ranges", parts.get(0));
                                if (from.compareTo(reached) != 0) {
                                    throw new DataException(
                                            "prices.ranges: " + Line.shown(range) + " does not begin at "
                                                    + Numbers.plain(reached) + ", where the one before it ends");
                                }
                                Rate rate = Rate.of(Line.amount("prices.ranges", parts.get(2)), MILLION);
                                if (from.signum() == 0) {
                                    sheet.rate(Unit.INPUT_TOKENS, rate);
                                } else {
                                    sheet.slice(Unit.INPUT_TOKENS, Numbers.plain(from), rate);
                                }
                                reached = parts.get(1) == null
                                        ? BigDecimal.valueOf(-1)
                                        : Line.amount("prices.ranges", parts.get(1));
                            }
                        }))
                .build());
    }

    private static Card genAi(Line line, @Nullable String model, Object prices) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", name(model));
        entry.put("match", Map.of("equals", name(model)));
        entry.put("prices", prices);
        Map<String, Object> provider = new LinkedHashMap<>();
        provider.put("id", name(line.text("provider")));
        provider.put("name", name(line.text("provider")));
        provider.put("models", List.of(entry));
        return new Card(read(List.of(provider), "prices", line, model, true), "prices");
    }

    /** Long numbers as texts, so that the reader takes every digit for meant and none for the noise of a double. */
    private static @Nullable Object exact(@Nullable Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key.toString(), exact(value)));
            return copy;
        }
        if (tree instanceof List<?> list) {
            return list.stream().map(GivenPrices::exact).toList();
        }
        return tree instanceof BigDecimal number && number.precision() > FEW_DIGITS ? number.toString() : tree;
    }

    private static Card liteLlm(
            Line line, @Nullable String model, String origin, @Nullable Map<String, @Nullable Object> info) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<String, @Nullable Object>(Objects.requireNonNull(info));
        if (entry.keySet().stream().noneMatch(key -> key.contains("cost") || key.contains("pricing"))) {
            throw Unpriceable.noPrice(origin + " has no price");
        }
        entry.putIfAbsent("litellm_provider", name(line.text("provider")));
        return new Card(read(Map.of(name(model), entry), origin, line, model, false), origin);
    }

    private static Card modelsDev(
            Line line, @Nullable String model, String origin, Map<String, @Nullable Object> cost) {
        Map<String, Object> models = Map.of(name(model), Map.of("id", name(model), "cost", cost));
        String provider = name(line.text("provider"));
        Object document = Map.of(provider, Map.of("id", provider, "name", provider, "models", models));
        return new Card(read(document, origin, line, model, true), origin);
    }

    private static Card ours(Line line, @Nullable String model, String origin, Map<String, @Nullable Object> price) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", "unitcost-prices/1");
        document.put("name", ONE);
        document.put("date", "2000-01-01");
        document.put("currency", "USD");
        document.put("providers", Map.of(name(line.text("provider")), Map.of("models", Map.of(name(model), price))));
        return new Card(read(document, origin, line, model, true), origin);
    }

    private static String name(@Nullable String given) {
        return given == null || given.isBlank() ? ONE : given.strip();
    }

    /** @param strict whether the whole document is a price, so that what the reader passed over is a mistake */
    private static ModelPrice read(Object document, String origin, Line line, @Nullable String model, boolean strict) {
        byte[] json = Json.write(exact(document)).getBytes(StandardCharsets.UTF_8);
        PriceTable table = PriceTable.read(new ByteArrayInputStream(json), origin);
        if (strict) {
            for (LoadReport.Note note : table.report().notes()) {
                if (PASSED_OVER.stream().anyMatch(note.kind()::startsWith)) {
                    throw new DataException(origin + ": " + note.kind() + "; leave it out or correct it");
                }
            }
        }
        ModelPrice price = table.find(name(line.text("provider")), name(model)).price();
        return price == null ? sole(table) : price;
    }

    private static ModelPrice sole(PriceTable table) {
        return table.models().get(0);
    }
}

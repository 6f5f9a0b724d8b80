package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Rate;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rate cards of gateways, each in its own unit: OpenRouter in dollars, Portkey in cents, both for a single one. */
final class RateCards {

    private static final String ONE = "given";
    private static final int CENTS = 2;

    /** What OpenRouter's models API calls it. */
    private static final Map<String, Unit> OPEN_ROUTER = Map.ofEntries(
            Map.entry("prompt", Unit.INPUT_TOKENS),
            Map.entry("completion", Unit.OUTPUT_TOKENS),
            Map.entry("input_cache_read", Unit.CACHE_READ_TOKENS),
            Map.entry("input_cache_write", Unit.CACHE_WRITE_TOKENS),
            Map.entry("input_cache_write_1h", Unit.CACHE_WRITE_1H_TOKENS),
            Map.entry("input_audio_cache", Unit.of("cache_audio_read_tokens")),
            Map.entry("internal_reasoning", Unit.REASONING_TOKENS),
            Map.entry("audio", Unit.INPUT_AUDIO_TOKENS),
            Map.entry("audio_output", Unit.OUTPUT_AUDIO_TOKENS),
            Map.entry("image", Unit.of("input_images")),
            Map.entry("image_token", Unit.of("input_image_tokens")),
            Map.entry("image_output", Unit.of("output_image_tokens")),
            Map.entry("web_search", Unit.of("web_searches")),
            Map.entry("request", Unit.REQUESTS));

    private static final Map<String, Unit> PORTKEY = Map.ofEntries(
            Map.entry("request_token", Unit.INPUT_TOKENS),
            Map.entry("response_token", Unit.OUTPUT_TOKENS),
            Map.entry("cache_read_input_token", Unit.CACHE_READ_TOKENS),
            Map.entry("cache_write_input_token", Unit.CACHE_WRITE_TOKENS),
            Map.entry("cache_write_1h", Unit.CACHE_WRITE_1H_TOKENS),
            Map.entry("request_audio_token", Unit.INPUT_AUDIO_TOKENS),
            Map.entry("response_audio_token", Unit.OUTPUT_AUDIO_TOKENS),
            Map.entry("cache_read_audio_input_token", Unit.of("cache_audio_read_tokens")),
            Map.entry("request_image_token", Unit.of("input_image_tokens")),
            Map.entry("response_image_token", Unit.of("output_image_tokens")),
            Map.entry("image_token", Unit.of("output_image_tokens")),
            Map.entry("thinking_token", Unit.REASONING_TOKENS),
            Map.entry("web_search", Unit.of("web_searches")),
            Map.entry("web_search_low_context", Unit.of("web_searches/low")),
            Map.entry("web_search_medium_context", Unit.of("web_searches/medium")),
            Map.entry("web_search_high_context", Unit.of("web_searches/high")),
            Map.entry("search", Unit.of("web_searches")),
            Map.entry("file_search", Unit.of("storage_searches")),
            Map.entry("input_image", Unit.of("input_images")),
            Map.entry("video_seconds", Unit.of("output_video_seconds")));

    /** Of no account for the price, or the whole of it again in other words. */
    private static final Set<String> NO_PRICES = Set.of("currency", "calculate", "discount", "overrides");

    private RateCards() {}

    /**
     * Decimal texts in dollars for a single token, request, image or search. A zero stands there for "not charged
     * separately", and a negative number for "it depends", which is no price.
     */
    static ModelPrice openRouter(Map<String, @Nullable Object> prices) {
        Map<Unit, BigDecimal> rates = new LinkedHashMap<>();
        prices.forEach((key, value) -> {
            if (value == null || NO_PRICES.contains(key)) {
                return;
            }
            BigDecimal price = Line.amount("raw_prices." + key, value);
            if (price.signum() < 0) {
                throw Unpriceable.noPrice(
                        "raw_prices." + key + ": " + Numbers.plain(price) + " says that the price depends");
            }
            boolean main = key.equals("prompt") || key.equals("completion");
            if (main || price.signum() > 0) {
                rates.put(unit(key, OPEN_ROUTER), price);
            }
        });
        return table(rates, prices.get("discount"));
    }

    /** Cents for a single token, call or image; with or without {@code pricing_config} and {@code pay_as_you_go} around. */
    static ModelPrice portkey(Map<String, @Nullable Object> prices) {
        Map<String, @Nullable Object> inner = inner(inner(prices, "pricing_config"), "pay_as_you_go");
        Map<Unit, BigDecimal> rates = new LinkedHashMap<>();
        inner.forEach((key, value) -> {
            if (key.equals("image")) {
                images(rates, inner(inner, key));
            } else if (key.equals("additional_units")) {
                inner(inner, key).forEach((unit, price) -> put(rates, unit, price));
            } else if (!NO_PRICES.contains(key)) {
                put(rates, key, value);
            }
        });
        return table(rates, null);
    }

    private static void put(Map<Unit, BigDecimal> rates, String key, @Nullable Object value) {
        if (value != null) {
            rates.put(unit(key, PORTKEY), cents(key, value));
        }
    }

    private static BigDecimal cents(String key, @Nullable Object value) {
        Object price = value instanceof Map<?, ?> object ? object.get("price") : value;
        return Line.amount("raw_prices." + key, price).movePointLeft(CENTS);
    }

    /** By quality and size; either may be {@code default}, which is any. */
    private static void images(Map<Unit, BigDecimal> rates, Map<String, @Nullable Object> byQuality) {
        byQuality.keySet().forEach(quality -> inner(byQuality, quality).forEach((size, price) -> {
            Unit unit = Unit.of("output_images");
            unit = quality.equals("default") ? unit : unit.qualified(quality);
            rates.put(size.equals("default") ? unit : unit.qualified(size), cents("image", price));
        }));
    }

    private static Unit unit(String key, Map<String, Unit> known) {
        Unit unit = known.get(key);
        if (unit == null) {
            throw new DataException(
                    "raw_prices: '" + key + "' is not a price that is known; leave it out or use one of "
                            + String.join(", ", known.keySet().stream().sorted().toList()));
        }
        return unit;
    }

    private static ModelPrice table(Map<Unit, BigDecimal> rates, @Nullable Object discount) {
        return PriceTable.builder(ONE)
                .provider(ONE, terms -> {
                    if (discount != null) {
                        terms.discount(Numbers.plain(Line.amount("raw_prices.discount", discount)));
                    }
                })
                .model(ONE, ONE, price -> rates.forEach((unit, each) -> price.rate(unit, Rate.of(each, 1))))
                .build()
                .models()
                .get(0);
    }

    /** What stands under that key, or the object itself where nothing does. */
    private static Map<String, @Nullable Object> inner(Map<String, @Nullable Object> object, String key) {
        Map<String, @Nullable Object> inner = Line.object("raw_prices." + key, object.get(key));
        return inner == null ? object : inner;
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry of LiteLLM's list, as {@link LiteLlmRates}, multipliers and hours. A key that speaks of money and has no
 * place here is noted; other keys ({@code supports_…}, {@code max_tokens}, …) say nothing about prices.
 */
final class LiteLlmEntry {

    private static final String INCLUSIVE_PROVIDER = "xai";
    private static final String SEARCH = "search_context_cost_per_query";
    private static final String SEARCH_SIZE = "search_context_size_";
    private static final String MEDIUM = "medium";
    private static final String RANGES = "tiered_pricing";
    private static final String OFF_PEAK = "off_peak_pricing";
    private static final String SPECIFIC = "provider_specific_entry";
    private static final String RESIDENCY = "regional_processing_uplift_multiplier_";
    private static final String NOT_GLOBAL = "regional_endpoint_uplift_multiplier";
    private static final String CACHE_HIT = "input_cost_per_token_cache_hit";
    private static final String CACHE_READ = "cache_read_input_token_cost";
    private static final String NO_UNIT = "price without a unit here: ";
    private static final List<String> NO_END = List.of("null", "Infinity", "inf");
    private static final BigDecimal MOST_TOKENS = BigDecimal.TEN.pow(15);
    private static final Unit WEB_SEARCHES = Unit.of("web_searches");
    private static final Unit INPUT_IMAGES = Unit.of("input_images");

    /** No image costs as little to see or to make; a token may. */
    private static final BigDecimal CHEAPEST_INPUT_IMAGE = new BigDecimal("0.00002");

    private static final BigDecimal CHEAPEST_OUTPUT_IMAGE = new BigDecimal("0.0005");

    private final PublicTable table;
    private final String key;
    private final JsonObject entry;
    private final Map<String, Optional<LiteLlmKey>> keys;
    private final String listedProvider;
    private final String mode;
    private final LiteLlmRates rates;
    private final Map<String, BigDecimal> regions = new LinkedHashMap<>();
    private @Nullable BigDecimal fast;

    /**
     * Reads an entry.
     *
     * @param keys keys taken apart before
     */
    LiteLlmEntry(PublicTable table, String key, JsonObject entry, Map<String, Optional<LiteLlmKey>> keys) {
        this.table = table;
        this.key = key;
        this.entry = entry;
        this.keys = keys;
        this.mode = Objects.requireNonNullElse(entry.text("mode"), "");
        this.listedProvider = Objects.requireNonNullElse(entry.text("litellm_provider"), "");
        this.rates = new LiteLlmRates(listedProvider.equals(INCLUSIVE_PROVIDER));
        LiteLlmUnits units = new LiteLlmUnits(mode, standard());
        entry.fields().forEach((field, value) -> {
            if (value != null) {
                field(field, value, units);
            }
        });
        imagesInsteadOfTokens();
        notes();
    }

    boolean isPriced() {
        return !rates.isEmpty();
    }

    @Nullable
    String source() {
        return entry.text("source");
    }

    /**
     * What it costs at any time but off-peak hours.
     *
     * @param image what the key says of images, if it does
     */
    Sheet sheet(@Nullable LiteLlmImages image) {
        Sheet sheet = sheet(false);
        return image == null ? sheet : image.perImage(sheet);
    }

    List<ModelPrice.Period> periods(LocalDate today) {
        JsonObject block = entry.object(OFF_PEAK);
        if (block == null) {
            return List.of();
        }
        Weekly weekly = LiteLlmOffPeak.of(
                block, today, (problem, value) -> table.report().note(problem, key, OFF_PEAK, value));
        return weekly == null ? List.of() : List.of(new ModelPrice.Period(null, null, weekly, sheet(true)));
    }

    private Sheet sheet(boolean offPeak) {
        return new LiteLlmSheet(rates, offPeak, searchOncePerPrompt()).build(regions, fast);
    }

    /** Gemini bills web search once for a prompt, however many searches it took, unless the entry says otherwise. */
    private boolean searchOncePerPrompt() {
        boolean google = listedProvider.equals("gemini") || listedProvider.startsWith("vertex_ai");
        return google && key.contains("gemini") && !"per_query".equals(entry.text("web_search_billing_unit"));
    }

    /** Standard prices by key, for what a price means may depend on the others. */
    private Map<String, BigDecimal> standard() {
        Map<String, BigDecimal> standard = new LinkedHashMap<>();
        entry.fields().forEach((field, value) -> {
            Object number = value instanceof String text ? JsonTree.number(text) : value;
            if (number instanceof BigDecimal price) {
                standard.put(field, price);
            }
        });
        return standard;
    }

    private void field(String field, Object value, LiteLlmUnits units) {
        switch (field) {
            case SEARCH -> search(value);
            case RANGES -> ranges(value);
            case OFF_PEAK -> offPeak(value);
            case SPECIFIC -> specific(value);
            case NOT_GLOBAL -> {
                region("*", field, value);
                regions.putIfAbsent("global", BigDecimal.ONE);
            }
            case CACHE_HIT -> cacheHit(value, units);
            default -> {
                LiteLlmKey parsed =
                        keys.computeIfAbsent(field, LiteLlmKey::ofMoney).orElse(null);
                if (parsed != null) {
                    price(field, parsed, value, units);
                }
            }
        }
    }

    private void cacheHit(Object value, LiteLlmUnits units) {
        if (entry.has(CACHE_READ)) {
            table.report().note("older name of " + CACHE_READ + ", which is there as well", key, CACHE_HIT, value);
        } else {
            price(CACHE_HIT, LiteLlmKey.of(CACHE_READ), value, units);
        }
    }

    private void price(String field, LiteLlmKey parsed, Object value, LiteLlmUnits units) {
        if (field.startsWith(RESIDENCY)) {
            region(field.substring(RESIDENCY.length()), field, value);
            return;
        }
        LiteLlmUnits.Counted counted = units.of(parsed.base());
        Unit unit = counted.unit();
        if (unit == null) {
            String why = counted.why();
            table.report().note(why == null ? NO_UNIT + field : field + ": " + why, key, null, value);
            return;
        }
        BigDecimal price = table.amount(key, field, value);
        BigDecimal each = ListedAmount.plain(price.movePointLeft(LiteLlmUnits.perPowerOfTen(parsed.base())));
        if (unit.equals(INPUT_IMAGES) && isOfToken(each, CHEAPEST_INPUT_IMAGE)) {
            imageToken(LiteLlmRates.INPUT_IMAGE_TOKENS, field, parsed, each);
        } else if (unit.equals(LiteLlmImages.OUTPUT_IMAGES) && isOfToken(each, CHEAPEST_OUTPUT_IMAGE)) {
            imageToken(LiteLlmRates.OUTPUT_IMAGE_TOKENS, field, parsed, each);
        } else if (rates.set(unit, parsed.above(), parsed.tier(), each) != null) {
            throw new PublicTable.BadEntry(field, "contradicts another key of the entry", value);
        }
    }

    private boolean isOfToken(BigDecimal each, BigDecimal cheapestImage) {
        return each.signum() > 0 && each.compareTo(cheapestImage) < 0 && entry.has("input_cost_per_token");
    }

    /** OpenAI's and Google's prices of an image token stand under the key for an image in some entries. */
    private void imageToken(Unit unit, String field, LiteLlmKey parsed, BigDecimal each) {
        table.report().note("price per image as small as one per token: taken as that", key, field, each);
        if (!entry.has(field + "_token")) {
            rates.set(unit, parsed.above(), parsed.tier(), each);
        }
    }

    /** Sizes that cost what the medium one does need no price of their own; nothing said is medium. */
    private void search(Object value) {
        if (!(value instanceof JsonObject sizes)) {
            throw new PublicTable.BadEntry(SEARCH, "is not an object", value);
        }
        Map<String, BigDecimal> bySize = new LinkedHashMap<>();
        sizes.fields().forEach((size, price) -> {
            if (price != null && size.startsWith(SEARCH_SIZE)) {
                bySize.put(size.substring(SEARCH_SIZE.length()), table.amount(key, SEARCH + "." + size, price));
            } else {
                table.report().note(NO_UNIT + SEARCH + "." + size, key, null, price);
            }
        });
        if (bySize.isEmpty()) {
            return;
        }
        BigDecimal plain =
                bySize.getOrDefault(MEDIUM, bySize.values().stream().reduce(BigDecimal.ZERO, BigDecimal::max));
        rates.set(WEB_SEARCHES, 0, "", ListedAmount.plain(plain));
        bySize.forEach((size, price) -> {
            if (price.compareTo(plain) != 0) {
                rates.set(WEB_SEARCHES.qualified(size.toLowerCase(Locale.ROOT)), 0, "", ListedAmount.plain(price));
            }
        });
    }

    private void ranges(Object value) {
        List<LiteLlmRates.Range> ranges = new ArrayList<>();
        List<?> elements = value instanceof List<?> list ? list : List.of();
        for (Object element : elements) {
            if (element instanceof JsonObject range && range.list("range").size() == 2) {
                ranges.add(range(range));
            } else {
                table.report().note("row of " + RANGES + " without a range of tokens", key, RANGES, element);
            }
        }
        if (ranges.stream().anyMatch(range -> !range.isPriced())) {
            table.report().note("range without an input price: the entry's own prices", key, RANGES, value);
        }
        rates.ranges(ranges);
    }

    private LiteLlmRates.Range range(JsonObject range) {
        BigDecimal above =
                table.amount(key, RANGES + ".range", range.list("range").get(0));
        Object end = range.list("range").get(1);
        BigDecimal to = NO_END.contains(String.valueOf(end)) ? MOST_TOKENS : table.amount(key, RANGES + ".range", end);
        if (above.compareTo(to) >= 0) {
            throw new PublicTable.BadEntry(RANGES, "has a range that ends before it begins", range.list("range"));
        }
        return new LiteLlmRates.Range(
                above.min(MOST_TOKENS).longValue(), to.min(MOST_TOKENS).longValue(), prices(range, RANGES, "range"));
    }

    private void offPeak(Object value) {
        if (!(value instanceof JsonObject block)) {
            throw new PublicTable.BadEntry(OFF_PEAK, "is not an object", value);
        }
        rates.offPeak(prices(block, OFF_PEAK, "hours_utc", "windows", "weekday_timezone"));
    }

    /** The prices of a range or of off-peak hours: for tokens, without tiers and thresholds. */
    private Map<Unit, BigDecimal> prices(JsonObject block, String where, String... others) {
        Map<Unit, BigDecimal> prices = new LinkedHashMap<>();
        LiteLlmUnits units = new LiteLlmUnits(mode, Map.of());
        block.fields().forEach((field, value) -> {
            if (value == null || List.of(others).contains(field)) {
                return;
            }
            Unit unit = units.of(field).unit();
            if (unit == null || !unit.isTokens()) {
                table.report().note(NO_UNIT + where + "." + field, key, null, value);
            } else {
                prices.put(unit, ListedAmount.plain(table.amount(key, where + "." + field, value)));
            }
        });
        return prices;
    }

    /** Anthropic's multipliers: {@code fast} for the fast tier, every other number for a geography. */
    private void specific(Object value) {
        Map<String, @Nullable Object> fields = value instanceof JsonObject object ? object.fields() : Map.of();
        fields.forEach((name, factor) -> {
            if (!(factor instanceof BigDecimal)) {
                table.report().note("not a multiplier: " + SPECIFIC + "." + name, key, null, factor);
            } else if (name.equals("fast")) {
                fast = multiplier(SPECIFIC + ".fast", factor);
            } else {
                region(name, SPECIFIC + "." + name, factor);
            }
        });
    }

    private void region(String name, String field, Object value) {
        BigDecimal factor = multiplier(field, value);
        BigDecimal other = regions.putIfAbsent(name.toLowerCase(Locale.ROOT), factor);
        if (other != null && other.compareTo(factor) != 0) {
            throw new PublicTable.BadEntry(field, "contradicts another multiplier of the entry", value);
        }
    }

    private BigDecimal multiplier(String field, Object value) {
        BigDecimal factor = table.amount(key, field, value);
        if (factor.signum() == 0) {
            throw new PublicTable.BadEntry(field, "makes everything free", value);
        }
        return factor;
    }

    /**
     * Bedrock's embeddings of images cost what an image costs, though their tokens are reported too: those are not charged
     * again.
     */
    private void imagesInsteadOfTokens() {
        boolean embeds = mode.equals("embedding") || mode.isEmpty();
        if (embeds
                && listedProvider.startsWith("bedrock")
                && rates.has(INPUT_IMAGES)
                && rates.has(Unit.INPUT_TOKENS)
                && !rates.has(LiteLlmRates.INPUT_IMAGE_TOKENS)) {
            rates.set(LiteLlmRates.INPUT_IMAGE_TOKENS, 0, "", BigDecimal.ZERO);
            table.report().note("image tokens cost nothing: charged by input_cost_per_image", key, null, null);
        }
    }

    private void notes() {
        if (rates.followsOutput()) {
            table.report()
                    .note(
                            "reasoning costs what output costs above the threshold too; LiteLLM has no key for it",
                            key,
                            null,
                            null);
        }
        if (rates.has(WEB_SEARCHES) && searchOncePerPrompt()) {
            table.report().note("web search costs once for a prompt, however many searches", key, null, null);
        }
    }
}

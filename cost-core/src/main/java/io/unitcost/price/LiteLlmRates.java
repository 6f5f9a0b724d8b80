package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of LiteLLM's list costs, by LiteLLM's own rule ({@code llm_cost_calc/utils.py}, {@code tiered_pricing.py}
 * and their tests): the price of each unit for a request of some size, in a service tier, at an off-peak hour or not.
 * {@link LiteLlmSheet} asks it at every boundary and so makes a sheet that gives the same prices.
 *
 * <ul>
 *   <li>Each unit takes the highest threshold that the prompt passes and that has a price for the tier or the standard one;
 *       at the same threshold the tier's wins.
 *   <li>A table of ranges ({@code tiered_pricing}) is all or nothing: what a range does not say costs its input price, but
 *       for output, which costs the entry's own. Service tiers do not change it.
 *   <li>Off-peak prices replace whatever would apply; what is unset stays.
 *   <li>Reasoning follows the output price of a tier that sets one.
 *   <li>Cached tokens cost the cached price whatever their modality, unless the entry says otherwise.
 * </ul>
 *
 * <p>One difference on purpose: where reasoning costs what output costs, it does so above a threshold as well. LiteLLM
 * goes on charging the lower price there, since no key exists for it; providers do not.
 */
final class LiteLlmRates {

    static final Unit INPUT_IMAGE_TOKENS = Unit.of("input_image_tokens");
    static final Unit OUTPUT_IMAGE_TOKENS = Unit.of("output_image_tokens");
    private static final Unit INPUT_VIDEO_TOKENS = Unit.of("input_video_tokens");
    private static final String STANDARD = "";

    /** What is cached, what has a modality, and what is both. */
    private static final Unit[][] CACHED_MODALITIES = {
        {Unit.CACHE_READ_TOKENS, Unit.INPUT_AUDIO_TOKENS, Unit.of("cache_audio_read_tokens")},
        {Unit.CACHE_READ_TOKENS, INPUT_IMAGE_TOKENS, Unit.of("cache_image_read_tokens")},
        {Unit.CACHE_READ_TOKENS, INPUT_VIDEO_TOKENS, Unit.of("cache_video_read_tokens")},
        {Unit.CACHE_WRITE_TOKENS, Unit.INPUT_AUDIO_TOKENS, Unit.of("cache_audio_write_tokens")},
        {Unit.CACHE_WRITE_TOKENS, INPUT_IMAGE_TOKENS, Unit.of("cache_image_write_tokens")},
        {Unit.CACHE_WRITE_TOKENS, INPUT_VIDEO_TOKENS, Unit.of("cache_video_write_tokens")},
    };

    /**
     * A range of prompt sizes with prices of its own.
     *
     * @param above the range begins with the next token
     * @param to the last size in it
     * @param prices by unit; without one for input the range is not used
     */
    record Range(long above, long to, Map<Unit, BigDecimal> prices) {

        boolean isPriced() {
            return prices.containsKey(Unit.INPUT_TOKENS);
        }
    }

    private final boolean inclusive;
    private final Map<Unit, NavigableMap<Long, Map<String, BigDecimal>>> prices = new LinkedHashMap<>();
    private final List<Range> ranges = new ArrayList<>();
    private final Set<String> tiers = new TreeSet<>();
    private Map<Unit, BigDecimal> offPeak = Map.of();

    /**
     * Without prices yet.
     *
     * @param inclusive whether a threshold is reached by exactly that many tokens, as with xAI
     */
    LiteLlmRates(boolean inclusive) {
        this.inclusive = inclusive;
    }

    /** Sets the price of a single unit; returns the price that is there already and differs, if any. */
    @Nullable
    BigDecimal set(Unit unit, long above, String tier, BigDecimal each) {
        Map<String, BigDecimal> byTier =
                prices.computeIfAbsent(unit, u -> new TreeMap<>()).computeIfAbsent(above, a -> new LinkedHashMap<>());
        if (!tier.equals(STANDARD)) {
            tiers.add(tier);
        }
        BigDecimal other = byTier.putIfAbsent(tier, each);
        return other == null || other.compareTo(each) == 0 ? null : other;
    }

    void ranges(List<Range> table) {
        ranges.addAll(table);
        ranges.sort(Comparator.comparingLong(Range::above));
    }

    void offPeak(Map<Unit, BigDecimal> replacing) {
        offPeak = replacing;
    }

    boolean isEmpty() {
        return prices.isEmpty() && ranges.stream().noneMatch(Range::isPriced);
    }

    boolean has(Unit unit) {
        return prices.containsKey(unit);
    }

    boolean isInclusive() {
        return inclusive;
    }

    Set<String> tiers() {
        return tiers;
    }

    /** Whether a tier has a price of its own for a unit, at any size. */
    boolean isSet(Unit unit, String tier) {
        return prices.getOrDefault(unit, new TreeMap<>()).values().stream()
                .anyMatch(byTier -> byTier.containsKey(tier));
    }

    /** The sizes beyond which something costs something else, ascending. */
    Set<Long> boundaries() {
        Set<Long> boundaries = new TreeSet<>();
        prices.values().forEach(byThreshold -> boundaries.addAll(byThreshold.keySet()));
        boundaries.remove(0L);
        for (Range range : ranges) {
            boundaries.add(range.above);
            boundaries.add(range.to);
        }
        return boundaries;
    }

    /** Whether the boundary is one of the table of ranges, whose last size still belongs to the lower range. */
    boolean isOfRanges(long boundary) {
        return ranges.stream().anyMatch(range -> range.above == boundary || range.to == boundary);
    }

    /** The size that is priced as the smallest: nothing, or what the table of ranges begins with where all prices are in it. */
    long smallest() {
        return prices.containsKey(Unit.INPUT_TOKENS) || ranges.isEmpty() ? 0 : ranges.get(0).above + 1;
    }

    /** The price of each unit for a prompt of this size. */
    Map<Unit, BigDecimal> at(long prompt, String tier, boolean isOffPeak) {
        Map<Unit, BigDecimal> at = new LinkedHashMap<>();
        prices.keySet().forEach(unit -> put(at, unit, listed(unit, prompt, tier)));
        Range range = range(prompt);
        if (range != null) {
            replaceBy(range, at);
        } else if (isNothing(at.get(Unit.OUTPUT_TOKENS))) {
            put(at, Unit.OUTPUT_TOKENS, at.get(OUTPUT_IMAGE_TOKENS));
        }
        if (isOffPeak) {
            at.putAll(offPeak);
        }
        reasoning(at, range, prompt, tier, isOffPeak);
        for (Unit[] cached : CACHED_MODALITIES) {
            if (prices.containsKey(cached[1]) && !prices.containsKey(cached[2])) {
                put(at, cached[2], at.get(cached[0]));
            }
        }
        return at;
    }

    private @Nullable BigDecimal listed(Unit unit, long prompt, String tier) {
        NavigableMap<Long, Map<String, BigDecimal>> byThreshold = prices.get(unit);
        if (byThreshold == null) {
            return null;
        }
        if (tiers.isEmpty() && byThreshold.size() == 1 && byThreshold.firstKey() == 0) {
            return byThreshold.firstEntry().getValue().get(STANDARD);
        }
        for (Map.Entry<Long, Map<String, BigDecimal>> step :
                byThreshold.descendingMap().entrySet()) {
            boolean passed = step.getKey() == 0 || prompt > step.getKey() || (inclusive && prompt == step.getKey());
            BigDecimal price =
                    passed ? step.getValue().getOrDefault(tier, step.getValue().get(STANDARD)) : null;
            if (price != null) {
                return price;
            }
        }
        return null;
    }

    private @Nullable Range range(long prompt) {
        if (prompt <= 0 || ranges.isEmpty()) {
            return null;
        }
        Range found = ranges.get(ranges.size() - 1);
        for (int i = ranges.size() - 1; i >= 0; i--) {
            if (prompt > ranges.get(i).above && prompt <= ranges.get(i).to) {
                found = ranges.get(i);
            }
        }
        return found.isPriced() ? found : null;
    }

    private void replaceBy(Range range, Map<Unit, BigDecimal> at) {
        BigDecimal input = range.prices.get(Unit.INPUT_TOKENS);
        BigDecimal write = range.prices.getOrDefault(Unit.CACHE_WRITE_TOKENS, input);
        put(at, Unit.INPUT_TOKENS, input);
        replace(at, range, Unit.CACHE_READ_TOKENS, input);
        replace(at, range, Unit.CACHE_WRITE_TOKENS, input);
        replace(at, range, Unit.CACHE_WRITE_1H_TOKENS, write);
        put(
                at,
                Unit.OUTPUT_TOKENS,
                range.prices.getOrDefault(Unit.OUTPUT_TOKENS, listed(Unit.OUTPUT_TOKENS, 0, STANDARD)));
    }

    /** Only where some range or the entry itself has such a price: else it is charged with the input anyway. */
    private void replace(Map<Unit, BigDecimal> at, Range range, Unit unit, @Nullable BigDecimal otherwise) {
        if (has(unit) || ranges.stream().anyMatch(any -> any.prices.containsKey(unit))) {
            put(at, unit, range.prices.getOrDefault(unit, otherwise));
        }
    }

    private void reasoning(
            Map<Unit, BigDecimal> at, @Nullable Range range, long prompt, String tier, boolean isOffPeak) {
        Unit reasoning = Unit.REASONING_TOKENS;
        boolean inRanges = ranges.stream().anyMatch(any -> any.prices.containsKey(reasoning));
        if (!has(reasoning) && !inRanges && !offPeak.containsKey(reasoning)) {
            return;
        }
        BigDecimal output = at.get(Unit.OUTPUT_TOKENS);
        BigDecimal price = isOffPeak ? offPeak.get(reasoning) : null;
        if (price == null && range != null) {
            price = range.prices.getOrDefault(reasoning, range.prices.get(Unit.OUTPUT_TOKENS));
        }
        if (price == null) {
            boolean ofTier = !tier.equals(STANDARD) && isSet(reasoning, tier);
            boolean tierSaysOutputOnly = !tier.equals(STANDARD) && isSet(Unit.OUTPUT_TOKENS, tier) && !ofTier;
            boolean followsOutput = !isOffPeak && !ofTier && followsOutput();
            price = tierSaysOutputOnly || followsOutput ? output : listed(reasoning, prompt, tier);
        }
        put(at, reasoning, price == null ? output : price);
    }

    /** Whether reasoning costs what output costs and only output has thresholds. */
    boolean followsOutput() {
        BigDecimal own = listed(Unit.REASONING_TOKENS, 0, STANDARD);
        BigDecimal output = listed(Unit.OUTPUT_TOKENS, 0, STANDARD);
        return own != null
                && output != null
                && own.compareTo(output) == 0
                && prices.getOrDefault(Unit.REASONING_TOKENS, new TreeMap<>()).size() == 1
                && prices.getOrDefault(Unit.OUTPUT_TOKENS, new TreeMap<>()).size() > 1;
    }

    private static boolean isNothing(@Nullable BigDecimal price) {
        return price == null || price.signum() == 0;
    }

    private static void put(Map<Unit, BigDecimal> at, Unit unit, @Nullable BigDecimal price) {
        if (price != null) {
            at.put(unit, price);
        }
    }
}

package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key of LiteLLM's that names images of a size and quality of a model, such as {@code hd/1024-x-1024/dall-e-3}.
 *
 * @param entry the key in the document
 * @param provider our id of the provider
 * @param model the model's id behind size and quality
 * @param qualifiers size, quality and number of steps, as qualifiers of a unit
 * @param pixels how many pixels an image has; 0 when the key does not say it
 * @param row the key's own row, once it has one
 */
record LiteLlmImages(
        String entry,
        String provider,
        String model,
        List<String> qualifiers,
        long pixels,
        PublicTable.@Nullable Row row) {

    static final Unit OUTPUT_IMAGES = Unit.of("output_images");
    static final Unit OUTPUT_PIXELS = Unit.of("output_pixels");

    private static final String TIMES = "-x-";
    private static final String STEPS = "-steps";
    private static final String STANDARD = "standard";
    private static final Set<String> QUALITIES = Set.of("low", "medium", "high", "auto", STANDARD, "hd");
    private static final int LONGEST_SIDE = 6;

    /** What an id says of images; {@code null} when it is an ordinary id. */
    static @Nullable LiteLlmImages of(String id, String provider) {
        List<String> qualifiers = new ArrayList<>();
        long pixels = 0;
        boolean sized = false;
        String rest = id;
        for (int slash = rest.indexOf('/'); slash > 0; slash = rest.indexOf('/')) {
            String part = rest.substring(0, slash);
            int times = part.indexOf(TIMES);
            if (times > 0) {
                pixels = side(part.substring(0, times)) * side(part.substring(times + TIMES.length()));
                qualifiers.add(part.replace(TIMES, "x"));
                sized = true;
            } else if (part.endsWith(STEPS)) {
                qualifiers.add(part);
                sized = true;
            } else if (QUALITIES.contains(part)) {
                qualifiers.add(part);
            } else {
                break;
            }
            rest = rest.substring(slash + 1);
        }
        String model = LiteLlmReader.withoutProvider(rest, provider);
        return sized && !model.isEmpty() ? new LiteLlmImages("", provider, model, qualifiers, pixels, null) : null;
    }

    LiteLlmImages of(String key, PublicTable.Row priced) {
        return new LiteLlmImages(key, provider, model, qualifiers, pixels, priced);
    }

    /** A price per pixel as one per image of this size, which is how such images are counted. */
    Sheet perImage(Sheet sheet) {
        Billing perPixel = sheet.rates().get(OUTPUT_PIXELS);
        if (perPixel == null || pixels == 0 || sheet.rates().containsKey(OUTPUT_IMAGES)) {
            return sheet;
        }
        Map<Unit, Billing> rates = new LinkedHashMap<>(sheet.rates());
        rates.remove(OUTPUT_PIXELS);
        BigDecimal each = perPixel.rate().each().multiply(BigDecimal.valueOf(pixels));
        rates.put(OUTPUT_IMAGES, Billing.of(ListedAmount.rate(OUTPUT_IMAGES, each)));
        return new Sheet(rates, sheet.context(), sheet.tiers(), sheet.regions());
    }

    /**
     * Adds this price to the model's row, as one of a more specific unit. Not when the model is charged by tokens: images
     * would be charged twice.
     */
    void addTo(PublicTable table) {
        Billing price = row == null ? null : row.sheet().rates().get(OUTPUT_IMAGES);
        if (price == null) {
            return;
        }
        PublicTable.Row base = table.find(provider, model);
        if (base != null && base.sheet().rates().keySet().stream().anyMatch(Unit::isTokens)) {
            table.report()
                    .note(
                            "images by size: a row of their own only, since the model is charged by tokens",
                            entry,
                            null,
                            null);
            return;
        }
        Map<Unit, Billing> rates = new LinkedHashMap<>();
        rates.put(OUTPUT_IMAGES.qualified(qualifiers.toArray(String[]::new)), price);
        if (qualifiers.contains(STANDARD) && qualifiers.size() > 1) {
            List<String> plain = new ArrayList<>(qualifiers);
            plain.remove(STANDARD);
            rates.put(OUTPUT_IMAGES.qualified(plain.toArray(String[]::new)), price);
        }
        if (base == null) {
            table.derive(
                    model,
                    new PublicTable.Row(provider, new Sheet(rates, List.of(), Map.of(), Map.of()), List.of(), null));
        } else {
            base.sheet().rates().forEach(rates::put);
            base.replace(new Sheet(
                    rates,
                    base.sheet().context(),
                    base.sheet().tiers(),
                    base.sheet().regions()));
        }
    }

    private static long side(String text) {
        if (text.isEmpty() || text.length() > LONGEST_SIDE || !text.chars().allMatch(Character::isDigit)) {
            return 0;
        }
        return Long.parseLong(text);
    }
}

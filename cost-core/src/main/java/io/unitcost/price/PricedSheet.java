package io.unitcost.price;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A sheet, ready to charge: every tier and region worked out beforehand. */
final class PricedSheet {

    /** What providers call the tier that is none. */
    private static final Set<String> STANDARD =
            Set.of("standard", "default", "auto", "on_demand", "on-demand", "standard_only");

    private static final String NONE = "";

    /** Stands for every named region without an entry of its own. */
    private static final String ANY_REGION = "*";

    private final Ladder plain;
    private final Map<String, Ladder> plainByRegion;
    private final Map<String, Map<String, Ladder>> byTier = new HashMap<>();

    PricedSheet(Sheet sheet, Currency currency) {
        this.plainByRegion = regions(sheet.ofTier(NONE), currency);
        this.plain = Objects.requireNonNull(plainByRegion.get(NONE));
        for (String tier : sheet.tiers().keySet()) {
            byTier.put(tier, regions(sheet.ofTier(tier), currency));
        }
    }

    /** The rates of a tier in a region. A tier or region that the sheet does not name costs what the standard does. */
    Ladder ladder(@Nullable String tier, @Nullable String region) {
        if ((tier == null || byTier.isEmpty()) && (region == null || plainByRegion.size() == 1)) {
            return plain;
        }
        Map<String, Ladder> ofTier = tier == null ? plainByRegion : byTier.getOrDefault(normalize(tier), plainByRegion);
        String name = region == null ? NONE : normalize(region);
        Ladder ladder = ofTier.get(name);
        if (ladder == null) {
            ladder = ofTier.get(ANY_REGION);
        }
        return ladder != null ? ladder : Objects.requireNonNull(ofTier.get(NONE));
    }

    Set<String> tiers() {
        return byTier.keySet();
    }

    Set<String> regions() {
        Set<String> named = new HashSet<>(plainByRegion.keySet());
        named.remove(NONE);
        return named;
    }

    /** Lower case; the names of the tier that is none become none. */
    static String normalize(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return STANDARD.contains(lower) ? NONE : lower;
    }

    private static Map<String, Ladder> regions(Sheet sheet, Currency currency) {
        Map<String, Ladder> ladders = new HashMap<>();
        ladders.put(NONE, new Ladder(sheet, currency));
        for (Map.Entry<String, BigDecimal> region : sheet.regions().entrySet()) {
            ladders.put(region.getKey(), new Ladder(sheet.timesTokens(region.getValue()), currency));
        }
        return ladders;
    }
}

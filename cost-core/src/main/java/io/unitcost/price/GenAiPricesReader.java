package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads genai-prices v2 (Pydantic): an array of providers with models, prices in US dollars per million, thousand or hour,
 * as the price key says. Which names a model has is said by {@link GenAiNames}, when a price is in force by
 * {@link GenAiPeriods}.
 *
 * <p>A step begins <em>above</em> its {@code start}; {@code "inclusive": true} is understood as well. Groq's minimum of ten
 * seconds, which genai-prices has in its code and not in its data, is part of Groq's prices here.
 */
final class GenAiPricesReader {

    private static final Set<String> PROVIDER_KEYS = Set.of(
            "id",
            "name",
            "pricing_urls",
            "api_pattern",
            "description",
            "price_comments",
            "model_match",
            "provider_match",
            "extractors",
            "fallback_model_providers",
            "models");
    private static final Set<String> MODEL_KEYS = Set.of(
            "id",
            "name",
            "description",
            "match",
            "context_window",
            "price_comments",
            "prices",
            "deprecated",
            "removed");

    private static final BigDecimal MOST_TOKENS = BigDecimal.TEN.pow(15);
    private static final String GROQ = "groq";
    private static final BigDecimal GROQ_MINIMUM = BigDecimal.TEN;

    private final PublicTable table;
    private final Map<String, Optional<Counted>> counted = new HashMap<>();

    GenAiPricesReader(PublicTable table) {
        this.table = table;
    }

    /** A price key's unit, and for how many of it the price is. */
    private record Counted(Unit unit, long per) {}

    void read(List<?> providers) {
        for (Object element : providers) {
            String id = element instanceof JsonObject object ? object.text("id") : null;
            if (id == null || id.isBlank()) {
                table.report().note("provider without an id", "provider", null, element);
            } else {
                provider(ModelIds.normalize(id), (JsonObject) element);
            }
        }
        GenAiNames.resolveProviders(table, providers);
    }

    private void provider(String id, JsonObject provider) {
        noteUnknown(id, provider, PROVIDER_KEYS);
        List<?> urls = provider.list("pricing_urls");
        String url = !urls.isEmpty() && urls.get(0) instanceof String first ? first : null;
        for (Object element : provider.list("models")) {
            table.report().entry();
            if (element instanceof JsonObject model && model.text("id") != null) {
                model(id, model, url);
            } else {
                table.report().leftOut("no id", id, "models", element);
            }
        }
    }

    private void model(String provider, JsonObject model, @Nullable String url) {
        String where = provider + "/" + model.text("id");
        noteUnknown(where, model, MODEL_KEYS);
        try {
            GenAiPeriods periods = new GenAiPeriods(table, where, prices -> sheet(provider, where, prices));
            Sheet sheet = periods.read(model.get("prices"));
            if (sheet == null) {
                table.report().leftOut("no price", where, null, null);
                return;
            }
            List<String> names = new GenAiNames(table, where).of(model);
            table.add(where, names, new PublicTable.Row(provider, sheet, periods.periods(), url));
        } catch (PublicTable.BadEntry e) {
            e.reportTo(table.report(), where);
        }
    }

    private void noteUnknown(String where, JsonObject object, Set<String> known) {
        object.fields().forEach((key, value) -> {
            if (!known.contains(key) && value != null) {
                table.report().note("key that is not known: " + key, where, null, value);
            }
        });
    }

    /** The sheet of a price card; {@code null} when there is no price in it. */
    private @Nullable Sheet sheet(String provider, String where, JsonObject card) {
        Map<Unit, Billing> base = new LinkedHashMap<>();
        NavigableMap<Long, Map<Unit, Billing>> steps = new TreeMap<>();
        card.fields().forEach((key, value) -> {
            Counted counts = value == null ? null : counted(key);
            if (counts == null) {
                if (value != null) {
                    table.report().note("price key that is not known: " + key, where, null, value);
                }
                return;
            }
            JsonObject tiered = value instanceof JsonObject object ? object : null;
            base.put(counts.unit, billing(provider, where, key, counts, tiered == null ? value : tiered.get("base")));
            if (tiered != null) {
                tiered.list("tiers").forEach(tier -> step(provider, where, key, counts, tier, steps));
            }
        });
        return base.isEmpty() ? null : new Sheet(base, accumulated(steps), Map.of(), Map.of());
    }

    private void step(
            String provider,
            String where,
            String key,
            Counted counts,
            @Nullable Object element,
            NavigableMap<Long, Map<Unit, Billing>> steps) {
        if (!(element instanceof JsonObject tier)) {
            throw new PublicTable.BadEntry(key + ".tiers", "is not an object", element);
        }
        BigDecimal start = table.amount(where, key + ".tiers.start", tier.get("start"));
        if (start.compareTo(MOST_TOKENS) > 0) {
            throw new PublicTable.BadEntry(key + ".tiers.start", "is not a number of tokens", start);
        }
        boolean inclusive = Boolean.TRUE.equals(tier.get("inclusive"));
        long from = start.longValue() + (inclusive && start.stripTrailingZeros().scale() <= 0 ? 0 : 1);
        Billing billing = billing(provider, where, key + ".tiers.price", counts, tier.get("price"));
        if (from > 0
                && steps.computeIfAbsent(from, f -> new LinkedHashMap<>()).putIfAbsent(counts.unit, billing) != null) {
            throw new PublicTable.BadEntry(key + ".tiers", "has two prices from the same size on", start);
        }
    }

    /** Each step with everything that changed until then, for a step stands on the base and not on the step before. */
    private static List<Sheet.Step> accumulated(NavigableMap<Long, Map<Unit, Billing>> steps) {
        List<Sheet.Step> accumulated = new ArrayList<>();
        Map<Unit, Billing> soFar = new LinkedHashMap<>();
        steps.forEach((from, rates) -> {
            soFar.putAll(rates);
            accumulated.add(from == 1 ? new Sheet.Step(1, true, soFar) : new Sheet.Step(from - 1, false, soFar));
        });
        return accumulated;
    }

    private Billing billing(String provider, String where, String key, Counted counts, @Nullable Object value) {
        BigDecimal price = ListedAmount.plain(table.amount(where, key, value));
        Rate rate = Rate.of(price, counts.per);
        boolean speech = provider.equals(GROQ) && counts.unit.isTime();
        return speech ? new Billing(rate, GROQ_MINIMUM, BigDecimal.ZERO, List.of(), true) : Billing.of(rate);
    }

    private @Nullable Counted counted(String key) {
        Optional<Counted> known = counted.get(key);
        if (known == null) {
            known = Optional.ofNullable(parse(key));
            counted.put(key, known);
        }
        return known.orElse(null);
    }

    /** The names follow a rule in all of genai-prices' units: what is counted, then for how many of it the price is. */
    private static @Nullable Counted parse(String key) {
        int last = key.lastIndexOf('_');
        String counted = last < 0 ? "" : key.substring(0, last);
        return switch (key.substring(last + 1)) {
            case "mtok" -> unit(counted + "_tokens", 1_000_000);
            case "kcount" -> unit(counted, 1_000);
            case "hours" -> unit(counted + "_seconds", 3_600);
            case "kpages" -> unit(counted + "_pages", 1_000);
            case "mchars" -> unit(counted + "_characters", 1_000_000);
            case "gpixels" -> unit(counted + "_pixels", 1_000_000_000);
            case "each" -> unit(counted + "s", 1);
            default -> null;
        };
    }

    private static @Nullable Counted unit(String name, long per) {
        try {
            return new Counted(Unit.of(name), per);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

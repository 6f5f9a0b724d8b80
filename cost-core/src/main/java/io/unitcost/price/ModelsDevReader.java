package io.unitcost.price;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads models.dev: the published {@code api.json}, providers with models with a {@code cost}, or an extract of it with the
 * costs right below the providers. Prices are in US dollars per million tokens.
 *
 * <p>{@code tiers} are context steps for the whole request, above their size. {@code context_over_200k} is their
 * predecessor; it counts where there are none, for where both stand they disagree on the size and the older one is wrong.
 * A mode such as {@code fast}, with a cost of its own, is a service tier.
 */
final class ModelsDevReader {

    private static final int MILLION = 6;
    private static final long OVER_200K = 200_000;
    private static final String TIERS = "tiers";
    private static final String OLD_TIER = "context_over_200k";
    private static final int DATE_LENGTH = 10;

    private static final Map<String, Unit> UNITS = Map.of(
            "input", Unit.INPUT_TOKENS,
            "output", Unit.OUTPUT_TOKENS,
            "cache_read", Unit.CACHE_READ_TOKENS,
            "cache_write", Unit.CACHE_WRITE_TOKENS,
            "reasoning", Unit.REASONING_TOKENS,
            "input_audio", Unit.INPUT_AUDIO_TOKENS,
            "output_audio", Unit.OUTPUT_AUDIO_TOKENS);

    private final PublicTable table;

    ModelsDevReader(PublicTable table) {
        this.table = table;
    }

    void read(JsonObject document) {
        document.fields().forEach((name, value) -> {
            if (!(value instanceof JsonObject provider)) {
                table.report().note("not a provider", name, null, value);
                return;
            }
            String id = ProviderNames.id(name);
            PublicTable.Terms terms = table.terms(id);
            terms.alias(name);
            ProviderNames.othersOf(id).forEach(terms::alias);
            if (ProviderNames.isMaker(id)) {
                terms.maker();
            }
            JsonObject published = provider.object("models");
            JsonObject models = published == null ? provider : published;
            models.fields().forEach((model, entry) -> {
                table.report().entry();
                model(name, model, entry, published != null);
            });
        });
    }

    private void model(String provider, String model, @Nullable Object entry, boolean published) {
        String where = provider + "/" + model;
        JsonObject described = entry instanceof JsonObject object ? object : new JsonObject(Map.of());
        JsonObject cost = published ? described.object("cost") : described;
        if (cost == null || cost.fields().isEmpty()) {
            table.report().leftOut("no price", where, null, null);
            return;
        }
        try {
            lastUpdated(described.text("last_updated"));
            Sheet sheet = sheet(where, cost, modes(where, described));
            if (sheet.rates().isEmpty()) {
                table.report().leftOut("no price", where, null, null);
                return;
            }
            List<String> names = names(model, described.text("id"));
            table.add(where, names, new PublicTable.Row(ProviderNames.id(provider), sheet, List.of(), null));
        } catch (PublicTable.BadEntry e) {
            e.reportTo(table.report(), where);
        }
    }

    private static List<String> names(String model, @Nullable String id) {
        return id == null || id.equals(model) ? List.of(model) : List.of(model, id);
    }

    private void lastUpdated(@Nullable String day) {
        if (day != null && day.length() == DATE_LENGTH) {
            try {
                table.says(LocalDate.parse(day));
            } catch (DateTimeException e) {
                table.report().note("not a date", "last_updated", null, day);
            }
        }
    }

    private Sheet sheet(String where, JsonObject cost, Map<String, JsonObject> modes) {
        Map<Unit, Billing> base = rates(where, cost, "");
        List<Sheet.Step> steps = steps(where, cost, "");
        Map<String, Sheet> tiers = new HashMap<>();
        modes.forEach((mode, own) -> {
            String prefix = "modes." + mode + ".";
            Sheet tier = new Sheet(rates(where, own, prefix), steps(where, own, prefix), Map.of(), Map.of());
            if (!tier.rates().isEmpty()) {
                tiers.put(mode, tier);
            }
        });
        return new Sheet(base, steps, tiers, Map.of());
    }

    private Map<Unit, Billing> rates(String where, JsonObject cost, String prefix) {
        Map<Unit, Billing> rates = new LinkedHashMap<>();
        cost.fields().forEach((key, value) -> {
            Unit unit = UNITS.get(key);
            if (unit != null && value != null) {
                BigDecimal each = table.amount(where, prefix + key, value).movePointLeft(MILLION);
                rates.put(unit, Billing.of(ListedAmount.rate(unit, each)));
            } else if (unit == null && !key.equals(TIERS) && !key.equals(OLD_TIER) && !key.equals("tier")) {
                table.report().note("price without a unit here: " + key, where, null, value);
            }
        });
        return rates;
    }

    private List<Sheet.Step> steps(String where, JsonObject cost, String prefix) {
        TreeMap<Long, Map<Unit, Billing>> bySize = new TreeMap<>();
        for (Object element : cost.list(TIERS)) {
            JsonObject step = element instanceof JsonObject object ? object : new JsonObject(Map.of());
            JsonObject tier = step.object("tier");
            String type = tier == null ? null : tier.text("type");
            if (tier == null || (type != null && !type.equals("context"))) {
                table.report().note("tier by something else than the context", where, prefix + TIERS, element);
                continue;
            }
            bySize.put(size(where, tier), rates(where, step, prefix + TIERS + "."));
        }
        JsonObject old = cost.object(OLD_TIER);
        if (old != null && bySize.isEmpty()) {
            bySize.put(OVER_200K, rates(where, old, prefix + OLD_TIER + "."));
        } else if (old != null) {
            table.report().note("older " + OLD_TIER + " beside tiers: not used", where, null, old);
        }
        List<Sheet.Step> steps = new ArrayList<>();
        Map<Unit, Billing> soFar = new LinkedHashMap<>();
        bySize.forEach((size, rates) -> {
            soFar.putAll(rates);
            if (!soFar.isEmpty()) {
                steps.add(new Sheet.Step(size, false, soFar));
            }
        });
        return steps;
    }

    private long size(String where, JsonObject tier) {
        BigDecimal size = table.amount(where, TIERS + ".tier.size", tier.get("size"));
        if (size.signum() == 0 || size.stripTrailingZeros().scale() > 0 || size.precision() - size.scale() > 15) {
            throw new PublicTable.BadEntry(TIERS + ".tier.size", "is not a number of tokens", size);
        }
        return size.longValueExact();
    }

    /** Costs by service tier: by the name of the mode, and by the tier that a request in it asks for. */
    private Map<String, JsonObject> modes(String where, JsonObject described) {
        Map<String, JsonObject> modes = new LinkedHashMap<>();
        JsonObject experimental = described.object("experimental");
        JsonObject listed = experimental == null ? null : experimental.object("modes");
        Map<String, @Nullable Object> all = listed == null ? Map.of() : listed.fields();
        all.forEach((name, value) -> {
            JsonObject cost = value instanceof JsonObject mode ? mode.object("cost") : null;
            String tier = PricedSheet.normalize(name);
            if (cost != null && !tier.isEmpty()) {
                modes.put(tier, cost);
                String asked = PricedSheet.normalize(serviceTier((JsonObject) value));
                if (!asked.isEmpty()) {
                    modes.putIfAbsent(asked, cost);
                }
            } else {
                table.report().note("mode without a cost", where, name, null);
            }
        });
        return modes;
    }

    private static String serviceTier(JsonObject mode) {
        JsonObject provider = mode.object("provider");
        JsonObject body = provider == null ? null : provider.object("body");
        String tier = body == null ? null : body.text("service_tier");
        return tier == null ? "" : tier;
    }
}

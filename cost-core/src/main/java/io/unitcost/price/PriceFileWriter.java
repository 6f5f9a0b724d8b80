package io.unitcost.price;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table in the format {@code unitcost-prices/1}: sorted, a model in a few lines. What is read back prices
 * everything alike and has the same content hash.
 *
 * <p>Notes are not kept, because the reader does not keep them. A name that joins the names of layers with {@code +} is
 * written with {@code -}.
 */
final class PriceFileWriter {

    private static final int LONGEST_NAME = 64;

    private final PriceTable table;
    private final Map<String, Map<String, ModelPrice>> ids;
    private final SourceIds sources = new SourceIds();

    private PriceFileWriter(PriceTable table, Map<String, Map<String, ModelPrice>> ids) {
        this.table = table;
        this.ids = ids;
    }

    /** @param ids the table's prices by provider and by model id or alias, both normalized */
    static String write(PriceTable table, Map<String, Map<String, ModelPrice>> ids) {
        return JsonLayout.of(new PriceFileWriter(table, ids).document());
    }

    private Map<String, Object> document() {
        String name = table.name().replace('+', '-');
        // first, because they name the sources that stand before them
        Map<String, Object> providers = providers();
        return new JsonFields()
                .put("format", PriceFileReader.FORMAT)
                .put("name", name.substring(0, Math.min(name.length(), LONGEST_NAME)))
                .put("date", table.asOf().toString())
                .put("currency", table.currency().getCurrencyCode())
                .put("sources", sources.toMap())
                .put("providers", providers)
                .toMap();
    }

    private Map<String, Object> providers() {
        Map<String, List<ModelPrice>> byProvider = new TreeMap<>();
        table.models().forEach(price -> byProvider
                .computeIfAbsent(ModelIds.normalize(price.provider()), p -> new ArrayList<>())
                .add(price));
        table.providers().keySet().forEach(id -> byProvider.putIfAbsent(id, List.of()));
        Map<String, Object> providers = new LinkedHashMap<>();
        byProvider.forEach((key, models) -> {
            Provider terms = table.providers().get(key);
            String id = terms != null ? terms.id() : models.get(0).provider();
            providers.put(id, provider(key, terms, models));
        });
        return providers;
    }

    private Map<String, Object> provider(String key, @Nullable Provider terms, List<ModelPrice> models) {
        List<ModelPrice.@Nullable Source> ofModels = new ArrayList<>();
        models.forEach(price -> ofModels.add(source(price)));
        String common = sources.common(key, ofModels);
        JsonFields provider = new JsonFields();
        if (common != null) {
            provider.put("source", common);
        }
        if (terms != null) {
            terms(provider, terms);
        }
        Map<String, Object> rows = new LinkedHashMap<>();
        Map<ModelPrice, List<String>> names = names(key);
        for (ModelPrice price : models) {
            rows.put(price.id(), model(price, names.getOrDefault(price, List.of()), common));
        }
        return provider.put("models", rows).toMap();
    }

    private static void terms(JsonFields provider, Provider terms) {
        int before = provider.toMap().size();
        provider.put("aliases", List.copyOf(new TreeSet<>(terms.aliases())))
                .put("fallback", terms.fallback())
                .put("maker", terms.maker())
                .put("router", terms.router())
                .put("deployments", new TreeMap<>(terms.deployments()));
        Adjustment adjustment = terms.adjustment();
        if (adjustment != null && adjustment.isNone()) {
            // said too: it keeps out the terms of "*"
            provider.put("discount", "0");
        } else if (adjustment != null) {
            provider.put("discount", adjustment.discount())
                    .put("margin", adjustment.margin())
                    .put("fee", adjustment.fee());
        }
        if (provider.toMap().size() == before) {
            // described, with nothing to say
            provider.put("aliases", (Object) List.of());
        }
    }

    /** The other ids under which each price is found, as its own table wrote them. An alias that a layer took is not there. */
    private Map<ModelPrice, List<String>> names(String provider) {
        Map<ModelPrice, List<String>> names = new HashMap<>();
        new TreeMap<>(ids.getOrDefault(provider, Map.of())).forEach((id, price) -> {
            if (!id.equals(ModelIds.normalize(price.id()))) {
                String written = price.definition().aliases().stream()
                        .filter(alias -> ModelIds.normalize(alias).equals(id))
                        .findFirst()
                        .orElse(id);
                names.computeIfAbsent(price, p -> new ArrayList<>()).add(written);
            }
        });
        return names;
    }

    private Map<String, Object> model(ModelPrice price, List<String> aliases, @Nullable String commonSource) {
        ModelPrice.Definition definition = price.definition();
        JsonFields model = new JsonFields()
                .put("aliases", aliases)
                .put("patterns", List.copyOf(new TreeSet<>(definition.patterns())));
        String source = sources.id(source(price));
        if (source != null && !source.equals(commonSource)) {
            model.put("source", source);
        }
        SheetWriter.sheet(model, definition.sheet());
        SheetWriter.periods(model, definition.periods());
        return model.toMap();
    }

    /** Where it was read; the layer that has it, if that is not this table and says nothing. */
    private ModelPrice.@Nullable Source source(ModelPrice price) {
        ModelPrice.Source source = price.definition().source();
        String from = price.table();
        boolean own = from.isEmpty() || from.equals(table.name() + ", " + table.asOf());
        return source != null || own ? source : new ModelPrice.Source(from, null, null);
    }
}

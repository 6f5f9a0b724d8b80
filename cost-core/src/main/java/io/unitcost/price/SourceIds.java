package io.unitcost.price;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Short ids for the sources of a price file: the provider's for the one most of its prices have, a number behind it for others. */
final class SourceIds {

    private final Map<ModelPrice.Source, String> ids = new LinkedHashMap<>();

    /**
     * Gives ids to the sources of a provider's models.
     *
     * @return the id that the models inherit; {@code null} when one of them has no source, which it would inherit as well
     */
    @Nullable
    String common(String provider, List<ModelPrice.@Nullable Source> ofModels) {
        Map<ModelPrice.Source, Integer> counts = new LinkedHashMap<>();
        for (ModelPrice.Source source : ofModels) {
            if (source != null) {
                counts.merge(source, 1, Integer::sum);
            }
        }
        List<ModelPrice.Source> byCount = new ArrayList<>(counts.keySet());
        byCount.sort(Comparator.comparingInt((ModelPrice.Source source) -> -counts.getOrDefault(source, 0))
                .thenComparing(ModelPrice.Source::toString));
        byCount.forEach(source -> ids.computeIfAbsent(source, s -> free(provider)));
        return byCount.isEmpty() || ofModels.contains(null) ? null : ids.get(byCount.get(0));
    }

    private String free(String provider) {
        String id = provider;
        for (int i = 2; ids.containsValue(id); i++) {
            id = provider + "-" + i;
        }
        return id;
    }

    @Nullable
    String id(ModelPrice.@Nullable Source source) {
        return source == null ? null : ids.get(source);
    }

    Map<String, Object> toMap() {
        Map<String, Object> sorted = new TreeMap<>();
        ids.forEach((source, id) -> {
            JsonFields written = new JsonFields().put("title", source.title());
            if (source.url() != null) {
                written.put("url", source.url());
            }
            if (source.date() != null) {
                written.put("date", source.date().toString());
            }
            sorted.put(id, written.toMap());
        });
        return sorted;
    }
}

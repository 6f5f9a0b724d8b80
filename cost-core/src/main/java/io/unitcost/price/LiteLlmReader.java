package io.unitcost.price;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads LiteLLM's {@code model_prices_and_context_window.json}: an object of models, prices in US dollars for single units.
 *
 * <p>A key such as {@code azure/eu/gpt-4o} names a provider and a model. The row has the model's id without the provider,
 * {@code eu/gpt-4o}, and the whole key as an alias. Where a provider has one model under a bare key and under one with its
 * name in front, the latter has the id, as LiteLLM itself looks for it first.
 *
 * <p>Images by size and quality ({@code hd/1024-x-1024/dall-e-3}) are rows of their own, and prices of the model's row:
 * {@code output_images/hd/1024x1024}.
 */
final class LiteLlmReader {

    private static final String SAMPLE = "sample_spec";

    private final PublicTable table;
    private final LocalDate today;
    private final Map<String, Optional<LiteLlmKey>> keys = new HashMap<>();
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<LiteLlmImages> images = new ArrayList<>();

    LiteLlmReader(PublicTable table, LocalDate today) {
        this.table = table;
        this.today = today;
    }

    /**
     * A row and the names it wants.
     *
     * @param surety how sure it is that the first name is meant for this row; the lowest goes first
     * @param entry the key in the document
     * @param names the names, the first one as the id
     * @param row the price
     */
    private record Candidate(int surety, String entry, List<String> names, PublicTable.Row row) {}

    void read(JsonObject document) {
        document.fields().forEach((key, value) -> {
            if (!key.equals(SAMPLE)) {
                table.report().entry();
                entry(key, value);
            }
        });
        candidates.sort(Comparator.comparingInt(Candidate::surety));
        candidates.forEach(candidate -> table.add(candidate.entry, candidate.names, candidate.row));
        images.forEach(image -> image.addTo(table));
    }

    private void entry(String key, @Nullable Object value) {
        String listed = value instanceof JsonObject object ? object.text("litellm_provider") : null;
        if (!(value instanceof JsonObject object) || listed == null || listed.isBlank()) {
            table.report().leftOut("no provider", key, null, value instanceof JsonObject ? null : value);
            return;
        }
        try {
            LiteLlmEntry entry = new LiteLlmEntry(table, key, object, keys);
            if (!entry.isPriced()) {
                table.report().leftOut("no price", key, null, null);
                return;
            }
            candidate(key, listed, entry);
        } catch (PublicTable.BadEntry e) {
            e.reportTo(table.report(), key);
        }
    }

    private void candidate(String key, String listed, LiteLlmEntry entry) {
        String provider = ProviderNames.id(listed);
        PublicTable.Terms terms = table.terms(provider);
        terms.alias(listed);
        ProviderNames.othersOf(provider).forEach(terms::alias);
        if (ProviderNames.isMaker(provider)) {
            terms.maker();
        }
        String id = withoutProvider(key, provider);
        boolean prefixed = !id.equals(key);
        LiteLlmImages image = LiteLlmImages.of(id, provider);
        PublicTable.Row row = new PublicTable.Row(provider, entry.sheet(image), entry.periods(today), entry.source());
        List<String> names = prefixed ? List.of(id, key) : List.of(key);
        candidates.add(new Candidate(surety(listed, prefixed), key, names, row));
        if (image != null) {
            images.add(image.of(key, row));
        }
    }

    /** A second service of a provider, with prices of its own, comes last. */
    private static int surety(String listed, boolean prefixed) {
        if (listed.startsWith("text-completion-") || listed.equals("bedrock_mantle")) {
            return 2;
        }
        return prefixed ? 0 : 1;
    }

    static String withoutProvider(String key, String provider) {
        int slash = key.indexOf('/');
        boolean own = slash > 0
                && slash < key.length() - 1
                && ProviderNames.id(key.substring(0, slash)).equals(provider);
        return own ? key.substring(slash + 1) : key;
    }
}

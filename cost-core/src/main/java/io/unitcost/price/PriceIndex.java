package io.unitcost.price;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Prices by provider, and by model id or alias, both normalized: how a table holds, layers and hashes them. */
final class PriceIndex {

    private PriceIndex() {}

    /** @throws PriceTableException if a name stands for two models */
    static Map<String, Map<String, ModelPrice>> of(Collection<ModelPrice> models) {
        Map<String, Map<String, ModelPrice>> index = new HashMap<>();
        for (ModelPrice price : models) {
            put(index, price.id(), price);
            for (String alias : price.definition().aliases()) {
                put(index, alias, price);
            }
        }
        return index;
    }

    private static void put(Map<String, Map<String, ModelPrice>> index, String id, ModelPrice price) {
        Map<String, ModelPrice> ids = index.computeIfAbsent(ModelIds.normalize(price.provider()), p -> new HashMap<>());
        ModelPrice other = ids.put(ModelIds.normalize(id), price);
        if (other != null && other != price) {
            throw new PriceTableException("price table: '" + id + "' of provider " + price.provider() + " names both "
                    + other.id() + " and " + price.id() + "; remove it from one of them");
        }
    }

    /** Every price on the terms of its provider's contract, each made once. */
    static Map<String, Map<String, ModelPrice>> adjusted(
            Map<String, Map<String, ModelPrice>> byProvider, Map<String, Provider> providers) {
        Map<ModelPrice, ModelPrice> made = new HashMap<>();
        Map<String, Map<String, ModelPrice>> adjusted = new HashMap<>();
        byProvider.forEach((provider, ids) -> {
            Adjustment terms = Provider.adjustment(providers, provider);
            Map<String, ModelPrice> shelf = new HashMap<>();
            ids.forEach((model, price) -> shelf.put(model, made.computeIfAbsent(price, p -> p.with(terms))));
            adjusted.put(provider, shelf);
        });
        return adjusted;
    }

    /** Puts prices over those of the same models, under their names and patterns too, however the ids are written. */
    static void lay(Map<String, ModelPrice> upper, Map<String, ModelPrice> lower) {
        Map<String, ModelPrice> byId = new HashMap<>();
        upper.values().forEach(own -> byId.put(ModelIds.folded(ModelIds.normalize(own.id())), own));
        byId.putAll(upper);
        Map<ModelPrice, Set<String>> patterns = new HashMap<>();
        lower.replaceAll((id, theirs) -> {
            String theirId = ModelIds.normalize(theirs.id());
            ModelPrice exact = byId.get(theirId);
            ModelPrice own = exact != null ? exact : byId.get(ModelIds.folded(theirId));
            if (own == null) {
                return theirs;
            }
            patterns.computeIfAbsent(own, p -> new TreeSet<>())
                    .addAll(theirs.definition().patterns());
            return own;
        });
        lower.putAll(upper);
        Map<ModelPrice, ModelPrice> extended = new HashMap<>();
        patterns.forEach((own, more) -> extended.put(own, own.with(more)));
        lower.replaceAll((id, price) -> extended.getOrDefault(price, price));
    }

    /** Hashes what each id costs: the order of definitions, layers and files does not matter. */
    static String contentHash(
            Currency currency, Map<String, Map<String, ModelPrice>> byProvider, Map<String, Provider> providers) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(currency.getCurrencyCode().getBytes(StandardCharsets.UTF_8));
            Map<ModelPrice, byte[]> texts = new HashMap<>();
            new TreeMap<>(byProvider).forEach((provider, ids) -> new TreeMap<>(ids).forEach((id, price) -> {
                digest.update((provider + '/' + id + ' ').getBytes(StandardCharsets.UTF_8));
                digest.update(texts.computeIfAbsent(
                        price, p -> (p.definition().canonical() + '\n').getBytes(StandardCharsets.UTF_8)));
            }));
            new TreeMap<>(providers)
                    .forEach((provider, terms) -> digest.update(
                            (provider + ' ' + terms.canonical() + '\n').getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.unitcost.price;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.unitcost.price.PriceMatch.How;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a model's price by provider and id. Immutable but for what it remembers.
 *
 * <p>Ids and aliases as the table writes them are one look into a hash table. Every other way of writing an id is worked
 * out once and remembered, in a cache with a bound: model ids come from outside.
 */
final class Directory {

    private static final PriceMatch UNKNOWN_PROVIDER = PriceMatch.none(Unpriced.UNKNOWN_PROVIDER);
    private static final PriceMatch UNKNOWN_MODEL = PriceMatch.none(Unpriced.UNKNOWN_MODEL);

    private static final int REMEMBERED = 10_000;
    private static final int LONGEST_ID = 512;

    /** Amazon Bedrock, whose inference profiles carry a geography in front of the model id. */
    private static final String BEDROCK = "aws";

    private final Map<String, Shelf> shelves = new HashMap<>();
    private final List<Shelf> makers = new ArrayList<>();
    private final Cache<Asked, PriceMatch> remembered = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    /**
     * @param prices prices by provider id and by model id or alias, both normalized
     * @param providers terms by normalized provider id
     */
    Directory(Map<String, Map<String, ModelPrice>> prices, Map<String, Provider> providers) {
        Set<String> ids = new HashSet<>(prices.keySet());
        ids.addAll(providers.keySet());
        ids.remove(Provider.ANY);
        for (String id : ids) {
            Provider provider = providers.getOrDefault(id, Provider.of(id));
            shelves.put(id, new Shelf(id, provider, prices.getOrDefault(id, Map.of())));
        }
        List<Shelf> all = shelves.values().stream()
                .sorted(Comparator.comparing((Shelf shelf) -> shelf.id))
                .toList();
        for (Shelf shelf : all) {
            shelf.provider.aliases().forEach(alias -> shelves.putIfAbsent(ModelIds.normalize(alias), shelf));
        }
        for (Shelf shelf : all) {
            shelves.putIfAbsent(ModelIds.folded(shelf.id), shelf);
            shelf.provider
                    .aliases()
                    .forEach(alias -> shelves.putIfAbsent(ModelIds.folded(ModelIds.normalize(alias)), shelf));
            if (shelf.provider.maker()) {
                makers.add(shelf);
            }
        }
        all.forEach(shelf -> shelf.deploy(this));
    }

    /**
     * Who has the price of this model.
     *
     * @param provider {@code null} to look for the one maker that has it
     */
    PriceMatch find(@Nullable String provider, String model) {
        if (provider != null) {
            Shelf shelf = shelves.get(provider);
            PriceMatch match = shelf == null ? null : shelf.exact.get(model);
            if (match != null) {
                return match;
            }
        }
        if (model.length() > LONGEST_ID || (provider != null && provider.length() > LONGEST_ID)) {
            return UNKNOWN_MODEL;
        }
        Asked asked = new Asked(provider, model);
        PriceMatch match = remembered.getIfPresent(asked);
        if (match == null) {
            match = search(provider, ModelIds.normalize(model));
            remembered.put(asked, match);
        }
        return match;
    }

    /** The id of the provider of this name, or the name itself when there is none. */
    String idOf(String provider) {
        Shelf shelf = shelf(provider);
        return shelf == null ? provider : shelf.id;
    }

    long remembered() {
        remembered.cleanUp();
        return remembered.estimatedSize();
    }

    private PriceMatch search(@Nullable String provider, String model) {
        if (provider == null || provider.isBlank()) {
            return atMaker(model);
        }
        Shelf shelf = shelf(provider);
        if (shelf == null) {
            return UNKNOWN_PROVIDER;
        }
        PriceMatch match = shelf.search(model);
        if (match == null && shelf.provider.router()) {
            match = routed(model);
        }
        return match != null ? match : atFallback(shelf, model);
    }

    private @Nullable PriceMatch routed(String model) {
        int slash = model.indexOf('/');
        Shelf named = slash < 1 ? null : shelf(model.substring(0, slash));
        if (named == null) {
            return null;
        }
        String behind = model.substring(slash + 1);
        PriceMatch match = named.search(behind);
        match = match != null ? match : atFallback(named, behind);
        return match.isFound() ? match.by(How.ROUTED) : null;
    }

    private PriceMatch atFallback(Shelf shelf, String model) {
        for (String other : shelf.provider.fallback()) {
            Shelf fallback = shelf(other);
            PriceMatch match = fallback == null ? null : fallback.search(model);
            if (match != null) {
                return match.by(How.FALLBACK);
            }
        }
        return UNKNOWN_MODEL;
    }

    /** The price at the one maker that has the model; none when two makers have it. */
    private PriceMatch atMaker(String model) {
        PriceMatch found = null;
        for (Shelf maker : makers) {
            PriceMatch match = maker.search(model);
            if (match != null && match.isFound()) {
                if (found != null) {
                    return UNKNOWN_PROVIDER;
                }
                found = match;
            }
        }
        return found == null ? UNKNOWN_PROVIDER : found.by(How.MAKER);
    }

    private @Nullable Shelf shelf(String provider) {
        String id = ModelIds.normalize(provider);
        Shelf shelf = shelves.get(id);
        return shelf != null ? shelf : shelves.get(ModelIds.folded(id));
    }

    private record Asked(@Nullable String provider, String model) {}

    /** The prices of one provider. */
    private static final class Shelf {
        private final String id;
        private final Provider provider;
        private final boolean bedrock;
        private final Map<String, PriceMatch> exact = new HashMap<>();
        /** By the id with dots and dashes alike; an id that two models share then is not here. */
        private final Map<String, PriceMatch> folded = new HashMap<>();

        private final List<Listed> patterns = new ArrayList<>();

        Shelf(String id, Provider provider, Map<String, ModelPrice> prices) {
            this.id = id;
            this.provider = provider;
            this.bedrock = id.equals(BEDROCK);
            Set<String> shared = new HashSet<>();
            prices.forEach((model, price) -> {
                exact.put(model, PriceMatch.of(price, How.EXACT));
                PriceMatch other = folded.put(ModelIds.folded(model), PriceMatch.of(price, How.SPELLING));
                if (other != null && other.price() != price) {
                    shared.add(ModelIds.folded(model));
                }
            });
            folded.keySet().removeAll(shared);
            Set<ModelPrice> distinct = new HashSet<>(prices.values());
            distinct.forEach(
                    price -> price.definition().patterns().forEach(glob -> patterns.add(Listed.of(glob, price))));
            patterns.sort(Comparator.comparingInt((Listed listed) -> -listed.glob.length())
                    .thenComparing(listed -> listed.glob)
                    .thenComparing(listed -> listed.match.toString()));
        }

        /** Puts the operator's own names over the ids, even one whose model has no price: it is not the other model. */
        void deploy(Directory directory) {
            Map<String, PriceMatch> deployed = new HashMap<>();
            provider.deployments().forEach((name, model) -> {
                PriceMatch match = search(ModelIds.normalize(model));
                match = match != null ? match : directory.atFallback(this, ModelIds.normalize(model));
                deployed.put(ModelIds.normalize(name), match.by(How.DEPLOYMENT));
            });
            exact.putAll(deployed);
        }

        @Nullable
        PriceMatch search(String model) {
            PriceMatch match = spelled(model);
            if (match == null && bedrock) {
                String[] geography = ModelIds.geography(model);
                match = geography == null ? null : spelled(geography[1]);
                match = match == null ? null : match.in(Objects.requireNonNull(geography)[0]);
            }
            return match != null ? match : listed(model);
        }

        private @Nullable PriceMatch spelled(String model) {
            PriceMatch match = exact.get(model);
            if (match != null) {
                return match;
            }
            for (String form : ModelIds.forms(model)) {
                match = exact.get(form);
                match = match != null ? match : folded.get(ModelIds.folded(form));
                if (match != null) {
                    return match.by(How.SPELLING);
                }
            }
            return null;
        }

        private @Nullable PriceMatch listed(String model) {
            for (Listed listed : patterns) {
                if (listed.regex.matcher(model).matches()) {
                    return listed.match;
                }
            }
            return null;
        }
    }

    /** A pattern that a table lists, the longest first. */
    private record Listed(String glob, Pattern regex, PriceMatch match) {

        /** {@code *} stands for one or more characters; everything else for itself. */
        static Listed of(String glob, ModelPrice price) {
            String[] literals = ModelIds.normalize(glob).split("\\*", -1);
            StringBuilder regex = new StringBuilder(Pattern.quote(literals[0]));
            for (int i = 1; i < literals.length; i++) {
                regex.append(".+").append(Pattern.quote(literals[i]));
            }
            return new Listed(glob, Pattern.compile(regex.toString()), PriceMatch.of(price, How.PATTERN));
        }
    }
}

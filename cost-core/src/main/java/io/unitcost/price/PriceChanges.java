package io.unitcost.price;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What another price table says differently: numbers that changed, models that came and models that went. Immutable.
 *
 * <p>A model of one table is compared with what the other one finds for its id, however it is written there.
 */
public final class PriceChanges {

    /** Stands for all models of a provider, where its discount, margin or fee changed. */
    static final String EVERY_MODEL = "*";

    /** The name of a table of prices that stay in force over a newer one; seen in the id on every record. */
    private static final String HELD = "held";

    private final PriceTable before;
    private final PriceTable after;
    private final Map<String, Pair> common = new TreeMap<>();
    private final List<PriceChange> changed = new ArrayList<>();
    private final List<String> added = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();

    /** A model that both tables have: the one that lists it as a row, and what it costs in each. */
    private record Pair(ModelPrice.Definition row, ModelPrice.Definition before, ModelPrice.Definition after) {}

    private PriceChanges(PriceTable before, PriceTable after) {
        this.before = before;
        this.after = after;
        for (ModelPrice row : after.models()) {
            ModelPrice old = before.find(row.provider(), row.id()).price();
            if (old == null) {
                added.add(row.toString());
            } else {
                common.put(
                        key(row.provider(), row.id()), new Pair(row.definition(), old.definition(), row.definition()));
            }
        }
        for (ModelPrice row : before.models()) {
            ModelPrice now = after.find(row.provider(), row.id()).price();
            if (now == null) {
                removed.add(row.toString());
            } else {
                common.putIfAbsent(
                        key(row.provider(), row.id()), new Pair(row.definition(), row.definition(), now.definition()));
            }
        }
        providers().forEach(this::compareTerms);
        common.values().forEach(this::compare);
    }

    /**
     * What changes from one table to another.
     *
     * @throws IllegalArgumentException if the tables are in different currencies
     */
    public static PriceChanges between(PriceTable before, PriceTable after) {
        if (!before.currency().equals(after.currency())) {
            throw new IllegalArgumentException("price table " + after.id() + " is in " + after.currency() + " but "
                    + before.id() + " is in " + before.currency() + "; convert one with convertedTo(currency, rate)");
        }
        return new PriceChanges(before, after);
    }

    /**
     * The numbers that changed: first what holds for all models of a provider, as model {@code *}, then those of models
     * that both tables have. Sorted.
     */
    public List<PriceChange> changed() {
        return List.copyOf(changed);
    }

    /** Models that only the new table has, sorted: {@code openai/gpt-4o}. */
    public List<String> added() {
        return List.copyOf(added);
    }

    /** Models that only the old table has, sorted. */
    public List<String> removed() {
        return List.copyOf(removed);
    }

    /** Whether everything costs the same; other names of models may still differ. */
    public boolean isEmpty() {
        return changed.isEmpty() && added.isEmpty() && removed.isEmpty();
    }

    /**
     * What the old table says of every model with such a change, and of the terms of every provider with one: a table to
     * lay over the new one, so that it has the rest. Other names of a model are the new table's.
     *
     * @return one with the name {@code held}; {@code null} if there is no such change
     */
    public @Nullable PriceTable held(Predicate<PriceChange> refused) {
        Set<String> held = changed.stream()
                .filter(refused)
                .map(change -> key(change.provider(), change.model()))
                .collect(Collectors.toSet());
        if (held.isEmpty()) {
            return null;
        }
        PriceTable.Builder table = PriceTable.builder(HELD).asOf(after.asOf()).currency(after.currency());
        providers().stream()
                .filter(provider -> held.contains(key(provider, EVERY_MODEL)))
                .forEach(provider -> table.add(new Provider(
                        provider,
                        Set.of(),
                        List.of(),
                        false,
                        false,
                        Map.of(),
                        Provider.adjustment(before.providers(), provider))));
        Set<String> taken = new HashSet<>(held);
        after.models().forEach(row -> taken.add(key(row.provider(), row.id())));
        common.forEach((key, pair) -> {
            if (held.contains(key)) {
                table.add(kept(pair, taken));
            }
        });
        return table.build();
    }

    /** The old price under the id of the row, and under those aliases that no other row has. */
    private static ModelPrice.Definition kept(Pair pair, Set<String> taken) {
        ModelPrice.Definition row = pair.row;
        ModelPrice.Definition old = pair.before;
        Set<String> aliases = new TreeSet<>(row.aliases());
        aliases.removeIf(alias -> !taken.add(key(row.provider(), alias)));
        return new ModelPrice.Definition(
                row.provider(),
                row.id(),
                aliases,
                row.patterns(),
                old.sheet(),
                old.periods(),
                old.source(),
                old.table());
    }

    /** All of it, as {@link #summary}. */
    @Override
    public String toString() {
        return summary(Integer.MAX_VALUE);
    }

    /**
     * How many changes there are, and the first ones: {@code 2 prices changed, 1 model added, 0 models removed:
     * openai/gpt-4o input_tokens 2.5 per 1M -> 2 per 1M (x 0.8) and 1 more}.
     *
     * @param most how many to show
     */
    public String summary(int most) {
        return count(changed.size(), "price") + " changed, " + count(added.size(), "model") + " added, "
                + count(removed.size(), "model") + " removed"
                + (changed.isEmpty() || most < 1 ? "" : ": " + PriceChange.summary(changed, most));
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void compare(Pair pair) {
        if (pair.before == pair.after || pair.before.canonical().equals(pair.after.canonical())) {
            return;
        }
        Map<String, PriceItems.Item> items = new TreeMap<>(PriceItems.of(pair.before));
        items.putAll(PriceItems.of(pair.after));
        items.forEach((label, item) -> add(
                pair.row.provider(), pair.row.id(), label, item.in(pair.before), item.in(pair.after), item.until()));
    }

    private void compareTerms(String provider) {
        Adjustment old = Provider.adjustment(before.providers(), provider);
        Adjustment now = Provider.adjustment(after.providers(), provider);
        add(
                provider,
                EVERY_MODEL,
                "discount and margin",
                PriceItems.Value.of(old.factor()),
                PriceItems.Value.of(now.factor()),
                null);
        add(provider, EVERY_MODEL, "fee", PriceItems.Value.of(old.fee()), PriceItems.Value.of(now.fee()), null);
    }

    private void add(
            String provider,
            String model,
            String item,
            PriceItems.@Nullable Value old,
            PriceItems.@Nullable Value now,
            @Nullable Instant until) {
        PriceChange change = new PriceChange(provider, model, item, old, now, until);
        if (!change.isNone()) {
            changed.add(change);
        }
    }

    /** All providers of both tables, sorted. */
    private Set<String> providers() {
        Set<String> providers = new TreeSet<>(before.providers().keySet());
        providers.addAll(after.providers().keySet());
        before.models().forEach(row -> providers.add(ModelIds.normalize(row.provider())));
        after.models().forEach(row -> providers.add(ModelIds.normalize(row.provider())));
        providers.remove(Provider.ANY);
        return providers;
    }

    private static String key(String provider, String model) {
        return ModelIds.normalize(provider) + "/" + ModelIds.normalize(model);
    }
}

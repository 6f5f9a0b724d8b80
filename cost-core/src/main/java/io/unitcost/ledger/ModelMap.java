package io.unitcost.ledger;

import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which model stands in for which. A recorded name is looked for as it stands, whatever its case, and then by the entry that the price table
 * has for it: {@code openai/gpt-4o-mini} maps its dated snapshots too.
 */
final class ModelMap {

    private final PriceTable prices;
    private final Map<String, Target> targets;

    /**
     * A model to price by.
     *
     * @param from what was mapped, as it was given
     */
    record Target(String from, String provider, String model) {}

    ModelMap(PriceTable prices, Map<String, String> pairs) {
        this.prices = prices;
        this.targets = new LinkedHashMap<>();
        pairs.forEach((from, to) -> {
            split(from, "from '" + from + "'");
            String[] names = split(to, "to '" + to + "'");
            if (!prices.has(names[0], names[1])) {
                throw new IllegalArgumentException("map " + from + " to " + to + ": price table " + prices.id()
                        + " has no price for " + to + "; add it, or name another model");
            }
            targets.put(key(from), new Target(from, names[0], names[1]));
        });
    }

    private static String[] split(String name, String what) {
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            throw new IllegalArgumentException("map " + what + " is no model; write PROVIDER/MODEL");
        }
        return new String[] {name.substring(0, slash), name.substring(slash + 1)};
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    boolean isEmpty() {
        return targets.isEmpty();
    }

    /** What was mapped, as it was given. */
    Iterable<String> sources() {
        return targets.values().stream().map(Target::from).toList();
    }

    /** What stands in for this model; {@code null} when it stays. */
    @Nullable
    Target of(String provider, String model) {
        if (targets.isEmpty()) {
            return null;
        }
        Target target = targets.get(key(provider + "/" + model));
        if (target != null) {
            return target;
        }
        ModelPrice known = prices.find(provider, model).price();
        return known == null ? null : targets.get(key(known.toString()));
    }
}

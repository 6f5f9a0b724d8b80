package io.unitcost.cli;

import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceMatch;
import io.unitcost.price.PriceTable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A model as people name it, with its provider in front or without one, and what the table has for it.
 *
 * @param provider whom the table was asked for; {@code null} for any maker
 * @param model what it was asked for
 * @param match what it answered
 * @param sellers providers that have the model, when it was named without one and several do
 */
record Lookup(@Nullable String provider, String model, PriceMatch match, List<String> sellers) {

    static Lookup of(PriceTable table, @Nullable String provider, String model) {
        if (provider != null) {
            return at(table, provider, model);
        }
        int slash = model.indexOf('/');
        if (slash > 0) {
            Lookup split = at(table, model.substring(0, slash), model.substring(slash + 1));
            if (split.match.isFound()) {
                return split;
            }
        }
        Lookup maker = at(table, null, model);
        return maker.match.isFound() ? maker : atSeller(table, model, maker);
    }

    private static Lookup at(PriceTable table, @Nullable String provider, String model) {
        return new Lookup(provider, model, table.find(provider, model), List.of());
    }

    /** At the only provider that lists the model itself. */
    private static Lookup atSeller(PriceTable table, String model, Lookup otherwise) {
        List<String> sellers = table.models().stream()
                .map(ModelPrice::provider)
                .distinct()
                .filter(provider -> isListed(table.find(provider, model)))
                .toList();
        return sellers.size() == 1
                ? at(table, sellers.get(0), model)
                : new Lookup(null, model, otherwise.match, sellers);
    }

    private static boolean isListed(PriceMatch match) {
        return switch (match.how()) {
            case EXACT, SPELLING, DEPLOYMENT, PATTERN -> true;
            default -> false;
        };
    }

    /** What somebody may have meant: the providers that have it, or else ids that are like it. */
    List<String> nearest(PriceTable table) {
        if (!sellers.isEmpty()) {
            return sellers.stream().map(seller -> seller + "/" + model).toList();
        }
        List<String> nearest = Nearest.to(asked(), table);
        return nearest.isEmpty() ? Nearest.to(model, table) : nearest;
    }

    /** What was asked for, as people write it. */
    String asked() {
        return provider == null ? model : provider + "/" + model;
    }

    /** How the price was found, in words. */
    String how() {
        ModelPrice price = match.price();
        if (price == null) {
            return "not found";
        }
        boolean sameId = price.id().equalsIgnoreCase(model.strip());
        return switch (match.how()) {
            case DEPLOYMENT -> "deployment '" + model + "'";
            case EXACT -> sameId ? "exact id" : "alias '" + model + "'";
            case SPELLING -> "'" + model + "' is another spelling of it";
            case REGION -> "'" + model + "' names it in the region " + match.region();
            case PATTERN -> "'" + model + "' is of a listed pattern";
            case FALLBACK -> provider + " has no price of its own for it";
            case ROUTED -> provider + " passes it on";
            case MAKER -> sameId ? "by its maker" : "'" + model + "', by its maker";
            case NONE -> "not found";
        };
    }

    /** The same for programs. */
    String found() {
        return match.how().name().toLowerCase(Locale.ROOT);
    }
}

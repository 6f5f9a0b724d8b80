package io.unitcost.price;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a table says about a provider as a whole.
 *
 * @param id the provider's id
 * @param aliases other names of the provider
 * @param fallback providers to ask, in order, for a model that this one does not list
 * @param maker whether a model that is named without a provider is looked for here
 * @param router whether models written {@code PROVIDER/MODEL} are that provider's
 * @param deployments the operator's own names of models, and what they stand for
 * @param adjustment what a contract changes on list prices; {@code null} when nothing is said
 */
record Provider(
        String id,
        Set<String> aliases,
        List<String> fallback,
        boolean maker,
        boolean router,
        Map<String, String> deployments,
        @Nullable Adjustment adjustment) {

    /** Stands for every provider without terms of its own. */
    static final String ANY = "*";

    Provider {
        aliases = Set.copyOf(aliases);
        fallback = List.copyOf(fallback);
        deployments = Map.copyOf(deployments);
    }

    static Provider of(String id) {
        return new Provider(id, Set.of(), List.of(), false, false, Map.of(), null);
    }

    /** What a contract changes on the prices of a provider: its own terms, or those of every provider. */
    static Adjustment adjustment(Map<String, Provider> providers, String id) {
        Provider any = providers.getOrDefault(ANY, Provider.of(ANY));
        Adjustment terms = providers.getOrDefault(id, any).over(any).adjustment;
        return terms == null ? Adjustment.NONE : terms;
    }

    /** This one's terms, and behind them another table's. */
    Provider over(Provider lower) {
        Set<String> names = new TreeSet<>(lower.aliases);
        names.addAll(aliases);
        Map<String, String> deployed = new TreeMap<>(lower.deployments);
        deployed.putAll(deployments);
        return new Provider(
                id,
                names,
                fallback.isEmpty() ? lower.fallback : fallback,
                maker || lower.maker,
                router || lower.router,
                deployed,
                adjustment == null ? lower.adjustment : adjustment);
    }

    Provider converted(BigDecimal rate) {
        return new Provider(
                id,
                aliases,
                fallback,
                maker,
                router,
                deployments,
                adjustment == null ? null : adjustment.converted(rate));
    }

    String canonical() {
        return new TreeSet<>(aliases) + " " + fallback + (maker ? " maker" : "") + (router ? " router" : "") + " "
                + new TreeMap<>(deployments) + " " + (adjustment == null ? "-" : adjustment.canonical());
    }
}

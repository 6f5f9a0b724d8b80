package io.unitcost.cli.report;

import io.unitcost.price.Money;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A model or a support service, and what its attempts come to.
 *
 * @param unpriced how many of the attempts have no price, or not a whole one: the cost is a lower bound then
 */
record Model(String name, long attempts, long unpriced, Money cost) {

    static final int MOST_DRAWN = 8;

    /** All of a feature, the dearest first. */
    static List<Model> all(FeatureTally feature) {
        return feature.models().entrySet().stream()
                .map(entry -> new Model(
                        entry.getKey(),
                        entry.getValue().attempts,
                        entry.getValue().unpriced,
                        entry.getValue().cost()))
                .sorted(Comparator.comparing(Model::cost).reversed().thenComparing(Model::name))
                .toList();
    }

    /** The dearest; the last of many is the rest. */
    static List<Model> drawn(FeatureTally feature) {
        List<Model> all = all(feature);
        if (all.size() <= MOST_DRAWN) {
            return all;
        }
        List<Model> drawn = new ArrayList<>(all.subList(0, MOST_DRAWN - 1));
        List<Model> rest = all.subList(MOST_DRAWN - 1, all.size());
        drawn.add(new Model(
                rest.size() + " others",
                rest.stream().mapToLong(Model::attempts).sum(),
                rest.stream().mapToLong(Model::unpriced).sum(),
                rest.stream().map(Model::cost).reduce(Money::plus).orElseThrow()));
        return drawn;
    }
}

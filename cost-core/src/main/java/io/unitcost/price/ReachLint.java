package io.unitcost.price;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Entries that can never be found or be in force, and names that name nothing. */
final class ReachLint {

    private static final long LARGEST_CONTEXT = 100_000_000;
    private static final long SMALLEST_STEP = 1_000;

    private final PriceLint lint;
    /** Where names are looked up: the table over the one it will lie on. */
    private final PriceTable scope;

    private final Map<String, ModelPrice> patterns = new HashMap<>();

    /** The table's rows by provider and id, and behind them by alias. */
    private final Map<String, ModelPrice> rows = new HashMap<>();

    /** Providers of which the scope has a price. */
    private final Set<String> sellers = new HashSet<>();

    ReachLint(PriceLint lint, PriceTable table, PriceTable scope) {
        this.lint = lint;
        this.scope = scope;
        scope.models().forEach(price -> sellers.add(ModelIds.normalize(price.provider())));
        table.models().forEach(price -> rows.put(key(price.provider(), price.id()), price));
        table.models().forEach(price -> price.aliases()
                .forEach(alias -> rows.putIfAbsent(key(price.provider(), alias), price)));
    }

    private static String key(String provider, String model) {
        return ModelIds.normalize(provider) + ' ' + ModelIds.normalize(model);
    }

    private @Nullable ModelPrice listed(String provider, String id) {
        return rows.get(key(provider, id));
    }

    void check(ModelPrice price) {
        for (String alias : price.aliases()) {
            ModelPrice found = listed(price.provider(), alias);
            if (found != null && found != price) {
                lint.warning(
                        price + " aliases",
                        "'" + alias + "' is priced as " + found.id() + " by a layer above",
                        "remove the alias, or the row above it");
            }
        }
        for (String pattern : price.definition().patterns()) {
            ModelPrice other = patterns.putIfAbsent(key(price.provider(), pattern), price);
            if (other != null) {
                lint.error(
                        price + " patterns", "'" + pattern + "' stands at " + other.id() + " too", "keep one of them");
            }
        }
        sheet(price + " ", price.definition().sheet());
        List<ModelPrice.Period> periods = price.definition().periods();
        for (int i = 0; i < periods.size(); i++) {
            sheet(price + " periods[" + i + "].", periods.get(i).sheet());
        }
        if (coverAllTime(periods)) {
            lint.warning(
                    price + " rates",
                    "are never in force, because periods cover all time",
                    "give the last or the first period's rates here instead");
        }
    }

    private void sheet(String path, Sheet sheet) {
        steps(path, sheet);
        sheet.tiers().forEach((name, tier) -> steps(path + "tiers." + name + ".", tier));
    }

    private void steps(String path, Sheet sheet) {
        for (int i = 0; i < sheet.context().size(); i++) {
            long tokens = sheet.context().get(i).tokens();
            if (tokens > LARGEST_CONTEXT) {
                lint.warning(
                        path + "context[" + i + "]",
                        "begins at " + tokens + " input tokens, which no model takes",
                        "give the number of tokens, 200000 for 200k");
            } else if (tokens < SMALLEST_STEP) {
                lint.warning(
                        path + "context[" + i + "]",
                        "begins at " + tokens + " input tokens, so nearly every request pays it",
                        "give the number of tokens, 200000 for 200k");
            }
        }
    }

    /** Whether dated periods leave no moment to the model's own rates. */
    private static boolean coverAllTime(List<ModelPrice.Period> periods) {
        List<ModelPrice.Period> dated = periods.stream()
                .filter(period -> !period.isWeekly())
                .sorted(Comparator.comparing(ModelPrice.Period::from, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
        if (dated.isEmpty() || dated.get(0).from() != null) {
            return false;
        }
        Instant reached = dated.get(0).to();
        for (ModelPrice.Period period : dated.subList(1, dated.size())) {
            if (reached == null || period.from() == null || period.from().isAfter(reached)) {
                break;
            }
            reached = period.to();
        }
        return reached == null;
    }

    void check(Provider provider) {
        String path = provider.id() + " ";
        provider.deployments().forEach((name, model) -> deployment(provider.id(), name, model));
        for (String other : provider.fallback()) {
            if (known(other) == null) {
                lint.warning(
                        path + "fallback",
                        "names '" + other + "', which has no prices here",
                        "check the spelling, or add it");
            }
        }
        for (String alias : provider.aliases()) {
            String id = ModelIds.normalize(alias);
            if (!id.equals(ModelIds.normalize(provider.id()))
                    && (sellers.contains(id) || scope.providers().containsKey(id))) {
                lint.warning(
                        path + "aliases",
                        "'" + alias + "' is a provider of its own here",
                        "remove the alias or the provider");
            }
        }
        boolean everyone = provider.id().equals(Provider.ANY);
        boolean leads = provider.router()
                || !provider.fallback().isEmpty()
                || !provider.deployments().isEmpty();
        if (!everyone && !leads && !sellers.contains(ModelIds.normalize(provider.id()))) {
            lint.warning(provider.id(), "is described but has no model", "check the spelling, or add its models");
        }
    }

    private void deployment(String provider, String name, String model) {
        String entry = provider + " deployments." + name;
        PriceMatch target = scope.find(provider, model);
        if (!target.isFound()) {
            lint.error(entry, "'" + model + "' has no price", "name a model of " + provider + " or of its fallbacks");
        }
        ModelPrice hidden = listed(provider, name);
        if (hidden != null && hidden != target.price() && !hidden.toString().equals(String.valueOf(target.price()))) {
            lint.warning(
                    entry,
                    "is also the name of " + hidden + ", which is not found under it now",
                    "choose another name for the deployment, or remove the model");
        }
    }

    private @Nullable String known(String provider) {
        String id = ModelIds.normalize(provider);
        if (sellers.contains(id)) {
            return id;
        }
        return scope.providers().values().stream()
                .filter(other -> ModelIds.normalize(other.id()).equals(id)
                        || other.aliases().stream()
                                .anyMatch(alias -> ModelIds.normalize(alias).equals(id)))
                .map(Provider::id)
                .findFirst()
                .orElse(null);
    }
}

package io.unitcost.price;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of a genai-prices model, which has clauses instead: {@code equals}, {@code starts_with}, {@code contains}…
 *
 * <p>{@code equals} is a name. The text of {@code starts_with}, {@code ends_with} and {@code contains} is a name as well,
 * for the clause holds for it; what else they would match is not taken over, because an open prefix prices a new model as
 * an old one. Dates and versions behind a name are found all the same. A regular expression becomes names where it stands
 * for a few fixed ones.
 */
final class GenAiNames {

    private final PublicTable table;
    private final String where;

    GenAiNames(PublicTable table, String where) {
        this.table = table;
        this.where = where;
    }

    /** The id first, then the names in the order of the clauses. */
    List<String> of(JsonObject model) {
        Set<String> names = new LinkedHashSet<>();
        String id = model.text("id");
        if (id != null) {
            names.add(id);
        }
        clause(model.get("match"), names);
        return new ArrayList<>(names);
    }

    private void clause(@Nullable Object clause, Set<String> names) {
        if (!(clause instanceof JsonObject object)) {
            table.report().note("match that is no clause", where, "match", clause);
            return;
        }
        object.fields().forEach((kind, value) -> {
            if (kind.equals("or") && value instanceof List<?> clauses) {
                clauses.forEach(each -> clause(each, names));
            } else if (value instanceof String text) {
                text(kind, text, names);
            } else {
                table.report().note("match by '" + kind + "': not taken over", where, null, value);
            }
        });
    }

    private void text(String kind, String text, Set<String> names) {
        switch (kind) {
            case "equals" -> names.add(text);
            case "starts_with", "ends_with", "contains" -> {
                names.add(text);
                table.report().note("match by '" + kind + "': its text as an exact id", where, null, text);
            }
            case "regex" -> regex(text, names);
            default -> table.report().note("match by '" + kind + "': not taken over", where, null, text);
        }
    }

    private void regex(String regex, Set<String> names) {
        List<String> texts = FiniteRegex.expand(regex);
        String undated = texts.isEmpty() ? FiniteRegex.withoutDate(regex) : null;
        if (undated != null) {
            texts = FiniteRegex.expand(undated);
        }
        names.addAll(texts);
        table.report()
                .note(
                        texts.isEmpty()
                                ? "match by 'regex': not taken over"
                                : undated == null
                                        ? "match by 'regex': the texts it stands for"
                                        : "match by 'regex' of dates: found by the rule for dates",
                        where,
                        null,
                        regex);
    }

    /**
     * Gives each provider the well-known names that its clause matches, as genai-prices would: an id wins over a clause,
     * and of clauses the first in the document.
     */
    static void resolveProviders(PublicTable table, List<?> providers) {
        Set<String> ids = new LinkedHashSet<>();
        for (Object element : providers) {
            if (element instanceof JsonObject provider && provider.text("id") != null) {
                String id = id(provider);
                ids.add(id);
                describe(table, id, provider);
            }
        }
        Set<String> names = new LinkedHashSet<>(ProviderNames.all());
        names.removeAll(ids);
        for (String name : names) {
            for (Object element : providers) {
                if (element instanceof JsonObject provider && matches(provider.get("provider_match"), name)) {
                    table.terms(id(provider)).alias(name);
                    break;
                }
            }
        }
    }

    private static String id(JsonObject provider) {
        return ModelIds.normalize(Objects.requireNonNullElse(provider.text("id"), ""));
    }

    private static void describe(PublicTable table, String id, JsonObject provider) {
        PublicTable.Terms terms = table.terms(id);
        List<String> fallback = new ArrayList<>();
        provider.list("fallback_model_providers").forEach(other -> fallback.add(String.valueOf(other)));
        terms.fallback(fallback);
        if (provider.has("model_match")) {
            terms.maker();
            table.report()
                    .note(
                            "model_match: asked for every model named without a provider",
                            id,
                            null,
                            provider.get("model_match"));
        }
        if (provider.has("provider_match")) {
            equalNames(provider.get("provider_match"), terms);
            table.report()
                    .note("provider_match: the well-known names it matches", id, null, provider.get("provider_match"));
        }
    }

    private static void equalNames(@Nullable Object clause, PublicTable.Terms terms) {
        if (clause instanceof JsonObject object) {
            String name = object.text("equals");
            if (name != null) {
                terms.alias(name);
            }
            object.list("or").forEach(each -> equalNames(each, terms));
        }
    }

    /** Whether a clause matches a text in lower case. */
    private static boolean matches(@Nullable Object clause, String text) {
        if (!(clause instanceof JsonObject object)) {
            return false;
        }
        return object.fields().entrySet().stream().anyMatch(each -> switch (each.getKey()) {
            case "or" -> object.list("or").stream().anyMatch(one -> matches(one, text));
            case "and" -> object.list("and").stream().allMatch(one -> matches(one, text));
            default -> matches(each.getKey(), String.valueOf(each.getValue()), text);
        });
    }

    private static boolean matches(String kind, String pattern, String text) {
        String lower = pattern.toLowerCase(Locale.ROOT);
        return switch (kind) {
            case "equals" -> text.equals(lower);
            case "starts_with" -> text.startsWith(lower);
            case "ends_with" -> text.endsWith(lower);
            case "contains" -> text.contains(lower);
            case "regex" -> FiniteRegex.expand(pattern).contains(text);
            default -> false;
        };
    }
}

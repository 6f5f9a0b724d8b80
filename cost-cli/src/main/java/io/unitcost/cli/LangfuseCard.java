package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Rate;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A card of Langfuse: dollars for a single one, by the names of the usage. The counts exclude each other, so each name is
 * a unit of its own here, and one without a price is not in another's count. Of several tiers the first counts whose
 * conditions all hold, else the default one; a condition compares the sum of all counts whose names match a pattern.
 */
final class LangfuseCard {

    private static final String ONE = "given";
    private static final String CONDITIONS = "conditions";

    private LangfuseCard() {}

    static Card of(Map<String, @Nullable Object> prices, Map<String, @Nullable Object> counts, String origin) {
        Map<String, @Nullable Object> chosen =
                prices.get("tiers") instanceof List<?> tiers ? tier(tiers, counts) : prices;
        PriceTable table = PriceTable.builder(ONE)
                .model(
                        ONE,
                        ONE,
                        price -> chosen.forEach((name, each) -> {
                            if (each != null) {
                                price.rate(unit(name), Rate.of(Line.amount("raw_prices." + name, each), 1));
                            }
                        }))
                .build();
        return new Card(table.models().get(0), origin, LangfuseCard::unit);
    }

    private static Unit unit(String name) {
        return Unit.custom(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_"));
    }

    private static Map<String, @Nullable Object> tier(List<?> tiers, Map<String, @Nullable Object> counts) {
        List<Map<String, @Nullable Object>> conditional = new ArrayList<>();
        Map<String, @Nullable Object> byDefault = null;
        for (Object element : tiers) {
            Map<String, @Nullable Object> tier = require("tiers", element);
            boolean isDefault = Boolean.TRUE.equals(tier.get("default")) || Boolean.TRUE.equals(tier.get("isDefault"));
            if (isDefault || !(tier.get(CONDITIONS) instanceof List)) {
                byDefault = tier;
            } else {
                conditional.add(tier);
            }
        }
        conditional.sort(Comparator.comparing(LangfuseCard::priority));
        for (Map<String, @Nullable Object> tier : conditional) {
            if (tier.get(CONDITIONS) instanceof List<?> conditions && holds(conditions, counts)) {
                return require("prices", tier.get("prices"));
            }
        }
        if (byDefault == null) {
            throw Unpriceable.noPrice("no tier of raw_prices fits, and none is the default");
        }
        return require("prices", byDefault.get("prices"));
    }

    private static BigDecimal priority(Map<String, @Nullable Object> tier) {
        return tier.get("priority") instanceof BigDecimal priority ? priority : BigDecimal.ZERO;
    }

    private static boolean holds(List<?> conditions, Map<String, @Nullable Object> counts) {
        return !conditions.isEmpty()
                && conditions.stream().allMatch(condition -> holds(require(CONDITIONS, condition), counts));
    }

    private static boolean holds(Map<String, @Nullable Object> condition, Map<String, @Nullable Object> counts) {
        Pattern pattern = pattern(condition);
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<String, @Nullable Object> count : counts.entrySet()) {
            if (count.getValue() instanceof BigDecimal number
                    && pattern.matcher(count.getKey()).find()) {
                sum = sum.add(number);
            }
        }
        int compared = sum.compareTo(Line.amount("raw_prices.conditions.value", condition.get("value")));
        String operator = String.valueOf(condition.get("operator"));
        return switch (operator) {
            case "gt" -> compared > 0;
            case "gte" -> compared >= 0;
            case "lt" -> compared < 0;
            case "lte" -> compared <= 0;
            case "eq" -> compared == 0;
            case "neq" -> compared != 0;
            default ->
                throw new DataException("raw_prices.conditions.operator: '" + operator
                        + "' is not known; give gt, gte, lt, lte, eq or neq");
        };
    }

    private static Pattern pattern(Map<String, @Nullable Object> condition) {
        String pattern = String.valueOf(condition.get("usageDetailPattern"));
        boolean sensitive = Boolean.TRUE.equals(condition.get("caseSensitive"));
        try {
            return Pattern.compile(pattern, sensitive ? 0 : Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw new DataException("raw_prices.conditions.usageDetailPattern: '" + pattern
                    + "' is not a regular expression: " + e.getDescription());
        }
    }

    private static Map<String, @Nullable Object> require(String name, @Nullable Object value) {
        Map<String, @Nullable Object> object = Line.object("raw_prices." + name, value);
        if (object == null) {
            throw new DataException("raw_prices." + name + " is missing; give {...}");
        }
        return object;
    }
}

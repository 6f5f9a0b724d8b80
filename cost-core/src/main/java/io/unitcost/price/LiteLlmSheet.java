package io.unitcost.price;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a sheet out of {@link LiteLlmRates}: asks for every boundary and tier, and keeps what differs. */
final class LiteLlmSheet {

    private static final String STANDARD = "";
    private static final Unit WEB_SEARCHES = Unit.of("web_searches");

    /** More searches than one prompt has: billed in whole multiples of this, they cost the same whatever their number. */
    private static final BigDecimal ANY_NUMBER = BigDecimal.valueOf(1_000_000);

    private final LiteLlmRates rates;
    private final boolean offPeak;
    private final boolean searchOncePerPrompt;
    private final long smallest;
    private final List<Boundary> boundaries = new ArrayList<>();

    LiteLlmSheet(LiteLlmRates rates, boolean offPeak, boolean searchOncePerPrompt) {
        this.rates = rates;
        this.offPeak = offPeak;
        this.searchOncePerPrompt = searchOncePerPrompt;
        this.smallest = rates.smallest();
        long before = smallest;
        for (long tokens : rates.boundaries()) {
            boolean exactly = rates.isInclusive() && !rates.isOfRanges(tokens);
            Boundary boundary = tokens == 0 ? new Boundary(1, true) : new Boundary(tokens, exactly);
            if (boundary.first() > before) {
                boundaries.add(boundary);
                before = boundary.first();
            }
        }
    }

    /** A context step's condition. */
    private record Boundary(long tokens, boolean inclusive) {

        long first() {
            return inclusive ? tokens : tokens + 1;
        }
    }

    /**
     * The sheet.
     *
     * @param regions multipliers of token prices
     * @param fast how many times dearer everything is when served fast; {@code null} when fast is another name of priority
     */
    Sheet build(Map<String, BigDecimal> regions, @Nullable BigDecimal fast) {
        List<Map<Unit, BigDecimal>> standard = at(STANDARD);
        Set<Unit> varying = varying(standard);
        Sheet plain =
                new Sheet(billings(standard.get(0), null), steps(standard, standard, varying), Map.of(), Map.of());
        Map<String, Sheet> tiers = new HashMap<>();
        for (String tier : rates.tiers()) {
            tiers.put(tier, tier(tier, standard, varying));
        }
        Sheet priority = tiers.get("priority");
        if (fast != null) {
            tiers.put("fast", plain.timesTokens(fast));
        } else if (priority != null) {
            tiers.put("fast", priority);
        }
        return new Sheet(plain.rates(), plain.context(), tiers, regions);
    }

    /** The prices at the smallest size, and at each boundary. */
    private List<Map<Unit, BigDecimal>> at(String tier) {
        List<Map<Unit, BigDecimal>> at = new ArrayList<>(boundaries.size() + 1);
        at.add(rates.at(smallest, tier, offPeak));
        for (Boundary boundary : boundaries) {
            at.add(rates.at(boundary.first(), tier, offPeak));
        }
        return at;
    }

    /** Everything that a tier changes, said at every boundary at which it or the standard changes. */
    private Sheet tier(String tier, List<Map<Unit, BigDecimal>> standard, Set<Unit> varying) {
        List<Map<Unit, BigDecimal>> own = at(tier);
        Set<Unit> units = new HashSet<>(varying);
        for (int i = 0; i < own.size(); i++) {
            for (Map.Entry<Unit, BigDecimal> price : own.get(i).entrySet()) {
                if (differs(price.getValue(), standard.get(i).get(price.getKey()))) {
                    units.add(price.getKey());
                }
            }
        }
        for (Unit unit : own.get(0).keySet()) {
            if (rates.isSet(unit, tier)) {
                units.add(unit);
            }
        }
        return new Sheet(billings(own.get(0), units), steps(own, standard, units), Map.of(), Map.of());
    }

    /** The units whose price is not the same at every boundary. */
    private static Set<Unit> varying(List<Map<Unit, BigDecimal>> at) {
        Set<Unit> units = new HashSet<>();
        for (Map<Unit, BigDecimal> step : at.subList(1, at.size())) {
            step.forEach((unit, price) -> {
                if (differs(price, at.get(0).get(unit))) {
                    units.add(unit);
                }
            });
        }
        return units;
    }

    private static boolean differs(BigDecimal price, @Nullable BigDecimal other) {
        return other == null || price.compareTo(other) != 0;
    }

    private List<Sheet.Step> steps(
            List<Map<Unit, BigDecimal>> own, List<Map<Unit, BigDecimal>> standard, Set<Unit> units) {
        List<Sheet.Step> steps = new ArrayList<>();
        for (int i = 1; i < own.size() && !units.isEmpty(); i++) {
            boolean changes =
                    !own.get(i).equals(own.get(i - 1)) || !standard.get(i).equals(standard.get(i - 1));
            Map<Unit, Billing> rates = changes ? billings(own.get(i), units) : Map.of();
            if (!rates.isEmpty()) {
                Boundary boundary = boundaries.get(i - 1);
                steps.add(new Sheet.Step(boundary.tokens, boundary.inclusive, rates));
            }
        }
        return steps;
    }

    /** The prices of some units; of all where {@code units} is {@code null}. */
    private Map<Unit, Billing> billings(Map<Unit, BigDecimal> at, @Nullable Set<Unit> units) {
        Map<Unit, Billing> billings = new LinkedHashMap<>();
        at.forEach((unit, each) -> {
            if (units == null || units.contains(unit)) {
                billings.put(unit, billing(unit, each));
            }
        });
        return billings;
    }

    private Billing billing(Unit unit, BigDecimal each) {
        if (searchOncePerPrompt && (unit.equals(WEB_SEARCHES) || WEB_SEARCHES.contains(unit))) {
            Rate rate = Rate.of(each, ANY_NUMBER.longValueExact());
            return new Billing(rate, BigDecimal.ZERO, ANY_NUMBER, List.of(), true);
        }
        return Billing.of(ListedAmount.rate(unit, each));
    }
}

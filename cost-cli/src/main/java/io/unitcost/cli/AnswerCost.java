package io.unitcost.cli;

import io.unitcost.Quality;
import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Usage;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the models that worked on an answer cost by a price table.
 *
 * @param parts one for each model that used something, the one that answered first
 */
record AnswerCost(List<Part> parts) {

    /** Nothing has prices of its own for these, and nobody needs to be told. */
    private static final Set<String> STANDARD_TIERS = Set.of("standard", "default", "auto", "on_demand", "on-demand");

    /**
     * What is known beside the answer, for what it does not say itself.
     *
     * @param at when
     */
    record Asked(
            @Nullable String provider,
            @Nullable String model,
            @Nullable String tier,
            @Nullable String region,
            Instant at) {}

    /**
     * One model's.
     *
     * @param lookup {@code null} when nobody says which model it was
     * @param quote {@code null} when it has no price
     */
    record Part(@Nullable Lookup lookup, @Nullable Quote quote) {}

    static AnswerCost of(PriceTable table, UsageReport report, KnownUsage known, Asked asked) {
        Usage main = known.quality() == Quality.UNKNOWN ? Usage.NONE : known.usage();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < report.lines().size(); i++) {
            UsageReport.Line line = report.lines().get(i);
            Usage usage = i == 0 ? main : line.usage();
            if (!usage.isEmpty()) {
                String model = line.model() == null ? asked.model : line.model();
                parts.add(model == null ? new Part(null, null) : part(table, report, model, usage, asked));
            }
        }
        return new AnswerCost(parts);
    }

    private static Part part(PriceTable table, UsageReport report, String model, Usage usage, Asked asked) {
        Lookup lookup = Lookup.of(table, asked.provider, model);
        ModelPrice price = lookup.match().price();
        if (price == null) {
            return new Part(lookup, null);
        }
        String served = report.serviceTier() == null ? asked.tier : report.serviceTier();
        String tier = served == null || STANDARD_TIERS.contains(served.toLowerCase(Locale.ROOT)) ? null : served;
        String region = report.region() == null ? asked.region : report.region();
        String named = region == null ? lookup.match().region() : region;
        Charge charge = table.charge(lookup.provider(), lookup.model(), tier, named, usage, asked.at.toEpochMilli());
        return new Part(lookup, new Quote(price, tier, named, asked.at, usage, charge));
    }

    /** Whether all that was used has a price. */
    boolean isWhole() {
        return parts.stream()
                .allMatch(part -> part.quote != null
                        && part.quote.charge().cost() != null
                        && part.quote.charge().unpriced() == null);
    }

    /** What all of it costs; {@code null} unless all of it has a price, and there is something. */
    @Nullable
    BigDecimal total() {
        if (!isWhole() || parts.isEmpty()) {
            return null;
        }
        BigDecimal total = BigDecimal.ZERO;
        for (Part part : parts) {
            if (part.quote != null && part.quote.charge().cost() != null) {
                total = total.add(part.quote.charge().cost().amount());
            }
        }
        return total;
    }
}

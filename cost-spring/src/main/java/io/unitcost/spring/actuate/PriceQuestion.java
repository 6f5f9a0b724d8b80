package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceMatch;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Rate;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How a model would be priced now. */
final class PriceQuestion {

    private static final int MILLION_DIGITS = 6;

    private final CostMeter meter;
    private final String provider;
    private final String model;
    private final Instant now;
    private final PriceTable table;

    PriceQuestion(CostMeter meter, String provider, String model) {
        this.meter = meter;
        this.provider = provider;
        this.model = model;
        this.now = meter.clock().instant();
        this.table = meter.prices();
    }

    PriceAnswer answer() {
        for (CapacityPool pool : meter.pools()) {
            if (pool.name().equals(provider)) {
                return ofPool(pool);
            }
        }
        PriceMatch match = table.find(provider, model);
        ModelPrice found = match.price();
        if (found == null) {
            Unpriced reason = Objects.requireNonNull(match.unpriced());
            String why = reason == Unpriced.UNKNOWN_PROVIDER
                    ? "The price table has no provider of this name."
                    : "The price table knows the provider, and has no entry for this model.";
            return unpriced(reason, why, Nearest.to(provider, model, table));
        }
        return priced(how(match.how()), explanation(match, found), price(match, found));
    }

    private PriceAnswer ofPool(CapacityPool pool) {
        if (pool.models().contains(model)) {
            return priced(
                    "pool",
                    "Capacity of your own: " + Shown.amount(pool.pricePerHour(now)) + " an hour for "
                            + pool.replicas() + " replicas, shared by what the model is calibrated to, at a planned"
                            + " utilization of " + Shown.plain(pool.plannedUtilization()) + ".",
                    null);
        }
        return unpriced(
                Unpriced.NO_CALIBRATION,
                "The provider is a capacity pool, and nothing says what it sustains of this model.",
                List.copyOf(new TreeSet<>(pool.models())));
    }

    private PriceAnswer priced(String how, String explanation, PriceAnswer.@Nullable Price price) {
        return new PriceAnswer(
                provider, model, now, table.id(), currency(), true, how, explanation, price, null, null, null);
    }

    private PriceAnswer unpriced(Unpriced reason, String why, List<String> nearest) {
        return new PriceAnswer(
                provider,
                model,
                now,
                table.id(),
                currency(),
                false,
                null,
                why,
                null,
                reason.label(),
                nearest,
                Fix.of(meter, reason, provider, model, null, List.of()));
    }

    private String currency() {
        return table.currency().getCurrencyCode();
    }

    private static String how(PriceMatch.How how) {
        return how.name().toLowerCase(Locale.ROOT);
    }

    private String explanation(PriceMatch match, ModelPrice found) {
        return switch (match.how()) {
            case DEPLOYMENT -> "'" + model + "' is the name of a deployment of " + found + ".";
            case EXACT ->
                found.id().equalsIgnoreCase(model.strip())
                        ? "The table has this id."
                        : "'" + model + "' is an alias of " + found + ".";
            case SPELLING -> "'" + model + "' is another spelling of " + found + ".";
            case REGION -> "'" + model + "' names " + found + " in the region " + match.region() + ".";
            case PATTERN -> "'" + model + "' is of a pattern that " + found + " lists.";
            case FALLBACK -> provider + " has no price of its own for it and falls back to " + found.provider() + ".";
            case ROUTED -> provider + " passes it on to " + found.provider() + ".";
            case MAKER -> "It is priced by its maker, " + found.provider() + ".";
            case NONE -> "";
        };
    }

    private PriceAnswer.Price price(PriceMatch match, ModelPrice found) {
        PriceDefinition definition = PriceDefinition.of(found, table);
        Map<String, Map<String, PriceAnswer.RateReport>> tiers = new LinkedHashMap<>();
        found.tiers(now).forEach(tier -> tiers.put(tier, rates(found, tier, match.region())));
        return new PriceAnswer.Price(
                found.provider(),
                found.id(),
                List.copyOf(found.aliases()),
                Shown.text(found.source()),
                found.table(),
                definition.effective(now),
                match.region(),
                rates(found, null, match.region()),
                tiers,
                List.copyOf(found.regions(now)),
                definition.content());
    }

    private Map<String, PriceAnswer.RateReport> rates(
            ModelPrice found, @Nullable String tier, @Nullable String region) {
        Map<String, PriceAnswer.RateReport> rates = new LinkedHashMap<>();
        found.rates(tier, region, now, 0).forEach((name, text) -> {
            Unit unit = Unit.of(name);
            boolean isPlain = unit.isTokens() && text.indexOf(',') < 0;
            BigDecimal list = isPlain ? Rate.parse(text).each().movePointRight(MILLION_DIGITS) : null;
            BigDecimal net = isPlain ? netPerMillion(found, unit, tier, region) : null;
            boolean isSame = list == null || net == null || net.compareTo(list) == 0;
            rates.put(
                    name,
                    new PriceAnswer.RateReport(
                            text,
                            list == null ? null : Shown.plain(list),
                            net == null || isSame ? null : Shown.plain(net)));
        });
        return rates;
    }

    /** What a single unit is charged, fees left out. */
    private @Nullable BigDecimal netPerMillion(
            ModelPrice found, Unit unit, @Nullable String tier, @Nullable String region) {
        Charge charge = found.charge(Usage.of(unit, 1), tier, region, now);
        return charge.cost() == null
                ? null
                : charge.lines().stream()
                        .filter(line -> line.unit().equals(unit))
                        .map(line -> line.cost().amount().movePointRight(MILLION_DIGITS))
                        .findFirst()
                        .orElse(null);
    }
}

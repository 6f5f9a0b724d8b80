package io.unitcost.ledger;

import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.RepricingSummary.Feature;
import io.unitcost.ledger.RepricingSummary.Kept;
import io.unitcost.ledger.RepricingSummary.Left;
import io.unitcost.ledger.RepricingSummary.Missing;
import io.unitcost.ledger.RepricingSummary.Model;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Adds up repriced records. Not thread-safe. */
final class RepricingTally {

    static final int MOST_MODELS = 100_000;

    private final Map<String, FeatureSums> features = new TreeMap<>();
    private final Map<List<Object>, Sums> kept = new LinkedHashMap<>();
    private final Map<List<Object>, Sums> unpriced = new LinkedHashMap<>();
    private final Set<String> usedMaps = new HashSet<>();
    private @Nullable FeatureSums subrequests;
    private long subrequestRecords;
    private int models;
    private long records;
    private long mapped;
    private long scaled;
    private boolean cached;
    private long newlyPriced;
    private @Nullable Instant from;
    private @Nullable Instant to;

    /** Attempts and what they cost. */
    private static class Sums {
        final Money.Sum cost;
        long attempts;

        Sums(Currency currency) {
            this.cost = Money.sum(currency);
        }

        void add(LedgerAttempt attempt) {
            attempts++;
            addIfThere(cost, attempt.cost());
            addIfThere(cost, attempt.idle());
        }
    }

    /** What the tokens of a model came to. */
    private static final class ModelSums extends Sums {
        final Money.Sum inputCost;
        final Money.Sum outputCost;
        BigDecimal input = BigDecimal.ZERO;
        BigDecimal output = BigDecimal.ZERO;

        ModelSums(Currency currency) {
            super(currency);
            this.inputCost = Money.sum(currency);
            this.outputCost = Money.sum(currency);
        }

        @Override
        void add(LedgerAttempt attempt) {
            super.add(attempt);
            for (Charge.Line line : attempt.lines()) {
                if (line.unit().equals(Unit.INPUT_TOKENS)) {
                    input = input.add(line.quantity());
                    inputCost.add(line.cost());
                } else if (line.unit().equals(Unit.OUTPUT_TOKENS)) {
                    output = output.add(line.quantity());
                    outputCost.add(line.cost());
                }
            }
        }
    }

    private static final class FeatureSums {
        final Money.Sum was;
        final Money.Sum wouldBe;
        final Money.Sum estimated;
        final Money.Sum revenue;
        final Money.Sum allowance;
        final Map<List<String>, ModelSums> models = new LinkedHashMap<>();
        boolean hasRevenue;
        boolean hasAllowance;
        long requests;
        long delivered;
        long unpricedBefore;
        long unpriced;

        FeatureSums(Currency currency) {
            this.was = Money.sum(currency);
            this.wouldBe = Money.sum(currency);
            this.estimated = Money.sum(currency);
            this.revenue = Money.sum(currency);
            this.allowance = Money.sum(currency);
        }

        void add(LedgerRecord before, LedgerRecord after) {
            was.add(before.total());
            wouldBe.add(after.total());
            requests += after.kind() == Kind.REQUEST ? 1 : 0;
            delivered += after.isDelivered() ? 1 : 0;
            hasRevenue |= addIfThere(revenue, after.revenue());
            hasAllowance |= addIfThere(allowance, after.allowance());
            unpricedBefore += before.unpricedAttempts();
            unpriced += after.unpricedAttempts();
        }
    }

    private static boolean addIfThere(Money.Sum sum, @Nullable Money amount) {
        if (amount != null) {
            sum.add(amount);
        }
        return amount != null;
    }

    void add(LedgerRecord before, LedgerRecord after, List<AttemptRepricer.Repriced> attempts) {
        records++;
        Instant at = before.openedAt();
        from = from == null || at.isBefore(from) ? at : from;
        to = to == null || at.isAfter(to) ? at : to;
        Currency currency = after.currency();
        FeatureSums feature = sumsOf(after);
        feature.add(before, after);
        for (int i = 0; i < attempts.size(); i++) {
            AttemptRepricer.Repriced repriced = attempts.get(i);
            count(repriced, before.attempts().get(i), currency);
            count(feature, repriced.attempt(), currency);
        }
    }

    private FeatureSums sumsOf(LedgerRecord record) {
        if (record.kind() != Kind.SUBREQUEST) {
            return features.computeIfAbsent(record.feature(), name -> new FeatureSums(record.currency()));
        }
        subrequestRecords++;
        FeatureSums sums = subrequests == null ? new FeatureSums(record.currency()) : subrequests;
        subrequests = sums;
        return sums;
    }

    private void count(AttemptRepricer.Repriced repriced, LedgerAttempt before, Currency currency) {
        LedgerAttempt now = repriced.attempt();
        ModelMap.Target target = repriced.target();
        if (target != null) {
            mapped++;
            usedMaps.add(target.from());
            cached |= before.usage().count(Unit.CACHE_READ_TOKENS) > 0;
        }
        scaled += repriced.scaled() ? 1 : 0;
        newlyPriced += before.unpriced() != null && now.unpriced() == null ? 1 : 0;
        Kept why = repriced.kept();
        if (why != null) {
            sums(kept, currency, now.provider(), now.model(), why).add(now);
        }
        Unpriced reason = repriced.unpriced();
        if (reason != null) {
            String provider = target == null ? now.provider() : target.provider();
            String model = target == null ? now.model() : target.model();
            sums(unpriced, currency, provider, model, reason).add(now);
        }
    }

    private void count(FeatureSums feature, LedgerAttempt now, Currency currency) {
        if (now.isBilled() && (now.quality() == Quality.ESTIMATED || now.quality() == Quality.PARTIAL)) {
            addIfThere(feature.estimated, now.cost());
            addIfThere(feature.estimated, now.idle());
        }
        if (now.service() == null && !now.isMeteredElsewhere()) {
            feature.models
                    .computeIfAbsent(List.of(now.provider(), now.model()), name -> {
                        oneMore();
                        return new ModelSums(currency);
                    })
                    .add(now);
        }
    }

    private Sums sums(Map<List<Object>, Sums> all, Currency currency, Object... name) {
        return all.computeIfAbsent(List.of(name), key -> {
            oneMore();
            return new Sums(currency);
        });
    }

    /** Names of models come from clients; there must be an end to them. */
    private void oneMore() {
        if (++models > MOST_MODELS) {
            throw new LedgerException(
                    "the ledger names more than " + MOST_MODELS + " models of features; reprice a part of it", null);
        }
    }

    RepricingSummary summary(ModelMap map, Currency currency) {
        List<String> unused = new ArrayList<>();
        for (String source : map.sources()) {
            if (!usedMaps.contains(source)) {
                unused.add(source);
            }
        }
        return new RepricingSummary(
                currency,
                records,
                from,
                to,
                features.entrySet().stream()
                        .map(feature -> feature(feature.getKey(), feature.getValue()))
                        .toList(),
                subrequestRecords,
                subrequests == null ? Money.zero(currency) : subrequests.was.toMoney(),
                subrequests == null ? Money.zero(currency) : subrequests.wouldBe.toMoney(),
                mapped,
                scaled,
                cached,
                newlyPriced,
                list(
                        kept,
                        (name, sums) -> new Left(
                                (String) name.get(0),
                                (String) name.get(1),
                                (Kept) name.get(2),
                                sums.attempts,
                                sums.cost.toMoney()),
                        Comparator.comparing(Left::cost).reversed()),
                list(
                        unpriced,
                        (name, sums) -> new Missing(
                                (String) name.get(0),
                                (String) name.get(1),
                                (Unpriced) name.get(2),
                                sums.attempts,
                                sums.cost.toMoney()),
                        Comparator.comparingLong(Missing::attempts).reversed()),
                unused);
    }

    private static <T> List<T> list(
            Map<List<Object>, Sums> all, BiFunction<List<Object>, Sums, T> entry, Comparator<T> order) {
        return all.entrySet().stream()
                .map(known -> entry.apply(known.getKey(), known.getValue()))
                .sorted(order)
                .toList();
    }

    private static Feature feature(String name, FeatureSums sums) {
        List<Model> models = sums.models.entrySet().stream()
                .map(model -> model(model.getKey(), model.getValue()))
                .sorted(Comparator.comparing(Model::cost).reversed())
                .toList();
        return new Feature(
                name,
                sums.requests,
                sums.delivered,
                sums.was.toMoney(),
                sums.wouldBe.toMoney(),
                sums.estimated.toMoney(),
                sums.hasRevenue ? sums.revenue.toMoney() : null,
                sums.hasAllowance ? sums.allowance.toMoney() : null,
                sums.unpricedBefore,
                sums.unpriced,
                models);
    }

    private static Model model(List<String> name, ModelSums sums) {
        return new Model(
                name.get(0),
                name.get(1),
                sums.attempts,
                sums.cost.toMoney(),
                sums.input,
                sums.inputCost.toMoney(),
                sums.output,
                sums.outputCost.toMoney());
    }
}

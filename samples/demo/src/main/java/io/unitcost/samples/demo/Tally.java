package io.unitcost.samples.demo;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.util.SortedMap;
import java.util.TreeMap;

/** Requests added up by feature, and their attempts by who is paid, what served and what had no price. */
final class Tally {

    private final SortedMap<String, FeatureTally> features = new TreeMap<>();
    private final SortedMap<String, Money.Sum> bill = new TreeMap<>();
    private final SortedMap<String, Tokens> tokens = new TreeMap<>();
    private final SortedMap<String, Long> unpriced = new TreeMap<>();
    private BigDecimal acceleratorSeconds = BigDecimal.ZERO;
    private Money cost = Money.zero(Money.USD);

    void add(RequestCost request) {
        cost = cost.plus(request.total());
        features.computeIfAbsent(request.feature(), feature -> new FeatureTally())
                .add(request);
        request.attempts().forEach(this::addAttempt);
    }

    private void addAttempt(AttemptCost attempt) {
        Attempt tried = attempt.attempt();
        Money paid = attempt.cost();
        if (paid != null) {
            bill.computeIfAbsent(tried.provider(), provider -> Money.sum(Money.USD))
                    .add(paid);
        }
        if (attempt.unpriced() != null) {
            unpriced.merge(tried.provider() + "/" + tried.model(), 1L, Long::sum);
        }
        addTokens(tried);
        for (Charge.Line line : attempt.charge().lines()) {
            if (line.unit().equals(Unit.ACCELERATOR_SECONDS)) {
                acceleratorSeconds = acceleratorSeconds.add(line.quantity());
            }
        }
    }

    private void addTokens(Attempt tried) {
        Usage usage = tried.usage();
        if (tried.quality() == Quality.ESTIMATED) {
            tokens.merge(tried.model(), Tokens.SILENT, Tokens::plus);
        } else if (usage.has(Unit.INPUT_TOKENS)) {
            Tokens reported = Tokens.of(
                    usage.count(Unit.INPUT_TOKENS),
                    usage.count(Unit.CACHE_READ_TOKENS),
                    usage.count(Unit.OUTPUT_TOKENS));
            tokens.merge(tried.model(), reported, Tokens::plus);
        }
    }

    /** By name, only those that had requests. */
    SortedMap<String, FeatureTally> features() {
        return features;
    }

    FeatureTally feature(String name) {
        return features.getOrDefault(name, new FeatureTally());
    }

    long requests() {
        return features.values().stream().mapToLong(FeatureTally::requests).sum();
    }

    long delivered() {
        return features.values().stream().mapToLong(FeatureTally::delivered).sum();
    }

    Money cost() {
        return cost;
    }

    /** The providers that were paid, and what. */
    SortedMap<String, Money.Sum> bill() {
        return bill;
    }

    Money paid(String provider) {
        Money.Sum sum = bill.get(provider);
        return sum == null ? Money.zero(Money.USD) : sum.toMoney();
    }

    /** What was metered, by model; estimates are only counted. */
    SortedMap<String, Tokens> tokens() {
        return tokens;
    }

    /** Attempts without a price, by provider and model. */
    SortedMap<String, Long> unpriced() {
        return unpriced;
    }

    /** Time on own accelerators, at sustained load. */
    BigDecimal acceleratorSeconds() {
        return acceleratorSeconds;
    }
}

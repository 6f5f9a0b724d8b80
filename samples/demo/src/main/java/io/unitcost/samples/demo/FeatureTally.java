package io.unitcost.samples.demo;

import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests of one feature, added up exactly. One thread at a time. */
final class FeatureTally {

    private final Map<Part, Money.Sum> parts = new EnumMap<>(Part.class);
    private final Money.Sum cost = Money.sum(Money.USD);
    private final Money.Sum revenue = Money.sum(Money.USD);

    // of requests with a whole price only
    private final Money.Sum wholeCost = Money.sum(Money.USD);
    private final Money.Sum wholeRevenue = Money.sum(Money.USD);
    private final Money.Sum wholeAllowance = Money.sum(Money.USD);

    private final List<Money> delivered = new ArrayList<>();
    private final List<Long> durations = new ArrayList<>();
    private long requests;
    private long unpriced;
    private long estimated;
    private long inTime;

    FeatureTally() {
        for (Part part : Part.values()) {
            parts.put(part, Money.sum(Money.USD));
        }
    }

    void add(RequestCost request) {
        parts.forEach((part, sum) -> sum.add(request.part(part)));
        cost.add(request.total());
        Money earned = request.revenue();
        Money allowed = request.allowance();
        if (earned != null) {
            revenue.add(earned);
        }
        if (request.unpricedAttempts() > 0) {
            unpriced++;
        } else {
            wholeCost.add(request.total());
            wholeRevenue.add(earned == null ? Money.zero(Money.USD) : earned);
            wholeAllowance.add(allowed == null ? Money.zero(Money.USD) : allowed);
        }
        if (request.estimatedAttempts() > 0) {
            estimated++;
        }
        if (request.kind() == Kind.REQUEST) {
            addRequest(request);
        }
    }

    private void addRequest(RequestCost request) {
        requests++;
        durations.add(request.durationNanos());
        if (request.latencyBudget() == LatencyBudget.MET) {
            inTime++;
        }
        if (request.outcome() == Outcome.DELIVERED) {
            delivered.add(request.total());
        }
    }

    long requests() {
        return requests;
    }

    long delivered() {
        return delivered.size();
    }

    Money cost() {
        return cost.toMoney();
    }

    Money part(Part part) {
        Money.Sum sum = parts.get(part);
        return sum == null ? Money.zero(Money.USD) : sum.toMoney();
    }

    Money revenue() {
        return revenue.toMoney();
    }

    /** Requests of which something has no price; their cost is a lower bound. */
    long unpriced() {
        return unpriced;
    }

    /** Requests with a usage that was estimated. */
    long estimated() {
        return estimated;
    }

    /** An amount over the delivered requests: failed ones are paid for by those that were delivered. */
    @Nullable
    BigDecimal perDelivered(Money amount) {
        return ratio(amount.amount(), BigDecimal.valueOf(delivered()));
    }

    /** The cost of a delivered request that 95 % of them do not exceed; exact, no histogram. */
    @Nullable
    Money p95Cost() {
        return p95(delivered);
    }

    @Nullable
    Long p95Nanos() {
        return p95(durations);
    }

    /** The share of requests within the latency budget. */
    @Nullable
    BigDecimal shareInTime() {
        return ratio(BigDecimal.valueOf(inTime), BigDecimal.valueOf(requests));
    }

    /** 1 − cost ÷ revenue, of the requests whose price is whole. */
    @Nullable
    BigDecimal margin() {
        BigDecimal share =
                ratio(wholeCost.toMoney().amount(), wholeRevenue.toMoney().amount());
        return share == null ? null : BigDecimal.ONE.subtract(share);
    }

    /** Cost ÷ allowance, of the requests whose price is whole; above 1 the objective is missed. */
    @Nullable
    BigDecimal burn() {
        return ratio(wholeCost.toMoney().amount(), wholeAllowance.toMoney().amount());
    }

    static @Nullable BigDecimal ratio(BigDecimal dividend, BigDecimal divisor) {
        return divisor.signum() == 0 ? null : dividend.divide(divisor, MathContext.DECIMAL128);
    }

    /** The nearest rank. */
    private static <T extends Comparable<T>> @Nullable T p95(List<T> values) {
        List<T> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.isEmpty() ? null : sorted.get((sorted.size() * 95 + 99) / 100 - 1);
    }
}

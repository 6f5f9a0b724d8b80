package io.unitcost;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a feature earns and may cost: revenue per delivered request, a target margin or a ceiling, a latency budget.
 * Immutable.
 *
 * <p>The <em>allowance</em> is what a delivered request may cost: revenue × (1 − target margin), or the ceiling. The
 * ratio of summed cost to summed allowance is the burn; above 1 the objective is missed. A request that was not
 * delivered earns neither revenue nor allowance, while its cost counts.
 *
 * <p>Every part is optional: a feature without revenue has a cost, and neither margin nor burn.
 */
public final class CostObjective {

    private final String feature;
    private final @Nullable Money fixedRevenue;
    private final @Nullable Function<RequestCost, Money> revenue;
    private final @Nullable RevenueBy revenueBy;
    private final @Nullable BigDecimal costShare;
    private final @Nullable Money ceiling;
    private final @Nullable Function<RequestCost, Money> computedCeiling;
    private final @Nullable Duration latencyBudget;
    private final @Nullable Money fixedAllowance;
    private final Duration window;
    private final int minimumRequests;
    private final BigDecimal tolerance;

    /** Revenue by the value of an attribute. */
    private record RevenueBy(String attribute, Map<String, Money> amounts) {
        @Nullable
        Money of(RequestCost cost) {
            String value = cost.attributes().get(attribute);
            return value == null ? null : amounts.get(value);
        }
    }

    private CostObjective(Builder builder) {
        this.feature = builder.feature;
        this.fixedRevenue = builder.fixedRevenue;
        this.revenue = builder.revenue;
        this.revenueBy = builder.revenueBy;
        this.costShare = builder.costShare;
        this.ceiling = builder.ceiling;
        this.computedCeiling = builder.computedCeiling;
        this.latencyBudget = builder.latencyBudget;
        this.window = builder.window;
        this.minimumRequests = builder.minimumRequests;
        this.tolerance = builder.tolerance;
        this.fixedAllowance = allowance(fixedRevenue);
    }

    /** Starts the objective of a feature. */
    public static Builder of(String feature) {
        return new Builder(feature);
    }

    /** The feature's name, as in {@link CostMeter#open}. */
    public String feature() {
        return feature;
    }

    /** The fixed revenue per delivered request, if it is fixed. */
    public @Nullable Money fixedRevenue() {
        return fixedRevenue;
    }

    /** The share of revenue that is to remain, at least 0 and below 1, if set. */
    public @Nullable BigDecimal targetMargin() {
        return costShare == null ? null : BigDecimal.ONE.subtract(costShare);
    }

    /** What a delivered request may cost when revenue and margin, or the ceiling, are fixed; else {@code null}. */
    public @Nullable Money fixedAllowance() {
        return fixedAllowance;
    }

    /** The latency that 95 % of requests should meet, if set. */
    public @Nullable Duration latencyBudget() {
        return latencyBudget;
    }

    /**
     * The time over which the objective is to be met; 28 days unless set. It goes into what {@code unitcost slo export} writes for Pyrra and
     * OpenSLO; Prometheus rules have a window of their own, one for all features.
     */
    public Duration window() {
        return window;
    }

    /**
     * With fewer requests nothing is said about the objective, by a report or by a release gate, which wants 30 at least; 30 unless set. Alert
     * rules have a number of their own, one for all features.
     */
    public int minimumRequests() {
        return minimumRequests;
    }

    /** What the cost per request may grow by from one release to the next, 0 or more; 0.05 for 5 % unless set. */
    public BigDecimal tolerance() {
        return tolerance;
    }

    /** Whether revenue or allowance depends on the request. */
    public boolean isComputed() {
        return revenue != null || revenueBy != null || computedCeiling != null;
    }

    List<Money> fixedAmounts() {
        return Stream.concat(
                        Stream.of(fixedRevenue, ceiling).flatMap(Stream::ofNullable),
                        revenueBy == null ? Stream.of() : revenueBy.amounts.values().stream())
                .toList();
    }

    /**
     * The request with what it earned and what it was allowed to cost.
     *
     * @param own the revenue stated for this request, instead of the feature's
     */
    RequestCost applyTo(RequestCost cost, @Nullable Money own) {
        Money earned = own != null ? own : revenue != null ? revenue.apply(cost) : fixedRevenueOf(cost);
        Money allowed = computedCeiling != null ? computedCeiling.apply(cost) : allowanceOf(earned);
        return cost.earning(earned, allowed);
    }

    private @Nullable Money fixedRevenueOf(RequestCost cost) {
        Money byAttribute = revenueBy == null ? null : revenueBy.of(cost);
        return byAttribute == null ? fixedRevenue : byAttribute;
    }

    @Nullable
    Money allowanceOf(@Nullable Money revenue) {
        return Objects.equals(revenue, fixedRevenue) ? fixedAllowance : allowance(revenue);
    }

    private @Nullable Money allowance(@Nullable Money revenue) {
        if (ceiling != null) {
            return ceiling;
        }
        return revenue == null || costShare == null ? null : revenue.times(costShare);
    }

    @Override
    public String toString() {
        return "objective of " + feature + ": revenue "
                + (revenue != null
                        ? "computed"
                        : revenueBy == null ? fixedRevenue : "by " + revenueBy.attribute + ", else " + fixedRevenue)
                + ", allowance " + fixedAllowance() + ", latency budget " + latencyBudget;
    }

    private static final Duration LONGEST_BUDGET = Duration.ofDays(36_500);
    private static final Duration SHORTEST_WINDOW = Duration.ofHours(1);
    private static final Duration LONGEST_WINDOW = Duration.ofDays(366);

    /** Collects an objective; one thread at a time. Refusals name the feature, the argument, the value and the remedy. */
    public static final class Builder {
        private final String feature;
        private @Nullable Money fixedRevenue;
        private @Nullable Function<RequestCost, Money> revenue;
        private @Nullable RevenueBy revenueBy;
        private @Nullable BigDecimal costShare;
        private @Nullable Money ceiling;
        private @Nullable Function<RequestCost, Money> computedCeiling;
        private @Nullable Duration latencyBudget;
        private Duration window = Duration.ofDays(28);
        private int minimumRequests = 30;
        private BigDecimal tolerance = new BigDecimal("0.05");

        private Builder(String feature) {
            this.feature = Features.requireName(feature);
        }

        /** Revenue per delivered request in US dollars, as decimal text. */
        public Builder revenue(String usd) {
            return revenue(parse(usd, "revenue"));
        }

        /** Revenue per delivered request, zero or more. */
        public Builder revenue(Money amount) {
            if (amount.signum() < 0) {
                throw refuse("revenue", amount, "give zero or more");
            }
            this.fixedRevenue = amount;
            this.revenue = null;
            return this;
        }

        /**
         * Revenue computed for each delivered request: by plan, by size. Called when the account closes; must not
         * block. What it throws is counted, and the request has no revenue then.
         */
        public Builder revenue(Function<RequestCost, Money> function) {
            this.revenue = function;
            this.fixedRevenue = null;
            this.revenueBy = null;
            return this;
        }

        /**
         * Revenue per delivered request by an {@linkplain RequestMeter#attribute attribute} of the request, such as its plan. A request whose
         * value is not among them has the revenue of {@link #revenue(Money)}, or none.
         *
         * @param attribute the attribute's name, such as {@code plan}
         * @param amounts zero or more for each value of it; at least one
         */
        public Builder revenueBy(String attribute, Map<String, Money> amounts) {
            if (attribute.isBlank()) {
                throw refuse("revenue by", "'" + attribute + "'", "name an attribute of the request, such as plan");
            }
            if (amounts.isEmpty()) {
                throw refuse("revenue by " + attribute, amounts, "give an amount for one value at least");
            }
            amounts.forEach((value, amount) -> {
                if (amount.signum() < 0) {
                    throw refuse("revenue by " + attribute + " of '" + value + "'", amount, "give zero or more");
                }
            });
            this.revenueBy = new RevenueBy(attribute, Map.copyOf(amounts));
            this.revenue = null;
            return this;
        }

        /**
         * The share of revenue that is to remain, as decimal text of at least 0 and below 1: {@code 0.8} allows a cost
         * of 20 % of revenue.
         */
        public Builder targetMargin(String share) {
            BigDecimal margin = parse(share, "target margin").amount();
            if (margin.signum() < 0 || margin.compareTo(BigDecimal.ONE) >= 0) {
                throw refuse("target margin", share, "give a share of at least 0 and below 1, such as 0.8 for 80 %");
            }
            this.costShare = BigDecimal.ONE.subtract(margin);
            return this;
        }

        /** A fixed allowance per delivered request in US dollars, as decimal text above zero; instead of a margin. */
        public Builder ceiling(String usd) {
            return ceiling(parse(usd, "ceiling"));
        }

        /** A fixed allowance per delivered request, above zero; instead of a target margin. */
        public Builder ceiling(Money amount) {
            if (amount.signum() <= 0) {
                throw refuse("ceiling", amount, "give an amount above zero");
            }
            this.ceiling = amount;
            this.computedCeiling = null;
            return this;
        }

        /**
         * An allowance computed for each delivered request; instead of a target margin. Called when the account closes;
         * must not block. What it throws is counted, and the request has no allowance then.
         */
        public Builder ceiling(Function<RequestCost, Money> function) {
            this.computedCeiling = function;
            this.ceiling = null;
            return this;
        }

        /** The latency that 95 % of requests should meet, above zero. */
        public Builder latencyBudget(Duration budget) {
            if (budget.isNegative() || budget.isZero()) {
                throw refuse("latency budget", budget, "give a duration above zero");
            }
            if (budget.compareTo(LONGEST_BUDGET) > 0) {
                throw refuse("latency budget", budget, "give " + LONGEST_BUDGET + " at most");
            }
            this.latencyBudget = budget;
            return this;
        }

        /** The time over which the objective is to be met, for {@link CostObjective#window()}: an hour to 366 days; 28 days unless set. */
        public Builder window(Duration length) {
            if (length.compareTo(SHORTEST_WINDOW) < 0 || length.compareTo(LONGEST_WINDOW) > 0) {
                throw refuse("window", length, "give " + SHORTEST_WINDOW + " to " + LONGEST_WINDOW);
            }
            this.window = length;
            return this;
        }

        /** How many requests it takes to say something about the objective: 1 or more, 30 unless set. */
        public Builder minimumRequests(int count) {
            if (count < 1) {
                throw refuse("minimum requests", count, "give 1 or more");
            }
            this.minimumRequests = count;
            return this;
        }

        /** What the cost per request may grow by from one release to the next, as decimal text of 0 or more: {@code 0.05} for 5 %. */
        public Builder tolerance(String share) {
            BigDecimal parsed = parse(share, "tolerance").amount();
            if (parsed.signum() < 0) {
                throw refuse("tolerance", share, "give a share of 0 or more, such as 0.05 for 5 %");
            }
            this.tolerance = parsed;
            return this;
        }

        /**
         * The objective.
         *
         * @throws IllegalArgumentException if there is both a margin and a ceiling, or a margin without revenue
         */
        public CostObjective build() {
            if (costShare != null && (ceiling != null || computedCeiling != null)) {
                throw refuse(
                        "ceiling",
                        ceiling == null ? "computed" : ceiling,
                        "give either a ceiling or a target margin, not both");
            }
            if (costShare != null && fixedRevenue == null && revenue == null && revenueBy == null) {
                throw refuse(
                        "target margin", BigDecimal.ONE.subtract(costShare), "a margin needs a revenue; set it too");
            }
            return new CostObjective(this);
        }

        private Money parse(String text, String what) {
            try {
                return Money.usd(text);
            } catch (IllegalArgumentException e) {
                throw refuse(what, "'" + text + "'", "write a plain decimal number, such as 0.002");
            }
        }

        private IllegalArgumentException refuse(String what, Object value, String remedy) {
            return new IllegalArgumentException("objective of " + feature + ": " + what + " " + value + ": " + remedy);
        }
    }
}

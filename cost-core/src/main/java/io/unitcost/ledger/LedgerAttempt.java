package io.unitcost.ledger;

import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt used and cost, as it stands in a ledger: enough to price it again. Immutable and thread-safe.
 */
public final class LedgerAttempt {

    private final int call;
    private final @Nullable String service;
    private final String provider;
    private final String model;
    private final Result result;
    private final boolean billed;
    private final Usage usage;
    private final Quality quality;
    private final boolean contradictory;
    private final long durationNanos;
    private final long firstTokenNanos;
    private final @Nullable String tier;
    private final @Nullable String region;
    private final @Nullable String responseId;
    private final @Nullable Unpriced unpriced;
    private final @Nullable Money cost;
    private final @Nullable Money idle;
    private final @Nullable Money listCost;
    private final @Nullable Money reportedCost;
    private final boolean meteredElsewhere;
    private final List<Charge.Line> lines;

    private LedgerAttempt(Builder builder) {
        this.call = builder.call;
        this.service = builder.service;
        this.provider = builder.provider;
        this.model = builder.model;
        this.result = builder.result;
        this.billed = builder.billed;
        this.usage = builder.usage;
        this.quality = builder.quality;
        this.contradictory = builder.contradictory;
        this.durationNanos = builder.durationNanos;
        this.firstTokenNanos = builder.firstTokenNanos;
        this.tier = builder.tier;
        this.region = builder.region;
        this.responseId = builder.responseId;
        this.unpriced = builder.unpriced;
        this.cost = builder.cost;
        this.idle = builder.idle;
        this.listCost = builder.listCost;
        this.reportedCost = builder.reportedCost;
        this.meteredElsewhere = builder.meteredElsewhere;
        this.lines = builder.lines;
    }

    /** Starts a billed attempt that delivered generation, with a cost still to be said. */
    public static Builder of(String provider, String model) {
        return new Builder(provider, model);
    }

    /** What is known of an attempt when its account closes. */
    static LedgerAttempt of(AttemptCost known, @Nullable String responseId) {
        Charge charge = known.charge();
        return of(known.attempt().provider(), known.attempt().model())
                .call(known.call())
                .service(known.service())
                .result(known.result())
                .billed(known.attempt().isBilled())
                .usage(known.attempt().usage(), known.attempt().quality())
                .contradictory(
                        charge.isContradictory() || known.attempt().usage().isContradictory())
                .durationNanos(known.attempt().durationNanos())
                .firstTokenNanos(known.attempt().firstTokenNanos())
                .tier(known.attempt().serviceTier())
                .region(known.attempt().region())
                .responseId(responseId)
                .charge(charge)
                .reportedCost(charge.reported())
                .meteredElsewhere(known.attempt().isMeteredElsewhere())
                .build();
    }

    /** Which call of the request it belongs to, counted from 0 in the order they were opened. */
    public int call() {
        return call;
    }

    /** The support service it was for, such as {@code retrieval}; {@code null} for generation. */
    public @Nullable String service() {
        return service;
    }

    /** Who is paid, or the name of a capacity pool. */
    public String provider() {
        return provider;
    }

    /** The model as served, or the name of a support service. */
    public String model() {
        return model;
    }

    /** What became of it. */
    public Result result() {
        return result;
    }

    /** The part its cost goes into: {@link Part#RETRY} unless it delivered. */
    public Part part() {
        return result != Result.DELIVERED ? Part.RETRY : service == null ? Part.INFERENCE : Part.SUPPORT;
    }

    /** The part its idle share goes into. */
    public Part idlePart() {
        return result == Result.DELIVERED ? Part.IDLE : Part.RETRY;
    }

    /** Whether the provider bills it; {@code false} only where the provider's rule says so, and then it costs nothing at any price. */
    public boolean isBilled() {
        return billed;
    }

    /** What was used, in inclusive counts; {@link Usage#NONE} when it is not known. */
    public Usage usage() {
        return usage;
    }

    /** How well the usage is known. */
    public Quality quality() {
        return quality;
    }

    /** Whether the counts contradicted each other, such as more cached than input tokens. */
    public boolean isContradictory() {
        return contradictory;
    }

    /** From the request's first byte to the answer's last; 0 when it was not measured. */
    public long durationNanos() {
        return durationNanos;
    }

    /** From the request's first byte to the answer's first token; -1 when it was not measured. */
    public long firstTokenNanos() {
        return firstTokenNanos;
    }

    /** The service tier that served. */
    public @Nullable String tier() {
        return tier;
    }

    /** The region that served. */
    public @Nullable String region() {
        return region;
    }

    /** A pseudonym of the provider's id of the response; {@code null} unless the ledger was told to keep one. */
    public @Nullable String responseId() {
        return responseId;
    }

    /** Why it has no price or not a whole one; {@code null} when everything was priced. */
    public @Nullable Unpriced unpriced() {
        return unpriced;
    }

    /** What its usage cost, without its idle share; {@code null} when it has no price, a lower bound when {@link #unpriced()}. */
    public @Nullable Money cost() {
        return cost;
    }

    /** The idle share of own capacity; {@code null} when there is none. */
    public @Nullable Money idle() {
        return idle;
    }

    /** What the list prices come to, where a contract makes the cost another one; otherwise {@code null}. */
    public @Nullable Money listCost() {
        return listCost;
    }

    /** What the provider itself said it costs, where that was looked at. */
    public @Nullable Money reportedCost() {
        return reportedCost;
    }

    /** Whether another service of one's own has it in its own ledger. */
    public boolean isMeteredElsewhere() {
        return meteredElsewhere;
    }

    /** The lines of the cost: disjoint quantities, and what each came to. They add up to {@link #cost()}. */
    public List<Charge.Line> lines() {
        return lines;
    }

    /** A copy to be changed. */
    public Builder toBuilder() {
        return of(provider, model)
                .call(call)
                .service(service)
                .result(result)
                .billed(billed)
                .usage(usage, quality)
                .contradictory(contradictory)
                .durationNanos(durationNanos)
                .firstTokenNanos(firstTokenNanos)
                .tier(tier)
                .region(region)
                .responseId(responseId)
                .unpriced(unpriced)
                .cost(cost)
                .idle(idle)
                .listCost(listCost)
                .reportedCost(reportedCost)
                .meteredElsewhere(meteredElsewhere)
                .lines(lines);
    }

    private List<@Nullable Object> everything() {
        return Arrays.asList(
                call,
                service,
                provider,
                model,
                result,
                billed,
                usage,
                quality,
                contradictory,
                durationNanos,
                firstTokenNanos,
                tier,
                region,
                responseId,
                unpriced,
                cost,
                idle,
                listCost,
                reportedCost,
                meteredElsewhere,
                lines);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof LedgerAttempt other && everything().equals(other.everything());
    }

    @Override
    public int hashCode() {
        return everything().hashCode();
    }

    @Override
    public String toString() {
        return provider + "/" + model + " " + result + " " + usage + " " + (cost == null ? unpriced : cost);
    }

    /** Collects an attempt; one thread at a time. */
    public static final class Builder {
        private String provider;
        private String model;
        private int call;
        private @Nullable String service;
        private Result result = Result.DELIVERED;
        private boolean billed = true;
        private Usage usage = Usage.NONE;
        private Quality quality = Quality.REPORTED;
        private boolean contradictory;
        private long durationNanos;
        private long firstTokenNanos = -1;
        private @Nullable String tier;
        private @Nullable String region;
        private @Nullable String responseId;
        private @Nullable Unpriced unpriced;
        private @Nullable Money cost;
        private @Nullable Money idle;
        private @Nullable Money listCost;
        private @Nullable Money reportedCost;
        private boolean meteredElsewhere;
        private List<Charge.Line> lines = List.of();

        private Builder(String provider, String model) {
            this.provider = Text.clean(provider);
            this.model = Text.clean(model);
        }

        /** Who is paid, instead. */
        public Builder provider(String provider) {
            this.provider = Text.clean(provider);
            return this;
        }

        /** The model, instead. */
        public Builder model(String model) {
            this.model = Text.clean(model);
            return this;
        }

        /** Which call of the request it belongs to, from 0. */
        public Builder call(int number) {
            this.call = Math.max(0, number);
            return this;
        }

        /** The support service it was for; {@code null} for generation. */
        public Builder service(@Nullable String service) {
            this.service = Text.cleanOrNull(service);
            return this;
        }

        /** What became of it; delivered unless set. */
        public Builder result(Result result) {
            this.result = Objects.requireNonNull(result, "result");
            return this;
        }

        /** Whether the provider bills it; so unless set. */
        public Builder billed(boolean billed) {
            this.billed = billed;
            return this;
        }

        /** What was used, and how well that is known. */
        public Builder usage(Usage usage, Quality quality) {
            this.usage = usage;
            this.quality = Objects.requireNonNull(quality, "quality");
            return this;
        }

        /** Whether the counts contradicted each other. */
        public Builder contradictory(boolean contradictory) {
            this.contradictory = contradictory;
            return this;
        }

        /** How long it took, in nanoseconds; below 0 counts as 0, not measured. */
        public Builder durationNanos(long nanos) {
            this.durationNanos = Math.max(0, nanos);
            return this;
        }

        /** How long the first token took, in nanoseconds; below 0 is not measured. */
        public Builder firstTokenNanos(long nanos) {
            this.firstTokenNanos = Math.max(-1, nanos);
            return this;
        }

        /** The service tier that served. */
        public Builder tier(@Nullable String tier) {
            this.tier = Text.cleanOrNull(tier);
            return this;
        }

        /** The region that served. */
        public Builder region(@Nullable String region) {
            this.region = Text.cleanOrNull(region);
            return this;
        }

        /** A pseudonym of the provider's id of the response. */
        public Builder responseId(@Nullable String pseudonym) {
            this.responseId = Text.cleanOrNull(pseudonym);
            return this;
        }

        /** Why it has no price or not a whole one. */
        public Builder unpriced(@Nullable Unpriced reason) {
            this.unpriced = reason;
            return this;
        }

        /** What its usage cost, without its idle share. */
        public Builder cost(@Nullable Money cost) {
            this.cost = cost;
            return this;
        }

        /** The idle share of own capacity. */
        public Builder idle(@Nullable Money idle) {
            this.idle = idle;
            return this;
        }

        /** What the list prices come to, where that is another amount. */
        public Builder listCost(@Nullable Money list) {
            this.listCost = list;
            return this;
        }

        /** What the provider itself said it costs. */
        public Builder reportedCost(@Nullable Money reported) {
            this.reportedCost = reported;
            return this;
        }

        /** Whether another service has it in its own ledger. */
        public Builder meteredElsewhere(boolean elsewhere) {
            this.meteredElsewhere = elsewhere;
            return this;
        }

        /** Its cost and lines as a price table says: lines, cost, idle share, list cost and reason. */
        public Builder charge(Charge charge) {
            Money list = charge.list();
            return cost(charge.cost())
                    .idle(charge.idle())
                    .unpriced(charge.unpriced())
                    .listCost(list == null || list.equals(charge.cost()) ? null : list)
                    .lines(charge.cost() == null ? List.of() : charge.lines());
        }

        /** The lines of the cost. */
        public Builder lines(List<Charge.Line> lines) {
            List<Charge.Line> plain = new ArrayList<>(lines.size());
            for (Charge.Line line : lines) {
                plain.add(new Charge.Line(line.unit(), plain(line.quantity()), line.cost()));
            }
            this.lines = List.copyOf(plain);
            return this;
        }

        private static BigDecimal plain(BigDecimal quantity) {
            return quantity.scale() == 0
                    ? quantity
                    : quantity.signum() == 0 ? BigDecimal.ZERO : quantity.stripTrailingZeros();
        }

        /**
         * The attempt.
         *
         * @throws IllegalArgumentException if it has neither a cost nor a reason for having none
         */
        public LedgerAttempt build() {
            if (cost == null && unpriced == null) {
                throw new IllegalArgumentException("attempt at " + provider + "/" + model
                        + ": it has neither a cost nor a reason; give one of cost and unpriced");
            }
            return new LedgerAttempt(this);
        }
    }
}

package io.unitcost.ledger;

import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.price.Money;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one request cost, as it stands in a ledger. Immutable and thread-safe.
 *
 * <p>{@code inference + idle + support + retry = total}, exactly, in one currency. What could not be priced is not in there:
 * {@link #unpricedAttempts()} says how many attempts that are, and then the total is a lower bound. Two records are equal when
 * everything they say is.
 */
public final class LedgerRecord {

    /** The version of the format that is written and read: {@code "v":1}. Another one is not compatible. */
    public static final int VERSION = 1;

    private final String id;
    private final Instant openedAt;
    private final Kind kind;
    private final String feature;
    private final Outcome outcome;
    private final @Nullable Reaped reaped;
    private final long durationNanos;
    private final LatencyBudget latencyBudget;
    private final Money inference;
    private final Money idle;
    private final Money support;
    private final Money retry;
    private final Money total;
    private final Money meteredElsewhere;
    private final @Nullable Money revenue;
    private final @Nullable Money allowance;
    private final String priceTable;
    private final @Nullable String repricedFrom;
    private final @Nullable String release;
    private final @Nullable String promptVersion;
    private final @Nullable String caseId;
    private final @Nullable String session;
    private final @Nullable String tenant;
    private final Map<String, String> attributes;
    private final List<LedgerAttempt> attempts;

    private LedgerRecord(Builder builder) {
        this.id = builder.id;
        this.openedAt = builder.openedAt;
        this.kind = builder.kind;
        this.feature = builder.feature;
        this.outcome = builder.outcome;
        this.reaped = builder.reaped;
        this.durationNanos = builder.durationNanos;
        this.latencyBudget = builder.latencyBudget;
        this.attempts = List.copyOf(builder.attempts);
        Parts parts = builder.parts == null ? Parts.of(attempts, builder.currency) : builder.parts;
        this.inference = parts.inference;
        this.idle = parts.idle;
        this.support = parts.support;
        this.retry = parts.retry;
        this.total = inference.plus(idle).plus(support).plus(retry);
        this.meteredElsewhere = total.minus(total).plus(builder.elsewhere);
        this.revenue = builder.revenue;
        this.allowance = builder.allowance;
        this.priceTable = builder.priceTable;
        this.repricedFrom = builder.repricedFrom;
        this.release = builder.release;
        this.promptVersion = builder.promptVersion;
        this.caseId = builder.caseId;
        this.session = builder.session;
        this.tenant = builder.tenant;
        this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(builder.attributes));
    }

    /** The four parts of a cost. */
    private record Parts(Money inference, Money idle, Money support, Money retry) {
        static Parts of(List<LedgerAttempt> attempts, Currency currency) {
            Money[] sums = new Money[Part.values().length];
            Arrays.fill(sums, Money.zero(currency));
            for (LedgerAttempt attempt : attempts) {
                add(sums, attempt.part(), attempt.cost());
                add(sums, attempt.idlePart(), attempt.idle());
            }
            return new Parts(
                    sums[Part.INFERENCE.ordinal()],
                    sums[Part.IDLE.ordinal()],
                    sums[Part.SUPPORT.ordinal()],
                    sums[Part.RETRY.ordinal()]);
        }

        private static void add(Money[] sums, Part part, @Nullable Money amount) {
            if (amount != null) {
                sums[part.ordinal()] = sums[part.ordinal()].plus(amount);
            }
        }
    }

    /**
     * Starts a record of a delivered request without attempts.
     *
     * @param id unique over all ledgers that are read together
     * @param openedAt when the request began; kept to the millisecond
     * @param currency of every amount
     */
    public static Builder builder(String id, Instant openedAt, String feature, Currency currency) {
        return new Builder(id, openedAt, feature, currency);
    }

    /** Unique: a line that was delivered twice is told by it. */
    public String id() {
        return id;
    }

    /** When the request began, to the millisecond. */
    public Instant openedAt() {
        return openedAt;
    }

    /** What kind of account this was. Only {@link Kind#REQUEST} counts as a request. */
    public Kind kind() {
        return kind;
    }

    /** The feature that pays. */
    public String feature() {
        return feature;
    }

    /** How the request ended. */
    public Outcome outcome() {
        return outcome;
    }

    /** Whether this is a request that was delivered: the denominator of a cost per request. */
    public boolean isDelivered() {
        return kind == Kind.REQUEST && outcome == Outcome.DELIVERED;
    }

    /** Why the reaper closed the account; {@code null} when its owner did. */
    public @Nullable Reaped reaped() {
        return reaped;
    }

    /** From opening to the end of the response. */
    public long durationNanos() {
        return durationNanos;
    }

    /** Whether that met the latency budget that its feature had then. */
    public LatencyBudget latencyBudget() {
        return latencyBudget;
    }

    /** The currency of every amount. */
    public Currency currency() {
        return total.currency();
    }

    /** The attempts that delivered generation. */
    public Money inference() {
        return inference;
    }

    /** The idle share of own capacity on delivered work. */
    public Money idle() {
        return idle;
    }

    /** Delivered work that is not generation. */
    public Money support() {
        return support;
    }

    /** Everything that did not deliver. */
    public Money retry() {
        return retry;
    }

    /** One of the four parts. */
    public Money part(Part part) {
        return switch (part) {
            case INFERENCE -> inference;
            case IDLE -> idle;
            case SUPPORT -> support;
            case RETRY -> retry;
        };
    }

    /** The fully loaded cost: the exact sum of the four parts. */
    public Money total() {
        return total;
    }

    /**
     * What of the total other services of one's own have metered, and have in their own ledgers; zero without any. Take it off
     * before adding up the ledgers of several services.
     */
    public Money meteredElsewhere() {
        return meteredElsewhere;
    }

    /** What the request earned; {@code null} when it was not delivered or its feature has no revenue. */
    public @Nullable Money revenue() {
        return revenue;
    }

    /** What the request was allowed to cost; {@code null} when it was not delivered or its feature has no objective. */
    public @Nullable Money allowance() {
        return allowance;
    }

    /** The id of the price table that priced it. */
    public String priceTable() {
        return priceTable;
    }

    /** The id of the price table that priced it when it was served; {@code null} unless it was priced again since. */
    public @Nullable String repricedFrom() {
        return repricedFrom;
    }

    /** The release that served; {@code null} when nobody said. */
    public @Nullable String release() {
        return release;
    }

    /** The version of the prompt; {@code null} when nobody said. */
    public @Nullable String promptVersion() {
        return promptVersion;
    }

    /** The case that was replayed, for comparing like with like; {@code null} outside a replay. */
    public @Nullable String caseId() {
        return caseId;
    }

    /** A pseudonym of the session: requests of one session are alike. {@code null} when nobody said. */
    public @Nullable String session() {
        return session;
    }

    /** A pseudonym of the tenant; {@code null} when nobody said. */
    public @Nullable String tenant() {
        return tenant;
    }

    /** What else the application said about the request and allowed into its ledger; unmodifiable. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /** The attempts, in the order they were recorded. */
    public List<LedgerAttempt> attempts() {
        return attempts;
    }

    /** How many attempts have no price or not a whole one; above zero, the total is a lower bound. */
    public int unpricedAttempts() {
        int count = 0;
        for (LedgerAttempt attempt : attempts) {
            count += attempt.unpriced() == null ? 0 : 1;
        }
        return count;
    }

    /** How many attempts are priced from a usage that was estimated or partly reported. */
    public int estimatedAttempts() {
        int count = 0;
        for (LedgerAttempt attempt : attempts) {
            Quality quality = attempt.quality();
            count += attempt.isBilled() && (quality == Quality.ESTIMATED || quality == Quality.PARTIAL) ? 1 : 0;
        }
        return count;
    }

    /** The line of the ledger, without the line break. */
    public String toJson() {
        return LedgerJson.toText(this);
    }

    /**
     * A copy to be changed. Its parts are those of this record until {@link Builder#attempts} is called, and then what the
     * attempts come to.
     */
    public Builder toBuilder() {
        Builder builder = new Builder(id, openedAt, feature, currency());
        builder.kind = kind;
        builder.outcome = outcome;
        builder.reaped = reaped;
        builder.durationNanos = durationNanos;
        builder.latencyBudget = latencyBudget;
        builder.parts = new Parts(inference, idle, support, retry);
        builder.elsewhere = meteredElsewhere;
        builder.revenue = revenue;
        builder.allowance = allowance;
        builder.priceTable = priceTable;
        builder.repricedFrom = repricedFrom;
        builder.release = release;
        builder.promptVersion = promptVersion;
        builder.caseId = caseId;
        builder.session = session;
        builder.tenant = tenant;
        builder.attributes = attributes;
        builder.attempts = attempts;
        return builder;
    }

    private List<@Nullable Object> everything() {
        return Arrays.asList(
                id,
                openedAt,
                kind,
                feature,
                outcome,
                reaped,
                durationNanos,
                latencyBudget,
                inference,
                idle,
                support,
                retry,
                meteredElsewhere,
                revenue,
                allowance,
                priceTable,
                repricedFrom,
                release,
                promptVersion,
                caseId,
                session,
                tenant,
                attributes,
                attempts);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof LedgerRecord other
                && id.equals(other.id)
                && everything().equals(other.everything());
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The line of the ledger. */
    @Override
    public String toString() {
        return toJson();
    }

    /**
     * Collects a record; one thread at a time. Halves of surrogate pairs in a text become U+FFFD, because no UTF-8 can hold them.
     */
    public static final class Builder {
        private final String id;
        private final Instant openedAt;
        private final String feature;
        private final Currency currency;
        private Kind kind = Kind.REQUEST;
        private Outcome outcome = Outcome.DELIVERED;
        private @Nullable Reaped reaped;
        private long durationNanos;
        private LatencyBudget latencyBudget = LatencyBudget.NONE;
        private @Nullable Parts parts;
        private Money elsewhere;
        private @Nullable Money revenue;
        private @Nullable Money allowance;
        private String priceTable = "none";
        private @Nullable String repricedFrom;
        private @Nullable String release;
        private @Nullable String promptVersion;
        private @Nullable String caseId;
        private @Nullable String session;
        private @Nullable String tenant;
        private Map<String, String> attributes = Map.of();
        private List<LedgerAttempt> attempts = List.of();

        private Builder(String id, Instant openedAt, String feature, Currency currency) {
            this.id = Text.clean(id);
            this.openedAt = openedAt.truncatedTo(ChronoUnit.MILLIS);
            this.feature = Text.clean(feature);
            this.currency = currency;
            this.elsewhere = Money.zero(currency);
        }

        /** What kind of account this was; a request unless set. */
        public Builder kind(Kind kind) {
            this.kind = Objects.requireNonNull(kind, "kind");
            return this;
        }

        /** How it ended; delivered unless set. */
        public Builder outcome(Outcome outcome) {
            this.outcome = Objects.requireNonNull(outcome, "outcome");
            return this;
        }

        /** Why the reaper closed the account. */
        public Builder reaped(@Nullable Reaped reason) {
            this.reaped = reason;
            return this;
        }

        /** From opening to the end of the response, in nanoseconds; below 0 counts as 0. */
        public Builder durationNanos(long nanos) {
            this.durationNanos = Math.max(0, nanos);
            return this;
        }

        /** Whether that met the latency budget; none unless set. */
        public Builder latencyBudget(LatencyBudget verdict) {
            this.latencyBudget = Objects.requireNonNull(verdict, "latency budget");
            return this;
        }

        /** The four parts; unless set, what the attempts come to. */
        public Builder parts(Money inference, Money idle, Money support, Money retry) {
            this.parts = new Parts(inference, idle, support, retry);
            return this;
        }

        /** What of the total other services have in their own ledgers. */
        public Builder meteredElsewhere(Money amount) {
            this.elsewhere = amount;
            return this;
        }

        /** What the request earned. */
        public Builder revenue(@Nullable Money amount) {
            this.revenue = amount;
            return this;
        }

        /** What the request was allowed to cost. */
        public Builder allowance(@Nullable Money amount) {
            this.allowance = amount;
            return this;
        }

        /** The id of the price table; {@code none} unless set. */
        public Builder priceTable(String id) {
            this.priceTable = Text.clean(id);
            return this;
        }

        /** The id of the price table that priced it first, where {@link #priceTable} is another look at it. */
        public Builder repricedFrom(@Nullable String id) {
            this.repricedFrom = Text.cleanOrNull(id);
            return this;
        }

        /** The release that served. */
        public Builder release(@Nullable String release) {
            this.release = Text.cleanOrNull(release);
            return this;
        }

        /** The version of the prompt. */
        public Builder promptVersion(@Nullable String version) {
            this.promptVersion = Text.cleanOrNull(version);
            return this;
        }

        /** The case that was replayed. */
        public Builder caseId(@Nullable String id) {
            this.caseId = Text.cleanOrNull(id);
            return this;
        }

        /** A pseudonym of the session, never what the application calls it. */
        public Builder session(@Nullable String pseudonym) {
            this.session = Text.cleanOrNull(pseudonym);
            return this;
        }

        /** A pseudonym of the tenant, never what the application calls it. */
        public Builder tenant(@Nullable String pseudonym) {
            this.tenant = Text.cleanOrNull(pseudonym);
            return this;
        }

        /** What else is known of the request. */
        public Builder attributes(Map<String, String> attributes) {
            Map<String, String> clean = new LinkedHashMap<>();
            attributes.forEach((name, value) -> clean.put(Text.clean(name), Text.clean(value)));
            this.attributes = clean;
            return this;
        }

        /** The attempts; the parts are what they come to, unless {@link #parts} is called after this. */
        public Builder attempts(List<LedgerAttempt> attempts) {
            this.attempts = attempts;
            this.parts = null;
            return this;
        }

        /**
         * The record.
         *
         * @throws IllegalArgumentException if an amount is in another currency than the record
         */
        public LedgerRecord build() {
            requireCurrency(elsewhere);
            requireCurrency(revenue);
            requireCurrency(allowance);
            LedgerRecord built = new LedgerRecord(this);
            requireCurrency(built.total);
            return built;
        }

        private void requireCurrency(@Nullable Money amount) {
            if (amount != null && !amount.currency().equals(currency)) {
                throw new IllegalArgumentException("ledger record " + id + ": " + amount + " is not in " + currency
                        + "; keep one currency in a record");
            }
        }
    }
}

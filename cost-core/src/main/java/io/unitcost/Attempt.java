package io.unitcost;

import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.usage.RequestReport;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One try at one call, after it ended: who was asked, what served, what was used, how it went. Immutable.
 *
 * <p>What served wins over what was asked: give the model, service tier and region from the response where it has them.
 */
public final class Attempt {

    /** How a try ended. Whether it <em>delivered</em> is decided by the whole call. */
    public enum Status {
        /** It gave an answer. */
        OK,
        /** It gave none: an error, a refusal, a time-out. */
        FAILED,
        /** It was given up, by the user or in favour of another try. */
        CANCELLED
    }

    private final String provider;
    private final String model;
    private final Usage usage;
    private final Quality quality;
    private final Status status;
    private final boolean billed;
    private final long durationNanos;
    private final @Nullable String responseId;
    private final @Nullable String serviceTier;
    private final @Nullable String region;
    private final @Nullable Money reportedCost;
    private final long firstTokenNanos;
    private final boolean meteredElsewhere;
    private final @Nullable Tally elsewhere;
    private final List<Attempt> alongside;

    private Attempt(Builder builder) {
        this.provider = builder.provider;
        this.model = builder.model == null ? Builder.UNKNOWN : builder.model;
        this.usage = builder.usage;
        this.quality = builder.usage.isEmpty() && builder.billed && builder.elsewhere == null
                ? Quality.UNKNOWN
                : builder.quality;
        this.status = builder.status;
        this.billed = builder.billed;
        this.durationNanos = builder.durationNanos;
        this.responseId = builder.responseId;
        this.serviceTier = builder.serviceTier;
        this.region = builder.region;
        this.reportedCost = builder.reportedCost;
        this.firstTokenNanos = builder.firstTokenNanos;
        this.meteredElsewhere = builder.meteredElsewhere;
        this.elsewhere = builder.elsewhere;
        this.alongside = builder.alongside.isEmpty() ? List.of() : List.copyOf(builder.alongside(this));
    }

    /**
     * Starts an attempt that gave an answer.
     *
     * @param provider who is paid, such as {@code openai}, or the name of a capacity pool
     * @param model the model as served, or the name of a support service; {@code null}, which a broken answer may say, is
     *     {@code unknown}
     */
    public static Builder of(String provider, @Nullable String model) {
        return new Builder(provider, model);
    }

    /** Who is paid. */
    public String provider() {
        return provider;
    }

    /** The model as served, or the name of a support service. */
    public String model() {
        return model;
    }

    /** What was used; {@link Usage#NONE} when it is not known. */
    public Usage usage() {
        return usage;
    }

    /** How well the usage is known. */
    public Quality quality() {
        return quality;
    }

    /** How the try ended. */
    public Status status() {
        return status;
    }

    /** Whether the provider bills it; {@code false} only where the provider's rule says so. */
    public boolean isBilled() {
        return billed;
    }

    /** From the request's first byte to the answer's last; 0 when it was not measured. */
    public long durationNanos() {
        return durationNanos;
    }

    /** From the request's first byte to the answer's first token; -1 when it was not measured. */
    public long firstTokenNanos() {
        return firstTokenNanos;
    }

    /**
     * What other models of the same provider used while they worked on this answer, such as an advisor that the first model
     * asks: each is priced by its own model and shares the fate of this attempt.
     */
    public List<Attempt> alongside() {
        return alongside;
    }

    /** The provider's id of the response, for telling apart two reports of the same one. */
    public @Nullable String responseId() {
        return responseId;
    }

    /** The service tier that served, such as {@code batch} or {@code priority}. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    /** The region that served. */
    public @Nullable String region() {
        return region;
    }

    /** What the provider itself said the whole attempt costs; {@code null} when it said nothing. */
    public @Nullable Money reportedCost() {
        return reportedCost;
    }

    /**
     * Whether another service of one's own has metered, priced and published this work: its cost is part of the request's, and
     * is not published a second time.
     */
    public boolean isMeteredElsewhere() {
        return meteredElsewhere;
    }

    /**
     * What that service said its work comes to, by model; {@link #usage()} is the sum of it. {@code null} when it said an amount
     * only, and for work that was metered here.
     */
    public @Nullable Tally elsewhere() {
        return elsewhere;
    }

    /** Whether what it costs goes by a usage that was not wholly reported. */
    boolean isEstimated() {
        return billed && (quality == Quality.ESTIMATED || quality == Quality.PARTIAL);
    }

    @Override
    public String toString() {
        return provider + "/" + model + " " + status + " " + usage + " " + quality;
    }

    /** Collects an attempt; one thread at a time. */
    public static final class Builder {
        private static final String UNKNOWN = "unknown";
        private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

        private final String provider;
        private @Nullable String model;
        private Usage usage = Usage.NONE;
        private Quality quality = Quality.REPORTED;
        private Status status = Status.OK;
        private boolean billed = true;
        private long durationNanos;
        private @Nullable String responseId;
        private @Nullable String serviceTier;
        private @Nullable String region;
        private @Nullable Money reportedCost;
        private long firstTokenNanos = -1;
        private boolean meteredElsewhere;
        private @Nullable Tally elsewhere;
        private List<UsageReport.Line> alongside = List.of();

        private Builder(@Nullable String provider, @Nullable String model) {
            this.provider = provider == null ? UNKNOWN : provider;
            this.model = model;
        }

        /**
         * What an answer said about itself: usage and its quality, the model, tier and region that served, its id, and what
         * the provider says it bills. What it does not say stays as it was. An answer that reports an error failed; if it has
         * neither usage nor text it is not billed.
         *
         * <p>An answer that came to its end and has counts is {@link Quality#REPORTED}, one that broke off
         * {@link Quality#PARTIAL}, with the output estimated from the text that was seen where that is more. Without any counts,
         * or with nothing but zeros although there is text, everything is {@link Quality#ESTIMATED} from the text of the request
         * and of the answer. Estimates of output never exceed what the request allows.
         *
         * @param request what was asked, {@code null} when it was not read
         * @param estimator {@code null} if nothing is to be estimated: usage that nobody reported is then
         *     {@link Quality#UNKNOWN}
         */
        public Builder answer(UsageReport report, @Nullable RequestReport request, @Nullable TokenEstimator estimator) {
            AnswerUsage known = AnswerUsage.of(report, request, estimator, model);
            usage(known.usage(), known.quality());
            model = report.model() != null ? report.model() : model;
            responseId = report.responseId() != null ? report.responseId() : responseId;
            serviceTier = report.serviceTier() != null ? report.serviceTier() : serviceTier;
            region = report.region() != null ? report.region() : region;
            alongside = report.lines().subList(1, report.lines().size());
            reported(report);
            if (report.isError()) {
                failed();
                billed &= report.hasUsage() || report.volume().characters() > 0;
            }
            return this;
        }

        /** The bill of an answer that several models worked on cannot be told apart; their prices count. */
        private void reported(UsageReport report) {
            BigDecimal cost = report.cost();
            if (cost == null || !alongside.isEmpty()) {
                return;
            }
            Money said = Money.of(cost, Money.USD);
            if (report.isOwnKey()) {
                BigDecimal upstream = report.upstreamCost();
                reportedCostOfOwnKey(said, upstream == null ? null : Money.of(upstream, Money.USD));
            } else {
                reportedCost(said);
            }
        }

        private List<Attempt> alongside(Attempt answer) {
            List<Attempt> others = new ArrayList<>();
            for (UsageReport.Line line : alongside) {
                Builder other = new Builder(provider, line.model()).usage(line.usage(), Quality.REPORTED);
                other.status = answer.status;
                other.billed = answer.billed;
                other.serviceTier = answer.serviceTier;
                other.region = answer.region;
                others.add(other.build());
            }
            return others;
        }

        /** What the provider reported. */
        public Builder usage(Usage usage) {
            return usage(usage, Quality.REPORTED);
        }

        /**
         * What was used, and how well that is known. An empty usage is {@link Quality#UNKNOWN} whatever is said here.
         */
        public Builder usage(Usage usage, Quality quality) {
            this.usage = usage == null ? Usage.NONE : usage;
            this.quality = quality;
            return this;
        }

        /** It gave no answer. */
        public Builder failed() {
            this.status = Status.FAILED;
            return this;
        }

        /** It was given up. */
        public Builder cancelled() {
            this.status = Status.CANCELLED;
            return this;
        }

        /**
         * The provider bills nothing for it: a 429 or 503 before any token, a connection that never reached it. Its cost
         * is zero and known, unlike that of an attempt whose usage is unknown.
         */
        public Builder unbilled() {
            this.billed = false;
            return this;
        }

        /** How long it took, in nanoseconds; negative values count as 0. */
        public Builder durationNanos(long nanos) {
            this.durationNanos = Math.max(0, nanos);
            return this;
        }

        /** How long it took; negative values count as 0. */
        public Builder duration(Duration duration) {
            return durationNanos(
                    duration.isNegative() ? 0 : duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toNanos());
        }

        /** From the request's first byte to the answer's first token, in nanoseconds; negative when it is not known. */
        public Builder firstTokenNanos(long nanos) {
            this.firstTokenNanos = Math.max(-1, nanos);
            return this;
        }

        /** The provider's id of the response. */
        public Builder responseId(@Nullable String id) {
            this.responseId = id;
            return this;
        }

        /** The service tier that served. */
        public Builder serviceTier(@Nullable String tier) {
            this.serviceTier = tier;
            return this;
        }

        /** The region that served. */
        public Builder region(@Nullable String region) {
            this.region = region;
            return this;
        }

        /**
         * What the provider itself said it costs, such as OpenRouter's {@code usage.cost}. {@link ReportedCost} decides what
         * becomes of it.
         */
        public Builder reportedCost(@Nullable Money billed) {
            this.reportedCost = billed;
            return this;
        }

        /**
         * What a gateway said it costs with a key of one's own at the provider behind it: the gateway bills its fee, often
         * nothing, and the provider behind bills the rest. When that is not known, nothing is.
         *
         * @param fee what the gateway bills
         * @param upstream what the provider behind it bills, in the same currency; {@code null} when it is not known
         */
        public Builder reportedCostOfOwnKey(Money fee, @Nullable Money upstream) {
            return reportedCost(
                    upstream == null || !upstream.currency().equals(fee.currency()) ? null : fee.plus(upstream));
        }

        /**
         * What another service of one's own says that its work for this request costs. That service publishes it; here it counts
         * for the request and not for the meters. What it used, and whether the amount is whole, is not known.
         *
         * @param amount in the meter's currency and not negative; anything else is not used, and the attempt unpriced
         */
        public Builder meteredElsewhere(Money amount) {
            this.reportedCost = amount;
            this.meteredElsewhere = true;
            this.elsewhere = null;
            return this;
        }

        /**
         * What another service of one's own says that its work for this request costs and used. That service publishes both; here
         * they count for the request and not for the meters. Where something there has no price, the attempt has not a whole one
         * either.
         *
         * @param work its amount in the meter's currency and not negative; anything else is not used, and the attempt unpriced
         */
        public Builder meteredElsewhere(Tally work) {
            meteredElsewhere(work.amount());
            this.elsewhere = work;
            return usage(work.usage(), work.quality());
        }

        /** The attempt. */
        public Attempt build() {
            return new Attempt(this);
        }
    }
}

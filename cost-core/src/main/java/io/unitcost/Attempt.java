package io.unitcost;

import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import java.time.Duration;
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

    private Attempt(Builder builder) {
        this.provider = builder.provider;
        this.model = builder.model;
        this.usage = builder.usage;
        this.quality = builder.usage.isEmpty() && builder.billed ? Quality.UNKNOWN : builder.quality;
        this.status = builder.status;
        this.billed = builder.billed;
        this.durationNanos = builder.durationNanos;
        this.responseId = builder.responseId;
        this.serviceTier = builder.serviceTier;
        this.region = builder.region;
        this.reportedCost = builder.reportedCost;
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

    @Override
    public String toString() {
        return provider + "/" + model + " " + status + " " + usage + " " + quality;
    }

    /** Collects an attempt; one thread at a time. */
    public static final class Builder {
        private static final String UNKNOWN = "unknown";
        private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

        private final String provider;
        private final String model;
        private Usage usage = Usage.NONE;
        private Quality quality = Quality.REPORTED;
        private Status status = Status.OK;
        private boolean billed = true;
        private long durationNanos;
        private @Nullable String responseId;
        private @Nullable String serviceTier;
        private @Nullable String region;
        private @Nullable Money reportedCost;

        private Builder(@Nullable String provider, @Nullable String model) {
            this.provider = provider == null ? UNKNOWN : provider;
            this.model = model == null ? UNKNOWN : model;
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

        /** The attempt. */
        public Attempt build() {
            return new Attempt(this);
        }
    }
}

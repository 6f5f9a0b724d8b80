package io.unitcost.capacity;

import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accelerators of one's own, priced by a rate card: what an hour costs, and how much work an hour sustains.
 *
 * <p>An attempt whose provider is the pool's name is priced here. Its work is counted in <em>work units</em>,
 * {@code input weight × (input − cached) + cached weight × cached + output weight × output}, and
 *
 * <pre>
 * price per unit = price per hour ÷ 3600 ÷ (sustained requests per second × units of the reference request)
 * idle           = work × (1 − u) ÷ u          with u the planned work utilization
 * </pre>
 *
 * <p>Utilization is <em>work</em> utilization: work done ÷ work the pool sustains at its latency budget. It is not busy
 * time: a server that batches is busy nearly always at a tenth of its load, and its busy time would say that almost
 * nothing is idle.
 *
 * <p>The rate card needs no shared state: it is right for several JVMs and for traffic that nobody meters, and it does
 * not move when traffic moves, only when the model, the prompt or the price does. It cannot see that throughput
 * changed: a model without a calibration of its own is {@linkplain Unpriced#NO_CALIBRATION unpriced}, never priced at
 * another model's rate. Immutable and thread-safe.
 */
public final class CapacityPool {

    private static final Logger log = LoggerFactory.getLogger(CapacityPool.class);
    private static final String DEFAULT_UTILIZATION = "0.5";

    private final String name;
    private final Currency currency;
    private final int replicas;
    private final BigDecimal utilization;
    private final BigDecimal[] prices;
    private final long[] from;
    private final Map<String, WorkPrice[]> cards;

    private CapacityPool(Builder builder) {
        this.name = builder.name;
        this.currency = builder.currency;
        this.replicas = builder.replicas;
        this.utilization = builder.utilization;
        this.prices = builder.pricePerHour.values().toArray(new BigDecimal[0]);
        this.from = builder.pricePerHour.keySet().stream()
                .mapToLong(Long::longValue)
                .toArray();
        this.cards = new LinkedHashMap<>();
        builder.calibrations.forEach((model, calibration) -> cards.put(
                model,
                Arrays.stream(prices)
                        .map(price -> new WorkPrice(calibration, price, utilization, currency))
                        .toArray(WorkPrice[]::new)));
    }

    /**
     * Starts a pool.
     *
     * @param name what attempts give as their provider
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The provider name of attempts that run here. */
    public String name() {
        return name;
    }

    /** How many replicas are paid for. */
    public int replicas() {
        return replicas;
    }

    /** The planned work utilization, above 0 and at most 1. */
    public BigDecimal plannedUtilization() {
        return utilization;
    }

    /** The currency of the price per hour. */
    public Currency currency() {
        return currency;
    }

    /** The models that have a calibration. */
    public Set<String> models() {
        return Set.copyOf(cards.keySet());
    }

    /** The price of an hour of the whole pool, all replicas, at an instant. */
    public Money pricePerHour(Instant at) {
        return Money.of(prices[period(at.toEpochMilli())], currency).times(replicas);
    }

    /**
     * What this work costs, and the idle share that rides on it.
     *
     * @param model the model as served
     * @param usage inclusive counts; a calibration without reference tokens counts one unit per request and ignores it
     * @param atMillis when, in milliseconds since the epoch
     */
    public Charge charge(String model, Usage usage, long atMillis) {
        WorkPrice[] byPeriod = cards.get(model);
        return byPeriod == null ? Charge.unpriced(Unpriced.NO_CALIBRATION) : byPeriod[period(atMillis)].charge(usage);
    }

    @Override
    public String toString() {
        return "capacity pool " + name + " " + cards.keySet() + ", " + replicas + " replicas, planned utilization "
                + utilization;
    }

    private int period(long atMillis) {
        int period = from.length - 1;
        while (period > 0 && atMillis < from[period]) {
            period--;
        }
        return period;
    }

    /** Collects a pool; one thread at a time. Each method names the argument, the value and the remedy when it refuses. */
    public static final class Builder {
        private final String name;
        private Currency currency = Money.USD;
        private int replicas = 1;
        private BigDecimal utilization = new BigDecimal(DEFAULT_UTILIZATION);
        private final TreeMap<Long, BigDecimal> pricePerHour = new TreeMap<>();
        private final Map<String, Calibration> calibrations = new LinkedHashMap<>();

        private Builder(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException(
                        "capacity pool: the name is blank; give the provider name its attempts use");
            }
            this.name = name;
        }

        /** The currency of the price; US dollar unless set. */
        public Builder currency(Currency currency) {
            this.currency = currency;
            return this;
        }

        /** The price of one replica for an hour: accelerators and the node they sit in. Decimal text above zero. */
        public Builder pricePerHour(String price) {
            pricePerHour.put(Long.MIN_VALUE, Numbers.positive(price, in("price per hour")));
            return this;
        }

        /** The price of one replica for an hour from an instant on; earlier hours keep the earlier price. */
        public Builder pricePerHour(String price, Instant from) {
            pricePerHour.put(from.toEpochMilli(), Numbers.positive(price, in("price per hour")));
            return this;
        }

        /** How many replicas are paid for; 1 unless set. Changes the pool's price, not the price of a request. */
        public Builder replicas(int replicas) {
            if (replicas < 1) {
                throw new IllegalArgumentException(in("replicas") + ": " + replicas + " is not 1 or more");
            }
            this.replicas = replicas;
            return this;
        }

        /**
         * The share of sustainable work that the pool is planned to do, above 0 and at most 1; 0.5 (twice the headroom)
         * unless set.
         */
        public Builder plannedUtilization(String utilization) {
            BigDecimal share = Numbers.positive(utilization, in("planned utilization"));
            if (share.compareTo(BigDecimal.ONE) > 0) {
                throw new IllegalArgumentException(in("planned utilization") + ": " + utilization
                        + " is above 1; give the share of sustainable work, such as 0.5");
            }
            this.utilization = share;
            return this;
        }

        /**
         * How much of a model the pool sustains.
         *
         * @param model the model as served
         * @param calibration sets sustained requests per second, or seconds per 1,000 tokens
         */
        public Builder calibrate(String model, Consumer<Calibration> calibration) {
            Calibration collected = new Calibration(in("calibration of " + model));
            calibration.accept(collected);
            collected.check();
            if (calibrations.putIfAbsent(model, collected) != null) {
                throw new IllegalArgumentException(in("calibration of " + model) + " is there twice; remove one");
            }
            if (collected.isOutputWeightAssumed()) {
                log.warn(
                        "capacity pool {}: the output weight of {} is uncalibrated, taken as {} input tokens per output"
                                + " token; measure it and set outputWeight or secondsPer1kTokens",
                        name,
                        model,
                        Calibration.DEFAULT_OUTPUT_WEIGHT);
            }
            return this;
        }

        /**
         * The pool.
         *
         * @throws IllegalArgumentException if the price or every calibration is missing
         */
        public CapacityPool build() {
            if (pricePerHour.isEmpty()) {
                throw new IllegalArgumentException(in("price per hour")
                        + " is missing; give what one replica costs, such as pricePerHour(\"3.00\")");
            }
            if (!pricePerHour.containsKey(Long.MIN_VALUE)) {
                throw new IllegalArgumentException(in("price per hour")
                        + " has dated prices only; give the price before them too, with pricePerHour(price)");
            }
            if (calibrations.isEmpty()) {
                throw new IllegalArgumentException(
                        in("calibration") + " is missing; say what the pool sustains, with calibrate(model, c -> ...)");
            }
            return new CapacityPool(this);
        }

        private String in(String what) {
            return "capacity pool " + name + ": " + what;
        }
    }

    /**
     * How much work of one model the pool sustains at its latency budget; lives only inside
     * {@link Builder#calibrate}.
     */
    public static final class Calibration {
        static final String DEFAULT_OUTPUT_WEIGHT = "4.0";
        private static final String DEFAULT_CACHED_WEIGHT = "0.1";

        private final String context;
        BigDecimal inputWeight = BigDecimal.ONE;
        BigDecimal cachedWeight = new BigDecimal(DEFAULT_CACHED_WEIGHT);

        @Nullable
        BigDecimal outputWeight;

        @Nullable
        BigDecimal requestsPerSecond;

        long referenceInput;
        long referenceOutput;
        boolean seconds;
        private boolean outputWeightGiven;

        private Calibration(String context) {
            this.context = context;
        }

        /** Reference requests per second that one replica sustains at the latency budget; decimal text above zero. */
        public Calibration sustainedRequestsPerSecond(String rate) {
            this.requestsPerSecond = Numbers.positive(rate, context + ": sustained requests per second");
            return this;
        }

        /**
         * The tokens of the reference request. Without it every request counts as one unit, whatever its tokens: right
         * only where requests are alike.
         *
         * @param inputTokens 0 or more
         * @param outputTokens 0 or more, not both 0
         */
        public Calibration reference(long inputTokens, long outputTokens) {
            if (inputTokens < 0 || outputTokens < 0 || inputTokens + outputTokens == 0) {
                throw new IllegalArgumentException(context + ": a reference request of " + inputTokens + " input and "
                        + outputTokens + " output tokens is none; give the tokens of a typical request");
            }
            this.referenceInput = inputTokens;
            this.referenceOutput = outputTokens;
            return this;
        }

        /** How many uncached input tokens an output token weighs; 4.0, with a warning, unless set. */
        public Calibration outputWeight(String weight) {
            this.outputWeight = Numbers.positive(weight, context + ": output weight");
            this.outputWeightGiven = true;
            return this;
        }

        /** How many uncached input tokens a cached one weighs; 0.1 unless set. */
        public Calibration cachedWeight(String weight) {
            this.cachedWeight = Numbers.notNegative(weight, context + ": cached weight");
            return this;
        }

        /** Seconds of one replica at sustained load per 1,000 tokens, from two load tests; instead of requests per second. */
        public Calibration secondsPer1kTokens(String input, String output) {
            BigDecimal in = Numbers.positive(input, context + ": seconds per 1k input tokens");
            BigDecimal out = Numbers.positive(output, context + ": seconds per 1k output tokens");
            this.seconds = true;
            this.inputWeight = in.movePointLeft(3);
            this.outputWeight = out.movePointLeft(3);
            return this;
        }

        boolean isOutputWeightAssumed() {
            return outputWeight == null && referenceInput + referenceOutput > 0;
        }

        private void check() {
            if (seconds && (outputWeightGiven || referenceInput + referenceOutput > 0)) {
                throw new IllegalArgumentException(
                        context + ": secondsPer1kTokens says the weights; leave out reference and outputWeight");
            }
            if (seconds == (requestsPerSecond != null)) {
                throw new IllegalArgumentException(context
                        + ": give either sustainedRequestsPerSecond with a reference request, or secondsPer1kTokens");
            }
        }
    }
}

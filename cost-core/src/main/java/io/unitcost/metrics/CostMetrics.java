package io.unitcost.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import io.unitcost.ledger.CostLedger;
import java.util.Currency;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Publishes request costs as Micrometer meters. Thread-safe.
 *
 * <p>Meters are looked up once per combination of tags and kept; after that a request does no name lookup in the
 * registry and takes no lock. Model and service names come from providers' answers and from code that somebody else wrote, so their
 * number is capped here, before a meter is created; beyond a cap they are {@code other} and counted in
 * {@code ai.tags.overflow}. Feature names are capped by the {@link CostMeter}.
 *
 * <p>Features that the meter knows have their meters from the start, at zero, so that the first request of a rare
 * feature is not lost to a rate over a counter that did not exist yet.
 *
 * <p>One meter and one registry belong together: a second meter's errors, duplicates, price age and pools would not be
 * seen in the same registry. Register with one meter: amounts are in that meter's currency, which is the base unit of the meters
 * ({@code usd}). The table of meters is in the module's README.
 */
public final class CostMetrics implements RequestCostListener {

    private static final String UNATTRIBUTED = "unattributed";

    private final MeterRegistry registry;
    private final SeriesCaps caps;
    private final @Nullable CostLedger ledger;
    private final ConcurrentHashMap<String, FeatureMeters> features = new ConcurrentHashMap<>();
    private volatile @Nullable CostMeter meter;
    private volatile @Nullable Meters meters;

    private CostMetrics(Builder builder) {
        this.registry = builder.registry;
        this.ledger = builder.ledger;
        this.caps =
                new SeriesCaps(builder.maxModels, builder.maxUnpricedModels, builder.maxServices, builder.maxSeries);
    }

    /** Publishes to this registry, with the default caps. */
    public static CostMetrics create(MeterRegistry registry) {
        return builder(registry).build();
    }

    /** Starts with the default caps. */
    public static Builder builder(MeterRegistry registry) {
        return new Builder(registry);
    }

    /**
     * Registers what is known beforehand: the meters of known features, prices, pools and error sites.
     *
     * @throws IllegalStateException if these metrics belong to another meter already
     */
    @Override
    public synchronized void onRegistered(CostMeter costMeter) {
        if (meter != null && meter != costMeter) {
            throw new IllegalStateException(
                    "CostMetrics: registered with another CostMeter already; create one for each meter");
        }
        meter = costMeter;
        Meters created = meters(costMeter.currency());
        created.registerGauges(costMeter);
        if (ledger != null) {
            created.registerLedger(ledger);
        }
        costMeter.features().forEach(this::feature);
        feature(UNATTRIBUTED);
    }

    @Override
    public void onRequestCost(RequestCost cost) {
        if (meters == null) {
            meters(cost.total().currency());
        }
        FeatureMeters feature = features.get(cost.feature());
        if (feature == null) {
            feature = feature(cost.feature());
        }
        feature.record(cost);
    }

    private FeatureMeters feature(String name) {
        return features.computeIfAbsent(name, feature -> {
            CostMeter known = meter;
            Meters source = Objects.requireNonNull(meters);
            return new FeatureMeters(
                    source, caps, feature, known == null ? null : known.objective(feature), this::hasPrice);
        });
    }

    private boolean hasPrice(Attempt attempt) {
        CostMeter known = meter;
        return known != null
                && (known.prices().has(attempt.provider(), attempt.model())
                        || known.pools().stream()
                                .anyMatch(pool -> pool.name().equals(attempt.provider())
                                        && pool.models().contains(attempt.model())));
    }

    private synchronized Meters meters(Currency currency) {
        Meters current = meters;
        if (current == null) {
            current = new Meters(registry, currency);
            meters = current;
        }
        return current;
    }

    /** Collects caps; one thread at a time. Each must be 1 or more. */
    public static final class Builder {
        private static final int DEFAULT_MODELS = 500;
        private static final int DEFAULT_UNPRICED_MODELS = 50;
        private static final int DEFAULT_SERVICES = 100;
        private static final int DEFAULT_SERIES = 1_000;

        private final MeterRegistry registry;
        private int maxModels = DEFAULT_MODELS;
        private int maxUnpricedModels = DEFAULT_UNPRICED_MODELS;
        private int maxServices = DEFAULT_SERVICES;
        private int maxSeries = DEFAULT_SERIES;
        private @Nullable CostLedger ledger;

        private Builder(MeterRegistry registry) {
            this.registry = registry;
        }

        /** How many models with a price get tags of their own; 500 unless set. */
        public Builder maxModels(int count) {
            this.maxModels = atLeastOne(count, "maximum models");
            return this;
        }

        /** How many combinations of feature and model without a price get meters of their own; 50 unless set. They cannot crowd out priced ones. */
        public Builder maxUnpricedModels(int count) {
            this.maxUnpricedModels = atLeastOne(count, "maximum unpriced models");
            return this;
        }

        /** How many support services get tags of their own; 100 unless set. */
        public Builder maxServices(int count) {
            this.maxServices = atLeastOne(count, "maximum services");
            return this;
        }

        /** How many combinations of feature and priced model get meters of their own; 1,000 unless set. */
        public Builder maxSeries(int count) {
            this.maxSeries = atLeastOne(count, "maximum series");
            return this;
        }

        /** Publishes what became of a ledger's records, as {@code ai.ledger.records}. */
        public Builder ledger(CostLedger ledger) {
            this.ledger = ledger;
            return this;
        }

        /** The listener. */
        public CostMetrics build() {
            return new CostMetrics(this);
        }

        private static int atLeastOne(int count, String what) {
            if (count < 1) {
                throw new IllegalArgumentException(what + ": " + count + " is below 1; give 1 or more");
            }
            return count;
        }
    }
}

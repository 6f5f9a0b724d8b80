package io.unitcost.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.RequestCost;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.LedgerCounts;
import io.unitcost.price.Unpriced;
import io.unitcost.price.source.LayerStatus;
import io.unitcost.price.source.PriceSources;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Every meter's name, unit, tags and description, in one place. */
final class Meters {

    /** Whole-number buckets need a unit in which a request costs many of it; see {@link #requestCost}. */
    private static final double NANO = 1e9;

    private static final Duration[] DEFAULT_LATENCIES = {
        Duration.ofMillis(100),
        Duration.ofMillis(300),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private static final String FEATURE = "feature";
    private static final String PROVIDER = "gen_ai.provider.name";
    private static final String MODEL = "gen_ai.response.model";
    private static final String KIND = "kind";

    private final MeterRegistry registry;
    private final String currency;

    /** Moved by requests of any feature, so they are looked up here and not by name. */
    final Counter featureOverflow;

    final Counter modelOverflow;
    final Counter serviceOverflow;
    final Counter[] reaped = new Counter[RequestCost.Reaped.values().length];

    Meters(MeterRegistry registry, Currency currency) {
        this.registry = registry;
        this.currency = currency.getCurrencyCode().toLowerCase(Locale.ROOT);
        this.featureOverflow = tagsOverflow(FEATURE);
        this.modelOverflow = tagsOverflow("model");
        this.serviceOverflow = tagsOverflow("service");
        for (RequestCost.Reaped reason : RequestCost.Reaped.values()) {
            reaped[reason.ordinal()] = reaped(reason);
        }
    }

    Counter cost(String feature) {
        return money("ai.cost", "Fully loaded cost of requests")
                .tag(FEATURE, feature)
                .register(registry);
    }

    Counter costPart(String feature, Part part, SeriesCaps.ModelName model, String kind) {
        return money("ai.cost.part", "Cost by part, model and kind of usage; adds up to ai.cost")
                .tag(FEATURE, feature)
                .tag("part", part.label())
                .tag(PROVIDER, model.provider())
                .tag(MODEL, model.model())
                .tag(KIND, kind)
                .register(registry);
    }

    Counter allowance(String feature) {
        return money("ai.cost.allowance", "What delivered requests were allowed to cost by the objective")
                .tag(FEATURE, feature)
                .register(registry);
    }

    Counter revenue(String feature) {
        return money("ai.revenue", "Revenue of delivered requests")
                .tag(FEATURE, feature)
                .register(registry);
    }

    Counter requests(String feature, Outcome outcome, RequestCost.LatencyBudget budget) {
        return Counter.builder("ai.requests")
                .description("User-facing requests")
                .tag(FEATURE, feature)
                .tag("outcome", outcome.label())
                .tag("latency.budget", budget.label())
                .register(registry);
    }

    /**
     * Micrometer rounds values up to whole numbers before it looks for their bucket, so a summary in dollars would put
     * every request above its last one. In nano-dollars a request has thousands.
     */
    DistributionSummary requestCost(String feature, Outcome outcome, double... buckets) {
        return DistributionSummary.builder("ai.request.cost")
                .description("Cost of a request, in 1e-9 of the currency because buckets are whole numbers")
                .baseUnit("nano_" + currency)
                .scale(NANO)
                .serviceLevelObjectives(scaled(buckets))
                .tag(FEATURE, feature)
                .tag("outcome", outcome.label())
                .register(registry);
    }

    Counter requestCostSquared(String feature) {
        return Counter.builder("ai.request.cost.squared")
                .description("Sum of squared request costs, for a standard error over all instances")
                .baseUnit(currency + "_squared")
                .tag(FEATURE, feature)
                .register(registry);
    }

    /**
     * With buckets always: a Prometheus registry cannot render a name that is a histogram for one feature and a plain
     * summary for another, and fails the whole scrape.
     */
    Timer requestDuration(String feature, Outcome outcome, @Nullable Duration budget) {
        return Timer.builder("ai.request.duration")
                .description("Time from a request's start to the end of its response")
                .serviceLevelObjectives(budget == null ? DEFAULT_LATENCIES : new Duration[] {budget})
                .tag(FEATURE, feature)
                .tag("outcome", outcome.label())
                .register(registry);
    }

    Counter tokens(String feature, SeriesCaps.ModelName model, String kind) {
        return Counter.builder("ai.tokens")
                .description("Tokens by kind; kinds do not overlap, so sums are safe")
                .baseUnit("tokens")
                .tag(FEATURE, feature)
                .tag(PROVIDER, model.provider())
                .tag(MODEL, model.model())
                .tag(KIND, kind)
                .register(registry);
    }

    Timer attempts(SeriesCaps.ModelName model, AttemptCost.Result result) {
        return Timer.builder("ai.attempts")
                .description("Attempts at calls, and how long they took")
                .tag(PROVIDER, model.provider())
                .tag(MODEL, model.model())
                .tag("result", result.label())
                .register(registry);
    }

    /** Both sums over the same attempts, so that their ratio is the drift. */
    Counter compared(SeriesCaps.ModelName model, String by) {
        return money("ai.cost.compared", "Cost of attempts for which the provider reported one, by who says so")
                .tag(PROVIDER, model.provider())
                .tag(MODEL, model.model())
                .tag("by", by)
                .register(registry);
    }

    Counter capacityWork(String pool, String feature) {
        return Counter.builder("ai.capacity.work")
                .description("Seconds of one replica at its sustained load that the work took")
                .baseUnit("seconds")
                .tag("pool", pool)
                .tag(FEATURE, feature)
                .register(registry);
    }

    Counter unpriced(String feature, Unpriced reason) {
        return Counter.builder("ai.unpriced")
                .description("Attempts without a price or without a whole one; their cost is missing, not zero")
                .tag(FEATURE, feature)
                .tag("reason", reason.label())
                .register(registry);
    }

    Counter estimated(String feature, String reason) {
        return Counter.builder("ai.estimated")
                .description("Attempts whose usage was estimated, only partly reported, or contradicts itself")
                .tag(FEATURE, feature)
                .tag("reason", reason)
                .register(registry);
    }

    Counter late(String feature) {
        return Counter.builder("ai.late")
                .description("Attempts that came after their request's account was closed; in ai.cost, in no request")
                .tag(FEATURE, feature)
                .register(registry);
    }

    private Counter reaped(RequestCost.Reaped reason) {
        return Counter.builder("ai.reaped")
                .description("Accounts that nobody closed")
                .tag("reason", reason.label())
                .register(registry);
    }

    private Counter tagsOverflow(String tag) {
        return Counter.builder("ai.tags.overflow")
                .description("Times that a name was shown as 'other' because its cap was reached")
                .tag("tag", tag)
                .register(registry);
    }

    /** What a meter knows by itself. The registry holds its meters weakly, so the gauges are given a hard reference. */
    void registerGauges(CostMeter meter) {
        for (CostMeter.Site site : CostMeter.Site.values()) {
            FunctionCounter.builder("ai.meter.errors", meter, m -> m.errors(site))
                    .description("Failures of metering that were caught; requests were not affected")
                    .tag("site", site.label())
                    .register(registry);
        }
        FunctionCounter.builder("ai.duplicates", meter, CostMeter::duplicates)
                .description("Answers reported by two layers and counted once")
                .register(registry);
        registerPrices(meter);
        for (CapacityPool pool : meter.pools()) {
            gauge("ai.capacity.price", currency + "_per_hour", pool, () -> pool.pricePerHour(
                                    meter.clock().instant())
                            .toDouble())
                    .description("Price of an hour of the whole pool; the same on every instance, so take the maximum")
                    .register(registry);
            gauge("ai.capacity.replicas", "replicas", pool, pool::replicas)
                    .description("Replicas that are paid for")
                    .register(registry);
            gauge("ai.capacity.utilization", "ratio", pool, pool::plannedUtilization)
                    .description("Work done as a share of the work the pool sustains")
                    .tag("source", "planned")
                    .register(registry);
        }
        for (CapacityPool pool : meter.pools()) {
            meter.features().forEach(feature -> capacityWork(pool.name(), feature));
        }
    }

    void registerLedger(CostLedger ledger) {
        ledgerRecords(ledger, "written", LedgerCounts::written);
        ledgerRecords(ledger, "dropped", LedgerCounts::dropped);
        ledgerRecords(ledger, "failed", LedgerCounts::failed);
    }

    private void ledgerRecords(CostLedger ledger, String result, ToLongFunction<LedgerCounts> count) {
        FunctionCounter.builder("ai.ledger.records", ledger, known -> count.applyAsLong(known.counts()))
                .description("Records of the ledger; dropped and failed ones are lost, requests were not affected")
                .tag("result", result)
                .register(registry);
    }

    private void registerPrices(CostMeter meter) {
        PriceSources sources = meter.priceSources();
        if (sources == null) {
            priceAge(
                    meter.prices().name(),
                    meter,
                    () -> meter.prices().asOf().atStartOfDay().toInstant(ZoneOffset.UTC));
            return;
        }
        for (int i = 0; i < sources.layers().size(); i++) {
            int layer = i;
            LayerStatus status = sources.layers().get(layer);
            priceAge(status.name(), meter, () -> sources.layers().get(layer).knownAt());
            if (status.isWatched()) {
                priceRefresh(status.name(), "updated", sources, all -> all.layers()
                        .get(layer)
                        .updated());
                priceRefresh(status.name(), "unchanged", sources, all -> all.layers()
                        .get(layer)
                        .unchanged());
                priceRefresh(status.name(), "failed", sources, all -> all.layers()
                        .get(layer)
                        .failed());
            }
            if (status.kind() == LayerStatus.Kind.REMOTE) {
                Gauge.builder("ai.price.held", sources, all -> all.layers()
                                .get(layer)
                                .held())
                        .description("Models whose new price looks like a slip and waits to be confirmed")
                        .baseUnit("models")
                        .tag("source", status.name())
                        .strongReference(true)
                        .register(registry);
            }
        }
    }

    private void priceAge(String source, CostMeter meter, Supplier<@Nullable Instant> knownAt) {
        TimeGauge.builder("ai.price.age", () -> secondsSince(knownAt.get(), meter.clock()), TimeUnit.SECONDS)
                .description("Time since the prices in force were known to be right")
                .tag("source", source)
                .strongReference(true)
                .register(registry);
    }

    private void priceRefresh(
            String source, String result, PriceSources sources, ToDoubleFunction<PriceSources> count) {
        FunctionCounter.builder("ai.price.refresh", sources, count)
                .description("Looks at a source of prices")
                .tag("source", source)
                .tag("result", result)
                .register(registry);
    }

    private static double secondsSince(@Nullable Instant instant, Clock clock) {
        return instant == null
                ? Double.NaN
                : Duration.between(instant, clock.instant()).toSeconds();
    }

    private static Gauge.Builder<?> gauge(String name, String unit, CapacityPool pool, Supplier<Number> value) {
        return Gauge.builder(name, value)
                .baseUnit(unit)
                .tag("pool", pool.name())
                .strongReference(true);
    }

    private Counter.Builder money(String name, String description) {
        return Counter.builder(name).description(description).baseUnit(currency);
    }

    private static double[] scaled(double[] buckets) {
        double[] scaled = new double[buckets.length];
        for (int i = 0; i < buckets.length; i++) {
            scaled[i] = Math.max(1, buckets[i] * NANO);
        }
        return scaled;
    }
}

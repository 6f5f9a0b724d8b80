package io.unitcost.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.RequestCostListener;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.ledger.CostLedger;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.PriceTable;
import io.unitcost.price.source.PriceSources;
import io.unitcost.slo.CostObjectives;
import io.unitcost.usage.TokenEstimator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * The {@link CostMeter} with its prices, features and meters, from {@code unitcost.*}. Each bean backs off to one of the
 * application's own; beans of type {@link CostObjective}, {@link CapacityPool} and {@link RequestCostListener} are added, and an
 * objective or pool that is a bean goes before one of the same name in the properties or in the file of objectives.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnBooleanProperty(name = "unitcost.enabled", matchIfMissing = true)
@EnableConfigurationProperties(UnitcostProperties.class)
@Import(LedgerConfiguration.class)
public final class UnitcostAutoConfiguration {

    /** For Spring. */
    public UnitcostAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean({PriceSources.class, PriceTable.class})
    PriceSources unitcostPriceSources(UnitcostProperties properties) {
        return new PriceSettings(properties.prices()).sources();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBooleanProperty(name = "unitcost.estimates", matchIfMissing = true)
    TokenEstimator unitcostTokenEstimator() {
        return Tokenizer.INSTANCE;
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(MeterRegistry.class)
    CostMetrics unitcostCostMetrics(
            MeterRegistry registry, UnitcostProperties properties, ObjectProvider<CostLedger> ledger) {
        UnitcostProperties.Limits limits = properties.limits();
        CostMetrics.Builder metrics = CostMetrics.builder(registry);
        String remedy = "give 1 or more";
        Settings.set("unitcost.limits.models", limits.models(), metrics::maxModels, remedy);
        Settings.set("unitcost.limits.unpriced-models", limits.unpricedModels(), metrics::maxUnpricedModels, remedy);
        Settings.set("unitcost.limits.services", limits.services(), metrics::maxServices, remedy);
        Settings.set("unitcost.limits.series", limits.series(), metrics::maxSeries, remedy);
        ledger.ifUnique(metrics::ledger);
        return metrics.build();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("unitcost.objectives")
    CostObjectives unitcostCostObjectives(UnitcostProperties properties, ResourceLoader resources) {
        return new ObjectivesFile(properties).read(resources);
    }

    @Bean
    @ConditionalOnMissingBean
    CostMeter costMeter(
            UnitcostProperties properties,
            Environment environment,
            ObjectProvider<PriceSources> sources,
            ObjectProvider<PriceTable> table,
            ObjectProvider<CostObjective> objectives,
            ObjectProvider<CostObjectives> shared,
            ObjectProvider<CapacityPool> pools,
            ObjectProvider<RequestCostListener> listeners,
            ObjectProvider<CostMeterCustomizer> customizers) {
        UnknownSettings.refuse(environment);
        CostMeter.Builder meter = CostMeter.builder();
        sources.ifAvailable(meter::prices);
        table.ifAvailable(meter::prices);
        reportedCosts(meter, properties.prices());
        CostObjectives file = shared.getIfAvailable();
        objectives(meter, properties, objectives.orderedStream().toList(), file);
        pools(meter, properties, pools.orderedStream().toList());
        limits(meter, properties.limits());
        listeners.orderedStream().forEach(meter::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(meter));
        try {
            return meter.build();
        } catch (IllegalArgumentException e) {
            throw file == null ? e : new ObjectivesFile(properties).located(e, file);
        }
    }

    private static void reportedCosts(CostMeter.Builder meter, UnitcostProperties.Prices prices) {
        meter.reportedCost(prices.reportedCost());
        prices.reportedCostOf().forEach(meter::reportedCost);
    }

    private static void objectives(
            CostMeter.Builder meter,
            UnitcostProperties properties,
            List<CostObjective> beans,
            @Nullable CostObjectives file) {
        Set<String> named = new HashSet<>();
        for (CostObjective bean : beans) {
            meter.objective(bean);
            named.add(bean.feature());
        }
        FeatureSettings features = new FeatureSettings(properties.features());
        for (CostObjective objective : file == null ? List.<CostObjective>of() : file.objectives()) {
            if (named.add(objective.feature())) {
                features.refuseObjective(objective.feature(), new ObjectivesFile(properties).name());
                meter.objective(objective);
            }
        }
        features.objectives().stream()
                .filter(objective -> !named.contains(objective.feature()))
                .forEach(meter::objective);
    }

    private static void pools(CostMeter.Builder meter, UnitcostProperties properties, List<CapacityPool> beans) {
        Set<String> named = new HashSet<>();
        for (CapacityPool bean : beans) {
            meter.pool(bean);
            named.add(bean.name());
        }
        new PoolSettings(properties.pools())
                .pools().stream().filter(pool -> !named.contains(pool.name())).forEach(meter::pool);
    }

    private static void limits(CostMeter.Builder meter, UnitcostProperties.Limits limits) {
        Settings.set("unitcost.limits.features", limits.features(), meter::maxFeatures, "give 0 or more");
        Settings.set("unitcost.limits.linger", limits.linger(), meter::linger, "give a time of 0 or more, such as 30s");
        Settings.set("unitcost.limits.max-age", limits.maxAge(), meter::maxAge, "give a time above 0, such as 15m");
    }
}

package io.unitcost.spring.aop;

import io.unitcost.CostMeter;
import io.unitcost.slo.CostObjectives;
import io.unitcost.spring.UnitcostAutoConfiguration;
import io.unitcost.spring.UnitcostProperties;
import io.unitcost.spring.observe.MeterSource;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AbstractAdvisingBeanPostProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** {@link io.unitcost.spring.AiFeature} on methods of beans. */
@AutoConfiguration(after = UnitcostAutoConfiguration.class)
@ConditionalOnClass(AbstractAdvisingBeanPostProcessor.class)
@ConditionalOnBean(CostMeter.class)
public final class AiFeatureAutoConfiguration {

    /** For Spring. */
    public AiFeatureAutoConfiguration() {}

    @Bean
    static AiFeaturePostProcessor unitcostAiFeaturePostProcessor(
            ObjectProvider<CostMeter> meter,
            ObjectProvider<UnitcostProperties> properties,
            ObjectProvider<CostObjectives> objectives,
            Environment environment) {
        AiFeaturePostProcessor processor = new AiFeaturePostProcessor(
                new MeterSource(meter), () -> featuresOf(properties.getIfAvailable(), objectives.getIfAvailable()));
        processor.setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
        return processor;
    }

    private static Set<String> featuresOf(
            @Nullable UnitcostProperties properties, @Nullable CostObjectives objectives) {
        Set<String> features = new TreeSet<>();
        if (properties != null) {
            features.addAll(properties.features().keySet());
        }
        if (objectives != null) {
            features.addAll(objectives.features());
        }
        return features;
    }
}

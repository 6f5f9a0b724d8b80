package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.slo.CostWindow;
import io.unitcost.spring.InvalidSettingException;
import io.unitcost.spring.UnitcostAutoConfiguration;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * This instance's {@link CostWindow}, and the actuator endpoint {@code cost} that shows it where actuator endpoints are
 * exposed: read-only, and no health indicator, because a cost is no reason to take an instance out of rotation.
 */
@AutoConfiguration(after = UnitcostAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "unitcost.enabled", matchIfMissing = true)
@EnableConfigurationProperties(WindowProperties.class)
public final class CostEndpointAutoConfiguration {

    /** For Spring. */
    public CostEndpointAutoConfiguration() {}

    /** A listener, so that the meter tells it what requests cost. */
    @Bean
    @ConditionalOnMissingBean
    CostWindow unitcostCostWindow(WindowProperties properties) {
        try {
            return CostWindow.builder().window(properties.window()).build();
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    "unitcost.window",
                    properties.window(),
                    String.valueOf(e.getMessage()),
                    "give a time from a minute to 31 days, such as 1h");
        }
    }

    /** Only with the actuator, and where the endpoint is exposed. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
    static class Actuator {

        @Bean
        @ConditionalOnAvailableEndpoint(CostEndpoint.class)
        @ConditionalOnMissingBean
        @ConditionalOnBean(CostMeter.class)
        @RegisterReflectionForBinding({CostReport.class, FeatureAnswer.class, PriceAnswer.class, WhyAnswer.class})
        CostEndpoint unitcostCostEndpoint(CostMeter meter, CostWindow window) {
            return new CostEndpoint(meter, window);
        }
    }
}

package io.unitcost.spring.grpc;

import io.grpc.ClientInterceptor;
import io.grpc.ServerBuilder;
import io.unitcost.CostMeter;
import io.unitcost.grpc.GrpcCosts;
import io.unitcost.grpc.GrpcUsage;
import io.unitcost.spring.UnitcostAutoConfiguration;
import io.unitcost.spring.UnitcostProperties;
import io.unitcost.usage.TokenEstimator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.client.GlobalClientInterceptor;
import org.springframework.grpc.server.ServerBuilderCustomizer;

/**
 * Meters calls to models on the channels that Spring makes, and opens and closes accounts for the calls of its servers: in the
 * network, in process, or in a servlet container. Beans of type {@link GrpcUsage} say how methods report what they used.
 */
@AutoConfiguration(after = UnitcostAutoConfiguration.class)
@ConditionalOnClass({ServerBuilderCustomizer.class, ServerBuilder.class})
@ConditionalOnBean(CostMeter.class)
@EnableConfigurationProperties(GrpcCostProperties.class)
public final class GrpcCostAutoConfiguration {

    /** For Spring. */
    public GrpcCostAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    GrpcCosts unitcostGrpcCosts(
            CostMeter meter,
            ObjectProvider<TokenEstimator> estimator,
            UnitcostProperties features,
            GrpcCostProperties properties,
            ObjectProvider<GrpcUsage> usages,
            ObjectProvider<GrpcCostsCustomizer> customizers) {
        GrpcCosts.Builder costs = GrpcCosts.builder(meter).feature(GrpcFeatures.of(features.features()));
        estimator.ifAvailable(costs::estimator);
        if (estimator.getIfAvailable() == null) {
            costs.withoutEstimates();
        }
        new GrpcSettings(properties).apply(costs);
        usages.orderedStream().forEach(costs::usage);
        customizers.orderedStream().forEach(customizer -> customizer.customize(costs));
        return costs.build();
    }

    /** Calls that the application answers. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(GrpcServerAutoConfiguration.class)
    @ConditionalOnBooleanProperty(name = "unitcost.grpc.server.enabled", matchIfMissing = true)
    static class Servers {

        /** The last one, and so the outermost on the wire: outside of what handles exceptions. */
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        <B extends ServerBuilder<B>> ServerBuilderCustomizer<B> unitcostGrpcServerCustomizer(GrpcCosts costs) {
            return costs::install;
        }
    }

    /** Calls that the application makes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(GrpcClientAutoConfiguration.class)
    @ConditionalOnBooleanProperty(name = "unitcost.grpc.client.enabled", matchIfMissing = true)
    static class Clients {

        /** Inside of tracing, outside of what adds credentials. */
        @Bean
        @Order(50)
        @GlobalClientInterceptor
        ClientInterceptor unitcostGrpcClientInterceptor(GrpcCosts costs) {
            return costs.clientInterceptor();
        }
    }
}

package io.unitcost.spring.web;

import io.unitcost.CostMeter;
import io.unitcost.spring.UnitcostAutoConfiguration;
import io.unitcost.spring.UnitcostProperties;
import io.unitcost.spring.observe.MeterSource;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.pattern.PathPattern;

/** The boundary of HTTP requests, on both of Spring's web stacks. */
@AutoConfiguration(after = UnitcostAutoConfiguration.class)
@ConditionalOnClass(PathPattern.class)
@ConditionalOnBean(CostMeter.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "unitcost.web.enabled", matchIfMissing = true)
public final class WebCostAutoConfiguration {

    /** For Spring. */
    public WebCostAutoConfiguration() {}

    /** Spring MVC, Jersey and plain servlets. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass({Filter.class, ServerHttpObservationFilter.class, WebMvcConfigurer.class})
    static class Servlet {

        /** One behind Spring's own observation filter. */
        private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 2;

        @Bean
        static ServletBoundary unitcostServletBoundary(ObjectProvider<CostMeter> meter, UnitcostProperties properties) {
            return new ServletBoundary(new MeterSource(meter), FeaturePaths.of(properties.features()));
        }

        /** In front of the application's interceptors, which may refuse a request before it reaches a handler. */
        @Bean
        WebMvcConfigurer unitcostHandlerNames() {
            return new WebMvcConfigurer() {
                @Override
                public void addInterceptors(InterceptorRegistry registry) {
                    registry.addInterceptor(new HandlerNames()).order(Ordered.HIGHEST_PRECEDENCE);
                }
            };
        }

        @Bean
        FilterRegistrationBean<RequestFilter> unitcostRequestFilter(CostMeter meter, UnitcostProperties properties) {
            FilterRegistrationBean<RequestFilter> registration =
                    new FilterRegistrationBean<>(new RequestFilter(meter, FeaturePaths.of(properties.features())));
            registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
            registration.setOrder(ORDER);
            registration.setAsyncSupported(true);
            return registration;
        }
    }

    /** Spring WebFlux. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnClass(DispatcherHandler.class)
    static class Reactive {

        @Bean
        static ReactiveBoundary unitcostReactiveBoundary(
                ObjectProvider<CostMeter> meter, UnitcostProperties properties) {
            return new ReactiveBoundary(new MeterSource(meter), FeaturePaths.of(properties.features()));
        }

        @Bean
        ExchangeFilter unitcostExchangeFilter(CostMeter meter, UnitcostProperties properties) {
            return new ExchangeFilter(meter, FeaturePaths.of(properties.features()));
        }
    }
}

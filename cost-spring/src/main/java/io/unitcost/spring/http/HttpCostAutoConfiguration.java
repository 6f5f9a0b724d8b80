package io.unitcost.spring.http;

import io.unitcost.CostMeter;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.RestClientCosts;
import io.unitcost.http.WebClientCosts;
import io.unitcost.spring.UnitcostAutoConfiguration;
import io.unitcost.usage.TokenEstimator;
import java.net.http.HttpClient;
import okhttp3.OkHttpClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.RestTemplateCustomizer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Meters calls to models by plain HTTP clients: every {@code RestClient}, {@code RestTemplate} and {@code WebClient} of a builder
 * that Spring Boot makes, and beans of type {@link HttpClient} and {@code OkHttpClient}. Calls that a layer above owns, such as
 * Spring AI, are left to it.
 */
@AutoConfiguration(after = UnitcostAutoConfiguration.class)
@ConditionalOnBean(CostMeter.class)
@ConditionalOnBooleanProperty(name = "unitcost.http.enabled", matchIfMissing = true)
@EnableConfigurationProperties(HttpCostProperties.class)
public final class HttpCostAutoConfiguration {

    /** For Spring. */
    public HttpCostAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    HttpCosts unitcostHttpCosts(
            CostMeter meter,
            ObjectProvider<TokenEstimator> estimator,
            HttpCostProperties properties,
            ObjectProvider<HttpCostsCustomizer> customizers) {
        HttpCosts.Builder costs = HttpCosts.builder(meter);
        estimator.ifAvailable(costs::estimator);
        if (estimator.getIfAvailable() == null) {
            costs.withoutEstimates();
        }
        new HttpSettings(properties).apply(costs);
        customizers.orderedStream().forEach(customizer -> customizer.customize(costs));
        return costs.build();
    }

    @Bean
    static HttpClientPostProcessor<HttpClient> unitcostJdkClients(
            ObjectProvider<HttpCosts> costs, ConfigurableListableBeanFactory beans) {
        return HttpClientPostProcessor.forJdk(costs, beans);
    }

    /** Beans of OkHttp's type. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(OkHttpClient.class)
    static class OkHttp {

        @Bean
        static HttpClientPostProcessor<OkHttpClient> unitcostOkHttpClients(
                ObjectProvider<HttpCosts> costs, ConfigurableListableBeanFactory beans) {
            return OkHttpClients.postProcessor(costs, beans);
        }
    }

    /** Clients of {@code RestClient.Builder} beans and HTTP service groups. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({RestClient.class, RestClientCustomizer.class})
    static class RestClients {

        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        RestClientCustomizer unitcostRestClientCustomizer(HttpCosts costs) {
            return builder -> builder.requestInterceptor(RestClientCosts.interceptor(costs));
        }
    }

    /** Templates of the {@code RestTemplateBuilder} bean. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({RestTemplate.class, RestTemplateCustomizer.class})
    static class RestTemplates {

        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        RestTemplateCustomizer unitcostRestTemplateCustomizer(HttpCosts costs) {
            return template -> template.getInterceptors().add(RestClientCosts.interceptor(costs));
        }
    }

    /** Clients of {@code WebClient.Builder} beans. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({WebClient.class, WebClientCustomizer.class})
    static class WebClients {

        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        WebClientCustomizer unitcostWebClientCustomizer(HttpCosts costs) {
            return builder -> builder.filter(WebClientCosts.filter(costs, ReactorCaller::of));
        }
    }
}

package io.unitcost.samples.mvc;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.OkHttpCosts;
import io.unitcost.samples.mvc.bikes.BikeShop;
import io.unitcost.samples.tour.ApplicationContract;
import io.unitcost.samples.tour.Stage;
import io.unitcost.servlet.CostFilter;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.springframework.ai.openai.http.okhttp.OpenAiHttpClientBuilderCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * The same with all hooks on at once: a filter of its own in front of Spring's observation, and the transport's hook below Spring
 * AI. Each of them sees each request, and nothing counts twice.
 */
class AllHooksTest extends ApplicationContract {

    /** What an application may have from before. */
    @Configuration(proxyBeanMethods = false)
    static class Hooks {

        static final AtomicInteger SEEN = new AtomicInteger();

        @Bean
        FilterRegistrationBean<CostFilter> costFilter(CostMeter meter) {
            FilterRegistrationBean<CostFilter> filter = new FilterRegistrationBean<>(CostFilter.builder(meter)
                    .features(
                            "/chat : chat; /stream : stream; /ask : ask; /tools : tools; /summarize : summarize; /translate : translate")
                    .build());
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            filter.setAsyncSupported(true);
            return filter;
        }

        @Bean
        OpenAiHttpClientBuilderCustomizer okHttpCosts(ObjectProvider<HttpCosts> costs) {
            return builder -> builder.interceptor(OkHttpCosts.interceptor(costs.getObject()))
                    .interceptor(chain -> {
                        SEEN.incrementAndGet();
                        return chain.proceed(chain.request());
                    });
        }
    }

    @Override
    protected Stage start() {
        return Stage.start(new Class<?>[] {BikeShop.class, Hooks.class}, provider(), 0);
    }

    @Override
    protected int runs() {
        return super.runs() / 4;
    }

    @AfterAll
    static void theHookBelowWasThere() {
        assertThat(Hooks.SEEN).hasPositiveValue();
    }
}

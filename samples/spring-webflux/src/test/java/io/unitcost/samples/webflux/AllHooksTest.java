package io.unitcost.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.http.HttpCosts;
import io.unitcost.http.OkHttpCosts;
import io.unitcost.samples.tour.ApplicationContract;
import io.unitcost.samples.tour.Stage;
import io.unitcost.samples.webflux.bikes.BikeShop;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.springframework.ai.openai.http.okhttp.OpenAiHttpClientBuilderCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The same with the transport's hook below Spring AI: both see each call, and nothing counts twice. */
class AllHooksTest extends ApplicationContract {

    /** What an application may have from before. */
    @Configuration(proxyBeanMethods = false)
    static class Hooks {

        static final AtomicInteger SEEN = new AtomicInteger();

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

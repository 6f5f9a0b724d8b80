package io.unitcost.spring.ai;

import io.unitcost.CostMeter.Site;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryState;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;
import org.springframework.core.retry.support.CompositeRetryListener;

/**
 * Listens to the application's retry templates, beside whoever does already, and counts retries within a call of ours. Others that
 * share a template are not counted.
 */
final class CountedRetries implements BeanPostProcessor {

    private final Listener listener;

    CountedRetries(ObjectProvider<ObservedCalls> calls) {
        this.listener = new Listener(calls);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof RetryTemplate template) {
            template.setRetryListener(new CompositeRetryListener(List.of(template.getRetryListener(), listener)));
        }
        return bean;
    }

    private record Listener(ObjectProvider<ObservedCalls> provider) implements RetryListener {

        @Override
        public void beforeRetry(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
            ObservedCalls calls = provider.getIfAvailable();
            if (calls == null) {
                return;
            }
            try {
                ObservedCall call = calls.current();
                if (call != null) {
                    call.retried();
                }
            } catch (Throwable failure) {
                calls.report(Site.CLIENT, failure);
            }
        }
    }
}

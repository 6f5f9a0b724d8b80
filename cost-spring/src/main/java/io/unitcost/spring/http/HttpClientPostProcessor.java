package io.unitcost.spring.http;

import io.unitcost.http.HttpCosts;
import io.unitcost.http.MeteredHttpClient;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.util.function.BiFunction;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Puts a metered client in the place of one that is a bean. Only where whoever asks for the bean can take another client of its
 * type: a bean of an application's own class stays what it is.
 */
final class HttpClientPostProcessor<C> implements BeanPostProcessor {

    private static final Log log = LogFactory.getLog(HttpClientPostProcessor.class);

    private final Class<C> type;
    private final BiFunction<C, HttpCosts, C> metered;
    private final ObjectProvider<HttpCosts> costs;
    private final ConfigurableListableBeanFactory beans;

    HttpClientPostProcessor(
            Class<C> type,
            BiFunction<C, HttpCosts, C> metered,
            ObjectProvider<HttpCosts> costs,
            ConfigurableListableBeanFactory beans) {
        this.type = type;
        this.metered = metered;
        this.costs = costs;
        this.beans = beans;
    }

    static HttpClientPostProcessor<HttpClient> forJdk(
            ObjectProvider<HttpCosts> costs, ConfigurableListableBeanFactory beans) {
        return new HttpClientPostProcessor<>(HttpClient.class, MeteredHttpClient::wrap, costs, beans);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (!type.isInstance(bean) || !isAskedForAsType(bean, beanName)) {
            return bean;
        }
        try {
            return metered.apply(type.cast(bean), costs.getObject());
        } catch (BeanCreationException e) {
            if (!e.contains(BeanCurrentlyInCreationException.class)) {
                throw e;
            }
            log.warn("The client '" + beanName + "' is not metered: it is needed to create the meter itself.");
            return bean;
        }
    }

    /** Clients that the type itself makes are of it, or of a class that nobody can name. */
    private boolean isAskedForAsType(Object bean, String beanName) {
        if (bean.getClass().getModule() == HttpClient.class.getModule() || bean.getClass() == type) {
            return true;
        }
        if (!beans.containsBeanDefinition(beanName)
                || !(beans.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)) {
            return false;
        }
        Method factory = definition.getResolvedFactoryMethod();
        return factory != null && factory.getReturnType() == type;
    }
}

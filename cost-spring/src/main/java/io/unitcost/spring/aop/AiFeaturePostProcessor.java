package io.unitcost.spring.aop;

import io.unitcost.spring.AiFeature;
import io.unitcost.spring.observe.MeterSource;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.util.ReflectionUtils;

/**
 * Puts {@link AiFeatureInterceptor} in front of beans with {@link AiFeature}, and refuses names that the configuration does not
 * have.
 */
final class AiFeaturePostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

    private static final long serialVersionUID = 1L;
    private static final List<String> FRAMEWORKS =
            List.of("org.springframework.", "java.", "jakarta.", "io.micrometer.", "tools.jackson.");
    private static final Log log = LogFactory.getLog(AiFeaturePostProcessor.class);

    private final transient KnownFeatures known;

    AiFeaturePostProcessor(MeterSource meters, Supplier<Set<String>> configured) {
        this.known = new KnownFeatures(configured);
        setBeforeExistingAdvisors(true);
        ComposablePointcut annotated = new ComposablePointcut(
                        (Pointcut) new AnnotationMatchingPointcut(null, AiFeature.class, true))
                .union((Pointcut) new AnnotationMatchingPointcut(AiFeature.class, true));
        this.advisor = new DefaultPointcutAdvisor(annotated, new AiFeatureInterceptor(meters));
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (mayBeAnnotated(bean.getClass())) {
            known.check(bean.getClass());
        }
        return bean;
    }

    @Override
    protected boolean isEligible(Class<?> targetClass) {
        boolean eligible = mayBeAnnotated(targetClass) && super.isEligible(targetClass);
        if (eligible && Modifier.isFinal(targetClass.getModifiers()) && targetClass.getInterfaces().length == 0) {
            log.warn(targetClass.getName()
                    + " has @AiFeature and is final: Spring cannot stand in front of it. A handler method of"
                    + " a controller is named when its request ends; anything else is not. Take the final away.");
            return false;
        }
        return eligible;
    }

    /** Most beans are the frameworks' own: looking through their methods would be most of what this costs at start. */
    private static boolean mayBeAnnotated(Class<?> type) {
        String name = type.getName();
        return FRAMEWORKS.stream().noneMatch(name::startsWith);
    }

    /** The methods of a class that say a feature, for the check of names. */
    static void eachAnnotated(Class<?> type, BiConsumer<String, AiFeature> found) {
        AiFeature onType = type.getAnnotation(AiFeature.class);
        if (onType != null) {
            found.accept(type.getName(), onType);
        }
        ReflectionUtils.doWithMethods(type, method -> {
            AiFeature onMethod = method.getAnnotation(AiFeature.class);
            if (onMethod != null) {
                found.accept(type.getName() + "." + method.getName() + "()", onMethod);
            }
        });
    }
}

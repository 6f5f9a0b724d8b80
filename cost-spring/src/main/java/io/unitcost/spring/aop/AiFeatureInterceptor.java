package io.unitcost.spring.aop;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.spring.AiFeature;
import io.unitcost.spring.observe.MeterSource;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/** Names the request that a method runs in, or opens one around it. */
final class AiFeatureInterceptor implements MethodInterceptor {

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.publisher.Mono", AiFeatureInterceptor.class.getClassLoader());

    private final MeterSource meters;
    private final Map<Method, String> features = new ConcurrentHashMap<>();

    AiFeatureInterceptor(MeterSource meters) {
        this.meters = meters;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        CostMeter meter = meters.get();
        String feature = features.computeIfAbsent(invocation.getMethod(), method -> featureOf(method, invocation));
        if (meter == null || feature.isEmpty()) {
            return invocation.proceed();
        }
        RequestMeter current = RequestMeter.current();
        if (current.isAttributed() && current.isOpen()) {
            current.name(feature);
            return invocation.proceed();
        }
        if (REACTOR && ReactiveFeature.isPublisher(invocation.getMethod().getReturnType())) {
            return ReactiveFeature.named(invocation.proceed(), feature, meter);
        }
        return opened(invocation, meter.open(feature));
    }

    private static @Nullable Object opened(MethodInvocation invocation, RequestMeter request) throws Throwable {
        Object result;
        try (Scope scope = request.makeCurrent()) {
            result = invocation.proceed();
        } catch (Throwable failure) {
            request.end(Outcome.FAILED);
            throw failure;
        }
        if (result instanceof CompletionStage<?> stage) {
            stage.whenComplete((ignored, failure) -> request.end(outcome(failure)));
        } else {
            request.end(Outcome.DELIVERED);
        }
        return result;
    }

    private static Outcome outcome(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause == null
                ? Outcome.DELIVERED
                : cause instanceof CancellationException ? Outcome.CANCELLED : Outcome.FAILED;
    }

    private static String featureOf(Method method, MethodInvocation invocation) {
        Object target = invocation.getThis();
        Class<?> type = target == null ? method.getDeclaringClass() : AopUtils.getTargetClass(target);
        String feature = find(method, type);
        return feature == null ? "" : feature;
    }

    /** By the method of the class, or of an interface it implements, then by the class. */
    static @Nullable String find(Method method, Class<?> type) {
        Method specific = AopUtils.getMostSpecificMethod(method, type);
        AiFeature annotation = AnnotatedElementUtils.findMergedAnnotation(specific, AiFeature.class);
        if (annotation == null && Modifier.isPublic(specific.getModifiers())) {
            annotation = AnnotatedElementUtils.findMergedAnnotation(type, AiFeature.class);
        }
        return annotation == null ? null : annotation.value();
    }
}

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
    private final Map<Called, String> features = new ConcurrentHashMap<>();

    /** A method that classes inherit may say another feature in each of them. */
    private record Called(Method method, Class<?> type) {}

    AiFeatureInterceptor(MeterSource meters) {
        this.meters = meters;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        CostMeter meter = meters.get();
        String feature = features.computeIfAbsent(called(invocation), AiFeatureInterceptor::featureOf);
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

    private static Called called(MethodInvocation invocation) {
        Method method = invocation.getMethod();
        Object target = invocation.getThis();
        return new Called(method, target == null ? method.getDeclaringClass() : AopUtils.getTargetClass(target));
    }

    private static String featureOf(Called called) {
        String feature = find(called.method(), called.type());
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

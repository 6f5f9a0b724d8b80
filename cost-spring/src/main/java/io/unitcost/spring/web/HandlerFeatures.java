package io.unitcost.spring.web;

import io.unitcost.spring.AiFeature;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/** The feature that a handler method or its controller is annotated with. As many are remembered as there are handlers. */
final class HandlerFeatures {

    /** A method that controllers inherit may say another feature in each of them. */
    private record Handler(Method method, Class<?> type) {}

    private final Map<Handler, Optional<String>> features = new ConcurrentHashMap<>();

    /** {@code null} for a handler without annotation, or one that is no method. */
    @Nullable
    String of(@Nullable Object handler) {
        return handler instanceof HandlerMethod method
                ? features.computeIfAbsent(
                                new Handler(method.getMethod(), method.getBeanType()), ignored -> find(method))
                        .orElse(null)
                : null;
    }

    private static Optional<String> find(HandlerMethod method) {
        AiFeature annotation = method.getMethodAnnotation(AiFeature.class);
        if (annotation == null) {
            annotation = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), AiFeature.class);
        }
        return Optional.ofNullable(annotation).map(AiFeature::value);
    }
}

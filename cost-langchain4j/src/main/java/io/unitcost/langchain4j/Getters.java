package io.unitcost.langchain4j;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What the classes of LangChain4j's provider modules have beyond those of its core, by the names of their getters: no module
 * is needed, and a new one that uses the same words is understood. Looked up once a class.
 */
final class Getters {

    private static final MethodType OBJECT_OF_OBJECT = MethodType.methodType(Object.class, Object.class);

    private static final ClassValue<ConcurrentMap<String, Optional<MethodHandle>>> KNOWN = new ClassValue<>() {
        @Override
        protected ConcurrentMap<String, Optional<MethodHandle>> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private Getters() {}

    /** What a getter gives; {@code null} if there is no such getter. */
    static @Nullable Object get(@Nullable Object target, String name) {
        if (target == null) {
            return null;
        }
        Class<?> type = target.getClass();
        MethodHandle getter = KNOWN.get(type)
                .computeIfAbsent(name, asked -> find(type, asked))
                .orElse(null);
        if (getter == null) {
            return null;
        }
        try {
            return (Object) getter.invokeExact(target);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException(type.getName() + "." + name, failure);
        }
    }

    /** A count; {@code null} if there is no such getter, or nothing in it. */
    static @Nullable Long count(@Nullable Object target, String name) {
        return get(target, name) instanceof Number number ? number.longValue() : null;
    }

    /** A text; {@code null} if there is no such getter, or nothing in it. */
    static @Nullable String text(@Nullable Object target, String name) {
        Object value = get(target, name);
        return value == null ? null : value.toString();
    }

    private static Optional<MethodHandle> find(Class<?> type, String name) {
        try {
            return Optional.of(
                    MethodHandles.publicLookup().unreflect(type.getMethod(name)).asType(OBJECT_OF_OBJECT));
        } catch (NoSuchMethodException | IllegalAccessException none) {
            return Optional.empty();
        }
    }
}

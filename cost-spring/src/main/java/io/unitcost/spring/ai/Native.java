package io.unitcost.spring.ai;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a provider's SDK says from its own types without depending on them: by the names of their accessors, which are
 * looked up once for each class.
 */
final class Native {

    private static final MethodType READ = MethodType.methodType(Object.class, Object.class);
    private static final MethodHandle ABSENT =
            MethodHandles.dropArguments(MethodHandles.constant(Object.class, null), 0, Object.class);

    private static final ClassValue<Map<String, MethodHandle>> ACCESSORS = new ClassValue<>() {
        @Override
        protected Map<String, MethodHandle> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private Native() {}

    /** A count at the end of a path of accessors, -1 where there is none. */
    static long number(@Nullable Object source, String... path) {
        return read(source, path) instanceof Number number ? Math.max(-1, number.longValue()) : -1;
    }

    /** A text at the end of a path of accessors, or what a constant there is called; {@code null} where there is none. */
    static @Nullable String text(@Nullable Object source, String... path) {
        Object value = read(source, path);
        return value == null ? null : value.toString();
    }

    /** What is at the end of a path of accessors, out of its {@code Optional}; {@code null} where there is nothing. */
    static @Nullable Object read(@Nullable Object source, String... path) {
        Object value = source;
        for (String name : path) {
            if (value == null) {
                return null;
            }
            value = read(value, name);
        }
        return value;
    }

    private static @Nullable Object read(Object source, String name) {
        try {
            Object value = ACCESSORS
                    .get(source.getClass())
                    .computeIfAbsent(name, wanted -> accessor(source.getClass(), wanted))
                    .invokeExact(source);
            return value instanceof Optional<?> optional ? optional.orElse(null) : value;
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable notSaid) {
            return null; // SDKs throw where a field is missing or of another type
        }
    }

    private static MethodHandle accessor(Class<?> type, String name) {
        String getter = "get" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (String candidate : new String[] {name, getter}) {
            try {
                MethodHandle found = publicAccessor(type, candidate);
                if (found != null) {
                    return found.asType(READ);
                }
            } catch (IllegalAccessException notOpen) {
                // as if it were not there
            }
        }
        return ABSENT;
    }

    /** The method itself, or its declaration in a supertype that is public where the class is not. */
    private static @Nullable MethodHandle publicAccessor(@Nullable Class<?> type, String name)
            throws IllegalAccessException {
        if (type == null) {
            return null;
        }
        if (Modifier.isPublic(type.getModifiers())) {
            try {
                Method method = type.getMethod(name);
                if (Modifier.isPublic(method.getDeclaringClass().getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && method.getReturnType() != void.class) {
                    return MethodHandles.publicLookup().unreflect(method);
                }
            } catch (NoSuchMethodException notHere) {
                return null;
            }
        }
        MethodHandle found = publicAccessor(type.getSuperclass(), name);
        for (Class<?> implemented : type.getInterfaces()) {
            found = found == null ? publicAccessor(implemented, name) : found;
        }
        return found;
    }
}

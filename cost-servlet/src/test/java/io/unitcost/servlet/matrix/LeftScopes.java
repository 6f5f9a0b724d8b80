package io.unitcost.servlet.matrix;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks for scopes that were left on a thread, in the thread-locals of all platform threads: a task for each thread of a
 * pool cannot be had from every container. Virtual threads are not pooled. Needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class LeftScopes {

    private static final int LOOKS = 40;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private LeftScopes() {}

    /** The names of the threads on which something is current for good; threads at work have a moment to get done. */
    static List<String> threads() {
        List<String> found = now();
        for (int i = 0; i < LOOKS && !found.isEmpty(); i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            found = now();
        }
        return found;
    }

    static List<String> now() {
        try {
            Field slot = accessible(Class.forName("io.unitcost.Current").getDeclaredField("SLOT"));
            Field locals = accessible(Thread.class.getDeclaredField("threadLocals"));
            Class<?> map = Class.forName("java.lang.ThreadLocal$ThreadLocalMap");
            Method find = accessible(map.getDeclaredMethod("getEntry", ThreadLocal.class));
            Field value = accessible(Class.forName(map.getName() + "$Entry").getDeclaredField("value"));
            List<String> found = new ArrayList<>();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                Object known = locals.get(thread);
                Object entry = known == null ? null : find.invoke(known, slot.get(null));
                if (entry != null && value.get(entry) != null) {
                    found.add(thread.getName());
                }
            }
            return found;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("thread-locals look different in this JDK", e);
        }
    }

    private static <M extends AccessibleObject> M accessible(M member) {
        member.setAccessible(true);
        return member;
    }
}

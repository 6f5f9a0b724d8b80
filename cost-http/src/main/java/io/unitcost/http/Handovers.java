package io.unitcost.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Callers on their way from one hook to another through threads that carry nothing but the request: a header names them,
 * and the inner hook takes it out before anything is sent. Bounded; what is never fetched is forgotten.
 */
final class Handovers {

    /** Of the request, between two hooks of this process only. */
    static final String HEADER = "Unitcost-Call";

    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final AtomicLong last = new AtomicLong();
    private final Cache<String, Caller> callers = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST)
            .executor(Runnable::run)
            .build();
    private final Cache<String, SdkCall> calls = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST)
            .executor(Runnable::run)
            .build();
    private final Set<Object> running = ConcurrentHashMap.newKeySet();
    private volatile boolean taken;

    /** There is a hook that takes the header out. */
    void takesOut() {
        taken = true;
    }

    /** The header's value for a caller; {@code null} if no hook would take it out. */
    @Nullable
    String put(Caller caller) {
        if (!taken) {
            return null;
        }
        String id = Long.toString(last.incrementAndGet(), Character.MAX_RADIX);
        callers.put(id, caller);
        return id;
    }

    /** The caller behind a header, or the given one if the header means nothing here. */
    Caller find(String id, Caller otherwise) {
        Caller found = callers.getIfPresent(id);
        return found == null ? otherwise : found;
    }

    /** The way is over. */
    void remove(String id) {
        callers.invalidate(id);
        calls.invalidate(id);
    }

    /** Whether there is a hook that takes the header out. */
    boolean isTakenOut() {
        return taken;
    }

    /** The header's value for a call of a wrapped client; {@code null} if no hook would take it out. */
    @Nullable
    String put(SdkCall call) {
        if (!taken) {
            return null;
        }
        String id = Long.toString(last.incrementAndGet(), Character.MAX_RADIX);
        calls.put(id, call);
        return id;
    }

    /** The call of a wrapped client behind a header, if it is one. */
    @Nullable
    SdkCall call(String id) {
        return calls.getIfPresent(id);
    }

    /**
     * A hook sees a request through, until it {@linkplain #leave leaves}.
     *
     * @param request by identity
     * @return {@code false} if another hook does already
     */
    boolean enter(Object request) {
        return running.add(request);
    }

    /** The hook that entered is done. */
    void leave(Object request) {
        running.remove(request);
    }
}

package io.unitcost;

import org.jspecify.annotations.Nullable;

/** What is current on a thread: a request, or a call and with it its request. One slot, empty when nothing is. */
final class Current {

    /**
     * Emptied by setting {@code null}, never by removing it: a removed entry is made anew by the next look, two for each scope,
     * and is looked for along others'. What stays on a pooled thread is one entry without a value.
     */
    static final ThreadLocal<@Nullable ThreadScope> SLOT = new ThreadLocal<>();

    private Current() {}

    static @Nullable RequestMeter request() {
        Object current = value();
        return current instanceof CallMeter call ? call.request() : (RequestMeter) current;
    }

    static @Nullable CallMeter call() {
        return value() instanceof CallMeter call ? call : null;
    }

    /** The request or call itself, for carrying it to another thread. */
    static @Nullable Object value() {
        ThreadScope scope = SLOT.get();
        return scope == null ? null : scope.value;
    }

    static Scope set(Object value, CostMeter meter) {
        ThreadScope scope = new ThreadScope(value, meter, SLOT.get(), null);
        SLOT.set(scope);
        return scope;
    }

    /**
     * Makes a request or call current until {@link #leave}. A call of the same request that is current stays so: it says more.
     */
    static void enter(Object entered) {
        ThreadScope outer = SLOT.get();
        Object value =
                outer != null && outer.value instanceof CallMeter call && call.request() == entered ? call : entered;
        SLOT.set(new ThreadScope(value, meterOf(value), outer, entered));
    }

    /** Undoes the last {@link #enter} on this thread, wherever it is by now; without one, nothing. */
    static void leave(Object entered) {
        ThreadScope top = SLOT.get();
        for (ThreadScope scope = top; scope != null; scope = scope.outer) {
            if (scope.entered == entered && !scope.closed) {
                scope.closed = true;
                if (scope == top) {
                    uncover(scope.outer);
                }
                return;
            }
        }
    }

    /** What nobody else carries to another thread: not what a framework has entered, which enters there again. */
    static @Nullable Object carried() {
        ThreadScope scope = SLOT.get();
        while (scope != null && (scope.entered != null || scope.closed)) {
            scope = scope.outer;
        }
        return scope == null ? null : scope.value;
    }

    /**
     * Makes a carried request or call current, or nothing, whatever was current before. A call of the same request that a
     * framework has entered here stays so.
     */
    static void carry(@Nullable Object value) {
        ThreadScope top = SLOT.get();
        if (value == null) {
            SLOT.set(null);
        } else if (top == null
                || top.entered == null
                || !(top.value instanceof CallMeter call && call.request() == value)) {
            SLOT.set(new ThreadScope(value, meterOf(value), null, null));
        }
    }

    private static void uncover(@Nullable ThreadScope outer) {
        ThreadScope open = outer;
        while (open != null && open.closed) {
            open = open.outer;
        }
        SLOT.set(open);
    }

    private static CostMeter meterOf(Object value) {
        return value instanceof CallMeter call ? call.request().meter() : ((RequestMeter) value).meter();
    }

    static final class ThreadScope implements Scope {
        private final Object value;
        private final CostMeter meter;
        private final Thread thread = Thread.currentThread();
        private final @Nullable ThreadScope outer;
        /** What a framework entered, which tells when it leaves; {@code null} for a scope that is closed. */
        private final @Nullable Object entered;

        private boolean closed;

        private ThreadScope(Object value, CostMeter meter, @Nullable ThreadScope outer, @Nullable Object entered) {
            this.value = value;
            this.meter = meter;
            this.outer = outer;
            this.entered = entered;
        }

        @Override
        public void close() {
            if (Thread.currentThread() != thread) {
                misused("a scope was closed on another thread than the one that opened it");
            } else if (closed) {
                misused("a scope was closed twice");
            } else {
                closed = true;
                leave();
            }
        }

        /** What was carried here and back is another scope with the same value. */
        private void leave() {
            ThreadScope top = SLOT.get();
            if (top != this && (top == null || top.value != value)) {
                if (outer != null && outer.closed) {
                    return; // it went with the scope that it was left open in
                }
                misused("scopes were closed in another order than they were opened");
                if (!isUnder(top)) {
                    return;
                }
            }
            uncover(outer);
        }

        /** Whether what is current was opened within this scope: left open there, it goes with it. */
        private boolean isUnder(@Nullable ThreadScope top) {
            ThreadScope scope = top;
            while (scope != null && scope != this) {
                scope = scope.outer;
            }
            return scope != null;
        }

        private void misused(String what) {
            meter.reportError(CostMeter.Site.SCOPE, new IllegalStateException(what));
        }
    }
}

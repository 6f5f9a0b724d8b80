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
        ThreadScope scope = new ThreadScope(value, meter, SLOT.get());
        SLOT.set(scope);
        return scope;
    }

    /** Makes a carried request or call current, or nothing, whatever was current before. */
    static void carry(@Nullable Object value) {
        SLOT.set(value == null ? null : new ThreadScope(value, meterOf(value), null));
    }

    private static CostMeter meterOf(Object value) {
        return value instanceof CallMeter call ? call.request().meter() : ((RequestMeter) value).meter();
    }

    static final class ThreadScope implements Scope {
        private final Object value;
        private final CostMeter meter;
        private final Thread thread = Thread.currentThread();
        private final @Nullable ThreadScope outer;
        private boolean closed;

        private ThreadScope(Object value, CostMeter meter, @Nullable ThreadScope outer) {
            this.value = value;
            this.meter = meter;
            this.outer = outer;
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
                misused("scopes were closed in another order than they were opened");
                return;
            }
            ThreadScope open = outer;
            while (open != null && open.closed) {
                open = open.outer;
            }
            SLOT.set(open);
        }

        private void misused(String what) {
            meter.reportError(CostMeter.Site.SCOPE, new IllegalStateException(what));
        }
    }
}

package io.unitcost;

import org.jspecify.annotations.Nullable;

/** What is current on a thread: a request, or a call and with it its request. One slot, empty when nothing is. */
final class Current {

    static final ThreadLocal<@Nullable Object> SLOT = new ThreadLocal<>();

    private Current() {}

    static @Nullable RequestMeter request() {
        Object current = SLOT.get();
        return current instanceof CallMeter call ? call.request() : (RequestMeter) current;
    }

    static @Nullable CallMeter call() {
        return SLOT.get() instanceof CallMeter call ? call : null;
    }

    static Scope set(Object next, CostMeter meter) {
        Object previous = SLOT.get();
        SLOT.set(next);
        return new ThreadScope(previous, next, Thread.currentThread(), meter);
    }

    static void restore(@Nullable Object previous) {
        if (previous == null) {
            SLOT.remove();
        } else {
            SLOT.set(previous);
        }
    }

    private static final class ThreadScope implements Scope {
        private final @Nullable Object previous;
        private final Object own;
        private final Thread thread;
        private final CostMeter meter;
        private boolean closed;

        ThreadScope(@Nullable Object previous, Object own, Thread thread, CostMeter meter) {
            this.previous = previous;
            this.own = own;
            this.thread = thread;
            this.meter = meter;
        }

        @Override
        public void close() {
            if (Thread.currentThread() != thread) {
                misused("a scope was closed on another thread than the one that opened it");
            } else if (closed) {
                misused("a scope was closed twice");
            } else {
                closed = true;
                if (SLOT.get() != own) {
                    misused("scopes were closed in another order than they were opened");
                }
                restore(previous);
            }
        }

        private void misused(String what) {
            meter.reportError(CostMeter.Site.SCOPE, new IllegalStateException(what));
        }
    }
}

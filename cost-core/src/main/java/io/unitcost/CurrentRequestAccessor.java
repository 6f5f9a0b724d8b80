package io.unitcost;

import io.micrometer.context.ThreadLocalAccessor;

/**
 * Lets Micrometer's context-propagation carry the current request and call to other threads: Reactor, wrapped
 * executors, virtual threads. Found by {@code ServiceLoader} when that library is present; nothing to call.
 */
public final class CurrentRequestAccessor implements ThreadLocalAccessor<Object> {

    /** The key under which snapshots and Reactor contexts hold what is current. */
    public static final String KEY = "io.unitcost.current";

    /** For {@code ServiceLoader}. */
    public CurrentRequestAccessor() {}

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    @SuppressWarnings("NullAway") // the library takes null for "not set" and does not say so
    public Object getValue() {
        return Current.carried();
    }

    @Override
    public void setValue(Object value) {
        Current.carry(value);
    }

    @Override
    public void setValue() {
        Current.carry(null);
    }
}

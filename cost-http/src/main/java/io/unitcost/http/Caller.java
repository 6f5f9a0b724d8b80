package io.unitcost.http;

import io.unitcost.CallMeter;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import org.jspecify.annotations.Nullable;

/**
 * On whose account a request is made: remembered on the thread that makes it, for the thread that sees it through.
 *
 * @param request the request that pays; closed when there is none
 * @param call the call that a layer above owns, {@code null} when there is none
 * @param handed the call that the attempt is to be written to as it is, {@code null} unless a hook further out said so
 * @param isMetered whether a hook further out meters what happens here
 */
record Caller(
        RequestMeter request,
        @Nullable CallMeter call,
        @Nullable CallMeter handed,
        boolean isMetered) {

    private static final ThreadLocal<@Nullable Boolean> METERED = new ThreadLocal<>();

    static Caller current() {
        return new Caller(RequestMeter.current(), CallMeter.current(), null, METERED.get() != null);
    }

    /** The same caller, with the call that a hook further out has opened. */
    Caller handed(CallMeter opened) {
        return new Caller(request, call, opened, isMetered);
    }

    /** The same caller, metered further out. */
    Caller metered() {
        return new Caller(request, call, handed, true);
    }

    /** Makes the request or call current on this thread. */
    Scope makeCurrent() {
        return call != null ? call.makeCurrent() : request.makeCurrent();
    }

    /** While this is open, hooks on this thread leave everything to the one that has opened it. */
    static Scope metering() {
        Boolean before = METERED.get();
        METERED.set(Boolean.TRUE);
        return () -> {
            if (before == null) {
                METERED.remove();
            }
        };
    }

    /** While this is open, the thread is out of the hook that has opened {@link #metering()}, though that is not closed yet. */
    static @Nullable Scope outside() {
        if (METERED.get() == null) {
            return null;
        }
        METERED.remove();
        return () -> METERED.set(Boolean.TRUE);
    }

    /**
     * The same for a request or call that a framework carries otherwise.
     *
     * @param carried a {@link RequestMeter} or {@link CallMeter}; of anything else it is what is current here
     */
    static Caller carried(@Nullable Object carried) {
        Caller here = current();
        if (carried instanceof CallMeter call) {
            return new Caller(call.request(), call, null, here.isMetered);
        }
        // the call that a layer above has made current here knows more than the request alone
        return carried instanceof RequestMeter request && request != here.request
                ? new Caller(request, null, null, here.isMetered)
                : here;
    }
}

package io.unitcost.http;

import io.unitcost.CallMeter;
import io.unitcost.CostMeter.Site;
import java.net.URI;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of a wrapped client: remembers on the calling thread who pays, and keeps the client's tries together on
 * whatever threads they run. Thread-safe; no method throws.
 *
 * <p>A client tries again only after a try that gave no answer. After an answer, or with the count of tries at 0, another
 * request of the same method is another call, as when a helper asks twice.
 */
final class SdkCall {

    private final HttpCosts costs;
    private final Caller caller;
    /** Keeps the account open until the first try, or until there is none. */
    private final @Nullable CallMeter held;

    /** The newest try of a call that has not ended. */
    private @Nullable SdkTry last;

    private boolean mayGoOn;
    private int open;
    private boolean done;
    private volatile boolean seen;

    private SdkCall(HttpCosts costs, Caller caller, @Nullable CallMeter held) {
        this.costs = costs;
        this.caller = caller;
        this.held = held;
    }

    /** On the thread that makes the call. */
    static SdkCall open(HttpCosts costs) {
        Caller caller = Caller.current();
        boolean holds = caller.call() == null && caller.request().isAttributed();
        return new SdkCall(costs, caller, holds ? caller.request().call() : null);
    }

    /** Whether any hook has seen a request of it. */
    boolean isSeen() {
        return seen;
    }

    /** Whether it has had its answer and nothing goes on. */
    synchronized boolean isAnswered() {
        return seen && open == 0 && last == null;
    }

    /** A request of it goes out. */
    @Nullable
    SdkTry begin(String method, URI address, Function<String, @Nullable String> header) {
        seen = true;
        HttpAttempt over = null;
        try {
            synchronized (this) {
                SdkTry before = last;
                HttpAttempt attempt;
                if (before != null && mayGoOn && HttpHeaders.count(header.apply(HttpHeaders.RETRY_COUNT)) != 0) {
                    attempt = before.attempt().again();
                } else {
                    over = before == null ? null : before.attempt();
                    last = null;
                    attempt = costs.begin(method, address, header, caller);
                }
                if (attempt == null) {
                    return null;
                }
                mayGoOn = false;
                open++;
                last = new SdkTry(costs, attempt, this);
                return last;
            }
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return null;
        } finally {
            end(over);
            release();
        }
    }

    /** One of its tries has ended. */
    void ended(SdkTry attempt, boolean answered) {
        HttpAttempt over = null;
        synchronized (this) {
            open--;
            if (attempt == last) {
                mayGoOn = !answered;
                if (answered || done) {
                    over = attempt.attempt();
                    last = null;
                }
            }
        }
        end(over);
    }

    /** The client has returned: no other try follows, though the last one may still be read. */
    void done() {
        HttpAttempt over = null;
        synchronized (this) {
            done = true;
            if (open == 0 && last != null) {
                over = last.attempt();
                last = null;
            }
        }
        end(over);
        release();
    }

    private static void end(@Nullable HttpAttempt over) {
        if (over != null) {
            over.endCall();
        }
    }

    private void release() {
        if (held != null) {
            held.end();
        }
    }
}

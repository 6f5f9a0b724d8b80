package io.unitcost.http;

import io.unitcost.CostMeter.Site;
import io.unitcost.usage.RequestReport;
import java.lang.ref.Cleaner;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A try as a hook below an SDK or in OkHttp sees it: an attempt of its own, or one of the call of a wrapped client. What
 * is sent and what comes back is told by one thread at a time; the end may come from any, and the first counts. No method
 * throws.
 */
final class SdkTry {

    private static final int REFUSED = 400;
    private static final Cleaner CLEANER = Cleaner.create();

    private final HttpCosts costs;
    /** The call that this belongs to; {@code null} if the attempt ends its own. */
    private final @Nullable SdkCall whole;

    private volatile HttpAttempt attempt;
    private volatile int status;
    private volatile Cleaner.@Nullable Cleanable watched;

    SdkTry(HttpCosts costs, HttpAttempt attempt, @Nullable SdkCall whole) {
        this.costs = costs;
        this.attempt = attempt;
        this.whole = whole;
    }

    /**
     * Begins to meter a try for a caller, or for the one that a wrapped client has named in the request's header.
     *
     * @return {@code null} if it is no call to a model, or if a hook further out meters it already
     */
    static @Nullable SdkTry begin(
            HttpCosts costs, String method, URI address, Function<String, @Nullable String> header, Caller caller) {
        if (caller.isMetered()) {
            return null;
        }
        String id = header.apply(Handovers.HEADER);
        SdkCall whole = id == null ? null : costs.handovers().call(id);
        if (whole != null) {
            return whole.begin(method, address, header);
        }
        HttpAttempt attempt = costs.begin(method, address, header, caller);
        return attempt == null ? null : new SdkTry(costs, attempt, null);
    }

    HttpAttempt attempt() {
        return attempt;
    }

    boolean mayAskForUsage() {
        return attempt.mayAskForUsage();
    }

    boolean lacksUsageInStream(RequestReport request) {
        return attempt.lacksUsageInStream(request);
    }

    /** The body is about to go out, maybe again. */
    void sending() {
        attempt.sending();
    }

    void sent() {
        attempt.sent();
    }

    void sent(byte[] bytes, int offset, int length) {
        attempt.sent(bytes, offset, length);
    }

    void sent(ByteBuffer piece) {
        attempt.sent(piece);
    }

    void answered(int code, Function<String, @Nullable String> header) {
        status = code;
        attempt.answered(code, header);
    }

    void read(byte[] bytes, int offset, int length) {
        attempt.read(bytes, offset, length);
    }

    void read(ByteBuffer piece) {
        attempt.read(piece);
    }

    void report(Throwable failure) {
        costs.meter().reportError(Site.CLIENT, failure);
    }

    /** The client has failed with it, or got an answer that it does not pass on, and tries again by itself. */
    void followed(@Nullable Throwable cause) {
        try {
            attempt.followed(cause);
            attempt = attempt.sameAgain();
            status = 0;
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /** There was one before this that is known only now. */
    void followedBefore(int code, Function<String, @Nullable String> header) {
        try {
            HttpAttempt before = attempt.sameAgain();
            before.answered(code, header);
            before.followed(null);
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /** Nothing went over the wire, although the body may have been looked at. */
    void unsent() {
        attempt.unsent();
    }

    void ended() {
        end(null, false);
    }

    void failed(Throwable cause) {
        end(cause, false);
    }

    void cancelled() {
        end(null, true);
    }

    /** The body was closed before its end: nobody reads on, or nobody cares for more than the status of a refusal. */
    void closed() {
        end(null, status < REFUSED);
    }

    /**
     * The answer may be dropped without being closed, as when a caller gives up a future before its answer comes: then
     * this try is given up when it is collected as garbage.
     *
     * @param answer what every reader of the body holds
     */
    void watch(Object answer) {
        watched = CLEANER.register(answer, this::cancelled);
    }

    private void end(@Nullable Throwable cause, boolean cancelled) {
        HttpAttempt last = attempt;
        if (whole != null) {
            if (last.endedWithin(cause, cancelled)) {
                whole.ended(this, cause == null && status != 0 && status < REFUSED);
            }
        } else if (cancelled) {
            last.cancelled();
        } else if (cause != null) {
            last.failed(cause);
        } else {
            last.ended();
        }
        Cleaner.Cleanable answer = watched;
        if (answer != null) {
            answer.clean();
        }
    }
}

package io.unitcost.spring.ai;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that an observation, or the advisor for streams, has opened and owns: the tries that were seen below it, and its end.
 * Thread-safe; the first end counts.
 *
 * <p>The same failed try may be seen three times: by the observation of its HTTP request, by the retry template, and by a
 * transport hook that records it on the call by itself. What is seen is kept until the end, when it is known how many of them
 * the call has already.
 */
final class ObservedCall {

    private static final int MOST_FAILURES = 1_000;

    private final ObservedCalls calls;
    private final CostMeter meter;
    private final CallMeter call;
    private final long begun;
    private final List<Attempt> failed = new ArrayList<>();
    private String provider = "";
    private @Nullable String model;
    private int retries;
    private boolean answeredLast;
    private boolean awaitsStream;
    private @Nullable String strayAddress;
    private boolean strayUnderWay;
    private boolean ended;

    ObservedCall(ObservedCalls calls, CostMeter meter, CallMeter call) {
        this.calls = calls;
        this.meter = meter;
        this.call = call;
        this.begun = meter.tick();
    }

    /** Who is asked, and for which model. */
    synchronized ObservedCall asking(String provider, @Nullable String model) {
        this.provider = provider;
        this.model = model == null || model.isEmpty() ? null : model;
        return this;
    }

    synchronized String provider() {
        return provider;
    }

    synchronized @Nullable String model() {
        return model;
    }

    CostMeter meter() {
        return meter;
    }

    CallMeter call() {
        return call;
    }

    /** Nanoseconds since the call was opened. */
    long age() {
        return meter.tick() - begun;
    }

    /** The call is current on this thread until {@link #leave()}. */
    void enter() {
        call.enter();
    }

    void leave() {
        call.leave();
    }

    /** The same as a scope, which other threads that are given the context carry on. */
    Scope makeCurrent() {
        return call.makeCurrent();
    }

    /** How many failed tries transport hooks have recorded so far. */
    int recordedBelow() {
        return call.failures();
    }

    /** How many failed tries are known so far, whoever has seen them. */
    synchronized int failures() {
        return Math.max(call.failures(), failed.size());
    }

    /** A request to the provider ended without an answer. */
    synchronized void failed(FailedTry failure) {
        strayUnderWay = false;
        if (!ended && failed.size() < MOST_FAILURES) {
            failed.add(failure.attempt(provider, model));
            answeredLast = false;
        }
    }

    /** It is for a stream of which nothing has come. */
    synchronized void awaitsStream(boolean awaits) {
        awaitsStream = awaits;
    }

    synchronized boolean isAwaitingStream() {
        return awaitsStream && !ended;
    }

    /**
     * A request has begun of which nothing tells whose it is, as with SDKs that send streams from a thread of their own. It may
     * be of this call if that awaits a stream, has none under way, and has failed as often as the client says to have tried
     * before.
     *
     * @param number how often the client has tried before
     * @return whether it was taken
     */
    synchronized boolean takesStray(String address, int number) {
        boolean mine = awaitsStream
                && !strayUnderWay
                && !ended
                && number == failures()
                && (strayAddress == null || strayAddress.equals(address));
        if (mine) {
            strayAddress = address;
            strayUnderWay = true;
        }
        return mine;
    }

    /** A request to the provider got an answer. */
    synchronized void answered() {
        answeredLast = true;
    }

    /** A try failed, and another one follows. */
    synchronized void retried() {
        retries++;
    }

    /** Starts what is to be recorded of the last try. */
    Attempt.Builder attempt(@Nullable String servedModel) {
        String served = servedModel == null || servedModel.isEmpty() ? model() : servedModel;
        return Attempt.of(provider(), served).durationNanos(age());
    }

    /**
     * Writes the failed tries that nobody else has written, then the last one, and ends the call.
     *
     * @param last what became of it in the end; {@code null} if all is known is that it failed
     * @param error why it failed, {@code null} if it did not or that is not known
     */
    void end(@Nullable Attempt last, @Nullable Throwable error) {
        end(last, error, call);
        call.end();
    }

    /** The same, with the last try written to another call, and this one left open if it is that. */
    void end(@Nullable Attempt last, @Nullable Throwable error, CallMeter target) {
        try {
            List<Attempt> attempts = close(last, error);
            for (Attempt attempt : attempts) {
                (attempt == last ? target : call).record(attempt);
            }
        } catch (Throwable failure) {
            meter.reportError(Site.RECORD, failure);
        } finally {
            calls.ended(call);
            if (target != call) {
                call.end();
            }
        }
    }

    private synchronized List<Attempt> close(@Nullable Attempt last, @Nullable Throwable error) {
        if (ended) {
            return List.of();
        }
        ended = true;
        int known = call.failures();
        List<Attempt> attempts = new ArrayList<>();
        for (int i = known; i < failed.size(); i++) {
            attempts.add(failed.get(i));
        }
        int total = Math.max(known, failed.size());
        boolean lost = last == null && answeredLast;
        int least = Math.max(retries + (last == null ? 1 : 0), total + (lost ? 1 : 0));
        for (int i = total; i < least; i++) {
            boolean theLast = last == null && i == least - 1;
            attempts.add(FailedTry.of(theLast && !lost ? error : null, age()).attempt(provider, model));
        }
        if (last != null) {
            attempts.add(last);
        }
        return attempts;
    }
}

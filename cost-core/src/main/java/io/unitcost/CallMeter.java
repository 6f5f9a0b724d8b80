package io.unitcost;

import io.unitcost.AttemptCost.Result;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One logical call: a thing the application wanted, and every try at it. Thread-safe.
 *
 * <p>Record each attempt when it ends, then {@link #end()} the call. The last attempt that gave an answer delivers; the
 * others are the price of getting there. Asking again because an answer did not validate is another attempt of the
 * same call. An open call keeps its request's account open, for as long as the meter's linger time.
 *
 * <p>No method throws or blocks.
 */
public final class CallMeter {

    private static final VarHandle DELIVERED;
    private static final VarHandle ENDED;
    private static final VarHandle FAILURES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            DELIVERED = lookup.findVarHandle(CallMeter.class, "delivered", boolean.class);
            ENDED = lookup.findVarHandle(CallMeter.class, "ended", boolean.class);
            FAILURES = lookup.findVarHandle(CallMeter.class, "failures", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RequestMeter request;
    private final @Nullable String service;
    private final @Nullable CallMeter owner;
    private final int number;
    private final boolean transport;

    @SuppressWarnings("UnusedVariable") // read and written through ENDED
    private volatile boolean ended;

    private volatile int failures;
    private volatile boolean rejected;
    private volatile boolean delivered;
    /** Only touched by the thread that settles the account, which goes from the newest attempt to the oldest. */
    private boolean followed;

    /** What became of the attempt that was settled last. */
    private Result settled = Result.FAILED;

    private CallMeter(
            RequestMeter request, @Nullable String service, @Nullable CallMeter owner, int number, boolean transport) {
        this.request = request;
        this.service = service;
        this.owner = owner;
        this.number = number;
        this.transport = transport;
    }

    static CallMeter of(RequestMeter request, @Nullable String service, int number) {
        return new CallMeter(request, service, null, number, false);
    }

    /** The same call, owned by a transport because no layer above it does. */
    CallMeter ownedByTransport() {
        return new CallMeter(request, service, null, number, true);
    }

    /** A transport's view of a call that a layer above it owns. */
    static CallMeter below(CallMeter owner) {
        return new CallMeter(
                owner.request, owner.service, owner.owner == null ? owner : owner.owner, owner.number, true);
    }

    /** The call that is current on this thread, or {@code null}. */
    public static @Nullable CallMeter current() {
        return Current.call();
    }

    /**
     * Writes an attempt to the account. After the account was closed the attempt is priced and published as late usage.
     *
     * <p>On a call that was {@linkplain CostMeter#joinCall() joined}, an attempt that gave an answer is ignored: the
     * layer that owns the call reports it. What was {@linkplain Attempt#isMeteredElsewhere() metered elsewhere} no owner knows;
     * it is written.
     */
    public void record(Attempt attempt) {
        try {
            if (attempt.status() != Attempt.Status.OK) {
                FAILURES.getAndAdd(owner == null ? this : owner, 1);
            }
            if (owner == null) {
                request.record(this, attempt);
            } else if (attempt.status() != Attempt.Status.OK || attempt.isMeteredElsewhere()) {
                request.record(owner, attempt, true);
            }
        } catch (Throwable failure) {
            request.meter().reportError(CostMeter.Site.RECORD, failure);
        }
    }

    /** No answer of this call was usable, although one may have been given: none of its attempts delivers. */
    public void reject() {
        if (owner == null) {
            rejected = true;
        }
    }

    /** Ends the call; the first time counts. On a joined call this does nothing: its owner ends it. */
    public void end() {
        if (owner == null && ENDED.compareAndSet(this, false, true)) {
            request.release();
        }
    }

    /**
     * Another try follows after all, such as a client's retry of a request that had failed: the call is open again and
     * keeps its request's account open, unless that was closed meanwhile. Does nothing to a call that is open, or joined.
     */
    public void resume() {
        if (owner == null && ENDED.compareAndSet(this, true, false)) {
            request.hold();
        }
    }

    /**
     * Makes this call, and its request, current on this thread, so that hooks further down find them.
     *
     * @return to be closed on this thread
     */
    public Scope makeCurrent() {
        return Current.set(this, request.meter());
    }

    /**
     * Makes this call, and its request, current on this thread until {@link #leave()}: for a framework that tells when something
     * begins and ends to be current on a thread, and carries it to other threads itself. Everybody else uses
     * {@link #makeCurrent()}.
     */
    public void enter() {
        Current.enter(this);
    }

    /** Undoes the last {@link #enter()} on this thread; without one this does nothing. */
    public void leave() {
        Current.leave(this);
    }

    /** How many tries without an answer have been recorded so far, by the owner or by transports below it. */
    public int failures() {
        return owner == null ? failures : owner.failures;
    }

    /** The request this call belongs to. */
    public RequestMeter request() {
        return request;
    }

    /** Whether a layer above owns this call, so that answers recorded here are ignored. */
    public boolean isJoined() {
        return owner != null;
    }

    boolean isTransport() {
        return transport;
    }

    @Nullable
    String service() {
        return service;
    }

    int number() {
        return number;
    }

    /** Decides what became of an attempt, newest first, while the account is settled by one thread. */
    Result settle(Attempt attempt) {
        boolean newer = followed;
        followed = true;
        settled = switch (attempt.status()) {
            case OK -> deliver() ? Result.DELIVERED : rejected && !delivered ? Result.FAILED : Result.SUPERSEDED;
            case FAILED -> newer ? Result.RETRIED : Result.FAILED;
            case CANCELLED -> Result.CANCELLED;
        };
        return settled;
    }

    /** What became of an attempt that only worked on the answer of another one, which was settled just before. */
    Result settleBeside() {
        return settled;
    }

    /** Decides what became of an attempt that came after the account was closed; any thread. */
    Result settleLate(Attempt attempt) {
        return switch (attempt.status()) {
            case OK -> deliver() ? Result.DELIVERED : Result.SUPERSEDED;
            case FAILED -> Result.FAILED;
            case CANCELLED -> Result.CANCELLED;
        };
    }

    private boolean deliver() {
        return !rejected && DELIVERED.compareAndSet(this, false, true);
    }
}

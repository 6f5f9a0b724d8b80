package io.unitcost.servlet;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the account of one request, whichever way the container lets us know. Several ways may report the same end, on
 * several threads; the account takes the first one. No container reports every end: after an error that is the last that
 * is heard of some requests, the end is presumed.
 *
 * <p>Its state is here and not in request attributes, which some containers clear before they call back, nor in what a
 * listener is supplied with, which may be recycled by then.
 */
final class RequestEnd implements AsyncListener {

    /** How long after an error a container may take to say that the request is complete, or to make an error page. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /** How long the application may take to answer a timeout. */
    private static final Duration TIMEOUT_GRACE = Duration.ofSeconds(5);

    private static final Duration NEVER = Duration.ofDays(10_000);

    private final CostMeter meter;
    private final RequestMeter request;
    private final HttpServletResponse response;
    private final Function<Ending, Outcome> outcome;
    private final Announcement announcement;
    private final @Nullable ServedAnswer served;
    private final AtomicInteger cycles = new AtomicInteger();
    private volatile @Nullable Throwable failure;
    private volatile boolean timedOut;
    private volatile boolean aborted;
    private volatile boolean errorSent;
    private volatile boolean presumed;
    /** What it cost, once it has ended. */
    private volatile @Nullable Money total;
    /** The container may recycle the response from now on. */
    private volatile boolean over;

    RequestEnd(
            CostMeter meter,
            RequestMeter request,
            HttpServletResponse response,
            Function<Ending, Outcome> outcome,
            Announcement announcement,
            @Nullable ServedAnswer served) {
        this.meter = meter;
        this.request = request;
        this.response = response;
        this.outcome = outcome;
        this.announcement = announcement;
        this.served = served;
        promiseTrailer(response);
    }

    /** Whether what is written must be looked at, whoever writes it. */
    boolean seesResponse() {
        return served != null || announcement.isNeeded();
    }

    /** Whether headers are to be set before the response is committed. */
    boolean announces() {
        return announcement.hasHeaders();
    }

    /** The response is about to be committed. */
    void announce(HttpServletResponse uncommitted) {
        Money cost = announces() ? cost() : null;
        if (cost != null) {
            announcement.announce(uncommitted, cost);
        }
    }

    /** At the start, and when the application has reset the response. */
    void promiseTrailer(HttpServletResponse uncommitted) {
        try {
            announcement.promise(uncommitted, this::costInAll);
        } catch (Throwable failed) {
            report(failed);
        }
    }

    /** The application's trailers, and what is promised. */
    @Nullable
    Supplier<Map<String, String>> withTrailer(@Nullable Supplier<Map<String, String>> others) {
        return announcement.trailer() == null ? others : announcement.trailers(this::costInAll, others);
    }

    /** Whether what the application answers is read. */
    boolean reads() {
        return served != null;
    }

    /** What was written so far was taken back. */
    void forget() {
        if (served != null) {
            served.forget();
        }
    }

    /** All of the answer is written. */
    void answered() {
        if (served != null) {
            served.book(ending().outcome());
        }
    }

    /** Whether the response is not to be touched any more. */
    boolean isOver() {
        return over;
    }

    /** A failure of ours, beside the response. */
    void report(Throwable failed) {
        meter.reportError(CostMeter.Site.BOUNDARY, failed);
    }

    /** When the body has been sent: before the end, or after it, as containers differ. */
    private @Nullable Money costInAll() {
        if (!over) {
            answered();
        }
        return cost();
    }

    private @Nullable Money cost() {
        Money cost = request.costSoFar();
        return cost == null ? total : cost;
    }

    /** The application wrote a piece of its answer. */
    void wrote(byte[] bytes, int offset, int length) {
        if (served != null) {
            served.written(bytes, offset, length);
        }
    }

    Scope makeCurrent() {
        return request.makeCurrent();
    }

    RequestMeter request() {
        return request;
    }

    /** How many asynchronous cycles this hears of so far. */
    int cycles() {
        return cycles.get();
    }

    /** Hears of the end of this cycle. */
    void joinCycle(AsyncContext context) {
        try {
            context.addListener(this);
            cycles.incrementAndGet();
        } catch (Throwable failed) {
            meter.reportError(CostMeter.Site.BOUNDARY, failed);
        }
    }

    /** The chain has returned to where the account was opened. */
    void returned() {
        if (cycles() > 0) {
            return;
        }
        if (isErrorPageDue()) {
            presume();
        } else {
            end();
        }
    }

    /**
     * The container's own error page or dispatch has returned, and nobody has started another cycle: the request is complete.
     * For an asynchronous one the container is to say so, but not all of them do, such as Jetty for one that was dispatched
     * to another context when its client has left.
     */
    void dispatchReturned() {
        if (cycles() == 0) {
            end();
        } else {
            presume();
        }
    }

    /** Another pass has begun, an error page or a dispatch: what was presumed to be the end was not. */
    void goesOn() {
        if (presumed) {
            presumed = false;
            request.presumeEnded(decided(), NEVER);
        }
    }

    /** The application leaves the answer to the container, which calls an error page if there is one. */
    void errorSent() {
        errorSent = true;
    }

    /** The application starts its answer anew. */
    void reset() {
        errorSent = false;
    }

    /** The chain has thrown to the container: it may make an error page, and after {@code startAsync} not call back any more. */
    void thrown(Throwable thrown) {
        failed(thrown);
        presume();
    }

    /**
     * The client went away, or the response cannot be written any more. For an asynchronous request that may be the last that
     * is heard of it, if the application does not complete it.
     */
    void writeFailed(Throwable thrown) {
        aborted = true;
        failed(thrown);
        if (cycles() > 0) {
            presume();
        }
    }

    /** A new cycle forgets the listeners of the one before. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        joinCycle(event.getAsyncContext());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        timedOut = true;
        // Tomcat calls nobody when the application completes the request on another thread at the same time
        presume(decided(), TIMEOUT_GRACE);
    }

    @Override
    public void onError(AsyncEvent event) {
        over = true;
        Throwable reported = event.getThrowable();
        // what the application threw has come through the chain before
        aborted |= reported instanceof IOException && failure == null;
        failed(reported == null ? new IOException("the container reported an error without a cause") : reported);
        presume();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    private void failed(Throwable thrown) {
        aborted |= ClientAbort.isOne(thrown) || (failure == null && !errorSent && ClientAbort.isBodyGivenUp(thrown));
        if (failure == null) {
            failure = thrown;
        }
    }

    /**
     * After {@code sendError}, or an error that is not yet committed, a container may call its error page when the chain has
     * returned. Containers call a response committed after {@code sendError}, although it is not.
     */
    private boolean isErrorPageDue() {
        try {
            return errorSent || (response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST && !response.isCommitted());
        } catch (Throwable failed) {
            meter.reportError(CostMeter.Site.BOUNDARY, failed);
            return false;
        }
    }

    private void presume() {
        Outcome decided = decided();
        answered();
        presume(decided, GRACE);
    }

    private void presume(Outcome decided, Duration grace) {
        presumed = true;
        request.presumeEnded(decided, grace);
    }

    private void end() {
        over = true;
        Outcome decided = decided();
        answered();
        if (announcement.isNeeded() && total == null) {
            total = request.costSoFar();
        }
        request.end(decided);
    }

    private Outcome decided() {
        Ending ending = ending();
        try {
            Outcome decision = outcome.apply(ending);
            return decision == null ? ending.outcome() : decision;
        } catch (Throwable failed) {
            meter.reportError(CostMeter.Site.BOUNDARY, failed);
            return ending.outcome();
        }
    }

    private Ending ending() {
        return new Ending(status(), failure, timedOut, aborted);
    }

    /** A container may have recycled the response by the time it calls back, or a write fails; it says so in its own way. */
    private int status() {
        try {
            return response.getStatus();
        } catch (IllegalStateException | NullPointerException recycled) {
            return 0;
        } catch (Throwable failed) {
            meter.reportError(CostMeter.Site.BOUNDARY, failed);
            return 0;
        }
    }
}

package io.unitcost.servlet;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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
        announcement.promise(meter, request, response);
    }

    /** Whether the response must be wrapped. */
    boolean seesResponse() {
        return served != null || announcement.isNeeded();
    }

    /** Whether headers are to be set before the response is committed. */
    boolean announces() {
        return announcement.hasHeaders();
    }

    /** The response is about to be committed. */
    void announce(HttpServletResponse uncommitted) {
        if (announces()) {
            announcement.announce(meter, request, uncommitted);
        }
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

    /** The container has made its error page, and that was all. */
    void errorPageReturned() {
        if (cycles() == 0) {
            end();
        }
    }

    /** The chain has thrown to the container: it may make an error page, and after {@code startAsync} not call back any more. */
    void thrown(Throwable thrown) {
        failed(thrown);
        presume();
    }

    /** The client went away, or the response cannot be written any more. */
    void writeFailed(Throwable thrown) {
        aborted = true;
        failed(thrown);
    }

    /** A new cycle forgets the listeners of the one before. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        joinCycle(event.getAsyncContext());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        timedOut = true;
    }

    @Override
    public void onError(AsyncEvent event) {
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
        aborted |= ClientAbort.isOne(thrown);
        if (failure == null) {
            failure = thrown;
        }
    }

    /** After {@code sendError} and not yet committed, a container calls its error page when the chain has returned. */
    private boolean isErrorPageDue() {
        try {
            return response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST && !response.isCommitted();
        } catch (Throwable failed) {
            meter.reportError(CostMeter.Site.BOUNDARY, failed);
            return false;
        }
    }

    private void presume() {
        Outcome decided = decided();
        book(decided);
        request.presumeEnded(decided, GRACE);
    }

    private void end() {
        Outcome decided = decided();
        book(decided);
        request.end(decided);
    }

    private void book(Outcome decided) {
        if (served != null) {
            served.book(decided);
        }
    }

    private Outcome decided() {
        Ending ending = new Ending(status(), failure, timedOut, aborted);
        try {
            Outcome decision = outcome.apply(ending);
            return decision == null ? ending.outcome() : decision;
        } catch (Throwable failed) {
            meter.reportError(CostMeter.Site.BOUNDARY, failed);
            return ending.outcome();
        }
    }

    /** A container may have recycled the response by the time it calls back. */
    private int status() {
        try {
            return response.getStatus();
        } catch (Throwable failed) {
            meter.reportError(CostMeter.Site.BOUNDARY, failed);
            return 0;
        }
    }
}

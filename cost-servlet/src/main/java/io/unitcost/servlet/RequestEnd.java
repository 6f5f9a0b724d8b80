package io.unitcost.servlet;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the account of one request, whichever way the container lets us know. Several ways may report the same end, on
 * several threads; the account takes the first one.
 *
 * <p>Its state is here and not in request attributes, which some containers clear before they call back, nor in what a
 * listener is supplied with, which may be recycled by then.
 */
final class RequestEnd implements AsyncListener {

    private static final int FIRST_ERROR_STATUS = 400;

    private final CostMeter meter;
    private final RequestMeter request;
    private final HttpServletResponse response;
    private final AtomicInteger cycles = new AtomicInteger();
    private volatile boolean failed;

    RequestEnd(CostMeter meter, RequestMeter request, HttpServletResponse response) {
        this.meter = meter;
        this.request = request;
        this.response = response;
    }

    Scope makeCurrent() {
        return request.makeCurrent();
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
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.BOUNDARY, failure);
        }
    }

    /** The chain has returned to where the account was opened. */
    void returned() {
        if (cycles() == 0) {
            end();
        }
    }

    /** The chain has thrown to the container, which after {@code startAsync} does not always call back any more. */
    void thrown() {
        failed = true;
        end();
    }

    /** A new cycle forgets the listeners of the one before. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        joinCycle(event.getAsyncContext());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        failed = true;
    }

    @Override
    public void onError(AsyncEvent event) {
        failed = true;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    private void end() {
        try {
            request.end(outcome());
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.BOUNDARY, failure);
        }
    }

    private Outcome outcome() {
        try {
            return failed || response.getStatus() >= FIRST_ERROR_STATUS ? Outcome.FAILED : Outcome.DELIVERED;
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.BOUNDARY, failure);
            return Outcome.FAILED;
        }
    }
}

package io.unitcost.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * A request that tells of {@code startAsync} when it happens. Asking afterwards is too late: by the time the chain
 * returns, another thread may have completed the request.
 */
final class MeteredRequest extends HttpServletRequestWrapper {

    private final @Nullable HttpServletResponse seen;
    private final RequestEnd end;

    private MeteredRequest(HttpServletRequest request, @Nullable HttpServletResponse seen, RequestEnd end) {
        super(request);
        this.seen = seen;
        this.end = end;
    }

    /**
     * The request, wrapped unless it is already: some dispatches carry on with what was wrapped before.
     *
     * @param seen the response that asynchronous work is to write to, {@code null} to leave that to the container
     */
    static HttpServletRequest wrap(HttpServletRequest request, @Nullable HttpServletResponse seen, RequestEnd end) {
        ServletRequest layer = request;
        while (layer instanceof ServletRequestWrapper wrapper) {
            if (wrapper instanceof MeteredRequest metered && metered.end == end) {
                return request;
            }
            layer = wrapper.getRequest();
        }
        return new MeteredRequest(request, seen, end);
    }

    /** Without arguments, containers go on with their own response, past every wrapper. */
    @Override
    public AsyncContext startAsync() {
        int before = end.cycles();
        return observed(seen == null ? super.startAsync() : super.startAsync(this, seen), before);
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        int before = end.cycles();
        return observed(super.startAsync(request, response), before);
    }

    @Override
    public AsyncContext getAsyncContext() {
        return observed(super.getAsyncContext());
    }

    /** In a second cycle the container has called {@code onStartAsync} by now, which joins by itself. */
    private AsyncContext observed(AsyncContext started, int before) {
        if (end.cycles() == before) {
            end.joinCycle(started);
        }
        return observed(started);
    }

    private AsyncContext observed(AsyncContext context) {
        MeteredResponse metered = MeteredResponse.within(seen, end);
        return metered == null ? context : new AnnouncingContext(context, metered);
    }
}

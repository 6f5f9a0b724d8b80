package io.unitcost.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * A request that tells of {@code startAsync} when it happens. Asking afterwards is too late: by the time the chain
 * returns, another thread may have completed the request.
 */
final class MeteredRequest extends HttpServletRequestWrapper {

    private final RequestEnd end;

    private MeteredRequest(HttpServletRequest request, RequestEnd end) {
        super(request);
        this.end = end;
    }

    /** The request, wrapped unless it is already: some dispatches carry on with what was wrapped before. */
    static HttpServletRequest wrap(HttpServletRequest request, RequestEnd end) {
        ServletRequest layer = request;
        while (layer instanceof ServletRequestWrapper wrapper) {
            if (wrapper instanceof MeteredRequest metered && metered.end == end) {
                return request;
            }
            layer = wrapper.getRequest();
        }
        return new MeteredRequest(request, end);
    }

    @Override
    public AsyncContext startAsync() {
        int before = end.cycles();
        return observed(super.startAsync(), before);
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        int before = end.cycles();
        return observed(super.startAsync(request, response), before);
    }

    /** In a second cycle the container has called {@code onStartAsync} by now, which joins by itself. */
    private AsyncContext observed(AsyncContext started, int before) {
        if (end.cycles() == before) {
            end.joinCycle(started);
        }
        return started;
    }
}

package io.unitcost.servlet;

import io.unitcost.CostMeter;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens the account of a request when it arrives and closes it once, when the response has ended: on return, or for
 * asynchronous requests on completion. While the chain runs, the account is {@link RequestMeter#current()} on its
 * thread; a task for another thread takes it along with {@link RequestMeter#wrap(Runnable)}.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic costs = context.addFilter(
 *         "costs", CostFilter.create(meter, request -> request.getServletPath().equals("/chat") ? "chat" : null));
 * costs.setAsyncSupported(true);
 * costs.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
 * }</pre>
 *
 * <p>Register it early in the chain, for all dispatcher types, with support for asynchronous requests. Forwards,
 * includes, asynchronous and error dispatches belong to the request that they continue, and so does the same filter, or
 * another one with the same meter, further down the chain.
 *
 * <p>A request is delivered unless an exception leaves the chain, the status is 400 or above, or the container reports
 * a timeout or an error.
 *
 * <p>Thread-safe. The response is not touched, and the request only to hear of {@code startAsync}. The filter throws
 * nothing of its own: what goes wrong in it is counted at {@link CostMeter.Site#BOUNDARY}, and the request goes on
 * without an account.
 */
public final class CostFilter implements Filter {

    private final CostMeter meter;
    private final Function<HttpServletRequest, @Nullable String> feature;
    /** One name per meter: two meters in one chain each keep their own account. */
    private final String attribute;

    private CostFilter(CostMeter meter, Function<HttpServletRequest, @Nullable String> feature) {
        this.meter = meter;
        this.feature = feature;
        this.attribute = CostFilter.class.getName() + '@' + Integer.toHexString(System.identityHashCode(meter));
    }

    /**
     * A filter that opens accounts with this meter.
     *
     * @param feature names the feature that pays, from what the server knows and never from what a client may choose
     *     freely; {@code null} if the request opens no account. Called on the thread of the request, before the chain,
     *     once a request and again for each forward or include of a request without an account. An exception counts as
     *     {@code null} and at {@link CostMeter.Site#BOUNDARY}.
     */
    public static CostFilter create(CostMeter meter, Function<HttpServletRequest, @Nullable String> feature) {
        return new CostFilter(Objects.requireNonNull(meter, "meter"), Objects.requireNonNull(feature, "feature"));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Pass pass = enter(request, response);
        if (pass == null) {
            chain.doFilter(request, response);
            return;
        }
        boolean returned = false;
        try {
            chain.doFilter(pass.request(), response);
            returned = true;
        } finally {
            pass.leave(returned);
        }
    }

    /** Makes the request's account current, opening it on first sight; {@code null} if the request has none. */
    private @Nullable Pass enter(ServletRequest request, ServletResponse response) {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            return null;
        }
        try {
            RequestEnd known = http.getAttribute(attribute) instanceof RequestEnd found ? found : null;
            RequestEnd end = known == null ? open(http, answer) : known;
            return end == null ? null : Pass.begin(end, http, known == null);
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.BOUNDARY, failure);
            return null;
        }
    }

    private @Nullable RequestEnd open(HttpServletRequest request, HttpServletResponse response) {
        if (continuesAnotherPass(request.getDispatcherType())) {
            return null;
        }
        String name = feature.apply(request);
        if (name == null) {
            return null;
        }
        RequestEnd end = new RequestEnd(meter, meter.open(name), response);
        try {
            request.setAttribute(attribute, end);
        } catch (Throwable failure) {
            // an attribute listener of the application; the account closes without the attribute, too
            meter.reportError(CostMeter.Site.BOUNDARY, failure);
        }
        return end;
    }

    /** Whoever let the first pass of this request go without an account decided for the rest of it. */
    private static boolean continuesAnotherPass(DispatcherType type) {
        return type == DispatcherType.ASYNC || type == DispatcherType.ERROR;
    }

    /**
     * One way down the chain and back, on one thread.
     *
     * @param owner whether this pass opened the account
     * @param outermost whether no other pass of this request is on this thread: what it throws goes to the container
     */
    private record Pass(HttpServletRequest request, RequestEnd end, Scope scope, boolean owner, boolean outermost) {

        static Pass begin(RequestEnd end, HttpServletRequest request, boolean owner) {
            HttpServletRequest observed = MeteredRequest.wrap(request, end);
            RequestMeter before = RequestMeter.current();
            Scope scope = end.makeCurrent();
            return new Pass(observed, end, scope, owner, owner || RequestMeter.current() != before);
        }

        void leave(boolean returned) {
            scope.close();
            if (!returned && outermost) {
                end.thrown();
            } else if (returned && owner) {
                end.returned();
            }
        }
    }
}

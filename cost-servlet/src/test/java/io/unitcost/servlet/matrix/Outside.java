package io.unitcost.servlet.matrix;

import io.unitcost.RequestMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** In front of the filter on trial: counts requests, and looks whether a scope was left on a pooled thread. */
final class Outside implements Filter {

    /** What is current where nothing is: one object, whatever the thread. */
    static final RequestMeter NONE = RequestMeter.current();

    private final Stage stage;

    Outside(Stage stage) {
        this.stage = stage;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String id = Ids.of(request);
        boolean first = request.getDispatcherType() == DispatcherType.REQUEST;
        RequestMeter before = RequestMeter.current();
        if (first) {
            stage.ledger.arrived(id);
        }
        // a dispatch may run within a pass of its own request
        if (before != NONE && (first || !id.equals(UnitcostSubject.ACCOUNTS.get(before)))) {
            stage.ledger.complain(id, "the thread came with a scope of " + UnitcostSubject.ACCOUNTS.get(before));
        }
        try {
            chain.doFilter(request, response);
        } catch (Throwable failure) {
            stage.ledger.of(id).thrown.add(failure.toString());
            throw failure;
        } finally {
            if (RequestMeter.current() != before) {
                stage.ledger.complain(id, "the chain left a scope on its thread");
            }
            if (first) {
                stage.tell(id, Stage.LEFT);
            }
        }
    }
}

package io.unitcost.grpc;

import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import org.jspecify.annotations.Nullable;

/**
 * On whose account a call is made: what is current on its thread, or else the request that the server of this thread's
 * {@code io.grpc.Context} works for, which gRPC carries to threads that thread-locals do not reach.
 */
record Caller(RequestMeter request, @Nullable CallMeter above) {

    static Caller current() {
        CallMeter above = CallMeter.current();
        if (above != null) {
            return new Caller(above.request(), above);
        }
        RequestMeter request = RequestMeter.current();
        if (!request.isAttributed()) {
            RequestMeter served = ServedRequest.current();
            return new Caller(served == null ? request : served, null);
        }
        return new Caller(request, null);
    }

    /** Joins the call that a layer above owns, or opens one. */
    CallMeter open(CostMeter meter, @Nullable String service) {
        boolean isCurrent = above != null ? CallMeter.current() == above : RequestMeter.current() == request;
        if (isCurrent || (above == null && !request.isAttributed())) {
            return service == null ? meter.joinCall() : meter.joinSupport(service);
        }
        try (Scope scope = above != null ? above.makeCurrent() : request.makeCurrent()) {
            return service == null ? meter.joinCall() : meter.joinSupport(service);
        }
    }
}

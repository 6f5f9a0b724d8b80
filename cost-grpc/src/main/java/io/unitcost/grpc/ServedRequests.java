package io.unitcost.grpc;

import io.grpc.Metadata;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The calls that a server answers. The tracer of each hears of its end, however it ends; the interceptor of its method. */
final class ServedRequests extends ServerStreamTracer.Factory {

    private final CostMeter meter;
    private final Function<ServedCall, @Nullable String> feature;
    private final Function<Status, Outcome> outcome;
    private final Predicate<ServedCall> trusted;
    private final RequestIds ids;

    ServedRequests(
            CostMeter meter,
            Function<ServedCall, @Nullable String> feature,
            Function<Status, Outcome> outcome,
            Predicate<ServedCall> trusted,
            RequestIds ids) {
        this.meter = meter;
        this.feature = feature;
        this.outcome = outcome;
        this.trusted = trusted;
        this.ids = ids;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new ServedRequest(this);
    }

    ServerInterceptor interceptor() {
        return new CostServerInterceptor(this);
    }

    /** Opens an account for work on a request of the caller, if the caller says so and is believed. */
    @Nullable
    RequestMeter openForCaller(ServedCall call) {
        try {
            String name = CostMetadata.feature(call.headers());
            if (name == null || !trusted.test(call)) {
                return null;
            }
            RequestMeter request = meter.openSubrequest(name);
            String id = identify(request, call);
            describe(request, call, id);
            return request;
        } catch (Throwable failure) {
            report(failure);
            return null;
        }
    }

    /** First, because an account keeps a few attributes only. */
    private @Nullable String identify(RequestMeter request, ServedCall call) {
        try {
            String id = CostMetadata.requestId(call.headers());
            if (id != null) {
                request.attribute(ids.attribute(), id);
            }
            return id;
        } catch (Throwable failure) {
            report(failure);
            return null;
        }
    }

    private void describe(RequestMeter request, ServedCall call, @Nullable String id) {
        try {
            CostMetadata.attributes(call.headers()).forEach((name, value) -> {
                if (id == null || !name.equals(ids.attribute())) {
                    request.attribute(name, value);
                }
            });
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /** Opens the account of a call; {@code null} if it has none. */
    @Nullable
    RequestMeter open(ServedCall call) {
        try {
            String name = feature.apply(call);
            return name == null ? null : meter.open(name);
        } catch (Throwable failure) {
            report(failure);
            return null;
        }
    }

    Outcome decide(Status status) {
        try {
            Outcome decided = outcome.apply(status);
            return decided == null ? outcomeOf(status) : decided;
        } catch (Throwable failure) {
            report(failure);
            return outcomeOf(status);
        }
    }

    static Outcome outcomeOf(Status status) {
        return switch (status.getCode()) {
            case OK -> Outcome.DELIVERED;
            case CANCELLED -> Outcome.CANCELLED;
            default -> Outcome.FAILED;
        };
    }

    void report(Throwable failure) {
        meter.reportError(Site.BOUNDARY, failure);
    }
}

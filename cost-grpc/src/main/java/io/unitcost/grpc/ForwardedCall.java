package io.unitcost.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.Tally;
import io.unitcost.price.Money;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call to another service of one's own, which works on behalf of this request: it is told who pays, and tells what each try
 * cost and used. It has published that itself; here it becomes part of the request's cost. What it does not tell, it has published all
 * the same.
 */
final class ForwardedCall extends WatchedCall {

    private final GrpcCosts costs;
    private final String method;
    private final String authority;
    private final Set<String> allowed;
    private final Caller caller;
    private final CallAttempts attempts;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable CallMeter call;

    /**
     * @param allowed the names of attributes that this service may know
     */
    ForwardedCall(GrpcCosts costs, String method, String authority, Set<String> allowed, Caller caller) {
        this.costs = costs;
        this.method = method;
        this.authority = authority;
        this.allowed = allowed;
        this.caller = caller;
        this.attempts = new CallAttempts(costs.meter());
    }

    @Override
    public ClientStreamTracer.Factory tracers() {
        return attempts;
    }

    @Override
    public void asks(Metadata headers) {
        try {
            Map<String, String> attributes = new HashMap<>(caller.request().attributes());
            attributes.keySet().retainAll(allowed);
            CostMetadata.ask(headers, caller.request().feature(), attributes);
            costs.requestIds().write(caller.request(), headers);
        } catch (Throwable failure) {
            costs.report(failure);
        }
    }

    @Override
    public boolean started() {
        try {
            if (call != null) {
                return false;
            }
            begins(costs.meter().tick());
            call = caller.open(costs.meter(), null);
            costs.open().add(this);
        } catch (Throwable failure) {
            costs.report(failure);
        }
        return true;
    }

    @Override
    public void sent(Object message) {
        moves();
    }

    @Override
    public void received(Object message) {
        moves();
    }

    @Override
    public void closed(Status status, Metadata trailers) {
        CallMeter account = call;
        if (account == null || !closed.compareAndSet(false, true)) {
            return;
        }
        try {
            costs.open().remove(this);
            List<AttemptTracer> sent = attempts.all();
            AttemptTracer answering = CallAttempts.answering(sent);
            for (AttemptTracer each : sent) {
                Metadata told = each.trailers();
                if (told != null) {
                    write(account, told, each == answering ? status : each.unanswered(), each.durationNanos());
                }
            }
        } catch (Throwable failure) {
            costs.report(failure);
        } finally {
            account.end();
        }
    }

    private void write(CallMeter account, Metadata trailers, Status status, long durationNanos) {
        try {
            Money cost = CostMetadata.cost(trailers);
            if (cost == null) {
                return;
            }
            Tally work = used(trailers, cost);
            Attempt.Builder attempt = Attempt.of(authority, method).durationNanos(durationNanos);
            if (work == null) {
                attempt.meteredElsewhere(cost);
            } else {
                attempt.meteredElsewhere(work);
            }
            if (status.getCode() == Status.Code.CANCELLED) {
                attempt.cancelled();
            } else if (!status.isOk()) {
                attempt.failed();
            }
            account.record(attempt.build());
        } catch (Throwable malformed) {
            costs.report(malformed);
        }
    }

    /** The amount counts without it, too. */
    private @Nullable Tally used(Metadata trailers, Money cost) {
        try {
            return CostMetadata.usage(trailers, cost);
        } catch (Throwable malformed) {
            costs.report(malformed);
            return null;
        }
    }
}

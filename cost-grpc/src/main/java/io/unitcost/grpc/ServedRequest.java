package io.unitcost.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.unitcost.RequestMeter;
import io.unitcost.Tally;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call that a server answers, and its account. The transport tells of every end exactly once; an interceptor is not told
 * when a handler throws, when another interceptor does, or when one further out answers for it.
 */
final class ServedRequest extends ServerStreamTracer {

    private static final Context.Key<ServedRequest> KEY = Context.key("io.unitcost.request");

    /** The time here began when the call arrived: a client whose time is up leaves about then, and maybe before. */
    private static final long EARLY_MILLIS = 50;

    private final ServedRequests requests;
    private final AtomicReference<@Nullable RequestMeter> account = new AtomicReference<>();
    private volatile boolean forCaller;
    private volatile @Nullable Status ended;
    private volatile @Nullable Deadline deadline;

    ServedRequest(ServedRequests requests) {
        this.requests = requests;
    }

    /** The one that this thread's context works for. */
    static @Nullable ServedRequest inContext() {
        return KEY.get();
    }

    /** The account that this thread's context works for, {@code null} without one. */
    static @Nullable RequestMeter current() {
        ServedRequest served = KEY.get();
        return served == null ? null : served.account.get();
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(KEY, this);
    }

    /** The interceptor has come to it. */
    @Nullable
    RequestMeter open(ServedCall call) {
        boolean joins = RequestMeter.current().isAttributed();
        RequestMeter opened = requests.openForCaller(call);
        forCaller = opened != null && !joins;
        if (opened == null) {
            opened = requests.open(call);
        }
        if (opened != null && !account.compareAndSet(null, opened)) {
            opened.end(requests.decide(Status.OK)); // a second interceptor on the same server
            return account.get();
        }
        deadline = Context.current().getDeadline();
        Status already = ended;
        if (opened != null && already != null) {
            end(opened, already); // the client was gone before anyone looked at its call
        }
        return opened;
    }

    /** What the caller is told: it has the account of the request, and counts this as part of it. */
    void tell(Metadata trailers) {
        try {
            RequestMeter opened = account.get();
            Tally tally = forCaller && opened != null ? opened.tally() : null;
            if (tally != null) {
                CostMetadata.tell(trailers, tally);
            }
        } catch (Throwable failure) {
            requests.report(failure);
        }
    }

    boolean isForCaller() {
        return forCaller;
    }

    @Override
    public void streamClosed(Status status) {
        ended = status;
        RequestMeter opened = account.get();
        if (opened != null) {
            end(opened, status);
        }
    }

    private void end(RequestMeter opened, Status status) {
        try {
            Deadline until = deadline;
            boolean late = status.getCode() == Status.Code.CANCELLED
                    && until != null
                    && until.timeRemaining(TimeUnit.MILLISECONDS) < EARLY_MILLIS;
            opened.end(requests.decide(late ? Status.DEADLINE_EXCEEDED : status));
        } catch (Throwable failure) {
            requests.report(failure);
        }
    }
}

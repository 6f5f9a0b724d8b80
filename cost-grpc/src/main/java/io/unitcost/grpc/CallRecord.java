package io.unitcost.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that is one wish: what its tries used is written to the account when it is closed. */
final class CallRecord extends WatchedCall {

    private final GrpcCosts costs;
    private final Target target;
    private final Caller caller;
    private final CallAttempts attempts;
    private final @Nullable Deadline deadline;
    /** Read and written under this object's lock, as is what it says. */
    private final UsageReading reading;

    private @Nullable Object question;
    private boolean answered;
    private @Nullable CallMeter call;
    private long startTick;
    private long firstOutputTick;
    private boolean closed;

    CallRecord(GrpcCosts costs, Target target, CallOptions options) {
        this.costs = costs;
        this.target = target;
        this.caller = Caller.current();
        this.attempts = new CallAttempts(costs.meter());
        this.deadline = earlier(options.getDeadline(), Context.current().getDeadline());
        this.reading = target.usage().reading(costs.estimator());
    }

    /** A call has the deadline of the one that it is made for, too. */
    private static @Nullable Deadline earlier(@Nullable Deadline own, @Nullable Deadline inherited) {
        return own == null ? inherited : inherited == null ? own : own.minimum(inherited);
    }

    @Override
    public ClientStreamTracer.Factory tracers() {
        return attempts;
    }

    @Override
    public synchronized boolean started() {
        try {
            if (call != null) {
                return false;
            }
            startTick = costs.meter().tick();
            begins(startTick);
            call = caller.open(costs.meter(), target.usage().service());
            costs.open().add(this);
        } catch (Throwable failure) {
            costs.report(failure);
        }
        return true;
    }

    @Override
    public synchronized void sent(Object message) {
        try {
            moves();
            if (question == null) {
                question = message;
                CallMeter again = costs.retries().resume(caller.request(), target.method(), message);
                if (again != null && call != null) {
                    call.end();
                    call = again;
                }
            }
            reading.request(message);
        } catch (Throwable failure) {
            costs.reportUsage(failure);
        }
    }

    @Override
    public synchronized void received(Object message) {
        try {
            moves();
            answered = true;
            reading.response(message);
            if (firstOutputTick == 0 && reading.hasOutput()) {
                firstOutputTick = costs.meter().tick();
            }
        } catch (Throwable failure) {
            costs.reportUsage(failure);
        }
    }

    @Override
    public synchronized void closed(Status status, Metadata trailers) {
        if (closed) {
            return;
        }
        closed = true;
        try {
            costs.open().remove(this);
            write(expired(status), trailers);
        } catch (Throwable failure) {
            costs.report(failure);
        }
    }

    private void write(Status status, Metadata trailers) {
        CallMeter account = call;
        if (account == null) {
            return;
        }
        try {
            List<AttemptTracer> sent = attempts.all();
            AttemptTracer answering = CallAttempts.answering(sent);
            if (sent.isEmpty() && (answered || status.isOk())) {
                account.record(unseen(status, trailers)); // a channel that takes no tracers
            }
            for (int i = 0; i < sent.size(); i++) {
                AttemptTracer each = sent.get(i);
                boolean refused = i + 1 < sent.size() && sent.get(i + 1).isTransparentRetry();
                account.record(each == answering ? answer(each, status, trailers) : other(each, refused));
            }
            costs.retries().ended(account, target.method(), question, status);
            costs.reportProblems(target.method(), reading);
        } finally {
            account.end();
            question = null;
            reading.forget();
        }
    }

    private Attempt answer(AttemptTracer attempt, Status status, Metadata trailers) {
        Metadata last = attempt.trailers() == null ? trailers : attempt.trailers();
        AttemptBill bill = new AttemptBill(costs, target, reading, status);
        bill.sees(last);
        long firstOutput = firstOutputTick == 0 ? -1 : attempt.sinceSent(firstOutputTick);
        return bill.answered(attempt.durationNanos(), firstOutput, attempt.wireBytes());
    }

    private Attempt unseen(Status status, Metadata trailers) {
        AttemptBill bill = new AttemptBill(costs, target, reading, status);
        bill.sees(trailers);
        return bill.answered(
                costs.meter().tick() - startTick, firstOutputTick == 0 ? -1 : firstOutputTick - startTick, 0);
    }

    private Attempt other(AttemptTracer attempt, boolean refused) {
        AttemptBill bill = new AttemptBill(costs, target, reading, expired(attempt.unanswered()));
        return bill.unanswered(
                attempt.trailers(), refused, attempt.durationNanos(), attempt.firstMessageNanos(), attempt.wireBytes());
    }

    /** Transports call a deadline that has passed a cancellation now and then. */
    private Status expired(Status status) {
        return status.getCode() == Status.Code.CANCELLED && deadline != null && deadline.isExpired()
                ? Status.DEADLINE_EXCEEDED
                : status;
    }
}

package io.unitcost.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A stream that carries many wishes, maybe to several models, such as Triton's: each request in it is a call of its own, told
 * apart by its id, and fails on its own while the stream is fine. Streams like this are not tried again by the transport.
 */
final class StreamRecord extends WatchedCall {

    /** More at once than any server works on; the oldest beyond it is given up. */
    private static final int MOST = 10_000;

    private final GrpcCosts costs;
    private final Target target;
    private final Caller caller;
    private final CallAttempts attempts;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Map<String, Question> open = new LinkedHashMap<>();
    private boolean started;

    /** One request in the stream. */
    private static final class Question {
        private final CallMeter call;
        private final UsageReading reading;
        private final long tick;
        private long firstOutputNanos = -1;

        Question(CallMeter call, UsageReading reading, long tick) {
            this.call = call;
            this.reading = reading;
            this.tick = tick;
        }
    }

    StreamRecord(GrpcCosts costs, Target target, CallOptions options) {
        this.costs = costs;
        this.target = target;
        this.caller = Caller.current();
        this.attempts = new CallAttempts(costs.meter());
    }

    @Override
    public ClientStreamTracer.Factory tracers() {
        return attempts;
    }

    @Override
    public synchronized boolean started() {
        if (started) {
            return false;
        }
        started = true;
        try {
            begins(costs.meter().tick());
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
            if (closed.get()) {
                return;
            }
            String key = key(target.usage().requestKey(message));
            Question question = open.get(key);
            if (question == null) {
                giveUpOldest();
                question = new Question(
                        caller.open(costs.meter(), target.usage().service()),
                        target.usage().reading(costs.estimator()),
                        costs.meter().tick());
                open.put(key, question);
            }
            question.reading.request(message);
        } catch (Throwable failure) {
            costs.reportUsage(failure);
        }
    }

    @Override
    public synchronized void received(Object message) {
        try {
            moves();
            String key = key(target.usage().responseKey(message));
            Question question = open.get(key);
            if (question == null && open.size() == 1) {
                // an error may come without the id of what failed
                key = open.keySet().iterator().next();
                question = open.get(key);
            }
            if (question == null) {
                return;
            }
            read(question, message);
            if (question.reading.isFinished() || question.reading.isError()) {
                open.remove(key);
                end(question, Status.OK);
            }
        } catch (Throwable failure) {
            costs.reportUsage(failure);
        }
    }

    private void read(Question question, Object message) {
        question.reading.response(message);
        if (question.firstOutputNanos < 0 && question.reading.hasOutput()) {
            question.firstOutputNanos = costs.meter().tick() - question.tick;
        }
    }

    @Override
    public void closed(Status status, Metadata trailers) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            costs.open().remove(this);
            endAll(status);
        } catch (Throwable failure) {
            costs.report(failure);
        }
    }

    private synchronized void endAll(Status status) {
        // a server may leave out that an answer is its last; but what is unanswered when a stream ends well was not
        // answered
        for (Question question : open.values()) {
            boolean answered = question.reading.hasUsage() || question.reading.hasOutput();
            end(question, status.isOk() && !answered ? Status.CANCELLED : status);
        }
        open.clear();
    }

    private void giveUpOldest() {
        if (open.size() >= MOST) {
            String oldest = open.keySet().iterator().next();
            Question question = open.remove(oldest);
            if (question != null) {
                end(question, Status.CANCELLED);
            }
        }
    }

    private void end(Question question, Status status) {
        try {
            long duration = costs.meter().tick() - question.tick;
            AttemptBill bill = new AttemptBill(costs, target, question.reading, status);
            boolean answered = status.isOk() || question.reading.hasUsage() || question.reading.hasOutput();
            Attempt attempt = answered
                    ? bill.answered(duration, question.firstOutputNanos, 0)
                    : bill.unanswered(null, !left(), duration, -1, 0);
            question.call.record(attempt);
            costs.reportProblems(target.method(), question.reading);
        } catch (Throwable failure) {
            costs.report(failure);
        } finally {
            question.call.end();
        }
    }

    /** Whether the stream left the client at all. */
    private boolean left() {
        return !attempts.all().isEmpty();
    }

    private static String key(@Nullable String said) {
        return said == null ? "" : said;
    }
}

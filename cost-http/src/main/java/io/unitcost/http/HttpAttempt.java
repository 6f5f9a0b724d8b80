package io.unitcost.http;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.usage.RequestReader;
import io.unitcost.usage.RequestReport;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One try of one request to a model: told by a hook what is sent and what comes back, and written to the account when it
 * ends. The first end counts. Any thread may tell anything: what is sent, what comes back and the end may come at once,
 * and wait for each other no longer than a piece is looked at.
 *
 * <p>No method throws, keeps or changes a byte.
 */
final class HttpAttempt {

    private static final int SCRATCH = 8_192;
    private static final UsageReport NOTHING = UsageReader.create().report();

    private final HttpCosts costs;
    private final Endpoint endpoint;
    private final String address;
    private final Caller caller;
    /** How often the client has tried before, by its own count; -1 when it does not say. */
    private final int number;

    /** {@code null} until it is certain that this is a call to a model. */
    private @Nullable CallMeter call;

    /** Whether the call ends with its last attempt, because nobody else ends it. */
    private boolean ownsCall;

    private final long begun;
    private RequestReader asked;
    private final UsageReader answer;
    private final AtomicBoolean ended = new AtomicBoolean();

    private volatile boolean sent;
    private volatile @Nullable AnswerHead head;
    private @Nullable Inflation inflation;
    /** Whether anything came since it was last asked whether it is still, and when that was. */
    private boolean moved = true;

    private long stillSince;
    private volatile long firstToken = -1;
    private byte @Nullable [] scratch;

    private HttpAttempt(HttpCosts costs, Endpoint endpoint, String address, Caller caller, int number) {
        this.costs = costs;
        this.endpoint = endpoint;
        this.address = address;
        this.caller = caller;
        this.number = number;
        this.begun = costs.meter().tick();
        this.asked = reader(costs);
        TokenEstimator estimator = costs.estimator();
        this.answer = estimator == null
                ? UsageReader.of(endpoint.provider())
                : UsageReader.of(endpoint.provider(), estimator);
    }

    static HttpAttempt begin(
            HttpCosts costs, Endpoint endpoint, URI address, Function<String, @Nullable String> header, Caller caller) {
        // without the query: it may hold a key
        String place = address.getScheme() + "://" + address.getAuthority() + address.getPath();
        HttpAttempt attempt = new HttpAttempt(
                costs, endpoint, place, caller, HttpHeaders.count(header.apply(HttpHeaders.RETRY_COUNT)));
        if (endpoint.isCertain() || caller.request().isAttributed()) {
            attempt.join();
        }
        costs.open().begun(attempt, attempt.begun);
        return attempt;
    }

    /** Another try of the same request by the same client, once this one has ended. */
    HttpAttempt again() {
        HttpAttempt next = new HttpAttempt(costs, endpoint, address, caller, number);
        next.call = call;
        next.ownsCall = ownsCall;
        costs.open().begun(next, next.begun);
        return next;
    }

    /** The same, with what was sent: for a try that is known only now, or that may not write its body anew. */
    HttpAttempt sameAgain() {
        HttpAttempt next = again();
        next.asked = asked;
        next.sent = true;
        return next;
    }

    private static RequestReader reader(HttpCosts costs) {
        TokenEstimator estimator = costs.estimator();
        return estimator == null ? RequestReader.create() : RequestReader.of(estimator);
    }

    /** Whether the body may have to be changed, and so must be known before it goes out. */
    boolean mayAskForUsage() {
        return costs.asksForUsage() && address.endsWith("/completions");
    }

    /** Whether this request is for a stream that comes without usage unless somebody asks for it. */
    boolean lacksUsageInStream(RequestReport request) {
        return mayAskForUsage() && request.isStream() && !request.hasStreamOptions();
    }

    /** The request's body is about to go out, maybe again. */
    synchronized void sending() {
        try {
            if (sent) {
                asked = reader(costs);
            }
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** A piece of the request's body goes out. */
    synchronized void sent(byte[] bytes, int offset, int length) {
        try {
            sent = true;
            asked.read(bytes, offset, length);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** A piece of the request's body goes out; the buffer's position stays. */
    synchronized void sent(ByteBuffer piece) {
        try {
            each(piece, HttpAttempt::sent);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** The request goes out, with a body or without. */
    void sent() {
        sent = true;
    }

    /** Nothing went over the wire after all, although the body was looked at. */
    synchronized void unsent() {
        try {
            sent = false;
            asked = reader(costs);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** The request goes out as it is, because of a failure of ours. */
    void unseen(Throwable failure) {
        sent = true;
        report(Site.CLIENT, failure);
    }

    /** The head of the answer is here. */
    synchronized void answered(int status, Function<String, @Nullable String> header) {
        try {
            if (!ended.get()) {
                AnswerHead known = AnswerHead.of(status, header);
                inflation = Inflation.of(known.coding(), answer);
                head = known;
            }
        } catch (Throwable failure) {
            report(Site.CLIENT, failure);
        }
    }

    /** Whether nothing of a body came for a long time. Asked now and then, by one thread at a time. */
    synchronized boolean isStill(long now, long longest) {
        if (moved || head == null) {
            moved = false;
            stillSince = now;
        }
        return now - stillSince > longest;
    }

    /** Whether the head of the answer is here. */
    boolean isAnswered() {
        return head != null;
    }

    /** A piece of the answer's body came. */
    synchronized void read(byte[] bytes, int offset, int length) {
        try {
            if (ended.get()) {
                return;
            }
            moved = true;
            AnswerHead known = head;
            if (inflation != null) {
                inflation.read(bytes, offset, length);
            } else if (known == null || known.isPlain()) {
                answer.read(bytes, offset, length);
            }
            mark();
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** A piece of the answer's body came; the buffer's position stays. */
    synchronized void read(ByteBuffer piece) {
        try {
            each(piece, HttpAttempt::read);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** The answer's body came to its end, or was given back unread because that is all the caller wants. */
    void ended() {
        end(null, false);
    }

    /** It failed: before the answer, or while it came. */
    void failed(Throwable cause) {
        end(cause, false);
    }

    /** The caller gave it up. */
    void cancelled() {
        end(null, true);
    }

    /** It failed and the client has begun another try of the same request: the call goes on. */
    void followed(@Nullable Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            record(cause, false);
        }
    }

    /**
     * It ended, and the call goes on until {@link #endCall()}.
     *
     * @return whether this was the first end
     */
    boolean endedWithin(@Nullable Throwable cause, boolean cancelled) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        record(cause, cancelled);
        return true;
    }

    /** No other try follows: the call ends, unless a layer above owns it. */
    void endCall() {
        CallMeter joined = call;
        if (joined != null && ownsCall) {
            joined.end();
        }
    }

    private void end(@Nullable Throwable cause, boolean cancelled) {
        if (ended.compareAndSet(false, true)) {
            record(cause, cancelled);
            endCall(cause, cancelled);
        }
    }

    private void record(@Nullable Throwable cause, boolean cancelled) {
        try {
            costs.open().ended(this);
            Attempt attempt = attempt(cause, cancelled);
            if (attempt != null) {
                if (call == null) {
                    join();
                }
                CallMeter joined = call;
                if (joined != null) {
                    joined.record(attempt);
                }
            }
        } catch (Throwable failure) {
            report(Site.CLIENT, failure);
        }
    }

    private void endCall(@Nullable Throwable cause, boolean cancelled) {
        try {
            CallMeter joined = call;
            if (joined == null || caller.handed() != null) {
                return;
            }
            AnswerHead known = head;
            boolean retried = !cancelled && (known == null ? cause != null : known.isRetried());
            if (retried && number >= 0) {
                costs.retries().await(joined, ownsCall, address, number, known == null ? null : known.retryAfter());
            } else if (ownsCall) {
                joined.end();
            }
        } catch (Throwable failure) {
            report(Site.CLIENT, failure);
        }
    }

    /** What is to be written; {@code null} if this was no try of a model after all. */
    private @Nullable Attempt attempt(@Nullable Throwable cause, boolean cancelled) {
        RequestReport request = requestReport();
        UsageReport report = answerReport(request);
        AnswerHead known = head;
        if (known != null && known.isRedirect()) {
            return null;
        }
        if (!endpoint.isCertain() && (report == null || !report.hasUsage())) {
            return null;
        }
        Attempt.Builder attempt = Attempt.of(
                        endpoint.provider(), request.model() != null ? request.model() : endpoint.model())
                .serviceTier(request.serviceTier())
                .region(endpoint.region())
                .durationNanos(costs.meter().tick() - begun)
                .firstTokenNanos(firstToken);
        if (report != null) {
            fill(attempt, report, request, known, cause, cancelled);
        } else if (cause != null || (known != null && known.isError())) {
            attempt.failed();
        }
        return attempt.build();
    }

    private synchronized RequestReport requestReport() {
        try {
            return asked.report();
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
            return RequestReport.NONE;
        }
    }

    private synchronized @Nullable UsageReport answerReport(RequestReport request) {
        try {
            if (inflation != null) {
                inflation.end();
            }
            if (request.asksForAnnotations()) {
                answer.annotatedPages();
            }
            return answer.report();
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
            return null;
        }
    }

    private void fill(
            Attempt.Builder attempt,
            UsageReport report,
            RequestReport request,
            @Nullable AnswerHead known,
            @Nullable Throwable cause,
            boolean cancelled) {
        boolean refused = known != null && known.isError();
        boolean silent = !report.hasUsage() && report.text().isEmpty();
        boolean owed = silent && isOwed(known);
        // what cannot be read must not be taken for an answer without text
        boolean readable = inflation != null ? inflation.isReadable() : known == null || known.isPlain();
        try {
            // an error by its own words is not billed, unless we know better
            attempt.answer(owed ? NOTHING : report, request, readable ? costs.estimator() : null);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
        if (known != null && known.cost() != null && report.cost() == null) {
            BigDecimal cost = known.cost();
            attempt.reportedCost(Money.of(cost, Money.USD));
        }
        if (refused) {
            attempt.failed();
            if (silent && !owed) {
                attempt.unbilled();
            }
        } else if (cancelled && !report.isComplete()) {
            attempt.cancelled();
            unbilledUnlessSent(attempt, known);
        } else if (cause != null && !report.isComplete()) {
            attempt.failed();
            unbilledUnlessSent(attempt, known);
        }
    }

    /** Whether a refusal is billed although nothing came. */
    private boolean isOwed(@Nullable AnswerHead known) {
        return known != null
                && known.isError()
                && (known.isTimeout() || costs.isBilled(endpoint.provider(), known.status()));
    }

    private void unbilledUnlessSent(Attempt.Builder attempt, @Nullable AnswerHead known) {
        if (known == null && !sent) {
            attempt.unbilled();
        }
    }

    private void join() {
        CallMeter handed = caller.handed();
        if (handed != null) {
            call = handed;
            return;
        }
        CallMeter resumed = costs.retries().resume(caller.request(), address, number);
        if (resumed != null) {
            call = resumed;
        } else {
            try (Scope scope = caller.makeCurrent()) {
                String service = endpoint.service();
                CostMeter meter = costs.meter();
                call = service == null ? meter.joinCall() : meter.joinSupport(service);
            }
        }
        ownsCall = true;
    }

    private void mark() {
        if (firstToken < 0 && answer.hasText()) {
            firstToken = costs.meter().tick() - begun;
        }
    }

    private interface Way {
        void take(HttpAttempt attempt, byte[] bytes, int offset, int length);
    }

    /** Most buffers that clients pass on are read-only, and so without an array. */
    private void each(ByteBuffer piece, Way way) {
        if (piece.hasArray()) {
            way.take(this, piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
            return;
        }
        ByteBuffer rest = piece.duplicate();
        byte[] copy = scratch;
        int most = Math.min(SCRATCH, rest.remaining());
        if (copy == null || copy.length < most) {
            copy = new byte[most];
            scratch = copy;
        }
        while (rest.hasRemaining()) {
            int length = Math.min(copy.length, rest.remaining());
            rest.get(copy, 0, length);
            way.take(this, copy, 0, length);
        }
    }

    private void report(Site site, Throwable failure) {
        costs.meter().reportError(site, failure);
    }
}

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
 * ends. The first end counts. What is sent and what comes back is told by one thread at a time; the end may come from any.
 *
 * <p>No method throws or blocks, keeps or changes a byte.
 */
final class HttpAttempt {

    private static final int SCRATCH = 8_192;

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
        if (endpoint.isCertain()) {
            attempt.join();
        }
        return attempt;
    }

    /** Another try of the same request by the same client, once this one has ended. */
    HttpAttempt again() {
        HttpAttempt next = new HttpAttempt(costs, endpoint, address, caller, number);
        next.call = call;
        next.ownsCall = ownsCall;
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
    void sending() {
        if (sent) {
            asked = reader(costs);
        }
    }

    /** A piece of the request's body goes out. */
    void sent(byte[] bytes, int offset, int length) {
        try {
            sent = true;
            asked.read(bytes, offset, length);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** A piece of the request's body goes out; the buffer's position stays. */
    void sent(ByteBuffer piece) {
        try {
            sent = true;
            each(piece, asked::read);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** The request goes out, with a body or without. */
    void sent() {
        sent = true;
    }

    /** The head of the answer is here. */
    void answered(int status, Function<String, @Nullable String> header) {
        try {
            head = AnswerHead.of(status, header);
        } catch (Throwable failure) {
            report(Site.CLIENT, failure);
        }
    }

    /** A piece of the answer's body came. */
    void read(byte[] bytes, int offset, int length) {
        try {
            AnswerHead known = head;
            if (known == null || known.isPlain()) {
                answer.read(bytes, offset, length);
                mark();
            }
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
    }

    /** A piece of the answer's body came; the buffer's position stays. */
    void read(ByteBuffer piece) {
        try {
            each(piece, this::read);
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

    private void end(@Nullable Throwable cause, boolean cancelled) {
        if (ended.compareAndSet(false, true)) {
            record(cause, cancelled);
            endCall(cause, cancelled);
        }
    }

    private void record(@Nullable Throwable cause, boolean cancelled) {
        try {
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
        RequestReport request = RequestReport.NONE;
        UsageReport report = null;
        try {
            request = asked.report();
            if (request.asksForAnnotations()) {
                answer.annotatedPages();
            }
            report = answer.report();
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
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

    private void fill(
            Attempt.Builder attempt,
            UsageReport report,
            RequestReport request,
            @Nullable AnswerHead known,
            @Nullable Throwable cause,
            boolean cancelled) {
        boolean refused = known != null && known.isError();
        boolean silent = !report.hasUsage() && report.text().isEmpty();
        // what cannot be read must not be taken for an answer without text
        boolean readable = known == null || known.isPlain();
        try {
            attempt.answer(report, request, readable ? costs.estimator() : null);
        } catch (Throwable failure) {
            report(Site.USAGE, failure);
        }
        if (known != null && known.cost() != null && report.cost() == null) {
            BigDecimal cost = known.cost();
            attempt.reportedCost(Money.of(cost, Money.USD));
        }
        if (refused) {
            attempt.failed();
            if (silent && !known.isTimeout() && !costs.isBilled(endpoint.provider(), known.status())) {
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

    private interface Pieces {
        void take(byte[] bytes, int offset, int length);
    }

    /** Most buffers that clients pass on are read-only, and so without an array. */
    private void each(ByteBuffer piece, Pieces pieces) {
        if (piece.hasArray()) {
            pieces.take(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
            return;
        }
        ByteBuffer rest = piece.duplicate();
        byte[] copy = scratch;
        if (copy == null) {
            copy = new byte[SCRATCH];
            scratch = copy;
        }
        while (rest.hasRemaining()) {
            int length = Math.min(copy.length, rest.remaining());
            rest.get(copy, 0, length);
            pieces.take(copy, 0, length);
        }
    }

    private void report(Site site, Throwable failure) {
        costs.meter().reportError(site, failure);
    }
}

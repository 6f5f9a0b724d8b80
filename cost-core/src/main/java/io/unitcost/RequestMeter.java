package io.unitcost;

import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.usage.UsageReport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The open account of one user-facing request. Thread-safe.
 *
 * <pre>{@code
 * RequestMeter request = meter.open("chat");
 * Outcome outcome = Outcome.FAILED;
 * try (Scope scope = request.makeCurrent()) {
 *     answer();
 *     outcome = Outcome.DELIVERED;
 * } finally {
 *     request.end(outcome);
 * }
 * }</pre>
 *
 * <p>The account closes once: when the request has ended and no call is open, or when the meter's linger time or
 * maximum age has passed. The first close wins. It holds no request or response object. It is not
 * {@code AutoCloseable}: a try-with-resources would close it before the {@code catch} that knows the error.
 *
 * <p>No method throws or blocks.
 */
public final class RequestMeter {

    /** Stands for "closed" at the head of the list: whoever swaps it in has closed the account, and no one else can. */
    private static final Entry CLOSED = Entry.closed();

    private static final VarHandle HEAD;
    private static final VarHandle END;
    private static final VarHandle HOLDS;
    private static final VarHandle CALLS;
    private static final VarHandle ATTRIBUTES;
    private static final VarHandle FEATURE;

    private static final int MOST_ATTRIBUTES = 16;
    private static final int LONGEST_ATTRIBUTE = 256;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(RequestMeter.class, "head", Entry.class);
            END = lookup.findVarHandle(RequestMeter.class, "end", End.class);
            HOLDS = lookup.findVarHandle(RequestMeter.class, "holds", int.class);
            CALLS = lookup.findVarHandle(RequestMeter.class, "calls", int.class);
            FEATURE = lookup.findVarHandle(RequestMeter.class, "feature", Features.Feature.class);
            ATTRIBUTES = lookup.findVarHandle(RequestMeter.class, "attributes", Map.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How and when the request ended, written once. */
    private record End(Outcome outcome, long tick) {}

    /** How and when the request has ended if nobody says so until a moment. */
    private record PresumedEnd(End end, long moment) {}

    private final CostMeter meter;
    private volatile Features.Feature feature;
    private volatile @Nullable String suggestedName;
    private final Kind kind;
    private final long openedTick;
    private final long openedMillis;
    /** The account that this boundary joined; {@code null} for the account itself. */
    private final @Nullable RequestMeter joined;

    private volatile @Nullable Entry head;
    private volatile @Nullable End end;
    /** Open calls and joined boundaries that still keep the account open after its own boundary ended. */
    private volatile int holds;

    @SuppressWarnings("UnusedVariable") // counted through CALLS
    private volatile int calls;

    private volatile @Nullable PresumedEnd presumed;
    private volatile @Nullable Money revenue;
    private volatile Map<String, String> attributes = Map.of();
    private volatile boolean rejected;
    private int slot;

    private RequestMeter(CostMeter meter, Features.Feature feature, Kind kind, @Nullable RequestMeter joined) {
        this.meter = meter;
        this.feature = feature;
        this.kind = kind;
        this.joined = joined;
        this.openedTick = meter.tick();
        this.openedMillis = meter.millis();
    }

    static RequestMeter open(CostMeter meter, Features.Feature feature, Kind kind) {
        return new RequestMeter(meter, feature, kind, null);
    }

    /** An account that is closed from the start and belongs to a meter without listeners. */
    static RequestMeter inert(CostMeter meter, Features.Feature feature) {
        RequestMeter request = new RequestMeter(meter, feature, Kind.REQUEST, null);
        request.head = CLOSED;
        return request;
    }

    /** A second boundary of an open account: the account stays open until this boundary has ended too. */
    RequestMeter join() {
        RequestMeter account = account();
        HOLDS.getAndAdd(account, 1);
        return new RequestMeter(meter, account.feature, kind, account);
    }

    /**
     * The request that is current on this thread. Never {@code null}: without one, a request that is closed, to which
     * every statement is without effect. Usage is better recorded through {@link CostMeter}, which knows what to do
     * without a request.
     */
    public static RequestMeter current() {
        RequestMeter request = Current.request();
        return request == null ? CostMeter.inertRequest() : request;
    }

    /** The feature that pays; {@code unattributed} while it is not {@linkplain CostMeter#openUnnamed known}. */
    public String feature() {
        return account().feature.name();
    }

    /**
     * Says which feature pays, for a request that was {@linkplain CostMeter#openUnnamed opened without}. The first name counts;
     * where one is known this does nothing.
     *
     * @param feature from code or configuration, never from what a client sends
     */
    public void name(String feature) {
        RequestMeter account = account();
        if (feature != null && !account.isNamed()) {
            FEATURE.compareAndSet(account, meter.unnamed(), meter.resolve(feature));
        }
    }

    /**
     * Says which feature pays if anything was used and nobody has {@linkplain #name(String) named} one by then: such as the
     * pattern of the route, which is also that of requests that have nothing to do with AI. The first suggestion counts.
     *
     * @param feature from code or configuration, never from what a client sends
     */
    public void suggestName(String feature) {
        RequestMeter account = account();
        if (account.suggestedName == null) {
            account.suggestedName = feature;
        }
    }

    /** Whether this is the account of a request, and not the stand-in for usage without one. */
    public boolean isAttributed() {
        return isOfRequest() && account() != CostMeter.inertRequest();
    }

    /** Whether the account is still open. */
    public boolean isOpen() {
        return account().head != CLOSED;
    }

    /**
     * What the attempts recorded so far cost, priced now: for telling the caller before the account is closed. What has no
     * price is not in it. {@code null} after the close.
     */
    public @Nullable Money costSoFar() {
        try {
            Entry newest = account().head;
            return newest == CLOSED ? null : meter.costOf(newest, openedMillis);
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.PRICING, failure);
            return null;
        }
    }

    /**
     * What the attempts recorded so far come to, priced now: for telling another service, whose request this is part of, before
     * the account is closed. {@code null} after the close.
     */
    public @Nullable Tally tally() {
        try {
            Entry newest = account().head;
            return newest == CLOSED ? null : meter.tallyOf(newest, openedMillis);
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.PRICING, failure);
            return null;
        }
    }

    /** By an id that any provider gave; without one, no. */
    boolean hasAnswer(@Nullable String responseId) {
        return responseId != null && hasAnswer(attempt -> responseId.equals(attempt.responseId()));
    }

    /**
     * Whether this very answer has been recorded for the request: by its id, or for one without an id, as embeddings are, by what
     * it counts of the same model. After the close no.
     */
    public boolean hasRecorded(UsageReport report) {
        if (report.responseId() != null) {
            return hasAnswer(report.responseId());
        }
        Usage usage = report.usage();
        return !usage.isEmpty()
                && hasAnswer(attempt -> attempt.status() == Attempt.Status.OK
                        && !attempt.isMeteredElsewhere()
                        && attempt.usage().equals(usage)
                        && (report.model() == null || report.model().equals(attempt.model())));
    }

    private boolean hasAnswer(Predicate<Attempt> isIt) {
        Entry newest = account().head;
        if (newest == CLOSED) {
            return false;
        }
        for (Entry entry = newest; entry != null; entry = entry.older) {
            if (isIt.test(entry.attempt)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Opens a call for generation. End it, or the account stays open for the meter's linger time.
     */
    public CallMeter call() {
        return openCall(null);
    }

    /**
     * Opens a call for something that is not generation.
     *
     * @param service what for, such as {@code retrieval} or {@code rerank}: a small set of names from code
     */
    public CallMeter support(String service) {
        return openCall(CostMeter.named(service));
    }

    /** Writes the only attempt of a generation call. */
    public void record(Attempt attempt) {
        record(newCall(null), attempt);
    }

    /**
     * Writes the only attempt of a call for something that is not generation.
     *
     * @param service what for, such as {@code retrieval} or {@code rerank}: a small set of names from code
     */
    public void recordSupport(String service, Attempt attempt) {
        record(newCall(CostMeter.named(service)), attempt);
    }

    /**
     * What this request earns if it is delivered, instead of its feature's revenue. The last one said counts. An amount
     * that is negative or in another currency than the meter's is counted as an error and ignored.
     */
    public void revenue(Money amount) {
        if (!isOpen()) {
            return;
        }
        try {
            meter.requireEarnable(amount, "revenue");
            account().revenue = amount;
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.OBJECTIVE, failure);
        }
    }

    /**
     * Says something about this request: its tenant, session, plan, release, prompt version, whatever a price of one's own or a
     * ledger is to know. It goes along with the {@link RequestCost} and never becomes a tag of a meter, so that it need not be one
     * of a few. Say it from what the server knows, and not from what a client may choose freely, where money depends on it.
     *
     * <p>The last value of a name counts. At most {@value MOST_ATTRIBUTES} names are kept; names and values of more than
     * {@value LONGEST_ATTRIBUTE} characters are cut. After the account was closed this does nothing.
     *
     * @param value {@code null} takes the attribute back
     */
    public void attribute(String name, @Nullable String value) {
        if (name == null || !isOpen()) {
            return;
        }
        RequestMeter account = account();
        while (true) {
            Map<String, String> known = account.attributes;
            Map<String, String> changed = new LinkedHashMap<>(known);
            changed.remove(cut(name));
            if (value != null && changed.size() < MOST_ATTRIBUTES) {
                changed.put(cut(name), cut(value));
            }
            if (ATTRIBUTES.compareAndSet(account, known, Collections.unmodifiableMap(changed))) {
                return;
            }
        }
    }

    /**
     * Says something about this request unless it has been said: what two calls of one request agree on without knowing of each
     * other, such as an id. Bounds and threads as for {@link #attribute}.
     *
     * @return what is known now; {@code null} if it could not be kept
     */
    public @Nullable String attributeIfAbsent(String name, String value) {
        if (name == null || value == null) {
            return null;
        }
        RequestMeter account = account();
        while (isOpen()) {
            Map<String, String> known = account.attributes;
            String said = known.get(cut(name));
            if (said != null || known.size() >= MOST_ATTRIBUTES) {
                return said;
            }
            Map<String, String> more = new LinkedHashMap<>(known);
            more.put(cut(name), cut(value));
            if (ATTRIBUTES.compareAndSet(account, known, Collections.unmodifiableMap(more))) {
                return more.get(cut(name));
            }
        }
        return account.attributes.get(cut(name));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_ATTRIBUTE ? text : text.substring(0, LONGEST_ATTRIBUTE);
    }

    /** The answer is of no use although the response looks fine: the outcome is failed, whatever the boundary says. */
    public void reject() {
        account().rejected = true;
    }

    /**
     * The request has ended for its user. The first time counts. On a boundary that joined an open account, the
     * account goes on and the outermost boundary's outcome counts.
     */
    public void end(Outcome outcome) {
        Outcome known = outcome == null ? Outcome.FAILED : outcome;
        if (END.compareAndSet(this, null, new End(known, meter.tick()))) {
            if (joined == null) {
                closeIfDone();
            } else {
                joined.release();
            }
        }
    }

    /**
     * The request has ended by all appearance, and somebody may still say so: unless {@link #end(Outcome)} comes within
     * the grace, this was its end. Looked at once a second. The last presumption counts; after the end none does. On a
     * boundary that joined an open account this does nothing.
     *
     * @param grace above 0
     */
    public void presumeEnded(Outcome outcome, Duration grace) {
        if (joined == null && end == null) {
            long now = meter.tick();
            Outcome known = outcome == null ? Outcome.FAILED : outcome;
            presumed = new PresumedEnd(new End(known, now), now + Math.max(0, grace.toNanos()));
        }
    }

    /**
     * Makes this request current on this thread.
     *
     * @return to be closed on this thread
     */
    public Scope makeCurrent() {
        return Current.set(account(), meter);
    }

    /**
     * Makes this request current on this thread until {@link #leave()}: for a framework that tells when something begins and
     * ends to be current on a thread, and carries it to other threads itself. Everybody else uses {@link #makeCurrent()}.
     */
    public void enter() {
        Current.enter(account());
    }

    /** Undoes the last {@link #enter()} on this thread; without one this does nothing. */
    public void leave() {
        Current.leave(account());
    }

    /** The task with this request current while it runs. Does not keep the account open. */
    public Runnable wrap(Runnable task) {
        return () -> {
            try (Scope scope = makeCurrent()) {
                task.run();
            }
        };
    }

    /** The task with this request current while it runs. Does not keep the account open. */
    public <T> Callable<T> wrap(Callable<T> task) {
        return () -> {
            try (Scope scope = makeCurrent()) {
                return task.call();
            }
        };
    }

    /** An executor whose tasks run with this request current. Does not keep the account open. */
    public Executor wrap(Executor executor) {
        return task -> executor.execute(wrap(task));
    }

    CostMeter meter() {
        return meter;
    }

    Kind kind() {
        return kind;
    }

    /** Whether somebody ends it, here or at another service. */
    boolean isOfRequest() {
        return kind != Kind.UNATTRIBUTED;
    }

    Features.Feature featureOf() {
        return feature;
    }

    @SuppressWarnings("ReferenceEquality") // a name that says the same is a name
    boolean isNamed() {
        return feature != meter.unnamed();
    }

    /** When the account closes with something in it, or something comes after. */
    void acceptSuggestedName() {
        String suggested = suggestedName;
        if (!isNamed() && suggested != null) {
            name(suggested);
        }
    }

    long openedMillis() {
        return openedMillis;
    }

    int slot() {
        return slot;
    }

    void slot(int slot) {
        this.slot = slot;
    }

    @Nullable
    Money ownRevenue() {
        return revenue;
    }

    /** What was said about the request so far; unmodifiable. */
    public Map<String, String> attributes() {
        return account().attributes;
    }

    void record(CallMeter call, Attempt attempt) {
        record(call, attempt, call.isTransport());
    }

    void record(CallMeter call, Attempt attempt, boolean byTransport) {
        RequestMeter account = account();
        try {
            if (meter.isDuplicate(attempt, byTransport)) {
                return;
            }
            Entry entry = Entry.of(call, attempt);
            Entry oldest = entry.oldest();
            while (true) {
                Entry newest = account.head;
                if (newest == CLOSED) {
                    oldest.older = null; // what an attempt to write it may have left
                    meter.late(account, entry);
                    return;
                }
                oldest.older = newest;
                if (HEAD.compareAndSet(account, newest, entry)) {
                    return;
                }
            }
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.RECORD, failure);
        }
    }

    /** A call is open again. */
    void hold() {
        HOLDS.getAndAdd(account(), 1);
    }

    /** A call or a joined boundary has ended. */
    void release() {
        HOLDS.getAndAdd(this, -1);
        closeIfDone();
    }

    /** Closes the account if it is overdue. */
    boolean reap(long now, long lingerNanos, long maxAgeNanos) {
        PresumedEnd over = presumed;
        if (over != null && now - over.moment >= 0 && END.compareAndSet(this, null, over.end)) {
            closeIfDone();
        }
        End ended = end;
        if (ended != null && isOfRequest() && now - ended.tick > lingerNanos) {
            return close(Reaped.LINGER);
        }
        return now - openedTick > maxAgeNanos && close(Reaped.MAX_AGE);
    }

    /**
     * Closes the account, once.
     *
     * @return whether this was the close that counts
     */
    boolean close(@Nullable Reaped reaped) {
        Entry newest = (Entry) HEAD.getAndSet(this, CLOSED);
        if (newest == CLOSED) {
            return false;
        }
        meter.settle(this, newest, reaped);
        return true;
    }

    /** How it ended; an account that nobody ended has failed. */
    Outcome outcome() {
        End ended = end;
        Outcome outcome = ended == null ? Outcome.FAILED : ended.outcome;
        return rejected && outcome == Outcome.DELIVERED ? Outcome.FAILED : outcome;
    }

    long durationNanos() {
        End ended = end;
        return Math.max(0, (ended == null ? meter.tick() : ended.tick) - openedTick);
    }

    private void closeIfDone() {
        if (end != null && holds == 0) {
            close(null);
        }
    }

    private RequestMeter account() {
        return joined == null ? this : joined;
    }

    private CallMeter openCall(@Nullable String service) {
        HOLDS.getAndAdd(account(), 1);
        return newCall(service);
    }

    private CallMeter newCall(@Nullable String service) {
        RequestMeter account = account();
        return CallMeter.of(account, service, (int) CALLS.getAndAdd(account, 1));
    }
}

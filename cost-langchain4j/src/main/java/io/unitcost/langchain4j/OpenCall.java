package io.unitcost.langchain4j;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.usage.SeenText;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call under way: begun on the thread that asks, ended once, on any thread. No method throws.
 */
final class OpenCall {

    /** The call that this thread has entered last and not left. Emptied by {@code null}: a removed entry is made anew each time. */
    private static final ThreadLocal<@Nullable OpenCall> ENTERED = new ThreadLocal<>();

    private final LangChain4jCosts costs;
    private final @Nullable String service;
    private final CallMeter call;
    private final String provider;
    private final @Nullable String model;
    private final long begun;
    /** What the framework keeps for as long as it may tell how the call ended, and what must not be kept from here. */
    private final WeakReference<Object> life;

    private final AtomicBoolean ended = new AtomicBoolean();

    private volatile @Nullable Supplier<SeenText> prompt;
    private volatile SeenText seen = SeenText.NONE;
    private @Nullable Scope scope;
    private @Nullable OpenCall outer;
    private @Nullable Thread thread;

    private OpenCall(
            LangChain4jCosts costs,
            @Nullable String service,
            CallMeter call,
            String provider,
            @Nullable String model,
            Supplier<SeenText> prompt,
            Object life) {
        this.costs = costs;
        this.service = service;
        this.call = call;
        this.provider = provider;
        this.model = model;
        this.begun = costs.meter().tick();
        this.prompt = prompt;
        this.life = new WeakReference<>(life);
    }

    /**
     * Begins a call in this thread's current request, or below the call that is current.
     *
     * @param service what for, {@code null} for generation
     */
    static OpenCall begin(
            LangChain4jCosts costs,
            @Nullable String service,
            String provider,
            @Nullable String model,
            Supplier<SeenText> prompt,
            Object life) {
        OpenCall begun = new OpenCall(costs, service, meter(costs, service), provider, model, prompt, life);
        costs.open().begun(begun);
        return begun;
    }

    /** An error of the virtual machine is told to no listener: its call would stay current on a pooled thread. */
    private static void leaveForgotten() {
        OpenCall entered = ENTERED.get();
        while (entered != null && (entered.ended.get() || entered.isForgotten())) {
            entered.leave();
            entered = entered.outer;
        }
    }

    /** Whoever has made a call current knows what it is for; an embedding on the way to it is another call all the same. */
    private static CallMeter meter(LangChain4jCosts costs, @Nullable String service) {
        leaveForgotten();
        CallMeter current = CallMeter.current();
        OpenCall entered = ENTERED.get();
        boolean ours = current != null && entered != null && entered.call == current;
        if (service == null) {
            return current != null ? costs.meter().joinCall() : costs.meter().call();
        }
        boolean nested = ours && service.equals(entered.service);
        return nested ? costs.meter().joinSupport(service) : costs.meter().support(service);
    }

    /** The same for generation, in a request that this thread does not know. */
    static OpenCall beginIn(
            LangChain4jCosts costs,
            RequestMeter request,
            String provider,
            @Nullable String model,
            Supplier<SeenText> prompt,
            Object life) {
        OpenCall begun = new OpenCall(costs, null, request.call(), provider, model, prompt, life);
        costs.open().begun(begun);
        return begun;
    }

    /** Makes the call current until {@link #leave()}: only where that is certain to come, on this thread. */
    void enter() {
        thread = Thread.currentThread();
        outer = ENTERED.get();
        ENTERED.set(this);
        scope = call.makeCurrent();
    }

    /** The framework is through with the call, on this thread. */
    void leave() {
        Scope open = scope;
        if (open != null && thread == Thread.currentThread()) {
            scope = null;
            ENTERED.set(outer);
            open.close();
        }
    }

    /** Whether a client below reports the answer, too, and nothing tells that it is the same one. */
    boolean isLeftToClient(@Nullable String responseId) {
        return costs.isOverMeteredClient() && !isEntered() && responseId == null;
    }

    /** Whether a client below has written tries that failed. */
    boolean hasFailures() {
        return call.failures() > 0;
    }

    /** Whether a method that blocks made it. */
    boolean isEntered() {
        return thread != null;
    }

    String provider() {
        return provider;
    }

    /** The model as it was asked for. */
    @Nullable
    String model() {
        return model;
    }

    /** How long it is under way, in nanoseconds. */
    long nanos() {
        return costs.meter().tick() - begun;
    }

    /** The request that pays. */
    RequestMeter request() {
        return call.request();
    }

    /** Whether nobody can tell any more how it ended. */
    boolean isForgotten() {
        return life.get() == null;
    }

    /** The text that was sent. */
    SeenText prompt() {
        Supplier<SeenText> unseen = prompt;
        if (unseen != null) {
            try {
                seen = unseen.get();
            } catch (Throwable failure) {
                costs.meter().reportError(Site.USAGE, failure);
            }
            prompt = null;
        }
        return seen;
    }

    /** Looks at the text that was sent and lets go of it, so that a call that takes long does not hold it. */
    void letGoOfPrompt() {
        if (costs.estimator() != null) {
            prompt();
        } else {
            prompt = null;
        }
    }

    /** An attempt of it, to be filled. */
    Attempt.Builder attempt() {
        return Attempt.of(provider, model).durationNanos(nanos());
    }

    /**
     * Writes how it ended; the first time counts.
     *
     * @param attempt gives what is to be written, {@code null} if that is another's; what it throws is counted, and the
     *     attempt is one of unknown usage
     */
    void end(Supplier<Attempt.@Nullable Builder> attempt) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            costs.open().ended(this);
            Attempt.Builder known = guarded(attempt);
            if (known != null) {
                call.record(known.build());
            }
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
        } finally {
            call.end();
        }
    }

    /** Nobody says how it ended. */
    void endGivenUp() {
        end(() -> Ends.givenUp(costs, this));
    }

    private Attempt.@Nullable Builder guarded(Supplier<Attempt.@Nullable Builder> attempt) {
        try {
            return attempt.get();
        } catch (Throwable failure) {
            costs.meter().reportError(Site.USAGE, failure);
            return attempt();
        }
    }
}

package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestMeter;
import io.unitcost.spring.observe.ObservedRequest;
import io.unitcost.usage.SeenText;
import io.unitcost.usage.TokenEstimator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of Spring AI that are open, and what all of them need: the meter, who is paid under which name, and estimates.
 * Thread-safe.
 */
final class ObservedCalls {

    private final Supplier<@Nullable CostMeter> meters;
    private final Supplier<@Nullable TokenEstimator> estimators;
    private final ProviderIds providers;
    private final Map<CallMeter, ObservedCall> open = new ConcurrentHashMap<>();

    /**
     * @param meters asked at every call; {@code null} while there is none, and nothing is metered
     * @param estimators asked when usage is missing; {@code null} if nothing is to be estimated
     * @param providers who is paid, by Spring AI's name of the provider, where that is somebody else
     */
    ObservedCalls(
            Supplier<@Nullable CostMeter> meters,
            Supplier<@Nullable TokenEstimator> estimators,
            Map<String, String> providers) {
        this.meters = meters;
        this.estimators = estimators;
        this.providers = new ProviderIds(providers);
    }

    @Nullable
    CostMeter meter() {
        return meters.get();
    }

    /** Who is paid, by the name that Spring AI gives. */
    String providerId(String name) {
        return providers.of(name);
    }

    /**
     * Opens a call on the account that an observation belongs to.
     *
     * @param service what for, {@code null} for generation
     * @return {@code null} while there is no meter
     */
    @Nullable
    ObservedCall open(Observation.ContextView context, @Nullable String service) {
        return open(ObservedRequest.of(context), service);
    }

    /** Opens a call on a request's account; without one, or where it is closed, on the one that is current on this thread. */
    @Nullable
    ObservedCall open(@Nullable RequestMeter request, @Nullable String service) {
        CostMeter meter = meter();
        if (meter == null) {
            return null;
        }
        boolean here =
                request == null || (!request.isOpen() && RequestMeter.current().isOpen());
        CallMeter call = request == null || here
                ? service == null ? meter.call() : meter.support(service)
                : service == null ? request.call() : request.support(service);
        ObservedCall opened = new ObservedCall(this, meter, call);
        open.put(call, opened);
        return opened;
    }

    void ended(CallMeter call) {
        open.remove(call);
    }

    /** The call of Spring AI that is current on this thread; {@code null} for none, or one of somebody else. */
    @Nullable
    ObservedCall current() {
        CallMeter call = CallMeter.current();
        return call == null ? null : open.get(call);
    }

    /**
     * The stream that a request may be for of which nothing tells whose it is: the one that has waited longest of those that it
     * fits, else any that waits, so that transport hooks know that the answer is metered above them. Two that fail at once at the
     * same address may swap tries; each still has as many.
     *
     * @param number how often the client has tried before
     */
    @Nullable
    ObservedCall takeStray(String address, int number) {
        List<ObservedCall> waiting = new ArrayList<>(open.values());
        waiting.removeIf(call -> !call.isAwaitingStream());
        waiting.sort(Comparator.comparingLong(call -> -call.age()));
        for (ObservedCall call : waiting) {
            if (call.takesStray(address, number)) {
                return call;
            }
        }
        return waiting.isEmpty() ? null : waiting.get(waiting.size() - 1);
    }

    /** About how many tokens a text is; 0 without an estimator. */
    long estimate(String text, @Nullable String model) {
        TokenEstimator estimator = text.isEmpty() ? null : estimators.get();
        return estimator == null ? 0 : Math.max(0, estimator.tokens(SeenText.of(text), model));
    }

    /** Counts a failure of ours, which goes no further. */
    void report(Site site, Throwable failure) {
        CostMeter meter = meter();
        if (meter != null) {
            meter.reportError(site, failure);
        } else if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError)) {
            throw fatal;
        }
    }

    /** What a function of ours gives, or {@code null} where it fails. */
    <T, R> @Nullable R guarded(Site site, Function<T, @Nullable R> function, T argument) {
        try {
            return function.apply(argument);
        } catch (Throwable failure) {
            report(site, failure);
            return null;
        }
    }
}

package io.unitcost.spring.web;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.spring.observe.MeterSource;
import io.unitcost.spring.observe.ObservedRequest;
import org.jspecify.annotations.Nullable;

/**
 * Opens the account of a request when Spring begins to observe it, makes it current wherever the observation is, and ends it with
 * the observation. Thread-safe.
 *
 * @param <C> the context of one of Spring's two web stacks
 */
abstract class ObservedBoundary<C extends Observation.Context> implements ObservationHandler<C> {

    private static final int FIRST_ERROR = 400;

    private final MeterSource meters;
    private final HandlerFeatures handlers = new HandlerFeatures();

    ObservedBoundary(MeterSource meters) {
        this.meters = meters;
    }

    @Override
    public void onStart(C context) {
        CostMeter meter = meters.get();
        if (meter == null) {
            return;
        }
        try {
            String feature = configuredFeature(context);
            ObservedRequest.put(context, feature == null ? meter.openUnnamed() : meter.open(feature));
        } catch (Throwable failure) {
            meter.reportError(Site.BOUNDARY, failure);
        }
    }

    @Override
    public void onScopeOpened(C context) {
        RequestMeter request = ObservedRequest.in(context);
        if (request != null) {
            request.enter();
        }
    }

    @Override
    public void onScopeClosed(C context) {
        RequestMeter request = ObservedRequest.in(context);
        if (request != null) {
            request.leave();
        }
    }

    /** Context propagation takes scopes off a thread without closing them, and opens them anew. */
    @Override
    @SuppressWarnings("deprecation") // as long as it is called
    public void onScopeReset(C context) {
        onScopeClosed(context);
    }

    @Override
    public void onStop(C context) {
        RequestMeter request = ObservedRequest.in(context);
        if (request == null) {
            return;
        }
        Outcome outcome = Outcome.FAILED;
        try {
            String annotated = handlers.of(handler(context));
            if (annotated != null) {
                request.name(annotated);
            }
            String route = route(context);
            if (route != null) {
                request.suggestName(route);
            }
            outcome = isAborted(context)
                    ? Outcome.CANCELLED
                    : context.getError() != null || status(context) >= FIRST_ERROR || status(context) == 0
                            ? Outcome.FAILED
                            : Outcome.DELIVERED;
        } catch (Throwable failure) {
            CostMeter meter = meters.get();
            if (meter != null) {
                meter.reportError(Site.BOUNDARY, failure);
            }
        } finally {
            request.end(outcome);
        }
    }

    /** By the path patterns of the configuration; {@code null} if none matches. */
    abstract @Nullable String configuredFeature(C context);

    /** What handled it, {@code null} if nothing did. */
    abstract @Nullable Object handler(C context);

    /** The pattern of the route, {@code null} if none was found. */
    abstract @Nullable String route(C context);

    /** Of the response; 0 for none. */
    abstract int status(C context);

    /** Whether the client went away. */
    abstract boolean isAborted(C context);
}

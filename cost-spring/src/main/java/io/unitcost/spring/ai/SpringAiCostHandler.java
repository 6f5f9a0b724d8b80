package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.unitcost.CostMeter.Site;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Meters the calls that Spring AI observes. It must not be a {@code MeterObservationHandler}: Spring Boot takes only the first of
 * those for a context, and Spring AI's own meters would be gone.
 *
 * <p>Chat clients and advisors are never priced: what they report are sums.
 */
final class SpringAiCostHandler implements ObservationHandler<Observation.Context> {

    private final ObservedCalls calls;
    private final ObservedKind[] kinds;

    SpringAiCostHandler(ObservedCalls calls, List<ObservedKind> kinds) {
        this.calls = calls;
        this.kinds = kinds.toArray(new ObservedKind[0]);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return kindOf(context) != null;
    }

    @Override
    public void onStart(Observation.Context context) {
        try {
            ObservedKind kind = kindOf(context);
            if (kind != null) {
                kind.start(context);
            }
        } catch (Throwable failure) {
            calls.report(Site.CLIENT, failure);
        }
    }

    @Override
    public void onScopeOpened(Observation.Context context) {
        try {
            ObservedKind kind = kindOf(context);
            if (kind != null) {
                kind.enter(context);
            }
        } catch (Throwable failure) {
            calls.report(Site.CLIENT, failure);
        }
    }

    @Override
    public void onScopeClosed(Observation.Context context) {
        try {
            ObservedKind kind = kindOf(context);
            if (kind != null) {
                kind.leave(context);
            }
        } catch (Throwable failure) {
            calls.report(Site.CLIENT, failure);
        }
    }

    /** Context propagation takes scopes off a thread without closing them, and opens them anew. */
    @Override
    @SuppressWarnings("deprecation") // as long as it is called
    public void onScopeReset(Observation.Context context) {
        onScopeClosed(context);
    }

    @Override
    public void onStop(Observation.Context context) {
        try {
            ObservedKind kind = kindOf(context);
            if (kind != null) {
                kind.stop(context);
            }
        } catch (Throwable failure) {
            calls.report(Site.CLIENT, failure);
        }
    }

    private @Nullable ObservedKind kindOf(Observation.Context context) {
        for (ObservedKind kind : kinds) {
            if (kind.isOne(context)) {
                return kind;
            }
        }
        return null;
    }
}

package io.unitcost.spring.http;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.unitcost.CallMeter;
import io.unitcost.spring.observe.ReactorRequest;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Who makes a call in a reactive chain: the call that an observation keeps, as a layer above owns it, or the request. */
final class ReactorCaller {

    private static final int MOST_PARENTS = 64;

    private ReactorCaller() {}

    static @Nullable Object of(ContextView context) {
        Object observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
        CallMeter call = observation instanceof Observation observed ? call(observed.getContextView()) : null;
        return call != null ? call : ReactorRequest.of(context);
    }

    private static @Nullable CallMeter call(Observation.ContextView context) {
        Observation.ContextView current = context;
        for (int i = 0; current != null && i < MOST_PARENTS; i++) {
            CallMeter call = current.get(CallMeter.class);
            if (call != null) {
                return call;
            }
            ObservationView parent = current.getParentObservation();
            current = parent == null ? null : parent.getContextView();
        }
        return null;
    }
}

package io.unitcost.spring.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.unitcost.CallMeter;
import io.unitcost.CurrentRequestAccessor;
import io.unitcost.RequestMeter;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** The request that a reactive chain belongs to: by its Reactor context, else by the thread that subscribes. */
public final class ReactorRequest {

    private ReactorRequest() {}

    /** The request, {@code null} for none. */
    public static @Nullable RequestMeter of(ContextView context) {
        RequestMeter request = carried(context.getOrDefault(CurrentRequestAccessor.KEY, null));
        if (request == null) {
            Object observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
            request =
                    observation instanceof Observation observed ? ObservedRequest.of(observed.getContextView()) : null;
        }
        if (request == null && RequestMeter.current().isAttributed()) {
            request = RequestMeter.current();
        }
        return request;
    }

    private static @Nullable RequestMeter carried(@Nullable Object value) {
        return value instanceof CallMeter call
                ? call.request()
                : value instanceof RequestMeter request ? request : null;
    }
}

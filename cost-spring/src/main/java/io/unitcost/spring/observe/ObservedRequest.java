package io.unitcost.spring.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import io.unitcost.RequestMeter;
import org.jspecify.annotations.Nullable;

/** The request that an observation belongs to: what its context, or that of one above it, holds. */
public final class ObservedRequest {

    /** How far up is looked; a chain of observations is seldom longer than ten, and a cycle must not be one of ours. */
    private static final int MOST_PARENTS = 64;

    private ObservedRequest() {}

    /** Keeps the request in the context of its observation. */
    public static void put(Observation.Context context, RequestMeter request) {
        context.put(RequestMeter.class, request);
    }

    /** The request that this very observation keeps; {@code null} for none. */
    public static @Nullable RequestMeter in(Observation.ContextView context) {
        return context.get(RequestMeter.class);
    }

    /** The request of the observation, or of the nearest one above it that has one; {@code null} for none. */
    public static @Nullable RequestMeter of(Observation.@Nullable ContextView context) {
        Observation.ContextView current = context;
        for (int i = 0; current != null && i < MOST_PARENTS; i++) {
            RequestMeter request = in(current);
            if (request != null) {
                return request;
            }
            ObservationView parent = current.getParentObservation();
            current = parent == null ? null : parent.getContextView();
        }
        return null;
    }
}

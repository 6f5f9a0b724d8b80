package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

/** What observations of one kind mean to an account. Whatever a method throws is caught and counted. */
interface ObservedKind {

    /** Whether this is an observation of that kind. Asked for every observation there is. */
    boolean isOne(Observation.Context context);

    /** It begins, on the thread that it belongs to. */
    void start(Observation.Context context);

    /** Its scope was opened on this thread. */
    default void enter(Observation.Context context) {}

    /** Its scope was closed on this thread. */
    default void leave(Observation.Context context) {}

    /** It has ended, on any thread. */
    void stop(Observation.Context context);

    /** What is kept in the context of the nearest observation above that has it; {@code null} for none. */
    static <T> @Nullable T above(Observation.ContextView context, Class<T> kept) {
        ObservationView parent = context.getParentObservation();
        for (int i = 0; parent != null && i < 64; i++) {
            Observation.ContextView view = parent.getContextView();
            T found = view.get(kept);
            if (found != null) {
                return found;
            }
            parent = view.getParentObservation();
        }
        return null;
    }

    /** Whether one of the nearest observations above is of a kind. */
    static boolean isBelow(Observation.ContextView context, Class<? extends Observation.Context> kind) {
        ObservationView parent = context.getParentObservation();
        for (int i = 0; parent != null && i < 64; i++) {
            if (kind.isInstance(parent.getContextView())) {
                return true;
            }
            parent = parent.getContextView().getParentObservation();
        }
        return false;
    }
}

package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.model.observation.ModelObservationContext;

/** Observations of calls to a model: the call is current while they are, so that hooks further down find it. */
abstract class ModelCalls<C extends ModelObservationContext<?, ?>> implements ObservedKind {

    private final Class<C> kind;
    private final ObservedCalls calls;

    ModelCalls(Class<C> kind, ObservedCalls calls) {
        this.kind = kind;
        this.calls = calls;
    }

    final ObservedCalls calls() {
        return calls;
    }

    @Override
    public final boolean isOne(Observation.Context context) {
        return kind.isInstance(context);
    }

    @Override
    public final void start(Observation.Context context) {
        ObservedCall call = open(kind.cast(context));
        if (call != null) {
            context.put(ObservedCall.class, call);
            context.put(CallMeter.class, call.call()); // for transport hooks below that know no thread
        }
    }

    @Override
    public final void enter(Observation.Context context) {
        ObservedCall call = context.get(ObservedCall.class);
        if (call != null) {
            call.enter();
        }
    }

    @Override
    public final void leave(Observation.Context context) {
        ObservedCall call = context.get(ObservedCall.class);
        if (call != null) {
            call.leave();
        }
    }

    @Override
    public final void stop(Observation.Context context) {
        ObservedCall call = context.get(ObservedCall.class);
        if (call != null) {
            end(call, kind.cast(context));
        }
    }

    /** The call that this observation is of; {@code null} if it is not metered. */
    abstract @Nullable ObservedCall open(C context);

    /** Ends it, by what the observation has come to. */
    void end(ObservedCall call, C context) {
        Attempt answer = context.getError() == null ? answer(call, context) : null;
        call.end(answer, context.getError());
    }

    /** The answer, {@code null} for none. */
    abstract @Nullable Attempt answer(ObservedCall call, C context);

    static String name(ModelObservationContext<?, ?> context) {
        return context.getOperationMetadata().provider();
    }
}

package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.unitcost.Attempt;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

/**
 * Calls of vector stores: one request of the database's operation, such as {@code pinecone} and {@code query}. The call is not made
 * current: embedding is another one. A store within this process costs nothing and is not recorded.
 */
final class VectorStoreCalls implements ObservedKind {

    private static final String IN_PROCESS = "simple";

    private final ObservedCalls calls;

    VectorStoreCalls(ObservedCalls calls) {
        this.calls = calls;
    }

    @Override
    public boolean isOne(Observation.Context context) {
        return context instanceof VectorStoreObservationContext;
    }

    @Override
    public void start(Observation.Context context) {
        VectorStoreObservationContext store = (VectorStoreObservationContext) context;
        context.put(VectorStoreMark.class, VectorStoreMark.HERE);
        ObservedCall call =
                IN_PROCESS.equals(store.getDatabaseSystem()) ? null : calls.open(context, VectorStoreMark.SERVICE);
        if (call != null) {
            context.put(
                    ObservedCall.class,
                    call.asking(calls.providerId(store.getDatabaseSystem()), store.getOperationName()));
        }
    }

    @Override
    public void stop(Observation.Context context) {
        ObservedCall call = context.get(ObservedCall.class);
        if (call != null) {
            Throwable error = context.getError();
            call.end(error == null ? answer(call) : null, error);
        }
    }

    private static @Nullable Attempt answer(ObservedCall call) {
        return call.attempt(null).usage(Usage.of(Unit.REQUESTS, 1)).build();
    }
}

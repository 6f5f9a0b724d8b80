package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;

/**
 * Calls of tools that have a price, as the model {@code NAME} of the provider {@code tool}; most tools are code of the
 * application and have none. The call is not made current: a tool may ask models by itself.
 */
final class ToolCalls implements ObservedKind {

    private static final String TOOL = "tool";

    private final ObservedCalls calls;

    ToolCalls(ObservedCalls calls) {
        this.calls = calls;
    }

    @Override
    public boolean isOne(Observation.Context context) {
        return context instanceof ToolCallingObservationContext;
    }

    @Override
    public void start(Observation.Context context) {
        String name =
                ((ToolCallingObservationContext) context).getToolDefinition().name();
        CostMeter meter = calls.meter();
        if (meter == null || !meter.prices().has(TOOL, name)) {
            return;
        }
        ObservedCall call = calls.open(context, TOOL);
        if (call != null) {
            context.put(ObservedCall.class, call.asking(TOOL, name));
        }
    }

    @Override
    public void stop(Observation.Context context) {
        ObservedCall call = context.get(ObservedCall.class);
        if (call != null) {
            Attempt.Builder attempt = call.attempt(null).usage(Usage.of(Unit.REQUESTS, 1));
            call.end((context.getError() == null ? attempt : attempt.failed()).build(), null);
        }
    }
}

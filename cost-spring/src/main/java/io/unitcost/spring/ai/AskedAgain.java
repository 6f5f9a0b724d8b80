package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.advisor.observation.AdvisorObservationContext;

/**
 * The answers that were given while one advisor asked until an answer validated: attempts of one call, of which the last one
 * delivers. Thread-safe.
 */
final class AskedAgain {

    private @Nullable CallMeter first;

    /** A model has answered, or failed, without wanting a tool. */
    void end(ObservedCall call, @Nullable Attempt answer, @Nullable Throwable error) {
        CallMeter target;
        synchronized (this) {
            if (first == null && answer != null) {
                first = call.call();
            }
            target = first == null ? call.call() : first;
        }
        if (target == call.call() && answer == null) {
            call.end(null, error);
        } else {
            call.end(answer, error, target);
        }
    }

    private synchronized void done() {
        if (first != null) {
            first.end();
        }
    }

    /** The observations of that advisor. */
    static final class Kind implements ObservedKind {

        private static final String NAME = "Structured Output Validation Advisor";

        @Override
        public boolean isOne(Observation.Context context) {
            return context instanceof AdvisorObservationContext advisor && NAME.equals(advisor.getAdvisorName());
        }

        @Override
        public void start(Observation.Context context) {
            context.put(AskedAgain.class, new AskedAgain());
        }

        @Override
        public void stop(Observation.Context context) {
            AskedAgain asked = context.get(AskedAgain.class);
            if (asked != null) {
                asked.done();
            }
        }
    }
}

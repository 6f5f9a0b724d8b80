package io.unitcost.langchain4j;

import io.unitcost.Attempt;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.SeenText;
import java.util.Map;

/** Operations of a service that bills by the request: one each, written when it ends. */
final class Operations {

    private final LangChain4jCosts costs;
    private final String service;
    private final String provider;
    private final Attributes attributes;

    Operations(LangChain4jCosts costs, String service, String provider) {
        this.costs = costs;
        this.service = service;
        this.provider = provider;
        this.attributes = new Attributes(costs);
    }

    void begin(Map<Object, Object> kept, String model) {
        attributes.begin(kept, () -> OpenCall.begin(costs, service, provider, model, () -> SeenText.NONE, kept));
    }

    void done(Map<Object, Object> kept) {
        attributes.end(kept, call -> call.end(() -> used(call)));
    }

    void failed(Map<Object, Object> kept, Throwable failure) {
        attributes.end(
                kept,
                call -> call.end(() -> {
                    Attempt.Builder attempt = used(call).failed();
                    return Failures.isUnbilled(failure) ? attempt.unbilled() : attempt;
                }));
    }

    private static Attempt.Builder used(OpenCall call) {
        return call.attempt().usage(Usage.of(Unit.REQUESTS, 1));
    }
}

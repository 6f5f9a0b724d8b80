package io.unitcost.langchain4j;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a call where LangChain4j keeps what its listeners want to find again: the only thing that goes from the thread that
 * asks to the one that has the answer. Of several listeners of one meter, the first one takes part. No method throws.
 */
final class Attributes {

    private record Key(CostMeter meter) {}

    private final CostMeter meter;
    private final Key key;

    Attributes(LangChain4jCosts costs) {
        this.meter = costs.meter();
        this.key = new Key(meter);
    }

    void begin(@Nullable Map<Object, Object> attributes, Supplier<OpenCall> begin) {
        try {
            if (attributes != null && !attributes.containsKey(key)) {
                attributes.put(key, begin.get());
            }
        } catch (Throwable failure) {
            meter.reportError(Site.CLIENT, failure);
        }
    }

    void end(@Nullable Map<Object, Object> attributes, Consumer<OpenCall> end) {
        try {
            if (attributes != null && attributes.remove(key) instanceof OpenCall call) {
                call.leave();
                end.accept(call);
            }
        } catch (Throwable failure) {
            meter.reportError(Site.CLIENT, failure);
        }
    }
}

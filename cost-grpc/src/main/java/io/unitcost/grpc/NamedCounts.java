package io.unitcost.grpc;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts of units that nobody knew before: from extractors and trailers. */
final class NamedCounts {

    private @Nullable Map<Unit, Long> counts;

    /** A count that contains the earlier ones; zero does not replace more. */
    void set(Unit unit, long value) {
        if (value > 0 || !all().containsKey(unit)) {
            all().put(unit, value);
        }
    }

    /** A count on top of the earlier ones. */
    void add(Unit unit, long value) {
        all().merge(unit, value, Long::sum);
    }

    /** The last word. */
    void overrule(Unit unit, long value) {
        all().put(unit, value);
    }

    boolean isEmpty() {
        return counts == null;
    }

    void put(Usage.Builder builder) {
        if (counts != null) {
            counts.forEach((unit, count) -> builder.set(unit, count));
        }
    }

    private Map<Unit, Long> all() {
        Map<Unit, Long> all = counts;
        if (all == null) {
            all = new LinkedHashMap<>();
            counts = all;
        }
        return all;
    }
}

package io.unitcost.cli.report;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.jspecify.annotations.Nullable;

/** Tokens that have a price of their own, in classes that do not overlap. */
enum TokenClass {
    FRESH("fresh input"),
    CACHED("cached input"),
    WRITTEN("cache write"),
    OUTPUT("output"),
    REASONING("reasoning");

    static final int COUNT = values().length;

    private final String label;

    TokenClass(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Adds the tokens of a usage. */
    static void add(long[] sums, Usage usage) {
        for (int i = 0; i < usage.size(); i++) {
            TokenClass of = of(usage.unit(i));
            if (of != null) {
                sums[of.ordinal()] += usage.disjointCount(i);
            }
        }
    }

    private static @Nullable TokenClass of(Unit unit) {
        if (!unit.isTokens()) {
            return null;
        }
        if (isWithin(Unit.CACHE_READ_TOKENS, unit)) {
            return CACHED;
        }
        if (isWithin(Unit.CACHE_WRITE_TOKENS, unit)) {
            return WRITTEN;
        }
        if (isWithin(Unit.REASONING_TOKENS, unit)) {
            return REASONING;
        }
        return isWithin(Unit.INPUT_TOKENS, unit) ? FRESH : isWithin(Unit.OUTPUT_TOKENS, unit) ? OUTPUT : null;
    }

    private static boolean isWithin(Unit whole, Unit part) {
        return whole.equals(part) || whole.contains(part);
    }
}

package io.unitcost.ledger;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** How many tokens another model counts, or writes, where the recorded one had one. */
record TokenRatio(BigDecimal input, BigDecimal output) {

    private static final BigDecimal MOST = BigDecimal.valueOf(1_000);

    TokenRatio {
        require(input, "input");
        require(output, "output");
    }

    private static void require(BigDecimal ratio, String which) {
        if (ratio.signum() <= 0 || ratio.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "token ratio: " + which + " " + ratio + " is not a ratio; give one above 0, at most " + MOST);
        }
    }

    /**
     * The same usage with other counts. What is disjoint is scaled and rounded half-even, and then added up, so that no part becomes
     * larger than its whole.
     */
    Usage scale(Usage usage) {
        BigDecimal[] own = new BigDecimal[usage.size()];
        Usage.Builder scaled = Usage.builder(Math.max(1, usage.size()));
        for (int i = 0; i < own.length; i++) {
            Unit unit = usage.unit(i);
            BigDecimal ratio = of(unit);
            if (ratio == null) {
                own[i] = BigDecimal.ZERO;
                scaled.set(unit, usage.quantity(unit));
                continue;
            }
            own[i] = ratio.multiply(BigDecimal.valueOf(usage.disjointCount(i))).setScale(0, RoundingMode.HALF_EVEN);
            BigDecimal all = own[i];
            for (int j = 0; j < i; j++) {
                all = unit.contains(usage.unit(j)) ? all.add(own[j]) : all;
            }
            scaled.set(unit, all);
        }
        return scaled.build();
    }

    private @Nullable BigDecimal of(Unit unit) {
        if (unit.equals(Unit.INPUT_TOKENS) || Unit.INPUT_TOKENS.contains(unit)) {
            return input;
        }
        return unit.equals(Unit.OUTPUT_TOKENS) || Unit.OUTPUT_TOKENS.contains(unit) ? output : null;
    }
}

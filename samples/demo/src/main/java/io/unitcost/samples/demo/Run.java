package io.unitcost.samples.demo;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A run that has ended: what was done, and what it cost.
 *
 * @param scenario what things cost and earn
 * @param traffic the requests
 * @param whole all of them
 * @param first those before half-time
 * @param second those after it
 * @param wallNanos how long it took
 */
record Run(Scenario scenario, Traffic traffic, Tally whole, Tally first, Tally second, long wallNanos) {

    static final BigDecimal HOURS_PER_MONTH = BigDecimal.valueOf(720);
    private static final BigDecimal MINUTES_PER_MONTH = BigDecimal.valueOf(43_200);
    private static final BigDecimal NANOS_PER_MINUTE = BigDecimal.valueOf(60_000_000_000L);

    /** Whether {@code code-assist} had requests before and after it moved. */
    boolean hasSwap() {
        return scenario.swaps()
                && first.feature(Features.CODE_ASSIST).delivered() > 0
                && second.feature(Features.CODE_ASSIST).delivered() > 0
                && traffic.halfNanos() > 0;
    }

    /** Whether the traffic took any time, so that there is an amount a month. */
    boolean hasBill() {
        return scenario.swaps() && traffic.halfNanos() > 0;
    }

    /** A quantity of one half, over its minutes of trace time. */
    BigDecimal perMinuteOfHalf(BigDecimal quantity) {
        return quantity.multiply(NANOS_PER_MINUTE)
                .divide(BigDecimal.valueOf(traffic.halfNanos()), MathContext.DECIMAL128);
    }

    /** An amount of one half, as 30 days at its pace. */
    BigDecimal perMonthOfHalf(Money amount) {
        return perMinuteOfHalf(amount.amount()).multiply(MINUTES_PER_MONTH);
    }
}

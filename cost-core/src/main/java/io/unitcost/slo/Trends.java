package io.unitcost.slo;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Compares the halves of a window; the formulas are with {@link WindowSnapshot.Trend}. */
final class Trends {

    private static final BigDecimal NOISE = new BigDecimal("1.02");
    private static final BigDecimal NANOS_PER_DAY =
            BigDecimal.valueOf(Duration.ofDays(1).toNanos());
    private static final MathContext WORKING = MathContext.DECIMAL128;

    private Trends() {}

    /**
     * How the halves compare.
     *
     * @param earlierNanos how much time the earlier half has covered
     * @param laterNanos how much time the later half has covered so far
     */
    static WindowSnapshot.Trend of(
            WindowSnapshot.Sums earlier,
            WindowSnapshot.Sums later,
            long earlierNanos,
            long laterNanos,
            int minRequests) {
        boolean enough = Math.min(earlier.counts().delivered(), later.counts().delivered()) >= minRequests;
        return new WindowSnapshot.Trend(
                earlier,
                later,
                enough ? crossoverIndex(earlier, later) : null,
                enough ? daysToBreach(earlier, later, earlierNanos, laterNanos) : null);
    }

    private static @Nullable BigDecimal crossoverIndex(WindowSnapshot.Sums earlier, WindowSnapshot.Sums later) {
        BigDecimal divisor =
                earlier.cost().total().amount().multiply(later.revenue().amount());
        return divisor.signum() == 0 || earlier.revenue().isZero()
                ? null
                : WindowSnapshot.ratio(
                        later.cost().total().amount().multiply(earlier.revenue().amount()), divisor);
    }

    /** Each half's burn stands for the middle of its time; both middles are half of all the time apart. */
    private static @Nullable BigDecimal daysToBreach(
            WindowSnapshot.Sums earlier, WindowSnapshot.Sums later, long earlierNanos, long laterNanos) {
        if (earlier.allowance().isZero() || later.allowance().isZero()) {
            return null;
        }
        BigDecimal before = exactBurn(earlier);
        BigDecimal now = exactBurn(later);
        if (now.compareTo(BigDecimal.ONE) >= 0) {
            return BigDecimal.ZERO;
        }
        if (now.compareTo(before.multiply(NOISE)) <= 0) {
            return null;
        }
        BigDecimal left = BigDecimal.ONE.subtract(now).divide(now.subtract(before), WORKING);
        BigDecimal doubled =
                left.multiply(BigDecimal.valueOf(earlierNanos + laterNanos)).subtract(BigDecimal.valueOf(laterNanos));
        return WindowSnapshot.ratio(doubled.max(BigDecimal.ZERO), NANOS_PER_DAY.add(NANOS_PER_DAY));
    }

    private static BigDecimal exactBurn(WindowSnapshot.Sums sums) {
        return sums.cost().total().amount().divide(sums.allowance().amount(), WORKING);
    }
}

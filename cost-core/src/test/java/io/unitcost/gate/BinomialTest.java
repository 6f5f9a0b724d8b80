package io.unitcost.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.gate.CostCheck.Bounds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialTest {

    @Test
    void boundsOfASeenShare() {
        Bounds bounds = Binomial.bounds(17, 400, 0.95);
        assertThat(bounds.lower()).isCloseTo(0.027, within(0.0005));
        assertThat(bounds.upper()).isCloseTo(0.063, within(0.0005));
    }

    @ParameterizedTest
    @CsvSource({"17, 400", "1, 30", "29, 30", "3, 1000", "50, 60"})
    void atEitherBoundWhatWasSeenIsJustPossible(int hits, int trials) {
        Bounds bounds = Binomial.bounds(hits, trials, 0.95);
        assertThat(exactAtMost(hits, trials, bounds.upper())).isCloseTo(0.05, within(1e-12));
        assertThat(1 - exactAtMost(hits - 1, trials, bounds.lower())).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void noHitAndOnlyHits() {
        // 1 - 0.05^(1/59)
        assertThat(Binomial.bounds(0, 59, 0.95).lower()).isZero();
        assertThat(Binomial.bounds(0, 59, 0.95).upper())
                .isCloseTo(1 - Math.pow(0.05, 1.0 / 59), within(1e-13))
                .isLessThan(0.05);
        assertThat(Binomial.bounds(0, 58, 0.95).upper()).isGreaterThan(0.05);
        assertThat(Binomial.bounds(59, 59, 0.95).upper()).isEqualTo(1);
        assertThat(Binomial.bounds(59, 59, 0.95).lower()).isCloseTo(Math.pow(0.05, 1.0 / 59), within(1e-13));
    }

    @ParameterizedTest
    @CsvSource({"0.95, 1, 6.313752", "0.95, 10, 1.812461", "0.95, 199, 1.652547", "0.99, 30, 2.457262"})
    void studentsQuantiles(double confidence, int degrees, double expected) {
        assertThat(Binomial.student(confidence, degrees)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void holdsForTenMillion() {
        Bounds bounds = Binomial.bounds(500_000, 10_000_000, 0.95);
        // 1.6449 standard errors of sqrt(0.05 · 0.95 / 1e7) = 6.892e-5
        assertThat(bounds.lower()).isCloseTo(0.05 - 1.6449 * 6.892e-5, within(2e-7));
        assertThat(bounds.upper()).isCloseTo(0.05 + 1.6449 * 6.892e-5, within(2e-7));
    }

    @Test
    void cumulativeProbabilitiesAreExact() {
        for (int hits = 0; hits <= 40; hits++) {
            assertThat(Binomial.atMost(hits, 40, 0.95)).isCloseTo(exactAtMost(hits, 40, 0.95), within(1e-13));
        }
    }

    @Test
    void moreHitsMoveBothBoundsUp() {
        Bounds last = Binomial.bounds(0, 80, 0.9);
        for (double hits = 0.5; hits <= 80; hits += 0.5) {
            Bounds next = Binomial.bounds(hits, 80, 0.9);
            assertThat(next.lower()).isGreaterThan(last.lower()).isLessThan(hits / 80);
            assertThat(next.upper()).isGreaterThanOrEqualTo(last.upper()).isGreaterThanOrEqualTo(hits / 80);
            last = next;
        }
    }

    private static double exactAtMost(int hits, int trials, double share) {
        BigDecimal p = new BigDecimal(share);
        BigDecimal q = BigDecimal.ONE.subtract(p);
        MathContext digits = new MathContext(60);
        BigDecimal sum = BigDecimal.ZERO;
        BigInteger ways = BigInteger.ONE;
        for (int k = 0; k <= hits; k++) {
            sum = sum.add(new BigDecimal(ways)
                    .multiply(p.pow(k, digits), digits)
                    .multiply(q.pow(trials - k, digits), digits));
            ways = ways.multiply(BigInteger.valueOf(trials - k)).divide(BigInteger.valueOf(k + 1));
        }
        return sum.doubleValue();
    }
}

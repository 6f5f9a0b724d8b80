package io.unitcost.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.gate.CostCheck.Bounds;
import java.util.Currency;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whether the gate is right as often as it says, on costs of which the truth is known. With -Dunitcost.long=true ten times as often. */
class CoverageTest {

    private static final int TIMES = Boolean.getBoolean("unitcost.long") ? 10 : 1;
    private static final Checks CHECKS = new Checks(0.95, Currency.getInstance("USD"));

    @Test
    void boundsOverSessionsHoldWhereThoseOverRequestsDoNot() {
        int runs = 200 * TIMES;
        double sessions = share(runs, run -> holds(sessions(run, true), 0.975));
        double requests = share(runs, run -> holds(sessions(run, false), 0.975));
        double lower = share(runs, run -> bounds(sessions(run, true), 0.95).lower() <= 1);
        double upper = share(runs, run -> bounds(sessions(run, true), 0.95).upper() >= 1);
        report(
                "95 %% over sessions %.3f, over requests %.3f; lower %.3f, upper %.3f",
                sessions, requests, lower, upper);
        assertThat(sessions).isGreaterThanOrEqualTo(0.92);
        assertThat(requests).isLessThan(0.80);
        assertThat(lower).isBetween(0.92, 0.985);
        assertThat(upper).isGreaterThanOrEqualTo(0.92);
    }

    @Test
    void boundsFollowTheSkewOfCosts() {
        int runs = 300 * TIMES;
        double lower = share(runs, run -> bounds(requests(run), 0.95).lower() <= 1);
        double upper = share(runs, run -> bounds(requests(run), 0.95).upper() >= 1);
        double student = share(runs, run -> {
            Statistic.Estimate estimate = RatioOfSums.of(requests(run)).observed();
            return estimate.value() + Binomial.student(0.95, 99) * estimate.error() >= 1;
        });
        report("lognormal of sigma 1, 100 requests: lower %.3f, upper %.3f, Student's %.3f", lower, upper, student);
        assertThat(lower).isBetween(0.93, 0.98);
        assertThat(upper).isGreaterThanOrEqualTo(0.91).isGreaterThan(student + 0.02);
    }

    @Test
    void identicalConfigurationsRarelyFail() {
        int runs = 500 * TIMES;
        double paired = share(
                runs,
                run -> fails(Samples.replay(run, 2 * run + 1, 200, 1), Samples.replay(run, -2 * run - 2, 200, 1), 0));
        double tolerant = share(
                runs,
                run -> fails(
                        Samples.replay(run, 2 * run + 1, 200, 1), Samples.replay(run, -2 * run - 2, 200, 1), 0.05));
        double unpaired =
                share(runs, run -> fails(Samples.requests(run, 200, 1), Samples.requests(-run - 1, 200, 1), 0));
        report("identical, failed: paired %.3f, with 5 %% tolerance %.3f, unpaired %.3f", paired, tolerant, unpaired);
        assertThat(paired).isLessThanOrEqualTo(0.06);
        assertThat(tolerant).isLessThanOrEqualTo(0.01);
        assertThat(unpaired).isLessThanOrEqualTo(0.06);
    }

    @Test
    void tenPercentMoreIsFoundInTwoHundredPairs() {
        int runs = 200 * TIMES;
        double found = share(
                runs,
                run -> fails(Samples.replay(run, 2 * run + 1, 200, 1), Samples.replay(run, -2 * run - 2, 200, 1.1), 0));
        report("+10 %% found in 200 pairs: %.3f", found);
        assertThat(found).isGreaterThanOrEqualTo(0.80);
    }

    private static void report(String format, Object... numbers) {
        System.out.printf(Locale.ROOT, "CoverageTest: " + format + "%n", numbers);
    }

    private static double share(int runs, IntPredicate success) {
        return (double) IntStream.range(0, runs).filter(success).count() / runs;
    }

    private static boolean fails(CostSample baseline, CostSample candidate, double tolerance) {
        return CHECKS.growth(baseline, candidate, tolerance).verdict() == Verdict.FAIL;
    }

    private static boolean holds(Clusters clusters, double confidence) {
        Bounds bounds = bounds(clusters, confidence);
        return bounds.lower() <= 1 && 1 <= bounds.upper();
    }

    private static Bounds bounds(Clusters clusters, double confidence) {
        return Bootstrap.bounds(RatioOfSums.of(clusters), confidence);
    }

    private static Clusters requests(long seed) {
        return Samples.requests(seed, 100, 1).sessions();
    }

    /** 60 sessions of about 8 requests, which cost 1 on average; dear sessions are dear in all of theirs. */
    private static Clusters sessions(long seed, boolean together) {
        SplittableRandom random = new SplittableRandom(seed);
        Clusters clusters = new Clusters();
        for (int session = 0; session < 60; session++) {
            double level = Samples.lognormal(random, 0.5);
            int requests = 2 + random.nextInt(13);
            for (int i = 0; i < requests; i++) {
                clusters.add(together ? "session " + session : null, level * Samples.lognormal(random, 0.5), 1);
            }
        }
        return clusters;
    }
}

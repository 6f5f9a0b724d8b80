package io.unitcost.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.gate.CostCheck.Bounds;
import io.unitcost.gate.CostCheck.Quantity;
import io.unitcost.gate.CostSample.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChecksTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Checks CHECKS = new Checks(0.95, USD);

    @Test
    void failsWhenSureThatTheLimitIsBroken() {
        CostCheck check = CHECKS.costPerRequest(Samples.requests(1, 400, 0.5), 0.5);
        assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(check.quantity()).isEqualTo(Quantity.COST_PER_REQUEST);
        assertThat(check.bounds().lower()).isGreaterThan(0.5).isLessThan(check.estimate());
        assertThat(check.evidence()).matches("95 % sure it is at least \\$1\\.\\d{3}");
        assertThat(check.requestsToDecide()).isNull();
        assertThat(check.requests()).isEqualTo(400);
        assertThat(check.clusters()).isEqualTo(400);
    }

    @Test
    void passesWhenSureThatTheLimitIsKept() {
        CostCheck check = CHECKS.costPerRequest(Samples.requests(1, 400, 0.5), 2);
        assertThat(check.verdict()).isEqualTo(Verdict.PASS);
        assertThat(check.evidence()).matches("95 % sure it is at most \\$1\\.\\d{3}");
        assertThat(check.notes()).isEmpty();
    }

    @Test
    void isUndecidedNearTheLimitAndSaysHowManyRequestsWouldDecide() {
        CostSample sample = Samples.requests(1, 400, 0.5);
        double limit = sample.sessions().ratio() * 1.01;
        CostCheck check = CHECKS.costPerRequest(sample, limit);
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.evidence()).contains("at least $1.0").contains("at most $1.1");
        // (1.645 CV / gap)^2 with CV = sqrt(e^0.25 - 1) = 0.533: 7 690, and more as the upper side is the longer one
        assertThat(check.requestsToDecide()).isBetween(6_000L, 11_000L);
    }

    @Test
    void asManyRequestsAsItNamesDoDecide() {
        CostSample sample = Samples.requests(1, 400, 0.5);
        double gap = 1.04;
        CostCheck few = CHECKS.costPerRequest(sample, sample.sessions().ratio() * gap);
        assertThat(few.verdict()).isEqualTo(Verdict.UNDECIDED);
        CostSample more = Samples.requests(2, (int) (few.requestsToDecide() * 1.2), 0.5);
        assertThat(CHECKS.costPerRequest(more, more.sessions().ratio() * gap).verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void noNumberOfRequestsDecidesOnTheLimitItself() {
        CostSample sample = Samples.requests(1, 400, 0.5);
        CostCheck check = CHECKS.costPerRequest(sample, sample.sessions().ratio());
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.requestsToDecide()).isNull();
    }

    @Test
    void equalCostsAreCertain() {
        CostSample sample = new CostSample();
        for (int i = 0; i < 150; i++) {
            sample.add(null, null, new Part(1, 1, 0.0004, 0));
        }
        CostCheck check = CHECKS.costPerRequest(sample, 0.0004);
        assertThat(check.verdict()).isEqualTo(Verdict.PASS);
        assertThat(check.bounds().lower()).isEqualTo(check.bounds().upper());
        assertThat(CHECKS.costPerRequest(sample, 0.000399).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void refusesBelowThirtyRequestsAndWarnsBelowAHundred() {
        CostCheck few = CHECKS.costPerRequest(Samples.requests(1, 29, 0.1), 100);
        assertThat(few.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(few.bounds()).isNull();
        assertThat(few.requestsToDecide()).isEqualTo(30);
        assertThat(few.notes()).containsExactly("29 requests: a verdict needs 30");
        assertThat(CHECKS.costPerRequest(Samples.requests(1, 30, 0.1), 100).notes())
                .containsExactly("30 requests: below 100 the bounds are rough");
        assertThat(CHECKS.costPerRequest(Samples.requests(1, 100, 0.1), 100).notes())
                .isEmpty();
    }

    @Test
    void manyRequestsOfFewSessionsAreFew() {
        CostSample sample = new CostSample();
        for (int i = 0; i < 900; i++) {
            sample.add("session " + i % 9, null, new Part(1, 1, 1, 0));
        }
        CostCheck check = CHECKS.costPerRequest(sample, 100);
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.notes()).containsExactly("9 sessions: a verdict needs 10");
    }

    @Test
    void noDataIsNeverAPass() {
        CostSample none = new CostSample();
        assertThat(CHECKS.costPerRequest(none, 1).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(CHECKS.costPerRequest(none, 1).evidence()).isEqualTo("no requests");
        assertThat(CHECKS.growth(none, none, 1).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(CHECKS.growth(none, Samples.requests(1, 200, 0.1), 1).verdict())
                .isEqualTo(Verdict.UNDECIDED);
        assertThat(CHECKS.latency(new Clusters()).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(CHECKS.unpriced(0, 0, 0).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(Verdict.of(List.of())).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void requestsOfWhichNoneWasDeliveredDecideNothing() {
        CostSample failed = new CostSample();
        for (int i = 0; i < 200; i++) {
            failed.add(null, null, new Part(1, 0, 0.1, 0));
        }
        CostCheck check = CHECKS.costPerRequest(failed, 1);
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.evidence()).isEqualTo("nothing was delivered, or nothing was spent, to compare");
        CostSample free = new CostSample();
        for (int i = 0; i < 200; i++) {
            free.add(null, null, new Part(1, 1, 0, 0));
        }
        assertThat(CHECKS.costPerRequest(free, 1).verdict()).isEqualTo(Verdict.PASS);
        assertThat(CHECKS.growth(free, Samples.requests(1, 200, 0.1), 1).verdict())
                .isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void failedRequestsArePaidByTheDelivered() {
        CostSample sample = new CostSample();
        for (int i = 0; i < 200; i++) {
            sample.add(null, null, new Part(1, i % 2, 1, 0));
        }
        assertThat(CHECKS.costPerRequest(sample, 1).estimate()).isEqualTo(2);
    }

    @Test
    void saysThatTheTailIsHeavy() {
        String note = "a few requests make most of the spread: bounds are narrower than the truth as a rule";
        int heavy = 0;
        int light = 0;
        for (int seed = 0; seed < 20; seed++) {
            heavy += CHECKS.costPerRequest(Samples.requests(seed, 400, 1.8), 1)
                            .notes()
                            .contains(note)
                    ? 1
                    : 0;
            light += CHECKS.costPerRequest(Samples.requests(seed, 400, 0.7), 1)
                            .notes()
                            .contains(note)
                    ? 1
                    : 0;
        }
        assertThat(heavy).isGreaterThan(15);
        assertThat(light).isLessThan(3);
    }

    @Test
    void pairsCasesThatRanOnBothSides() {
        CostCheck check = CHECKS.growth(Samples.replay(1, 2, 400, 1), Samples.replay(1, 3, 400, 1.447), 0.05);
        assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(check.estimate()).isCloseTo(0.447, within(0.07));
        assertThat(check.bounds().lower()).isBetween(0.3, check.estimate());
        assertThat(check.notes()).containsExactly("400 cases ran on both sides and are compared one by one");
        assertThat(check.evidence())
                .matches("\\$\\d\\.\\d+ -> \\$\\d\\.\\d+, 95 % sure it is at least \\+\\d\\d\\.\\d %");
        CostCheck turned = CHECKS.growth(Samples.replay(1, 3, 400, 1.447), Samples.replay(1, 2, 400, 1), 0.05);
        assertThat(turned.verdict()).isEqualTo(Verdict.PASS);
        // growth there and back: (1 + g)(1 + h) = 1
        assertThat((1 + check.estimate()) * (1 + turned.estimate())).isCloseTo(1, within(1e-12));
    }

    @Test
    void doesNotPairWhenTooManyCasesAreMissing() {
        CostSample baseline = Samples.replay(1, 2, 350, 1);
        CostCheck check = CHECKS.growth(baseline, Samples.replay(1, 3, 400, 1), 0.05);
        assertThat(check.notes())
                .first()
                .asString()
                .isEqualTo(
                        "not compared case by case: 87.5 % of the requests have their case on both sides, 90.0 % are needed");
        CostCheck nearly = CHECKS.growth(Samples.replay(1, 2, 380, 1), Samples.replay(1, 3, 400, 1), 0.05);
        assertThat(nearly.notes())
                .containsExactly("380 cases ran on both sides and are compared one by one; the others are left out");
        assertThat(nearly.requests()).isEqualTo(380);
    }

    @Test
    void pairsNeedFarFewerRequests() {
        CostSample before = Samples.replay(1, 2, 200, 1);
        CostSample after = Samples.replay(1, 3, 200, 1.1);
        Bounds paired = CHECKS.growth(before, after, 0).bounds();
        Bounds unpaired =
                CHECKS.growth(withoutCases(1, 2, 1), withoutCases(1, 3, 1.1), 0).bounds();
        assertThat(unpaired.upper() - unpaired.lower()).isGreaterThan(3 * (paired.upper() - paired.lower()));
    }

    private static CostSample withoutCases(long cases, long run, double factor) {
        CostSample sample = new CostSample();
        Samples.replay(cases, run, 200, factor)
                .cases()
                .forEach((name, one) -> sample.add(
                        null,
                        null,
                        new Part(
                                one.sum().requests(),
                                one.sum().delivered(),
                                one.sum().cost(),
                                0)));
        return sample;
    }

    @Test
    void theSameSampleInAnyOrderHasTheSameBounds() {
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(new double[] {i % 40, 1 + i * 37 % 101});
        }
        Bounds bounds = CHECKS.costPerRequest(sample(rows), 1).bounds();
        Collections.shuffle(rows, new Random(5));
        assertThat(CHECKS.costPerRequest(sample(rows), 1).bounds()).isEqualTo(bounds);
    }

    private static CostSample sample(List<double[]> rows) {
        CostSample sample = new CostSample();
        rows.forEach(row -> sample.add("session " + (int) row[0], null, new Part(1, 1, row[1], 0)));
        return sample;
    }

    @Test
    void boundsScaleWithTheCurrency() {
        CostSample dollars = new CostSample();
        CostSample cents = new CostSample();
        for (int i = 0; i < 100; i++) {
            dollars.add(null, null, new Part(1, 1, 1 + i % 13, 0));
            cents.add(null, null, new Part(1, 1, 128 * (1 + i % 13), 0));
        }
        Bounds one = CHECKS.costPerRequest(dollars, 1).bounds();
        Bounds other = CHECKS.costPerRequest(cents, 1).bounds();
        assertThat(other.lower()).isCloseTo(128 * one.lower(), within(1e-9));
        assertThat(other.upper()).isCloseTo(128 * one.upper(), within(1e-9));
    }

    @Test
    void moreConfidenceMeansWiderBounds() {
        CostSample sample = Samples.requests(3, 200, 1);
        Bounds usual = CHECKS.costPerRequest(sample, 1).bounds();
        Bounds wide = new Checks(0.99, USD).costPerRequest(sample, 1).bounds();
        assertThat(wide.lower()).isLessThan(usual.lower());
        assertThat(wide.upper()).isGreaterThan(usual.upper());
    }

    @Test
    void manySessionsAreFoldedAndBoundsStayAlmostTheSame() {
        CostSample all = new CostSample();
        CostSample folded = new CostSample();
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 40_000; i++) {
            double cost = Samples.lognormal(random, 0.5);
            folded.add("s" + i, null, new Part(1, 1, cost, 0));
            if (i < Clusters.MOST) {
                all.add("s" + i, null, new Part(1, 1, cost, 0));
            }
        }
        CostCheck check = CHECKS.costPerRequest(folded, 1);
        assertThat(check.clusters()).isEqualTo(Clusters.FOLDED);
        assertThat(CHECKS.costPerRequest(all, 1).clusters()).isEqualTo(Clusters.MOST);
        // 1.645 · 0.533 / sqrt(40 000) = 0.0044
        assertThat(check.bounds().upper() - check.estimate()).isCloseTo(0.0044, within(0.0006));
        assertThat(check.estimate() - check.bounds().lower()).isCloseTo(0.0044, within(0.0006));
    }

    @Test
    void aWellKeptLatencyBudgetPasses() {
        assertThat(CHECKS.latency(misses(0, 59)).verdict()).isEqualTo(Verdict.PASS);
        CostCheck close = CHECKS.latency(misses(0, 58));
        assertThat(close.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(close.requestsToDecide()).isEqualTo(59);
    }

    @Test
    void aLatencyBudgetThatIsJustKeptIsUndecided() {
        CostCheck check = CHECKS.latency(misses(17, 400));
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.evidence())
                .isEqualTo("17 of 400 requests missed it (4.3 %, 95 % sure it is at least 2.7 %, "
                        + "95 % sure it is at most 6.3 %; 5.0 % allowed)");
        assertThat(check.requestsToDecide()).isGreaterThan(1_000);
        assertThat(CHECKS.latency(misses(40, 400)).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void missesOfTheSameSessionsCountAsFewer() {
        Clusters alike = new Clusters();
        Clusters spread = new Clusters();
        for (int i = 0; i < 400; i++) {
            double missed = i < 32 ? 1 : 0;
            alike.add("session " + i / 8, missed, 1);
            spread.add(null, missed, 1);
        }
        // 32 of 400 are sure to be beyond 5 % if they are independent; four sessions in fifty are not
        assertThat(CHECKS.latency(spread).verdict()).isEqualTo(Verdict.FAIL);
        CostCheck check = CHECKS.latency(alike);
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.notes()).anyMatch(note -> note.startsWith("requests of a session are alike: they count as 4"));
    }

    private static Clusters misses(int missed, int judged) {
        Clusters misses = new Clusters();
        for (int i = 0; i < judged; i++) {
            misses.add(null, i < missed ? 1 : 0, 1);
        }
        return misses;
    }

    @Test
    void oneUnpricedCallIsOneTooMany() {
        assertThat(CHECKS.unpriced(0, 10, 0).verdict()).isEqualTo(Verdict.PASS);
        CostCheck check = CHECKS.unpriced(1, 1_000, 0);
        assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(check.evidence()).isEqualTo("1 of 1,000 calls have no price: costs are lower bounds");
        assertThat(CHECKS.unpriced(1, 1_000, 0.001).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void oneFailureFailsTheWhole() {
        assertThat(Verdict.of(List.of(Verdict.PASS, Verdict.UNDECIDED, Verdict.FAIL)))
                .isEqualTo(Verdict.FAIL);
        assertThat(Verdict.of(List.of(Verdict.PASS, Verdict.UNDECIDED))).isEqualTo(Verdict.UNDECIDED);
        assertThat(Verdict.of(List.of(Verdict.PASS))).isEqualTo(Verdict.PASS);
        assertThat(List.of(Verdict.PASS.exitCode(), Verdict.FAIL.exitCode(), Verdict.UNDECIDED.exitCode()))
                .containsExactly(0, 1, 3);
    }

    @Test
    void amountsAreShownWithTheirCurrency() {
        assertThat(Amounts.money(0.00117532, USD)).isEqualTo("$0.001175");
        assertThat(Amounts.money(-12, Currency.getInstance("EUR"))).isEqualTo("-EUR 12.0");
        assertThat(Amounts.confidence(0.975)).isEqualTo("97.5 %");
    }

    @Test
    void refusesAConfidenceThatIsNone() {
        assertThatThrownBy(() -> new Checks(95, USD))
                .hasMessage("confidence: 95.0 is not between 0.5 and 1; give 0.95, or 0.99 if you check much at once");
    }
}

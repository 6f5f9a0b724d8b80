package io.unitcost.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.AttemptCost.Result;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.explain.CostCells;
import io.unitcost.explain.Explanation;
import io.unitcost.gate.CostCheck.Quantity;
import io.unitcost.gate.CostSample.Part;
import io.unitcost.gate.GateReport.Judged;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cases of a run in the proportions of production. Half of the cases are short ones, the other half long ones. */
class CaseMixTest {

    private static final int CASES = 100;
    private static final double SHORT = 0.001;
    private static final double LONG = 0.009;

    @Test
    void casesCountAsOftenAsInProduction() {
        // one in nine is long: 8/9 x 0.001 + 1/9 x 0.009
        CaseMix mix = mix(i -> isLong(i) ? 1 : 8);
        GateReport report = judge(gate("0.004").caseMix(mix), run(1), null);
        assertThat(cost(report).estimate()).isCloseTo(0.017 / 9, within(1e-12));
        assertThat(report.exitCode()).isZero();
        // (50 x 16/9 + 50 x 2/9)^2 / (50 x (16/9)^2 + 50 x (2/9)^2) = 810000 / 13000
        assertThat(cost(report).notes())
                .containsExactly("100 requests that say as much as 62 of equal weight: below 100 the bounds are rough");
        assertThat(report.assumptions())
                .containsExactly(
                        "direct cost and planned capacity only: no cells of production were given",
                        "chat: cases count as often as in production (450 requests)");
        GateReport asTheyRan = judge(gate("0.004"), run(1), null);
        assertThat(cost(asTheyRan).estimate()).isCloseTo(0.005, within(1e-12));
        assertThat(asTheyRan.exitCode()).isEqualTo(1);
    }

    @Test
    void howOftenACaseRanDoesNotMatter() {
        CaseMix mix = mix(i -> isLong(i) ? 1 : 8);
        List<LedgerRecord> thrice = new ArrayList<>(run(1));
        for (int again = 1; again <= 2; again++) {
            for (int i = 0; i < CASES; i++) {
                if (isLong(i)) {
                    thrice.add(request("again-" + again + "-" + i, "case-" + i, LONG)
                            .build());
                }
            }
        }
        GateReport report = judge(gate("0.004").caseMix(mix), thrice, null);
        assertThat(cost(report).estimate()).isCloseTo(0.017 / 9, within(1e-12));
    }

    @Test
    void theMixOfTheRunItselfChangesNoNumber() {
        List<LedgerRecord> before = noisy(1, 1);
        List<LedgerRecord> after = noisy(2, 1.2);
        GateReport plain = judge(gate("0.006"), after, before);
        GateReport weighted = judge(gate("0.006").caseMix(mix(i -> 7)), after, before);
        assertThat(weighted.toString().replaceFirst("(?s)assumed:.*", ""))
                .isEqualTo(plain.toString().replaceFirst("(?s)assumed:.*", ""));
        assertThat(weighted.exitCode()).isEqualTo(plain.exitCode());
    }

    @Test
    void aRiseOfWhatIsRareIsSmall() {
        // long cases cost twice as much: +90 % as they ran, much less with one long in a hundred
        CaseMix mix = mix(i -> isLong(i) ? 1 : 99);
        List<LedgerRecord> before = run(1);
        List<LedgerRecord> after = run(2);
        GateReport asTheyRan = judge(gate("1").tolerance(new BigDecimal("0.10")), after, before);
        assertThat(growth(asTheyRan).estimate()).isCloseTo(0.9, within(1e-9));
        assertThat(asTheyRan.exitCode()).isEqualTo(1);
        GateReport weighted = judge(gate("1").tolerance(new BigDecimal("0.10")).caseMix(mix), after, before);
        assertThat(growth(weighted).estimate())
                .as("(99 x 0.001 + 0.018) / (99 x 0.001 + 0.009)")
                .isCloseTo(0.117 / 0.108 - 1, within(1e-9));
        assertThat(growth(weighted).verdict()).isNotEqualTo(Verdict.FAIL);
        Explanation why = weighted.features().get(0).why();
        assertThat(why).isNotNull();
        assertThat(why.before()).isCloseTo(0.00108, within(1e-12));
        assertThat(why.after()).isCloseTo(0.00117, within(1e-12));
    }

    @Test
    void whatIsNotPairedIsWeightedToo() {
        // each side lacks 20 cases of those that are just under a tenth of production, long ones on one side, short
        // ones
        // on the other
        CaseMix mix = mix(i -> i < 60 ? 30 : 11);
        List<LedgerRecord> before = without(run(1), i -> i >= 60 && isLong(i));
        List<LedgerRecord> after = without(run(1), i -> i >= 60 && !isLong(i));
        GateReport report = judge(gate("1").caseMix(mix), after, before);
        assertThat(growth(report).notes().get(0)).startsWith("not compared case by case: ");
        // 900 short and 900 long on both, and 220 short before, 220 long after
        double earlier = (1_120 * SHORT + 900 * LONG) / 2_020;
        double later = (900 * SHORT + 1_120 * LONG) / 2_020;
        assertThat(growth(report).estimate()).isCloseTo(later / earlier - 1, within(1e-9));
        Explanation why = report.features().get(0).why();
        assertThat(why).isNotNull();
        assertThat(why.before()).isCloseTo(earlier, within(1e-12));
        assertThat(why.after()).isCloseTo(later, within(1e-12));
    }

    @Test
    void whetherCasesArePairedGoesByWhatTheyWeigh() {
        // 20 cases are new, a quarter of the run and a hundredth of production, and dear
        CaseMix mix = mix(i -> i < 80 ? 99 : 4);
        List<LedgerRecord> after = new ArrayList<>(run(1).subList(0, 80));
        IntStream.range(80, CASES)
                .forEach(i -> after.add(request("r" + i, "case-" + i, 10 * LONG).build()));
        GateReport report = judge(gate("1").caseMix(mix), after, run(1).subList(0, 80));
        assertThat(growth(report).notes().get(0))
                .isEqualTo("80 cases ran on both sides and are compared one by one; the others are left out");
        assertThat(growth(report).estimate()).isCloseTo(0, within(1e-9));
    }

    @Test
    void requestsOfACaseStayInTheirSessions() {
        // eight intents in fifty sessions each
        List<LedgerRecord> intents = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            intents.add(request("r" + i, "case-" + i % 8, 0.001 * (1 + i % 8))
                    .session("s" + i)
                    .build());
        }
        CaseMix mix = mix(i -> i < 8 ? 50 : 0);
        CostCheck plain = cost(judge(gate("0.005"), intents, null));
        CostCheck weighted = cost(judge(gate("0.005").caseMix(mix), intents, null));
        assertThat(weighted.clusters()).isEqualTo(400).isEqualTo(plain.clusters());
        assertThat(weighted.bounds()).isEqualTo(plain.bounds());
        GateReport compared = judge(gate("0.005").caseMix(mix), intents, intents);
        assertThat(growth(compared).estimate()).isCloseTo(0, within(1e-9));
        assertThat(growth(compared).clusters()).isEqualTo(400);
        assertThat(growth(compared).notes())
                .containsExactly("not compared case by case: the cases are 8 groups that have no session in common,"
                        + " 10 are needed");
    }

    @Test
    void sessionsThatHaveManyCasesAreWhatDiffers() {
        // each of twenty sessions runs all of twenty cases, in another order, and is dear or cheap as a whole
        List<LedgerRecord> records = new ArrayList<>();
        for (int turn = 0; turn < 20; turn++) {
            for (int session = 0; session < 20; session++) {
                records.add(
                        request(turn + "-" + session, "case-" + (turn + session) % 20, session % 2 == 0 ? SHORT : LONG)
                                .session("s" + session)
                                .build());
            }
        }
        CaseMix mix = mix(i -> i < 20 ? 5 : 0);
        CostCheck plain = cost(judge(gate("0.006"), records, null));
        CostCheck weighted = cost(judge(gate("0.006").caseMix(mix), records, null));
        assertThat(weighted.clusters()).isEqualTo(20);
        assertThat(weighted.bounds()).isEqualTo(plain.bounds());
        assertThat(weighted.bounds().upper() - weighted.bounds().lower()).isGreaterThan(0.001);
        GateReport compared = judge(gate("1"), records, records);
        assertThat(growth(compared).clusters()).as("all cases hang together").isEqualTo(20);
    }

    @Test
    void moreSessionsThanAreKeptAreAddedUp() {
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < CostSample.MOST_PARTS + 10_000; i++) {
            records.add(request("r" + i, "case-" + i % 2, isLong(i) ? LONG : SHORT)
                    .session("s" + i)
                    .build());
        }
        CostCheck check = cost(judge(gate("1").caseMix(mix(i -> i == 0 ? 900 : i == 1 ? 100 : 0)), records, null));
        assertThat(check.estimate()).isCloseTo(0.9 * SHORT + 0.1 * LONG, within(1e-9));
        assertThat(check.clusters()).isBetween(900, 1_000);
    }

    @Test
    void moreSessionsOfManyCasesThanAreKeptAreSaid() {
        // a thousand sums of sessions in each of a hundred cases are too many, after adding them up too
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < 3 * CostSample.MOST_PARTS; i++) {
            records.add(request("r" + i, "case-" + i % CASES, SHORT)
                    .session("s" + i)
                    .build());
        }
        GateReport report = judge(gate("1").caseMix(mix(i -> 1)), records, records);
        assertThat(report.assumptions().get(1))
                .isEqualTo("chat: cases count as often as they ran: the run has more than 40,000 sessions in all"
                        + " cases");
        assertThat(growth(report).notes().get(0))
                .isEqualTo("not compared case by case: there are more than 40,000 sessions in all cases");
        assertThat(cost(report).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatIsLeftOutOfTheRunIsSaid() {
        List<LedgerRecord> records = new ArrayList<>(run(1));
        records.add(request("late", "case-1", 0.05).kind(Kind.LATE).build());
        records.add(request("late-2", "gone", 0.05).kind(Kind.LATE).build());
        records.add(request("unnamed", null, 0.1).build());
        CaseMix mix = mix(i -> i == 0 ? 0 : 10);
        GateReport report = judge(gate("1").caseMix(mix), records, null);
        assertThat(report.assumptions().get(1))
                .isEqualTo("chat: cases count as often as in production (990 requests; left out of the run: 1 requests"
                        + " of cases that it lacks, 1 that name none, 21.6 % of the cost)");
        assertThat(cost(report).estimate())
                .as("what came late for a case that counts is paid")
                .isCloseTo((49 * SHORT + 50 * LONG + 0.05) / 99, within(1e-12));
    }

    @Test
    void whereOnlyWhatIsLeftOutWasDeliveredNothingIsJudged() {
        List<LedgerRecord> records = new ArrayList<>();
        run(1).forEach(record ->
                records.add(record.toBuilder().outcome(Outcome.FAILED).build()));
        records.add(request("extra", "extra", LONG).build());
        CaseMix mix = mix(i -> 1);
        GateReport report = judge(gate("1").caseMix(mix), records, run(1));
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(growth(report).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(report.features().get(0).why()).isNull();
    }

    @Test
    void whereOnlyWhatIsLeftOutHasAnAllowanceThereIsNoLimit() {
        List<LedgerRecord> records = new ArrayList<>(run(1));
        records.add(request("extra", "extra", LONG).allowance(Money.usd("0.02")).build());
        CostCheck check = cost(judge(ReleaseGate.builder().caseMix(mix(i -> 1)), records, null));
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.limit()).isNaN();
    }

    @Test
    void equalWeightsAreWorthWhatTheyAre() {
        // ten cases three times each, seventeen requests of each: 3/17 of 17/3 is not 1 in doubles
        List<LedgerRecord> records = IntStream.range(0, 30)
                .mapToObj(i -> request("r" + i, "case-" + i % 10, SHORT).build())
                .toList();
        CostCheck check = cost(judge(gate("1").caseMix(mix(i -> i < 10 ? 17 : 0)), records, null));
        assertThat(check.verdict()).isEqualTo(Verdict.PASS);
        assertThat(check.notes()).containsExactly("30 requests: below 100 the bounds are rough");
    }

    @Test
    void anObjectiveAsksForRequestsAndABoundForTheirWorth() {
        CaseMix mix = mix(i -> isLong(i) ? 1 : 8);
        ReleaseGate.Builder hundred = ReleaseGate.builder()
                .objective(CostObjective.of("chat")
                        .ceiling("1")
                        .minimumRequests(100)
                        .build())
                .caseMix(mix);
        assertThat(cost(judge(hundred, run(1), null)).verdict())
                .as("100 requests, worth 62")
                .isEqualTo(Verdict.PASS);
        List<LedgerRecord> forty = run(1).subList(0, 40);
        CostCheck few = cost(judge(gate("1").caseMix(mix(i -> i < 40 ? isLong(i) ? 1 : 8 : 0)), forty, null));
        assertThat(few.notes())
                .containsExactly("40 requests that say as much as 24 of equal weight: a verdict needs 30");
        // 40 x 30 / (40 x 405 / 650)
        assertThat(few.requestsToDecide()).isEqualTo(49);
    }

    @Test
    void aHandfulOfRequestsIsNoMix() {
        CaseMix few = CaseMix.builder()
                .add("chat", "case-0", 29)
                .add("chat", null, 1e6)
                .build();
        assertThat(judge(gate("1").caseMix(few), run(1), null).assumptions().get(1))
                .isEqualTo("chat: cases count as often as they ran: 29 requests of production name a case, 30 are"
                        + " needed");
    }

    @Test
    void allowancesAreWeightedLikeCosts() {
        // what is long may cost 0.02, what is short 0.0005: 8/9 x 0.0005 + 1/9 x 0.02 = 0.024/9
        CaseMix mix = mix(i -> isLong(i) ? 1 : 8);
        List<LedgerRecord> records = IntStream.range(0, CASES)
                .mapToObj(i -> request("r" + i, "case-" + i, isLong(i) ? LONG : SHORT)
                        .allowance(Money.usd(isLong(i) ? "0.02" : "0.0005"))
                        .build())
                .toList();
        CostCheck check = cost(judge(ReleaseGate.builder().caseMix(mix), records, null));
        assertThat(check.limit()).isCloseTo(0.024 / 9, within(1e-12));
        assertThat(check.estimate()).isCloseTo(0.017 / 9, within(1e-12));
    }

    @Test
    void withoutCasesOfNineInTenRequestsTheyCountAsTheyRan() {
        CaseMix.Builder mix = CaseMix.builder().add("chat", "never tested", 20);
        IntStream.range(0, CASES).forEach(i -> mix.add("chat", "case-" + i, 1));
        GateReport report = judge(gate("1").caseMix(mix.build()), run(1), null);
        assertThat(cost(report).estimate()).isCloseTo(0.005, within(1e-12));
        assertThat(report.assumptions().get(1))
                .isEqualTo("chat: cases count as often as they ran: 83.3 % of production's requests are of cases that"
                        + " ran, 90.0 % are needed");
        CaseMix enough = mix(i -> 10);
        assertThat(judge(gate("1").caseMix(withUnknown(enough, 50)), run(1), null)
                        .assumptions()
                        .get(1))
                .isEqualTo("chat: cases count as often as in production (1,050 requests, 95.2 % of them of cases that"
                        + " ran; 7 more name no case)");
    }

    @Test
    void aBaselineOfOtherCasesIsComparedAsItRan() {
        CaseMix mix = mix(i -> isLong(i) ? 1 : 8);
        List<LedgerRecord> before = IntStream.range(0, CASES)
                .mapToObj(i -> request("b" + i, "old-" + i, 0.005).build())
                .toList();
        GateReport report = judge(gate("1").caseMix(mix), run(1), before);
        assertThat(cost(report).estimate()).isCloseTo(0.017 / 9, within(1e-12));
        assertThat(growth(report).estimate()).isCloseTo(0, within(1e-9));
        assertThat(report.features().get(0).notes())
                .containsExactly("against the baseline, cases count as often as they ran: there 0.0 % of production's"
                        + " requests are of cases that ran, 90.0 % are needed");
    }

    @Test
    void whereProductionNamesNoCaseThatIsSaid() {
        CaseMix unnamed = CaseMix.builder().add("chat", null, 100).build();
        assertThat(judge(gate("1").caseMix(unnamed), run(1), null).assumptions().get(1))
                .isEqualTo("chat: cases count as often as they ran: no request of production names a case");
        assertThat(judge(gate("1").caseMix(CaseMix.builder().build()), run(1), null)
                        .assumptions()
                        .get(1))
                .isEqualTo("chat: cases count as often as they ran: no request of production names a case");
    }

    @Test
    void tooManyCasesAreForgotten() {
        CaseMix.Builder mix = CaseMix.builder();
        for (int i = 0; i <= CostSample.MOST_CASES; i++) {
            mix.add("chat", "case-" + i, 1);
        }
        assertThat(judge(gate("1").caseMix(mix.build()), run(1), null)
                        .assumptions()
                        .get(1))
                .isEqualTo("chat: cases count as often as they ran: production has more than 20,000 cases");
        assertThat(mix.build().requests("chat")).isEqualTo(20_001);
    }

    @Test
    void fewRequestsThatCountAreTooFew() {
        // 99 % of production is ten cases
        CaseMix mix = mix(i -> i < 10 ? 990 : 10.0 / 90 * 10);
        CostCheck check = cost(judge(gate("1").caseMix(mix), run(1), null));
        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.evidence()).isEqualTo("too few to be sure of anything");
        assertThat(check.notes())
                .containsExactly("100 requests that say as much as 10 of equal weight: a verdict needs 30");
    }

    @Test
    void productionIsCountedByItsOwnRequestsOnly() {
        CaseMix mix = CaseMix.builder()
                .add(request("1", "a", 1).build())
                .add(request("2", "a", 1).kind(Kind.LATE).build())
                .add(request("3", "a", 1).kind(Kind.SUBREQUEST).build())
                .build();
        assertThat(mix.requests("chat")).isEqualTo(1);
        assertThat(mix.requests("search")).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CaseMix.builder().add("chat", "a", Double.NaN))
                .withMessage("requests: NaN of case 'a' is not a number of requests; give 0 to 1e15");
    }

    @Test
    void cellsAndMixOfProductionAreBothSaid() {
        CostCells.Builder cells = CostCells.builder();
        cells.feature("chat").delivered(100).support(0.05);
        GateReport report =
                judge(gate("1").production(cells.build()).caseMix(mix(i -> isLong(i) ? 1 : 8)), run(1), null);
        assertThat(cost(report).estimate()).isCloseTo(0.017 / 9 + 0.0005, within(1e-12));
        assertThat(report.assumptions())
                .containsExactly(
                        "chat: support of $0.00050 a delivered request, as in production, in place of what was recorded",
                        "chat: cases count as often as in production (450 requests)");
    }

    /** Cases that cost more are rarer, in production and not in the run: what it costs as it ran is not what it will cost. */
    @Test
    void boundsCoverWhatProductionWillCost() {
        int runs = Boolean.getBoolean("unitcost.long") ? 2_000 : 200;
        int held = 0;
        int heldAsTheyRan = 0;
        for (int run = 0; run < runs; run++) {
            SplittableRandom random = new SplittableRandom(run);
            CaseMix.Builder mix = CaseMix.builder();
            CostSample sample = new CostSample();
            for (int i = 0; i < 200; i++) {
                double size = random.nextGaussian();
                // e^(0.6 z) of cost and e^(-0.6 z) of share: their product is 1, the mean share is e^0.18
                mix.add("chat", "case " + i, Math.exp(-0.6 * size));
                sample.add(null, "case " + i, new Part(1, 1, Math.exp(0.6 * size) * Samples.lognormal(random, 0.2), 0));
            }
            double truth = 1 / Math.exp(0.18);
            CostSample weighted = sample.weighted(CaseWeights.of(mix.build(), "chat", sample));
            held += holds(weighted, truth) ? 1 : 0;
            heldAsTheyRan += holds(sample, truth) ? 1 : 0;
        }
        System.out.printf(
                Locale.ROOT,
                "CaseMixTest: 95 %% in production's mix %.3f, as they ran %.3f%n",
                (double) held / runs,
                (double) heldAsTheyRan / runs);
        assertThat((double) held / runs).isGreaterThanOrEqualTo(0.92);
        assertThat((double) heldAsTheyRan / runs).isLessThan(0.05);
    }

    /** The same where a session has several cases, and is dear or cheap as a whole. */
    @Test
    void boundsCoverItWhereSessionsHaveManyCases() {
        int runs = Boolean.getBoolean("unitcost.long") ? 2_000 : 200;
        int held = 0;
        for (int run = 0; run < runs; run++) {
            SplittableRandom random = new SplittableRandom(run);
            CaseMix.Builder mix = CaseMix.builder();
            CostSample sample = new CostSample();
            for (int i = 0; i < 20; i++) {
                mix.add("chat", "case " + i, i < 10 ? 80 : 20);
            }
            for (int session = 0; session < 60; session++) {
                double mood = Samples.lognormal(random, 0.8);
                for (int k = 0; k < 8; k++) {
                    int i = random.nextInt(20);
                    double mean = i < 10 ? 1 : 5;
                    sample.add(
                            "s" + session,
                            "case " + i,
                            new Part(1, 1, mean * mood * Samples.lognormal(random, 0.2), 0));
                }
            }
            held += holds(sample.weighted(CaseWeights.of(mix.build(), "chat", sample)), 0.8 * 1 + 0.2 * 5) ? 1 : 0;
        }
        System.out.printf(Locale.ROOT, "CaseMixTest: 95 %% over sessions of many cases %.3f%n", (double) held / runs);
        assertThat((double) held / runs).isGreaterThanOrEqualTo(0.92);
    }

    private static boolean holds(CostSample sample, double truth) {
        CostCheck.Bounds bounds = Bootstrap.bounds(RatioOfSums.of(sample.sessions()), 0.975);
        return bounds.lower() <= truth && truth <= bounds.upper();
    }

    private static List<LedgerRecord> without(List<LedgerRecord> run, IntPredicate left) {
        return IntStream.range(0, run.size())
                .filter(left.negate())
                .mapToObj(run::get)
                .toList();
    }

    private static boolean isLong(int i) {
        return i % 2 == 1;
    }

    private static CaseMix mix(IntToDoubleFunction requests) {
        CaseMix.Builder mix = CaseMix.builder();
        IntStream.range(0, CASES).forEach(i -> mix.add("chat", "case-" + i, requests.applyAsDouble(i)));
        return mix.build();
    }

    private static CaseMix withUnknown(CaseMix known, double unknown) {
        CaseMix.Builder mix = CaseMix.builder();
        double each = known.requests("chat") / CASES;
        IntStream.range(0, CASES).forEach(i -> mix.add("chat", "case-" + i, each));
        return mix.add("chat", "never tested", unknown).add("chat", null, 7).build();
    }

    /** Each case once; long ones cost so many times as much as usual. */
    private static List<LedgerRecord> run(double factor) {
        return IntStream.range(0, CASES)
                .mapToObj(i -> request("r" + i, "case-" + i, isLong(i) ? factor * LONG : SHORT)
                        .build())
                .toList();
    }

    private static List<LedgerRecord> noisy(long seed, double factor) {
        SplittableRandom noise = new SplittableRandom(seed);
        return IntStream.range(0, CASES)
                .mapToObj(i -> request(
                                "r" + i,
                                "case-" + i,
                                factor * (isLong(i) ? LONG : SHORT) * Samples.lognormal(noise, 0.2))
                        .build())
                .toList();
    }

    /** A billionth of a dollar a token. */
    private static LedgerRecord.Builder request(String id, @Nullable String caseId, double cost) {
        Usage usage =
                Usage.builder().set(Unit.OUTPUT_TOKENS, Math.round(cost * 1e9)).build();
        Instant time = Instant.parse("2026-11-21T10:00:00Z");
        PriceTable prices = PriceTable.builder("sheet")
                .model("acme", "small", model -> model.rate(Unit.OUTPUT_TOKENS, "0.001 per 1M"))
                .build();
        return LedgerRecord.builder(id, time, "chat", Money.USD)
                .durationNanos(1_000_000)
                .caseId(caseId)
                .attempts(List.of(LedgerAttempt.of("acme", "small")
                        .usage(usage, Quality.REPORTED)
                        .result(Result.DELIVERED)
                        .charge(prices.charge("acme", "small", usage, time))
                        .build()));
    }

    private static ReleaseGate.Builder gate(String ceiling) {
        return ReleaseGate.builder()
                .objective(CostObjective.of("chat").ceiling(ceiling).build());
    }

    private static GateReport judge(
            ReleaseGate.Builder builder, List<LedgerRecord> candidate, @Nullable List<LedgerRecord> baseline) {
        ReleaseGate gate = builder.build();
        return gate.judge(evidence(gate, candidate), baseline == null ? null : evidence(gate, baseline));
    }

    private static GateEvidence evidence(ReleaseGate gate, List<LedgerRecord> records) {
        GateEvidence evidence = gate.evidence();
        records.forEach(evidence::add);
        return evidence;
    }

    private static CostCheck cost(GateReport report) {
        return check(report, Quantity.COST_PER_REQUEST);
    }

    private static CostCheck growth(GateReport report) {
        return check(report, Quantity.GROWTH);
    }

    private static CostCheck check(GateReport report, Quantity quantity) {
        return report.features().get(0).checks().stream()
                .map(Judged::check)
                .filter(check -> check.quantity() == quantity)
                .findFirst()
                .orElseThrow();
    }
}

package io.unitcost.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.AttemptCost.Result;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.explain.CostCells;
import io.unitcost.explain.CostCells.Use;
import io.unitcost.gate.CostCheck.Bounds;
import io.unitcost.gate.CostCheck.Quantity;
import io.unitcost.gate.GateReport.FeatureReport;
import io.unitcost.gate.GateReport.Judged;
import io.unitcost.gate.GateReport.Level;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReleaseGateTest {

    private static final int RUNS = 500;

    @Test
    void withoutObjectivesTheAllowancesOfTheLedgerAreTheLimit() {
        GateReport kept = judge(ReleaseGate.builder(), requests(100, i -> request(i, 0.001)
                .allowance(usd(i % 2 == 0 ? 0.0008 : 0.0016))));
        CostCheck check = check(kept, Quantity.COST_PER_REQUEST);
        assertThat(check.verdict()).isEqualTo(Verdict.PASS);
        assertThat(check.limit()).as("(0.0008 + 0.0016) / 2").isCloseTo(0.0012, within(1e-12));
        assertThat(check.estimate()).isCloseTo(0.001, within(1e-12));
        assertThat(kept.exitCode()).isZero();
        GateReport broken = judge(ReleaseGate.builder(), requests(100, i -> request(i, 0.001)
                .allowance(usd(i % 2 == 0 ? 0.0004 : 0.0008))));
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void revenueByPlanIsWhatTheRecordsSay() {
        CostObjective objective = CostObjective.of("chat")
                .revenueBy("plan", Map.of("free", Money.usd("0"), "pro", Money.usd("0.01")))
                .targetMargin("0.8")
                .build();
        // half of them earn 0.01: 0.01 x 0.2 / 2 = 0.001 a request; what the ledger says of allowances is out of date
        Consumer<LedgerRecord.Builder> old = record -> record.allowance(Money.usd("5"));
        GateReport kept =
                judge(ReleaseGate.builder().objective(objective), requests(100, i -> planned(i, 0.0007, old)));
        assertThat(check(kept, Quantity.COST_PER_REQUEST).limit()).isCloseTo(0.001, within(1e-12));
        assertThat(kept.exitCode()).isZero();
        assertThat(judge(ReleaseGate.builder().objective(objective), requests(100, i -> planned(i, 0.0014, old)))
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void whatEarnsNothingIsAllowedNothing() {
        CostObjective objective = CostObjective.of("chat")
                .revenueBy("plan", Map.of("free", Money.usd("0")))
                .targetMargin("0.8")
                .build();
        List<LedgerRecord> free = requests(100, i -> request(i, 0.001).revenue(Money.usd("0")));
        GateReport report = judge(ReleaseGate.builder().objective(objective), free, free);
        assertThat(check(report, Quantity.GROWTH).verdict()).isEqualTo(Verdict.PASS);
        assertThat(check(report, Quantity.COST_PER_REQUEST).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.exitCode()).isEqualTo(1);
        List<LedgerRecord> unknown = requests(100, i -> request(i, 0.001));
        GateReport unjudged = judge(ReleaseGate.builder().objective(objective), unknown, unknown);
        assertThat(unjudged.exitCode())
                .as("an objective that cannot be judged is not kept")
                .isNotZero();
    }

    @Test
    void requestsWithoutAnAllowanceAreAllowedNothingAndSaid() {
        GateReport report = judge(ReleaseGate.builder(), requests(100, i -> request(i, 0.001)
                .allowance(i < 50 ? Money.usd("0.0015") : null)));
        assertThat(check(report, Quantity.COST_PER_REQUEST).limit()).isCloseTo(0.00075, within(1e-12));
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.toString())
                .contains("50 delivered requests have no allowance: they count as allowed nothing");
    }

    @Test
    void eachFeatureIsJudgedByItsOwnObjective() {
        List<LedgerRecord> records = new ArrayList<>(requests(50, i -> request(i, 0.001)));
        records.addAll(requests(50, i -> of("search", i, 0.002)));
        records.addAll(requests(50, i -> of("new", i, 7)));
        ReleaseGate.Builder gate =
                ReleaseGate.builder().objective(ceiling("chat", "0.0011")).objective(ceiling("search", "0.0019"));
        GateReport report = judge(gate, records);
        assertThat(report.features()).extracting(FeatureReport::feature).containsExactly("chat", "new", "search");
        assertThat(report.features())
                .extracting(FeatureReport::verdict)
                .as("chat, new (no limit, every call priced), search")
                .containsExactly(Verdict.PASS, Verdict.PASS, Verdict.FAIL);
        assertThat(report.toString()).contains("not judged: it has neither an objective nor a baseline");
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(judge(gate.feature("chat"), records).exitCode())
                .as("only chat")
                .isZero();
        assertThat(judge(ReleaseGate.builder(), records).exitCode())
                .as("nothing to judge")
                .isEqualTo(2);
    }

    @Test
    void aRequiredFeatureHasToBeThere() {
        ReleaseGate.Builder gate = ReleaseGate.builder()
                .objective(ceiling("chat", "1"))
                .feature("chat")
                .feature("search");
        GateReport report = judge(gate, requests(50, i -> request(i, 0.001)));
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(report.problems())
                .singleElement()
                .asString()
                .isEqualTo("no requests of search in the candidate; it has [chat]");
        List<LedgerRecord> onlyLate = new ArrayList<>(requests(50, i -> request(i, 0.001)));
        onlyLate.add(of("search", 99, 0.001).kind(Kind.LATE).build());
        assertThat(judge(gate, onlyLate).exitCode())
                .as("usage that came late is no request")
                .isNotZero();
    }

    @Test
    void usageThatCameLateIsPaidAndWorkForOtherServicesIsLeftOut() {
        List<LedgerRecord> records = new ArrayList<>(requests(100, i -> request(i, 0.001)));
        records.add(request(100, 0.05).kind(Kind.LATE).outcome(Outcome.FAILED).build());
        records.add(request(101, 0.05).kind(Kind.UNATTRIBUTED).build());
        records.add(request(102, 9).kind(Kind.SUBREQUEST).build());
        GateReport report = judge(ReleaseGate.builder().objective(ceiling("chat", "0.01")), records);
        CostCheck check = check(report, Quantity.COST_PER_REQUEST);
        assertThat(check.estimate()).as("(100 x 0.001 + 2 x 0.05) / 100").isCloseTo(0.002, within(1e-12));
        assertThat(check.requests()).isEqualTo(100);
        assertThat(report.candidate().requests()).isEqualTo(100);
        assertThat(report.candidate().subrequests()).isEqualTo(1);
        assertThat(report.toString())
                .contains("1 records left out: parts of requests of other services")
                .contains("chat: 100 requests, 102 calls, 0 without a price, 2 records came late");
        GateReport onlyParts = judge(
                ReleaseGate.builder(), requests(100, i -> request(i, 0.001).kind(Kind.SUBREQUEST)));
        assertThat(onlyParts.exitCode()).isEqualTo(2);
        assertThat(onlyParts.problems().get(0)).contains("its 100 records are parts of requests of other services");
    }

    @Test
    void whatFailedIsPaidByWhatWasDelivered() {
        GateReport report =
                judge(ReleaseGate.builder().objective(ceiling("chat", "0.01")), requests(100, i -> request(i, 0.001)
                        .outcome(i % 4 == 0 ? Outcome.FAILED : Outcome.DELIVERED)));
        assertThat(check(report, Quantity.COST_PER_REQUEST).estimate()).isCloseTo(0.1 / 75, within(1e-12));
        GateReport nothing =
                judge(ReleaseGate.builder().objective(ceiling("chat", "0.01")), requests(100, i -> request(i, 0.001)
                        .outcome(Outcome.FAILED)));
        assertThat(nothing.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(nothing.exitCode()).isEqualTo(3);
        assertThat(nothing.toString()).contains("nothing was delivered");
    }

    @Test
    void requestsOfASessionAreNotIndependent() {
        // 25 sessions of 20 requests that cost the same within a session
        List<LedgerRecord> together = sessions(true);
        List<LedgerRecord> apart = sessions(false);
        ReleaseGate.Builder gate = ReleaseGate.builder().objective(ceiling("chat", "0.0014"));
        CostCheck bySession = check(judge(gate, together), Quantity.COST_PER_REQUEST);
        CostCheck byRequest = check(judge(gate, apart), Quantity.COST_PER_REQUEST);
        assertThat(bySession.clusters()).isEqualTo(25);
        assertThat(byRequest.clusters()).isEqualTo(500);
        assertThat(bySession.estimate()).isCloseTo(byRequest.estimate(), within(1e-15));
        assertThat(width(bySession))
                .as("the square root of 20, or so")
                .isBetween(3 * width(byRequest), 8 * width(byRequest));
        assertThat(byRequest.verdict()).isEqualTo(Verdict.PASS);
        assertThat(bySession.verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void casesOfASessionAreNotIndependentWhenComparedEither() {
        ReleaseGate gate = ReleaseGate.builder().tolerance(BigDecimal.ZERO).build();
        CostCheck together = growth(gate, true);
        CostCheck apart = growth(gate, false);
        assertThat(together.notes().get(0)).startsWith("300 cases ran on both sides");
        assertThat(together.clusters()).isEqualTo(30);
        assertThat(apart.clusters()).isEqualTo(300);
        assertThat(together.estimate()).isCloseTo(apart.estimate(), within(1e-12));
        assertThat(width(together)).as("the square root of 10, or so").isBetween(1.5 * width(apart), 5 * width(apart));
    }

    /** 30 sessions of 10 cases: chance moves a session as a whole. */
    private static CostCheck growth(ReleaseGate gate, boolean together) {
        List<GateEvidence> sides = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            SplittableRandom level = new SplittableRandom(100 + side);
            SplittableRandom size = new SplittableRandom(5);
            GateEvidence evidence = gate.evidence();
            for (int session = 0; session < 30; session++) {
                double factor = Samples.lognormal(level, 0.2);
                for (int i = 0; i < 10; i++) {
                    evidence.add(request(session * 10 + i, 0.001 * factor * Samples.lognormal(size, 0.3))
                            .session(together ? "s" + session : null)
                            .build());
                }
            }
            sides.add(evidence);
        }
        return check(gate.judge(sides.get(1), sides.get(0)), Quantity.GROWTH);
    }

    @Test
    void aFewCasesThatDifferDoNotMakeItInfinitelyUncertain() {
        List<LedgerRecord> before = requests(200, i -> request(i, 0.001));
        for (int changed = 1; changed <= 5; changed++) {
            int few = changed;
            GateReport report =
                    judge(ReleaseGate.builder(), requests(200, i -> request(i, i < few ? 0.00105 : 0.001)), before);
            assertThat(report.exitCode())
                    .as("%s of 200 cases cost 5 %% more", few)
                    .isZero();
            assertThat(bounds(check(report, Quantity.GROWTH)).upper())
                    .as("at least what Poisson's would be for one of them")
                    .isBetween(0.05 * few / 200, 0.05 * 11 / 200);
        }
    }

    @Test
    void nineSessionsAreTooFewHoweverManyRequestsTheyHave() {
        GateReport report =
                judge(ReleaseGate.builder().objective(ceiling("chat", "1")), requests(900, i -> request(i, 0.001)
                        .session("s" + i % 9)));
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(report.toString()).contains("9 sessions: a verdict needs 10");
    }

    @Test
    void idleCapacityAndSupportOfProductionTakeThePlaceOfThoseOfBothSides() {
        CostCells.Builder window = CostCells.builder();
        window.feature("chat").delivered(1_000).support(0.3); // 0.0003 a request
        window.model("chat", "gpu/own")
                .attempts(1_000)
                .used(Use.ACCELERATOR, 500, 2)
                .idle(3); // 1.5 x
        // an own call that was tried twice, and 0.0009 of support that a test run has
        List<LedgerRecord> before = requests(40, i -> own(i, "0.001"));
        List<LedgerRecord> after = requests(40, i -> own(i, "0.002"));
        CostObjective objective = ceiling("chat", "1");
        GateReport recorded = judge(ReleaseGate.builder().objective(objective), after, before);
        assertThat(check(recorded, Quantity.COST_PER_REQUEST).estimate())
                .as("2 x (0.002 + 0.002) + 0.0009")
                .isCloseTo(0.0089, within(1e-12));
        GateReport report = judge(ReleaseGate.builder().objective(objective).production(window.build()), after, before);
        assertThat(check(report, Quantity.COST_PER_REQUEST).estimate())
                .as("2 x (0.002 + 1.5 x 0.002) + 0.0003")
                .isCloseTo(0.0103, within(1e-12));
        assertThat(check(report, Quantity.GROWTH).estimate())
                .as("0.0103 / (2 x (0.001 + 1.5 x 0.001) + 0.0003)")
                .isCloseTo(0.0103 / 0.0053 - 1, within(1e-9));
        assertThat(report.assumptions())
                .containsExactly(
                        "chat: support of $0.00030 a delivered request, as in production, in place of what was recorded",
                        "chat: idle capacity of 1.50 x the work it rides on, as in production, in place of what was"
                                + " planned");
        assertThat(report.features().get(0).calls()).as("of what was recorded").isEqualTo(120);
    }

    @Test
    void productionThatDoesNotKnowAFeatureChangesNothing() {
        CostCells.Builder window = CostCells.builder();
        window.feature("search").delivered(1_000).support(0.3);
        GateReport report = judge(
                ReleaseGate.builder().objective(ceiling("chat", "1")).production(window.build()),
                requests(40, i -> own(i, "0.001")));
        assertThat(check(report, Quantity.COST_PER_REQUEST).estimate()).isCloseTo(0.0049, within(1e-12));
        assertThat(report.assumptions()).containsExactly("chat: direct cost only, production has no request of it");
    }

    @Test
    void aMissedLatencyBudgetWarnsUnlessItIsToFail() {
        CostObjective objective = CostObjective.of("chat")
                .ceiling("1")
                .latencyBudget(Duration.ofMillis(50))
                .build();
        List<LedgerRecord> slow = requests(100, i -> request(i, 0.001));
        GateReport warned = judge(ReleaseGate.builder().objective(objective), slow);
        assertThat(check(warned, Quantity.LATENCY).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(warned.exitCode()).isZero();
        assertThat(warned.toString()).contains("warn  p95 latency").endsWith("GATE PASSED: 1 warning\n");
        GateReport failed = judge(ReleaseGate.builder().objective(objective).level(Quantity.LATENCY, Level.FAIL), slow);
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.features().get(0).checks())
                .filteredOn(judged -> judged.level() == Level.FAIL)
                .extracting(Judged::check)
                .extracting(CostCheck::verdict)
                .contains(Verdict.FAIL);
    }

    @Test
    void aWarningDoesNotDecideWhateverItSays() {
        List<LedgerRecord> before = requests(100, i -> request(i, 0.001));
        List<LedgerRecord> after = requests(100, i -> request(i, 0.002));
        ReleaseGate.Builder gate =
                ReleaseGate.builder().objective(ceiling("chat", "1")).level(Quantity.GROWTH, Level.WARN);
        GateReport grown = judge(gate, after, before);
        assertThat(check(grown, Quantity.GROWTH).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(grown.exitCode()).isZero();
        GateReport unsure = judge(gate, after, requests(20, i -> of("chat", 1_000 + i, 0.001)));
        assertThat(check(unsure, Quantity.GROWTH).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(unsure.exitCode()).isZero();
    }

    @Test
    void theP95IsThatOfWhatWasDelivered() {
        GateReport report =
                judge(ReleaseGate.builder().objective(ceiling("chat", "1")), requests(200, i -> request(i, 0.001)
                        .durationNanos(i < 100 ? (i + 1) * 1_000_000L : 3_600_000_000_000L)
                        .outcome(i < 100 ? Outcome.DELIVERED : Outcome.CANCELLED)));
        assertThat(report.features().get(0).p95Nanos()).isEqualTo(95e6);
    }

    @Test
    void recordedBudgetsAreJudgedWhereTheObjectiveHasNone() {
        GateReport report =
                judge(ReleaseGate.builder().objective(ceiling("chat", "1")), requests(100, i -> request(i, 0.001)
                        .latencyBudget(i < 20 ? LatencyBudget.MISSED : LatencyBudget.MET)));
        assertThat(check(report, Quantity.LATENCY).estimate()).isEqualTo(0.2);
        assertThat(report.toString()).contains("budgets of their own");
    }

    @Test
    void callsWithoutAPriceMayBeAShareOfThem() {
        List<LedgerRecord> records = new ArrayList<>(requests(99, i -> request(i, 0.001)));
        records.add(record("chat", 99)
                .attempts(List.of(LedgerAttempt.of("p", "new")
                        .unpriced(Unpriced.UNKNOWN_MODEL)
                        .build()))
                .build());
        CostObjective objective = ceiling("chat", "1");
        GateReport refused = judge(ReleaseGate.builder().objective(objective), records);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(check(refused, Quantity.COST_PER_REQUEST).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(refused.features().get(0).unpricedModels()).isEqualTo(Map.of("p/new", 1L));
        assertThat(judge(ReleaseGate.builder().objective(objective).unpricedLimit(0.01), records)
                        .exitCode())
                .isZero();
        assertThat(judge(ReleaseGate.builder().objective(objective).unpricedLimit(0.0099), records)
                        .exitCode())
                .isEqualTo(2);
        assertThat(judge(ReleaseGate.builder().objective(ceiling("chat", "0.0001")), records)
                        .exitCode())
                .as("what is too dear without them is too dear")
                .isEqualTo(1);
    }

    @Test
    void aBaselineWithoutAllItsPricesIsNoProofOfGrowth() {
        List<LedgerRecord> before = new ArrayList<>(requests(99, i -> request(i, 0.001)));
        before.add(record("chat", 99)
                .attempts(List.of(LedgerAttempt.of("p", "new")
                        .unpriced(Unpriced.UNKNOWN_MODEL)
                        .build()))
                .build());
        GateReport report = judge(ReleaseGate.builder(), requests(100, i -> request(i, 0.002)), before);
        assertThat(check(report, Quantity.GROWTH).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check(report, Quantity.GROWTH).notes())
                .contains("calls without a price are missing in the baseline");
        assertThat(report.exitCode()).isEqualTo(3);
    }

    @Test
    void aFeatureThatWasNamedHasToHaveALimit() {
        List<LedgerRecord> records = new ArrayList<>(requests(100, i -> request(i, 0.001)));
        for (int i = 0; i < 100; i++) {
            records.add(of("search", 1_000 + i, 0.001).build());
        }
        ReleaseGate.Builder gate = ReleaseGate.builder().objective(ceiling("chat", "1"));
        assertThat(judge(gate, records).exitCode())
                .as("search is only mentioned")
                .isZero();
        GateReport named = judge(gate.feature("chat").feature("search"), records);
        assertThat(named.exitCode()).isEqualTo(2);
        assertThat(named.problems())
                .containsExactly(
                        "nothing to judge: [search] have neither an objective nor a baseline; give one of them");
    }

    @Test
    void theTolerancesOfObjectivesHoldUnlessTheGateHasOne() {
        List<LedgerRecord> before = requests(100, i -> request(i, 0.001));
        List<LedgerRecord> after = requests(100, i -> request(i, 0.00108));
        CostObjective strict = CostObjective.of("chat").ceiling("1").build();
        CostObjective loose =
                CostObjective.of("chat").ceiling("1").tolerance("0.10").build();
        assertThat(judge(ReleaseGate.builder().objective(strict), after, before).exitCode())
                .isEqualTo(1);
        assertThat(judge(ReleaseGate.builder().objective(loose), after, before).exitCode())
                .isZero();
        assertThat(judge(ReleaseGate.builder(), after, before).exitCode()).isEqualTo(1);
        GateReport overridden = judge(ReleaseGate.builder().objective(loose).tolerance(BigDecimal.ZERO), after, before);
        assertThat(check(overridden, Quantity.GROWTH).limit()).isZero();
        assertThat(overridden.exitCode()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReleaseGate.builder().tolerance(new BigDecimal("-0.01")))
                .withMessageContaining("tolerance: -0.01 is below 0; give a share");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReleaseGate.builder().unpricedLimit(Double.NaN))
                .withMessageContaining("unpriced limit: NaN is no share");
    }

    @Test
    void moreConfidenceIsWiderBounds() {
        List<LedgerRecord> before = noisy(1, 2, 1);
        List<LedgerRecord> after = noisy(1, 3, 1.1);
        ReleaseGate.Builder gate = ReleaseGate.builder().objective(ceiling("chat", "1"));
        GateReport ordinary = judge(gate, after, before);
        GateReport surer = judge(gate.confidence(0.99), after, before);
        assertThat(surer.confidence()).isEqualTo(0.99);
        for (Quantity quantity : List.of(Quantity.COST_PER_REQUEST, Quantity.GROWTH)) {
            Bounds narrow = bounds(check(ordinary, quantity));
            Bounds wide = bounds(check(surer, quantity));
            assertThat(wide.lower()).isLessThan(narrow.lower());
            assertThat(wide.upper()).isGreaterThan(narrow.upper());
        }
        assertThat(surer.toString()).contains("99 % sure");
    }

    @Test
    void theSameEvidenceHasTheSameReport() {
        ReleaseGate gate =
                ReleaseGate.builder().objective(ceiling("chat", "0.0012")).build();
        GateEvidence after = evidence(gate, noisy(1, 3, 1.2));
        GateEvidence before = evidence(gate, noisy(1, 2, 1));
        String once = gate.judge(after, before).toString();
        assertThat(gate.judge(after, before).toString()).isEqualTo(once);
        assertThat(gate.judge(evidence(gate, noisy(1, 3, 1.2)), evidence(gate, noisy(1, 2, 1)))
                        .toString())
                .isEqualTo(once);
        assertThat(once).contains("\n  Why +$").contains("GATE FAILED");
    }

    @Test
    void anObjectiveMayAskForMoreRequests() {
        CostObjective objective =
                CostObjective.of("chat").ceiling("1").minimumRequests(101).build();
        GateReport few = judge(ReleaseGate.builder().objective(objective), requests(100, i -> request(i, 0.001)));
        assertThat(few.exitCode()).isEqualTo(3);
        assertThat(few.toString()).contains("100 requests: a verdict needs 101");
        assertThat(judge(ReleaseGate.builder().objective(objective), requests(101, i -> request(i, 0.001)))
                        .exitCode())
                .isZero();
        CostObjective lax =
                CostObjective.of("chat").ceiling("1").minimumRequests(1).build();
        assertThat(judge(ReleaseGate.builder().objective(lax), requests(29, i -> request(i, 0.001)))
                        .exitCode())
                .as("never fewer than 30")
                .isEqualTo(3);
    }

    @Test
    void aBaselineWithoutTheFeatureIsSaid() {
        GateReport report = judge(
                ReleaseGate.builder().objective(ceiling("chat", "1")),
                requests(50, i -> request(i, 0.001)),
                requests(50, i -> of("search", i, 0.001)));
        assertThat(check(report, Quantity.GROWTH)).isNull();
        assertThat(report.toString()).contains("no baseline: the one given has no request of it");
        assertThat(report.exitCode()).isZero();
    }

    @Test
    void eachSideSaysByWhichTableItWasPriced() {
        GateReport report = judge(
                ReleaseGate.builder(),
                requests(50, i -> request(i, 0.001).priceTable("new@1").release("2.0")),
                requests(50, i -> request(i, 0.001).priceTable("old@1").release("1.0")));
        assertThat(report.toString())
                .startsWith("AI cost gate: release 2.0 against release 1.0\n"
                        + "prices new@1, the baseline's old@1: part of a growth may be prices alone\n");
    }

    @Test
    void currenciesAreNotMixed() {
        ReleaseGate gate = ReleaseGate.builder().build();
        LedgerRecord euros = LedgerRecord.builder(
                        "e", Instant.parse("2026-11-21T10:00:00Z"), "chat", Currency.getInstance("EUR"))
                .build();
        GateEvidence evidence = gate.evidence().add(request(1, 0.001).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evidence.add(euros))
                .withMessageContaining("mixed currencies: USD and EUR");
    }

    @Test
    void identicalConfigurationsRarelyFailTheGate() {
        ReleaseGate gate = ReleaseGate.builder().tolerance(BigDecimal.ZERO).build();
        double failed = share(run -> fails(gate, run, 1));
        System.out.printf("ReleaseGateTest: identical, failed: %.3f of %d%n", failed, RUNS);
        assertThat(failed).isLessThanOrEqualTo(0.06);
    }

    @Test
    void tenPercentMoreIsFoundByTheGate() {
        ReleaseGate gate = ReleaseGate.builder().tolerance(BigDecimal.ZERO).build();
        double found = share(run -> fails(gate, run, 1.1));
        System.out.printf("ReleaseGateTest: +10 %%, found: %.3f of %d%n", found, RUNS);
        assertThat(found).isGreaterThanOrEqualTo(0.80);
    }

    private static double share(IntPredicate success) {
        return (double) IntStream.range(0, RUNS).parallel().filter(success).count() / RUNS;
    }

    private static boolean fails(ReleaseGate gate, int run, double factor) {
        GateReport report = gate.judge(
                evidence(gate, noisy(run, -2 * run - 2, factor)), evidence(gate, noisy(run, 2 * run + 1, 1)));
        assertThat(check(report, Quantity.GROWTH).notes().get(0)).startsWith("200 cases ran on both sides");
        return report.exitCode() == 1;
    }

    /** 200 cases as in {@link Samples#replay}, a thousandth of a dollar each. */
    private static List<LedgerRecord> noisy(long cases, long run, double factor) {
        SplittableRandom size = new SplittableRandom(cases);
        SplittableRandom noise = new SplittableRandom(run);
        return requests(
                200, i -> request(i, 0.001 * factor * Samples.lognormal(size, 1) * Samples.lognormal(noise, 0.2)));
    }

    private static List<LedgerRecord> sessions(boolean together) {
        SplittableRandom random = new SplittableRandom(5);
        List<LedgerRecord> records = new ArrayList<>();
        for (int session = 0; session < 25; session++) {
            double cost = 0.001 * Samples.lognormal(random, 0.6);
            for (int i = 0; i < 20; i++) {
                records.add(record("chat", session * 20 + i)
                        .session(together ? "s" + session : null)
                        .attempts(List.of(attempt(cost)))
                        .build());
            }
        }
        return records;
    }

    /** Makes the builder of a request. */
    private interface Maker {
        LedgerRecord.Builder record(int number);
    }

    private static List<LedgerRecord> requests(int count, Maker maker) {
        return IntStream.range(0, count).mapToObj(i -> maker.record(i).build()).toList();
    }

    private static LedgerRecord.Builder request(int number, double cost) {
        return of("chat", number, cost);
    }

    private static LedgerRecord.Builder of(String feature, int number, double cost) {
        return record(feature, number).caseId("case " + number).attempts(List.of(attempt(cost)));
    }

    private static LedgerRecord.Builder planned(int number, double cost, Consumer<LedgerRecord.Builder> more) {
        LedgerRecord.Builder record = request(number, cost)
                .attributes(Map.of("plan", number % 2 == 0 ? "free" : "pro"))
                .revenue(Money.usd(number % 2 == 0 ? "0" : "0.01"));
        more.accept(record);
        return record;
    }

    /** Two tries on an own accelerator that is half used, and a look-up. */
    private static LedgerRecord.Builder own(int number, String cost) {
        List<LedgerAttempt> attempts = Stream.of(Result.RETRIED, Result.DELIVERED)
                .map(result -> LedgerAttempt.of("gpu", "own")
                        .result(result)
                        .cost(Money.usd(cost))
                        .idle(Money.usd(cost))
                        .lines(List.of(new Charge.Line(Unit.ACCELERATOR_SECONDS, BigDecimal.ONE, Money.usd(cost))))
                        .build())
                .toList();
        LedgerAttempt support = LedgerAttempt.of("vectors", "read")
                .service("retrieval")
                .cost(Money.usd("0.0009"))
                .build();
        return record("chat", number)
                .caseId("case " + number)
                .attempts(List.of(attempts.get(0), attempts.get(1), support));
    }

    private static LedgerRecord.Builder record(String feature, int number) {
        return LedgerRecord.builder("r" + number, Instant.parse("2026-11-21T10:00:00Z"), feature, Money.USD)
                .durationNanos(100_000_000);
    }

    private static LedgerAttempt attempt(double cost) {
        return LedgerAttempt.of("p", "a")
                .usage(Usage.tokens(100, 10), Quality.REPORTED)
                .cost(usd(cost))
                .lines(List.of(
                        new Charge.Line(Unit.INPUT_TOKENS, new BigDecimal(100), usd(cost / 2)),
                        new Charge.Line(Unit.OUTPUT_TOKENS, new BigDecimal(10), usd(cost / 2))))
                .build();
    }

    private static Money usd(double amount) {
        return Money.of(BigDecimal.valueOf(amount), Money.USD);
    }

    private static CostObjective ceiling(String feature, String usd) {
        return CostObjective.of(feature).ceiling(usd).build();
    }

    private static GateEvidence evidence(ReleaseGate gate, List<LedgerRecord> records) {
        GateEvidence evidence = gate.evidence();
        records.forEach(evidence::add);
        return evidence;
    }

    private static GateReport judge(ReleaseGate.Builder builder, List<LedgerRecord> candidate) {
        ReleaseGate gate = builder.build();
        return gate.judge(evidence(gate, candidate));
    }

    private static GateReport judge(
            ReleaseGate.Builder builder, List<LedgerRecord> candidate, List<LedgerRecord> baseline) {
        ReleaseGate gate = builder.build();
        return gate.judge(evidence(gate, candidate), evidence(gate, baseline));
    }

    private static CostCheck check(GateReport report, Quantity quantity) {
        assertThat(report.features()).as("features of %s", report).hasSize(1);
        return report.features().get(0).check(quantity);
    }

    private static Bounds bounds(CostCheck check) {
        assertThat(check.bounds()).isNotNull();
        return check.bounds();
    }

    private static double width(CostCheck check) {
        return bounds(check).upper() - bounds(check).lower();
    }
}

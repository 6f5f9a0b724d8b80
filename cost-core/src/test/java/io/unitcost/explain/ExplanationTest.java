package io.unitcost.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.explain.CostCells.Use;
import io.unitcost.explain.Explanation.Contribution;
import io.unitcost.explain.Explanation.FeatureChange;
import java.util.EnumSet;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationTest {

    private static final Explanation EXAMPLE = Explanation.of(WorkedExample.BEFORE, WorkedExample.AFTER);

    @Test
    void costsOfTheWorkedExample() {
        assertThat(EXAMPLE.before()).isCloseTo(Fraction.of("873329/450000000").toDouble(), within(1e-15));
        assertThat(EXAMPLE.after()).isCloseTo(Fraction.of("213359/36000000").toDouble(), within(1e-15));
        assertThat(EXAMPLE.change()).isCloseTo(3985.907778e-6, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "FEATURE_MIX, 347411/165000000",
        "MODEL_MIX, 28522657/22000000000",
        "CACHE_SHARE, 6393171/22000000000",
        "UNIT_PRICE, -5450153/33000000000",
        "ATTEMPTS, 534427/3300000000",
        "OUTPUT_TOKENS, 319059/2200000000",
        "INPUT_TOKENS, 1367657/11000000000",
        "SUPPORT, 3/200000",
        "IDLE, 7/576000",
        "ACCELERATOR_TIME, 0"
    })
    void driversOfTheWorkedExample(Driver driver, String expected) {
        Fraction exact = Fraction.of(expected);
        assertThat(EXAMPLE.contribution(driver).amount()).isCloseTo(exact.toDouble(), within(1e-12));
    }

    @Test
    void nothingIsLeftOver() {
        assertThat(EXAMPLE.residual()).isCloseTo(0, within(1e-15));
        assertThat(EXAMPLE.contributions()).hasSize(10);
        assertThat(EXAMPLE.contributions().stream()
                        .mapToDouble(Contribution::amount)
                        .sum())
                .isCloseTo(EXAMPLE.change(), within(1e-15));
    }

    @Test
    void theLargestComesFirst() {
        assertThat(EXAMPLE.contributions().stream().map(Contribution::driver))
                .containsExactly(
                        Driver.FEATURE_MIX,
                        Driver.MODEL_MIX,
                        Driver.CACHE_SHARE,
                        Driver.UNIT_PRICE,
                        Driver.ATTEMPTS,
                        Driver.OUTPUT_TOKENS,
                        Driver.INPUT_TOKENS,
                        Driver.SUPPORT,
                        Driver.IDLE,
                        Driver.ACCELERATOR_TIME);
    }

    @Test
    void whatDidNotMoveIsExactlyZero() {
        assertThat(EXAMPLE.contribution(Driver.ACCELERATOR_TIME).amount()).isZero();
        assertThat(EXAMPLE.shown()).hasSize(9).extracting(Contribution::driver).doesNotContain(Driver.ACCELERATOR_TIME);
        Explanation still = Explanation.of(WorkedExample.BEFORE, WorkedExample.BEFORE);
        assertThat(still.contributions())
                .allSatisfy(part -> assertThat(part.amount()).isZero());
        assertThat(still.shown()).isEmpty();
    }

    @Test
    void turningTimeTurnsEverySign() {
        Explanation back = Explanation.of(WorkedExample.AFTER, WorkedExample.BEFORE);
        for (Driver driver : Driver.values()) {
            assertThat(back.contribution(driver).amount())
                    .isCloseTo(-EXAMPLE.contribution(driver).amount(), within(1e-17));
        }
    }

    @Test
    void featuresAndDriversAddUpBothWays() {
        for (Driver driver : Driver.values()) {
            assertThat(EXAMPLE.features().stream()
                            .mapToDouble(feature -> feature.amounts().get(driver))
                            .sum())
                    .as(driver.label())
                    .isCloseTo(EXAMPLE.contribution(driver).amount(), within(1e-15));
        }
        // micro-dollars
        assertThat(feature(EXAMPLE, "assist").amount()).isCloseTo(3633.631e-6, within(1e-9));
        assertThat(feature(EXAMPLE, "summarise").amount()).isCloseTo(340.124e-6, within(1e-9));
        assertThat(feature(EXAMPLE, "search").amount()).isCloseTo(12.153e-6, within(1e-9));
    }

    @Test
    void theMixOfAFeatureIsAgainstTheAverageRequest() {
        // fewer requests of a cheap feature make the average dearer
        assertThat(feature(EXAMPLE, "summarise").amounts().get(Driver.FEATURE_MIX))
                .isCloseTo(310.071e-6, within(1e-9));
        assertThat(feature(EXAMPLE, "search").amounts().get(Driver.FEATURE_MIX)).isZero();
    }

    @Test
    void aFeatureSaysWhatItCostAndHowMuchOfTheTrafficItWas() {
        FeatureChange assist = feature(EXAMPLE, "assist");
        assertThat(assist.before()).isCloseTo(15646e-6, within(1e-12));
        assertThat(assist.after()).isCloseTo(27958e-6, within(1e-12));
        assertThat(assist.shareBefore()).isEqualTo(0.1);
        assertThat(assist.shareAfter()).isEqualTo(0.2);
        assertThat(EXAMPLE.features().stream().map(FeatureChange::feature))
                .containsExactly("assist", "search", "summarise");
    }

    @Test
    void aDriverSaysHowMuchOfItThereWas() {
        // (816 000 + 210 000 + 1 050 000) / 2 000 000 and (630 000 + 440 000 + 1 050 000) / 2 000 000
        assertThat(EXAMPLE.contribution(Driver.ATTEMPTS).level()).isEqualTo(new Explanation.Level(1.038, 1.06));
        assertThat(EXAMPLE.contribution(Driver.IDLE).level()).isNotNull().satisfies(level -> assertThat(level.after())
                .isGreaterThan(0));
        assertThat(EXAMPLE.contribution(Driver.UNIT_PRICE).level()).isNull();
        assertThat(EXAMPLE.bounds()).isNull();
        assertThat(EXAMPLE.isDecided()).isFalse();
    }

    @Test
    void agreesWithFractionsOnTheWorkedExample() {
        agreesWithFractions(WorkedExample.BEFORE, WorkedExample.AFTER);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void agreesWithFractionsOnAnyWindows(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        agreesWithFractions(window(random), window(random));
    }

    private static void agreesWithFractions(CostCells before, CostCells after) {
        Explanation explanation = Explanation.of(before, after);
        Map<Driver, Fraction> exact = new ExactShapley(before, after).contributions();
        double scale = Math.max(Math.abs(explanation.before()), Math.abs(explanation.after()));
        exact.forEach(
                (driver, amount) -> assertThat(explanation.contribution(driver).amount())
                        .as(driver.label())
                        .isCloseTo(amount.toDouble(), within(1e-12 * scale)));
        assertThat(explanation.residual()).isCloseTo(0, within(1e-13 * scale));
        Fraction sum = exact.values().stream().reduce(Fraction.ZERO, Fraction::plus);
        ExactShapley values = new ExactShapley(before, after);
        assertThat(sum)
                .isEqualTo(values.value(EnumSet.allOf(Driver.class)).minus(values.value(EnumSet.noneOf(Driver.class))));
    }

    /** Features and models that come and go, classes that are not used, and credits. */
    private static CostCells window(SplittableRandom random) {
        CostCells.Builder cells = CostCells.builder();
        for (String feature : new String[] {"a", "b", "c"}) {
            if (random.nextInt(4) == 0 && !feature.equals("a")) {
                continue;
            }
            cells.feature(feature).delivered(1 + random.nextInt(1000)).support(random.nextInt(-10, 50));
            for (String model : new String[] {"m", "n"}) {
                if (random.nextInt(3) == 0) {
                    continue;
                }
                CostCells.Model sums = cells.model(feature, model)
                        .attempts(1 + random.nextInt(2000))
                        .fixed(random.nextInt(-20, 20));
                boolean busy = false;
                for (Use use : Use.values()) {
                    if (random.nextBoolean()) {
                        sums.used(use, 1 + random.nextInt(100_000), 1 + random.nextInt(300));
                        busy = true;
                    }
                }
                if (busy) {
                    sums.idle(random.nextInt(200));
                }
            }
        }
        return cells.build();
    }

    @Test
    void aModelThatEntersOrLeavesIsModelMixAndNothingElse() {
        CostCells.Builder two = CostCells.builder();
        two.feature("f").delivered(100);
        two.model("f", "old").attempts(60).used(Use.OUTPUT, 6_000, 0.6);
        two.model("f", "new").attempts(40).used(Use.FRESH_INPUT, 9_000, 0.9).fixed(3);
        CostCells.Builder one = CostCells.builder();
        one.feature("f").delivered(50);
        one.model("f", "old").attempts(50).used(Use.OUTPUT, 5_000, 0.5);
        for (Explanation explanation :
                new Explanation[] {Explanation.of(one.build(), two.build()), Explanation.of(two.build(), one.build())
                }) {
            assertThat(explanation.shown()).extracting(Contribution::driver).containsExactly(Driver.MODEL_MIX);
            assertThat(explanation.contribution(Driver.MODEL_MIX).amount())
                    .isCloseTo(explanation.change(), within(1e-15));
        }
    }

    @Test
    void aFeatureThatEntersOrLeavesIsFeatureMixAndNothingElse() {
        CostCells.Builder two = CostCells.builder();
        two.feature("f").delivered(100);
        two.model("f", "m").attempts(100).used(Use.OUTPUT, 5_000, 0.5);
        two.feature("g").delivered(50).support(7);
        two.model("g", "n").attempts(60).used(Use.ACCELERATOR, 30, 0.3).idle(0.3);
        CostCells.Builder one = CostCells.builder();
        one.feature("f").delivered(10);
        one.model("f", "m").attempts(10).used(Use.OUTPUT, 500, 0.05);
        for (Explanation explanation :
                new Explanation[] {Explanation.of(one.build(), two.build()), Explanation.of(two.build(), one.build())
                }) {
            assertThat(explanation.shown()).extracting(Contribution::driver).containsExactly(Driver.FEATURE_MIX);
            assertThat(explanation.residual()).isCloseTo(0, within(1e-15));
        }
    }

    @Test
    void aFeatureThatDeliversNothingIsPaidByTheOthers() {
        CostCells.Builder before = CostCells.builder();
        before.feature("f").delivered(100).support(10);
        before.feature("broken").delivered(0);
        CostCells.Builder after = CostCells.builder();
        after.feature("f").delivered(100).support(10);
        after.feature("broken").support(1);
        after.model("broken", "m").attempts(20).used(Use.OUTPUT, 4_000, 4);
        Explanation explanation = Explanation.of(before.build(), after.build());
        assertThat(explanation.change()).isCloseTo(0.05, within(1e-15));
        assertThat(explanation.shown()).extracting(Contribution::driver).containsExactly(Driver.ATTEMPTS);
        assertThat(explanation.contribution(Driver.ATTEMPTS).amount()).isCloseTo(0.05, within(1e-15));
        assertThat(feature(explanation, "broken").before()).isNull();
    }

    @Test
    void spendWithoutAQuantityIsNotLost() {
        CostCells.Builder before = CostCells.builder();
        before.feature("f").delivered(10);
        before.model("f", "m").attempts(10).used(Use.OUTPUT, 0, 2).idle(1);
        before.model("f", "late").used(Use.OUTPUT, 100, 5);
        CostCells.Builder after = CostCells.builder();
        after.feature("f").delivered(10);
        after.model("f", "m").attempts(10).used(Use.OUTPUT, 100, 3);
        Explanation explanation = Explanation.of(before.build(), after.build());
        assertThat(explanation.before()).isEqualTo(0.8);
        assertThat(explanation.residual()).isCloseTo(0, within(1e-15));
        // 5 without an attempt, over 10 delivered
        assertThat(explanation.contribution(Driver.SUPPORT).amount()).isCloseTo(-0.5, within(1e-15));
        // idle that had nothing to ride on
        assertThat(explanation.contribution(Driver.IDLE).amount()).isCloseTo(-0.1, within(1e-15));
    }

    @Test
    void aFeatureWithoutAttemptsHasOnlySupport() {
        CostCells.Builder before = CostCells.builder();
        before.feature("f").delivered(10).support(1);
        CostCells.Builder after = CostCells.builder();
        after.feature("f").delivered(10).support(1);
        after.model("f", "m").attempts(10).used(Use.OUTPUT, 100, 3);
        Explanation explanation = Explanation.of(before.build(), after.build());
        assertThat(explanation.shown()).extracting(Contribution::driver).containsExactly(Driver.ATTEMPTS);
    }

    @Test
    void creditsMayMakeACostNegative() {
        CostCells.Builder before = CostCells.builder();
        before.feature("f").delivered(10);
        before.model("f", "m").attempts(10).used(Use.OUTPUT, 100, 3).idle(1);
        CostCells.Builder after = CostCells.builder();
        after.feature("f").delivered(10).support(-20);
        after.model("f", "m").attempts(10).used(Use.OUTPUT, 100, -3).idle(1);
        Explanation explanation = Explanation.of(before.build(), after.build());
        assertThat(explanation.after()).isCloseTo(-2.2, within(1e-15));
        assertThat(explanation.contribution(Driver.SUPPORT).amount()).isCloseTo(-2, within(1e-14));
        assertThat(explanation.residual()).isCloseTo(0, within(1e-15));
    }

    @Test
    void namesTheWindowWithoutDeliveries() {
        CostCells empty = CostCells.builder().build();
        assertThatThrownBy(() -> Explanation.of(WorkedExample.BEFORE, empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("after: no delivered request");
        assertThatThrownBy(() -> Explanation.of(empty, WorkedExample.AFTER)).hasMessageStartingWith("before: ");
    }

    @Test
    void cellsRefuseWhatIsNoNumber() {
        CostCells.Model model = CostCells.builder().model("f", "m");
        assertThatThrownBy(() -> model.attempts(-1)).hasMessage("attempts: -1.0 is not a quantity; give 0 or more");
        assertThatThrownBy(() -> model.attempts(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> model.used(Use.OUTPUT, 1, Double.POSITIVE_INFINITY))
                .hasMessageStartingWith("spend on OUTPUT: Infinity");
    }

    @Test
    void cellsAddUp() {
        assertThat(WorkedExample.BEFORE.delivered()).isEqualTo(2_000_000);
        // 0.00194073111 a request
        assertThat(WorkedExample.BEFORE.spend()).isCloseTo(3881.462222, within(1e-6));
    }

    private static FeatureChange feature(Explanation explanation, String name) {
        return explanation.features().stream()
                .filter(feature -> feature.feature().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

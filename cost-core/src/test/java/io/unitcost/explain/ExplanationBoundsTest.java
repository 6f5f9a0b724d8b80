package io.unitcost.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.explain.CostCells.Use;
import io.unitcost.explain.Explanation.Bounds;
import io.unitcost.explain.Explanation.Contribution;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExplanationBoundsTest {

    @Test
    void showsTheDriverThatMovedAndHidesTheNoiseOfTheOthers() {
        Explanation why = Explanation.ofBuckets(buckets(1, 200, 300), buckets(2, 200, 400));
        assertThat(why.isDecided()).isTrue();
        assertThat(why.shown()).extracting(Contribution::driver).containsExactly(Driver.OUTPUT_TOKENS);
        // noise has moved the others too
        assertThat(why.contribution(Driver.INPUT_TOKENS).amount()).isNotZero();
        // 100 more tokens at 0.000002 each, by 1.1 attempts
        assertThat(why.contribution(Driver.OUTPUT_TOKENS).bounds())
                .satisfies(bounds ->
                        assertThat(bounds.contains(100 * 0.000002 * 1.1)).isTrue());
    }

    @Test
    void showsNothingWhenTheChangeIsUndecided() {
        Explanation why = Explanation.ofBuckets(buckets(1, 200, 300), buckets(2, 200, 300));
        assertThat(why.bounds()).isNotNull();
        assertThat(why.isDecided()).isFalse();
        assertThat(why.shown()).isEmpty();
        assertThat(why.contributions()).hasSize(10);
    }

    @Test
    void isTheSameEachTime() {
        Explanation one = Explanation.ofBuckets(buckets(1, 50, 300), buckets(2, 50, 400));
        Explanation other = Explanation.ofBuckets(buckets(1, 50, 300), buckets(2, 50, 400));
        assertThat(one.bounds()).isEqualTo(other.bounds());
        assertThat(one.contributions()).isEqualTo(other.contributions());
    }

    @Test
    void amountsAreThoseOfTheWholeWindow() {
        List<CostCells> before = buckets(1, 50, 300);
        List<CostCells> after = buckets(2, 50, 400);
        Explanation split = Explanation.ofBuckets(before, after);
        Explanation whole = Explanation.of(merged(before), merged(after));
        for (Driver driver : Driver.values()) {
            assertThat(split.contribution(driver).amount())
                    .isCloseTo(whole.contribution(driver).amount(), within(1e-15));
        }
    }

    @Test
    void pairsHaveNarrowerBounds() {
        List<CostCells> before = buckets(1, 100, 300);
        List<CostCells> after = buckets(1, 100, 310);
        assertThat(Explanation.ofBuckets(before, after).isDecided()).isFalse();
        Explanation paired = Explanation.ofPairs(before, after);
        assertThat(paired.isDecided()).isTrue();
        assertThat(width(paired.bounds()))
                .isLessThan(width(Explanation.ofBuckets(before, after).bounds()) / 5);
    }

    @Test
    void fewBucketsHaveNoBounds() {
        Explanation why = Explanation.ofBuckets(buckets(1, 19, 300), buckets(2, 200, 400));
        assertThat(why.bounds()).isNull();
        assertThat(why.shown()).isNotEmpty();
        List<CostCells> mostlyEmpty = new ArrayList<>(buckets(1, 10, 300));
        for (int i = 0; i < 190; i++) {
            mostlyEmpty.add(CostCells.builder().build());
        }
        assertThat(Explanation.ofBuckets(mostlyEmpty, buckets(2, 200, 400)).bounds())
                .isNull();
    }

    @Test
    void refusesHalvesThatDoNotMatch() {
        assertThatThrownBy(() -> Explanation.ofPairs(buckets(1, 30, 300), buckets(1, 31, 300)))
                .hasMessageStartingWith("after: 31 buckets where before has 30");
    }

    @Test
    void boundsHoldTheTruthAboutAsOftenAsTheySay() {
        int runs = Boolean.getBoolean("unitcost.long") ? 400 : 60;
        int held = 0;
        for (int run = 0; run < runs; run++) {
            Explanation why = Explanation.ofBuckets(buckets(1_000 + run, 60, 300), buckets(900_000 + run, 60, 330));
            Bounds bounds = why.contribution(Driver.OUTPUT_TOKENS).bounds();
            // 30 more tokens at 0.000002 each, by 1.1 attempts
            if (bounds != null && bounds.contains(30 * 0.000002 * 1.1)) {
                held++;
            }
        }
        assertThat((double) held / runs).isBetween(0.88, 0.99);
    }

    private static double width(Bounds bounds) {
        assertThat(bounds).isNotNull();
        return bounds.upper() - bounds.lower();
    }

    /** Sessions of which each has a length of answer of its own, around a mean. */
    private static List<CostCells> buckets(long seed, int count, double output) {
        SplittableRandom random = new SplittableRandom(seed);
        List<CostCells> buckets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CostCells.Builder cells = CostCells.builder();
            double requests = 5 + random.nextInt(20);
            double attempts = 1.1 * requests;
            double tokens = attempts * output * (0.5 + random.nextDouble());
            double input = attempts * (1_000 + random.nextInt(400));
            double cached = input * (0.3 + 0.2 * random.nextDouble());
            cells.feature("f").delivered(requests);
            cells.model("f", "m")
                    .attempts(attempts)
                    .used(Use.FRESH_INPUT, input - cached, (input - cached) * 0.00000025)
                    .used(Use.CACHED_INPUT, cached, cached * 0.000000025)
                    .used(Use.OUTPUT, tokens, tokens * 0.000002);
            buckets.add(cells.build());
        }
        return buckets;
    }

    private static CostCells merged(List<CostCells> buckets) {
        CostCells.Builder sum = CostCells.builder();
        for (CostCells bucket : buckets) {
            sum.feature("f").delivered(bucket.delivered());
            double[] cell = bucket.models.get("f").get("m");
            CostCells.Model model = sum.model("f", "m").attempts(cell[CostCells.ATTEMPTS]);
            for (Use use : Use.values()) {
                model.used(use, cell[CostCells.quantity(use)], cell[CostCells.spend(use)]);
            }
        }
        return sum.build();
    }
}

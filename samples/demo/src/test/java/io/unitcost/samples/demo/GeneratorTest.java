package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToIntFunction;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class GeneratorTest {

    private static final int REQUESTS = 40_000;
    private final Traffic traffic = Generator.traffic(REQUESTS, 7, true);

    @Test
    void conversationsHaveTheQuantilesOfTheConversationTrace() {
        int[] input = sorted(Features.CHAT, Arrival::inputTokens);
        int[] output = sorted(Features.CHAT, Arrival::outputTokens);
        assertQuantiles(input, 1, 29, 5, 181, 25, 396, 50, 1020, 75, 1189, 90, 2735, 95, 4083, 99, 4142);
        assertQuantiles(output, 1, 16, 25, 85, 50, 129, 75, 395, 90, 424, 95, 451, 99, 601);
        assertThat(input[0]).isBetween(2, 29);
        assertThat(input[input.length - 1]).isBetween(4142, 14_050);
        assertThat(output[0]).isBetween(7, 16);
        assertThat(output[output.length - 1]).isBetween(601, 1_000);
    }

    @Test
    void completionsHaveTheQuantilesOfTheCodeTrace() {
        int[] input = sorted(Features.CODE_ASSIST, Arrival::inputTokens);
        int[] output = sorted(Features.CODE_ASSIST, Arrival::outputTokens);
        assertQuantiles(input, 1, 17, 5, 75, 25, 578, 50, 1469, 75, 2745, 90, 5194, 95, 7315);
        assertQuantiles(output, 1, 6, 25, 9, 50, 13, 75, 24, 90, 55, 95, 90, 99, 252);
        assertThat(input[input.length - 1]).isBetween(7315, 7_437);
        assertThat(output[output.length - 1]).isBetween(252, 1_899);
    }

    @Test
    void summariesAreAboutTheReferenceRequestOfThePool() {
        // the pool is calibrated for 1,200 + 4 × 300 = 2,400 units
        double units = traffic.arrivals().stream()
                .filter(arrival -> arrival.feature().equals(Features.SUMMARISE))
                .mapToInt(arrival -> arrival.inputTokens() + 4 * arrival.outputTokens())
                .average()
                .orElseThrow();
        assertThat(units).isCloseTo(2_400, Percentage.withPercentage(3));
    }

    @Test
    void theCountIsWhatWasAskedForAndTheTimesAreInOrder() {
        assertThat(traffic.arrivals()).hasSize(REQUESTS);
        assertThat(traffic.arrivals()).isSortedAccordingTo(java.util.Comparator.comparingLong(Arrival::nanos));
        assertThat(traffic.arrivals().get(REQUESTS - 1).nanos()).isLessThanOrEqualTo(traffic.spanNanos());
        for (int few = 1; few < 10; few++) {
            assertThat(Generator.traffic(few, 1, true).arrivals()).hasSize(few);
        }
    }

    @Test
    void codeAssistFallsToAThirdHalfWay_onlyWithTheSwap() {
        assertThat(third(traffic)).isCloseTo(1 / 3.0, within(0.001));
        assertThat(third(Generator.traffic(REQUESTS, 7, false))).isCloseTo(1, within(0.001));
    }

    @Test
    void theSameSeedGivesTheSameRequests() {
        assertThat(Generator.traffic(500, 7, true)).isEqualTo(Generator.traffic(500, 7, true));
        assertThat(Generator.traffic(500, 7, true).arrivals())
                .isNotEqualTo(Generator.traffic(500, 8, true).arrivals());
    }

    private static double third(Traffic traffic) {
        return traffic.count(Features.CODE_ASSIST, false) / (double) traffic.count(Features.CODE_ASSIST, true);
    }

    private int[] sorted(String feature, ToIntFunction<Arrival> tokens) {
        return traffic.arrivals().stream()
                .filter(arrival -> arrival.feature().equals(feature))
                .mapToInt(tokens)
                .sorted()
                .toArray();
    }

    /** Pairs of a percentage and the value there: within a rank or two, or one percent. */
    private static void assertQuantiles(int[] sorted, int... pairs) {
        assertThat(sorted).hasSizeGreaterThan(1_000);
        for (int i = 0; i < pairs.length; i += 2) {
            int rank = (int) Math.round(sorted.length * pairs[i] / 100.0);
            double slack = Math.max(1, pairs[i + 1] * 0.01);
            assertThat((double) pairs[i + 1])
                    .as("p%d", pairs[i])
                    .isBetween(sorted[rank - 2] - slack, sorted[rank + 1] + slack);
        }
    }
}

package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both ways give the same answer, and one of them knows what it cost. */
class RoundTripBenchmarkTest {

    private final RoundTripBenchmark benchmark = new RoundTripBenchmark();

    @BeforeEach
    void start() {
        benchmark.start();
    }

    @AfterEach
    void stop() {
        benchmark.stop();
    }

    @Test
    void theMeteredCallIsThePlainOneAndPriced() throws Exception {
        int length = benchmark.plain();
        assertThat(length).isBetween(2_900, 3_200);
        assertThat(benchmark.metered()).isEqualTo(length);
        // 100 x 2.50 + 690 x 10 millionths
        assertThat(((RequestCost) benchmark.last()).total()).isEqualTo(Money.usd("0.00715"));
    }
}

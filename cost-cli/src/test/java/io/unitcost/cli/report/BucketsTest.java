package io.unitcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Money;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketsTest {

    @Test
    void anEdgeBelongsToTheBucketAboveIt() {
        CostBuckets buckets = costs("0.00099999", "0.001", "0.0011999", "0.0012");

        assertThat(buckets.shown())
                .extracting(bucket -> bucket.from() + " " + bucket.to() + " " + bucket.count())
                .containsExactly("0.00082 0.001 1", "0.001 0.0012 2", "0.0012 0.0015 1");
    }

    @Test
    void nothingAndTinyAndHugeAreCountedToo() {
        CostBuckets buckets = costs("0", "-0.1", "0.0000000001", "99999999");

        assertThat(buckets.count()).isEqualTo(4);
        assertThat(buckets.shown().stream().mapToLong(CostBuckets.Bucket::count).sum())
                .isEqualTo(4);
        assertThat(buckets.shown().get(0).count()).isEqualTo(2);
    }

    @Test
    void aWideSpreadHasCoarserBuckets() {
        CostBuckets buckets = costs("0.000001", "0.00002", "0.5", "3", "400");

        List<CostBuckets.Bucket> shown = buckets.shown();

        assertThat(shown).hasSizeLessThanOrEqualTo(CostBuckets.MOST_SHOWN);
        assertThat(shown.stream().mapToLong(CostBuckets.Bucket::count).sum()).isEqualTo(5);
        for (int i = 1; i < shown.size(); i++) {
            assertThat(shown.get(i).from()).isEqualTo(shown.get(i - 1).to());
        }
    }

    @Test
    void theMedianIsInTheBucketOfTheMiddleRequest() {
        CostBuckets buckets = costs("0.001", "0.002", "0.01", "0.02", "0.03");

        assertThat(buckets.at(0.5).from()).isEqualByComparingTo("0.01");
        assertThat(buckets.at(0.95).from()).isEqualByComparingTo("0.027");
    }

    private static CostBuckets costs(String... amounts) {
        CostBuckets buckets = new CostBuckets(Money.USD);
        for (String amount : amounts) {
            buckets.add(Money.usd(amount));
        }
        return buckets;
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 63, 64, 127, 128, 12_345, 812_250_000, 2_391_000_000L, 7_200_000_000_000L, Long.MAX_VALUE})
    void aLatencyIsWithinAHundredth(long nanos) {
        LatencyBuckets latencies = new LatencyBuckets();
        latencies.add(nanos);

        assertThat(latencies.quantile(0.95).toNanos()).isCloseTo(nanos, Percentage.withPercentage(0.8));
    }

    @Test
    void aQuantileIsANearestRank() {
        LatencyBuckets latencies = new LatencyBuckets();
        for (int i = 1; i <= 100; i++) {
            latencies.add(i);
        }

        assertThat(latencies.quantile(0.95)).isEqualTo(Duration.ofNanos(95));
        assertThat(latencies.quantile(0.5)).isEqualTo(Duration.ofNanos(50));
        assertThat(new LatencyBuckets().quantile(0.95)).isEqualTo(Duration.ZERO);
    }
}

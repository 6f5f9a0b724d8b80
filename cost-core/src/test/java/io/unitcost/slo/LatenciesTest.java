package io.unitcost.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private final Random random = new Random(5);

    @Test
    void aPercentileIsWithinThreePointTwoPercentOfTheNearestRank() {
        for (int run = 0; run < 300; run++) {
            Latencies latencies = new Latencies();
            long[] all = new long[1 + random.nextInt(400)];
            for (int i = 0; i < all.length; i++) {
                // from a microsecond to an hour
                all[i] = (long) Math.exp(Math.log(1_100) + random.nextDouble() * Math.log(3.6e12 / 1_100));
                latencies.add(all[i]);
            }
            Arrays.sort(all);
            for (int percent : new int[] {1, 50, 95, 99, 100}) {
                double exact = all[(int) Math.ceil(all.length * percent / 100.0) - 1];
                assertThat(latencies.percentile(percent) / exact)
                        .as("p%s of %s", percent, all.length)
                        .isBetween(1 - 1 / 32.0, 1 + 1 / 32.0);
            }
        }
    }

    @Test
    void twoTogetherAreAsIfAllHadBeenInOne() {
        Latencies one = new Latencies();
        Latencies other = new Latencies();
        Latencies both = new Latencies();
        for (int i = 0; i < 1_000; i++) {
            long nanos = 1L << random.nextInt(42);
            (random.nextBoolean() ? one : other).add(nanos);
            both.add(nanos);
        }
        one.add(other);
        for (int percent = 1; percent <= 100; percent++) {
            assertThat(one.percentile(percent)).isEqualTo(both.percentile(percent));
        }
    }

    @Test
    void whatIsBeyondCountsAtTheEdge() {
        Latencies latencies = new Latencies();
        assertThat(latencies.percentile(95)).isNull();
        latencies.add(new Latencies());
        assertThat(latencies.percentile(95)).isNull();
        for (long nanos : new long[] {Long.MIN_VALUE, -1, 0, 1, 1_023, Long.MAX_VALUE}) {
            latencies.add(nanos);
        }
        assertThat(latencies.percentile(1)).isBetween(1_024L, 1_088L);
        assertThat(latencies.percentile(100)).isBetween((1L << 42) - (1L << 38), 1L << 42);
        assertThat(latencies.buckets()).isEqualTo(Latencies.MOST_BUCKETS).isEqualTo(512);
    }

    @Test
    void takesRoomOnlyForWhatOccurs() {
        Latencies latencies = new Latencies();
        for (int i = 0; i < 10_000; i++) {
            latencies.add(500_000_000L + random.nextInt(1_500_000_000)); // 0.5 to 2 s: two doublings
        }
        assertThat(latencies.buckets()).isLessThanOrEqualTo(33);
    }
}

package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Usage;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * The gate on bytes: exact to a hundredth of a percent on any machine under any load, which no time is. What is
 * allocated by one thread for a request on known series, the best of a few tries after warming up.
 */
class AllocationTest {

    private static final double BUDGET = 768;
    private static final double SLACK = 0.5;
    private static final int WARM_UP = 30_000;
    private static final int REQUESTS = 20_000;
    private static final int TRIES = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Traffic traffic = Traffic.of(10);
    private final Turn turn = Turn.in(traffic);

    @Test
    void aRequestAllocatesNoMoreThanItsBudget_andLessThanHalfOfAnObservation() {
        Metered metered = new Metered();
        metered.start(traffic);
        double ours = bytes(() -> {
            Traffic.Series series = turn.next();
            metered.request(series.feature(), series.model());
        });
        metered.check(traffic);
        assertThat(ours).isPositive().isLessThanOrEqualTo(BUDGET + SLACK);

        Traffic same = Traffic.of(10);
        Turn next = Turn.in(same);
        Observed observed = new Observed();
        observed.start(same);
        double observation = bytes(() -> observed.request(next.next()));
        observed.check(same);
        assertThat(ours).isLessThan(observation / 2);
    }

    @Test
    void aPriceAsOneNumberAllocatesNothing() {
        PriceTable table = PriceList.create();
        Usage two = Usage.tokens(1_200, 300);
        String provider = PriceList.provider(1);
        String model = PriceList.model(1);
        long[] sum = new long[1];
        double bytes = bytes(() -> sum[0] += table.picos(provider, model, null, null, two, PriceList.NOW));
        // 1200 × 3 + 300 × 15 = 8100 per million: each of them 8.1e9 picos
        assertThat(sum[0]).isEqualTo(8_100_000_000L * (WARM_UP + TRIES * REQUESTS));
        assertThat(bytes).isLessThan(SLACK);
    }

    private double bytes(Runnable request) {
        for (int i = 0; i < WARM_UP; i++) {
            request.run();
        }
        double best = Double.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            best = Math.min(best, allocated(request) / (double) REQUESTS);
        }
        return best;
    }

    private long allocated(Runnable request) {
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < REQUESTS; i++) {
            request.run();
        }
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}

package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Everybody's handlers count each call, and ours stay within their bytes. */
class SpringAiBenchmarkTest {

    private static final int WARM_UP = 10_000;
    private static final int CALLS = 3_000;
    private static final int TRIES = 5;

    /** Of what Spring AI's own handlers take. */
    private static final double SHARE = 0.5;

    @Test
    void eachCountsItsCalls() {
        for (String handlers : new String[] {"none", "springAi", "unitcost", "both"}) {
            SpringAiBenchmark benchmark = benchmark(handlers);
            for (int i = 0; i < 100; i++) {
                benchmark.call();
            }
            benchmark.check();
        }
    }

    @Test
    void oursTakeLessThanHalfOfTheBytesOfSpringAis() {
        double none = bytes("none");
        double springAi = bytes("springAi") - none;
        double unitcost = bytes("unitcost") - none;

        assertThat(unitcost).isPositive().isLessThan(SHARE * springAi);
    }

    private static double bytes(String handlers) {
        SpringAiBenchmark benchmark = benchmark(handlers);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            benchmark.call();
        }
        double least = Double.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int j = 0; j < CALLS; j++) {
                benchmark.call();
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / (double) CALLS);
        }
        benchmark.check();
        return least;
    }

    private static SpringAiBenchmark benchmark(String handlers) {
        SpringAiBenchmark benchmark = new SpringAiBenchmark();
        benchmark.handlers = handlers;
        benchmark.start();
        return benchmark;
    }
}

package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Hooks find the calls they are measured for, and ours stay within their bytes. */
class GrpcBenchmarkTest {

    /** The goal is 3 KiB; 2,632 at most in practice. */
    private static final double BUDGET = 3_072;

    /** 1,560 in practice. */
    private static final double CLIENT_BUDGET = 2_560;

    private static final double SLACK = 0.5;
    private static final int FEW = 100;
    private static final int MANY = 300;
    private static final int CALLS = 3_000;
    private static final int STREAMS = 400;
    private static final int TRIES = 5;

    @Test
    void eachHookPassesTheSameAnswersOn_andFindsEachCall() throws Exception {
        for (String hooks : new String[] {
            "none",
            "empty",
            "micrometer",
            "observation",
            "openTelemetryNoop",
            "openTelemetry",
            "grpcOpenTelemetry",
            "costsClient",
            "costs"
        }) {
            GrpcBenchmark benchmark = benchmark(hooks);
            assertThat(benchmark.unary().getUsageMetadata().getTotalTokenCount())
                    .as(hooks)
                    .isEqualTo((int) GrpcModel.TOKENS);
            assertThat(benchmark.stream()).isEqualTo(GrpcBenchmark.CHUNKS);
            assertThat(benchmark.countedStream()).isEqualTo(GrpcBenchmark.CHUNKS);
            benchmark.check();
        }
    }

    @Test
    void hooksThatFoundNothingAreNotMeasured() throws IOException {
        GrpcBenchmark benchmark = benchmark("costs");
        assertThatThrownBy(benchmark::check).hasMessageContaining("no calls were made");
    }

    @Test
    void aCallAllocatesNoMoreThanItsBudget_andLessThanHalfOfAnObservation() throws Exception {
        double none = bytes("none");
        double costs = bytes("costs") - none;
        assertThat(costs).isPositive().isLessThanOrEqualTo(BUDGET);
        assertThat(bytes("costsClient") - none).isPositive().isLessThanOrEqualTo(CLIENT_BUDGET);
        assertThat(costs).isLessThan((bytes("observation") - none) / 2);
    }

    @Test
    void aMessageOfAStreamAllocatesNoMoreThanWithoutHooks() throws Exception {
        double none = bytesPerMessage("none", false);
        assertThat(bytesPerMessage("costs", false) - none).isLessThan(SLACK);
        assertThat(bytesPerMessage("costs", true) - none).isLessThan(SLACK);
    }

    /** What a message more takes: of a long stream over a short one. */
    private static double bytesPerMessage(String hooks, boolean counted) throws Exception {
        GrpcBenchmark benchmark = benchmark(hooks);
        double few = bytes(() -> benchmark.stream(FEW, counted), STREAMS);
        double many = bytes(() -> benchmark.stream(MANY, counted), STREAMS);
        benchmark.check();
        return (many - few) / (MANY - FEW);
    }

    private static double bytes(String hooks) throws Exception {
        GrpcBenchmark benchmark = benchmark(hooks);
        double bytes = bytes(benchmark::unary, CALLS);
        benchmark.check();
        return bytes;
    }

    private static double bytes(Runnable call, int calls) {
        for (int i = 0; i < 3 * calls; i++) {
            call.run();
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        double best = Double.MAX_VALUE;
        for (int tries = 0; tries < TRIES; tries++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            best = Math.min(best, (threads.getThreadAllocatedBytes(thread) - before) / (double) calls);
        }
        return best;
    }

    private static GrpcBenchmark benchmark(String hooks) throws IOException {
        GrpcBenchmark benchmark = new GrpcBenchmark();
        benchmark.hooks = hooks;
        benchmark.start();
        return benchmark;
    }
}

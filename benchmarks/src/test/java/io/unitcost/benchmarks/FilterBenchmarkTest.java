package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletOutputStream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Filters find what they are measured for, and ours stays within its bytes. */
class FilterBenchmarkTest {

    /** Of the goal of 1 KiB; 520 to 552 in practice. */
    private static final int MOST_ROUNDS = 5;

    private static final double BUDGET = 640;

    private static final double SERVING_BUDGET = 1_600;
    private static final double ANSWER_BUDGET = 2_560;
    private static final double SLACK = 0.5;
    private static final int FEW = 100;
    private static final int MANY = 600;
    private static final FilterChain SHORT = stream(FEW);
    private static final FilterChain LONG = stream(MANY);
    private static final int WARM_UP = 10_000;
    private static final int REQUESTS = 3_000;
    private static final int TRIES = 5;

    private interface Request {
        long pass() throws Exception;
    }

    @Test
    void eachFilterPassesTheSameBytesOn_andFindsEachRequest() throws Exception {
        long stream = 0;
        for (byte[] event : FilterBenchmark.STREAM) {
            stream += event.length;
        }
        for (String filter : new String[] {"none", "costs", "costsServing", "costsTelling", "brave", "spring"}) {
            FilterBenchmark benchmark = benchmark(filter);
            long before = benchmark.plain();
            assertThat(before).isEqualTo(FilterBenchmark.PLAIN.length);
            assertThat(benchmark.answer() - before).isEqualTo(FilterBenchmark.ANSWER.length);
            assertThat(benchmark.stream() - before - FilterBenchmark.ANSWER.length)
                    .isEqualTo(stream);
            assertThat(benchmark.exchange().flushes()).isEqualTo(FilterBenchmark.CHUNKS);
            benchmark.check();
        }
    }

    @Test
    void whoServesBooksTheAnswerAndTheStream() throws Exception {
        FilterBenchmark benchmark = benchmark("costsServing");
        benchmark.plain();
        assertThat(benchmark.filters().tokens()).isZero();
        benchmark.answer();
        assertThat(benchmark.filters().tokens()).isEqualTo(UsageAnswers.INPUT + UsageAnswers.OUTPUT);
        benchmark.stream();
        assertThat(benchmark.filters().tokens()).isEqualTo(2 * (UsageAnswers.INPUT + UsageAnswers.OUTPUT));
        benchmark.check();
    }

    @Test
    void aFilterThatFoundNothingIsNotMeasured() {
        assertThatThrownBy(() -> benchmark("costs").check()).hasMessageContaining("costs found 0.0 of 0 requests");
    }

    @Test
    void aRequestAllocatesNoMoreThanItsBudget_andLessThanTheOtherFilters() throws Exception {
        double ours = bytes(benchmark("costs")::plain);
        assertThat(ours).isPositive().isLessThanOrEqualTo(BUDGET);
        assertThat(ours).isLessThan(bytes(benchmark("brave")::plain));
        assertThat(ours).isLessThan(bytes(benchmark("spring")::plain) / 3);
        assertThat(bytes(benchmark("none")::plain)).isLessThan(SLACK);
    }

    @Test
    void aRequestWhoseAnswerIsReadAllocatesAReaderMore() throws Exception {
        assertThat(bytes(benchmark("costsServing")::plain)).isPositive().isLessThanOrEqualTo(SERVING_BUDGET);
        assertThat(bytes(benchmark("costsServing")::answer)).isLessThanOrEqualTo(ANSWER_BUDGET);
    }

    @Test
    void aChunkOfAStreamAllocatesNothing() throws Exception {
        assertThat(bytesPerChunk("costs")).isLessThan(SLACK);
        assertThat(bytesPerChunk("costsServing")).isLessThan(SLACK);
    }

    /** What a chunk more takes: of a long stream over a short one. Again if the compiler is not done with it, as on a busy machine. */
    private static double bytesPerChunk(String filter) throws Exception {
        FilterBenchmark benchmark = benchmark(filter);
        double least = Double.MAX_VALUE;
        for (int rounds = 0; rounds < MOST_ROUNDS && least >= SLACK; rounds++) {
            double few = bytes(() -> benchmark.pass(SHORT));
            double many = bytes(() -> benchmark.pass(LONG));
            least = Math.min(least, (many - few) / (MANY - FEW));
        }
        benchmark.check();
        return least;
    }

    private static FilterChain stream(int count) {
        return (request, response) -> {
            ServletOutputStream out = response.getOutputStream();
            for (int i = 0; i < count; i++) {
                byte[] event = FilterBenchmark.STREAM[i % (FilterBenchmark.CHUNKS - 2)];
                out.write(event, 0, event.length);
                out.flush();
            }
        };
    }

    private static double bytes(Request request) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            request.pass();
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        double best = Double.MAX_VALUE;
        for (int tries = 0; tries < TRIES; tries++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < REQUESTS; i++) {
                request.pass();
            }
            best = Math.min(best, (threads.getThreadAllocatedBytes(thread) - before) / (double) REQUESTS);
        }
        return best;
    }

    private static FilterBenchmark benchmark(String filter) {
        FilterBenchmark benchmark = new FilterBenchmark();
        benchmark.filter = filter;
        benchmark.start();
        return benchmark;
    }
}

package io.unitcost.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time per operation of the measuring threads alone, which a busy machine disturbs far less than the time on
 * the clock; and how often they waited to enter a monitor. For {@code -prof io.unitcost.benchmarks.CpuProfiler}.
 */
public final class CpuProfiler implements InternalProfiler {

    private static final String WORKER = "-jmh-worker-";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long nanosBefore;
    private long blockedBefore;

    @Override
    public String getDescription() {
        return "processor time per operation, and blocked threads";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        nanosBefore = nanos();
        blockedBefore = blocked();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double nanos = nanos() - nanosBefore;
        long blocked = blocked() - blockedBefore;
        return List.of(
                new ScalarResult("cpu", nanos / result.getMetadata().getAllOps(), "ns/op", AggregationPolicy.AVG),
                new ScalarResult("cpu.blocked", blocked, "times", AggregationPolicy.SUM));
    }

    private long nanos() {
        return workers()
                .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getThreadId())))
                .sum();
    }

    private long blocked() {
        return workers().mapToLong(ThreadInfo::getBlockedCount).sum();
    }

    private Stream<ThreadInfo> workers() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(thread -> thread.getThreadName().contains(WORKER));
    }
}

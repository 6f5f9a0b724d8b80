package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.unitcost.usage.UsageReader;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What is compared gives the same answer, and reading a stream costs no bytes. */
class UsageBenchmarkTest {

    private static final int TOKENS = UsageAnswers.INPUT + UsageAnswers.OUTPUT;
    private static final int EVENTS = 20_000;
    private static final double SLACK = 0.5;

    private final UsageBenchmark benchmark = new UsageBenchmark();

    @Test
    void allWaysToReadABodyFindTheSameUsage() {
        assertThat(benchmark.body()).isEqualTo(TOKENS);
        assertThat(benchmark.bodyIndented()).isEqualTo(TOKENS);
        assertThat(benchmark.bodyJackson()).isEqualTo(TOKENS);
        assertThat(benchmark.bodyJacksonTree()).isEqualTo(TOKENS);
        assertThat(benchmark.bodyCopy()).isEqualTo(UsageAnswers.body().length).isBetween(2_900L, 3_100L);
    }

    @Test
    void allWaysToReadAStreamFindTheSameUsage() {
        assertThat(benchmark.stream()).isEqualTo(TOKENS);
        assertThat(benchmark.streamJackson()).isEqualTo(TOKENS);
        assertThat(benchmark.streamTail()).isEqualTo(TOKENS);
        assertThat(benchmark.streamCopy())
                .isEqualTo(UsageAnswers.joined(UsageAnswers.chat()).length)
                .isBetween(57_000L, 66_000L);
        assertThat(UsageAnswers.chat()).hasNumberOfRows(UsageAnswers.EVENTS);
    }

    @Test
    void oneEventHasNoUsage_whoeverReadsIt() {
        for (int i = 0; i < 2 * UsageAnswers.EVENTS; i++) {
            assertThat(benchmark.chunkJackson()).isZero();
            assertThat(benchmark.chunkCopy()).isBetween(180, 230);
            benchmark.chunk();
            benchmark.chunkOfResponses();
        }
        assertThat(benchmark.characters()).isPositive();
        assertThat(benchmark.hasUsage()).isFalse();
    }

    @Test
    void anEventWithoutUsageAllocatesNothing() {
        assertThat(bytesPerEvent(UsageAnswers.chat())).isLessThan(SLACK);
        assertThat(bytesPerEvent(UsageAnswers.responses())).isLessThan(SLACK);
    }

    @Test
    void readingABodyAllocatesAboutAKilobyte() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int tries = 0; tries < 5; tries++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < EVENTS; i++) {
                benchmark.body();
            }
            long allocated =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            best = Math.min(best, allocated / (double) EVENTS);
        }
        // 992 alone; what the compiler makes of it depends on what else has run in the virtual machine
        assertThat(best).isLessThan(1_100);
    }

    /** By a reader that has seen some events of the stream, the best of a few tries. */
    private static double bytesPerEvent(byte[][] events) {
        UsageReader reader = UsageReader.create();
        double best = Double.MAX_VALUE;
        for (int tries = 0; tries < 5; tries++) {
            best = Math.min(best, read(reader, events) / (double) EVENTS);
        }
        assertThat(reader.report().volume().characters()).isGreaterThan(EVENTS);
        return best;
    }

    private static long read(UsageReader reader, byte[][] events) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < EVENTS; i++) {
            byte[] event = events[i % (UsageAnswers.EVENTS - 2)];
            reader.read(event, 0, event.length);
        }
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}

package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * No lock on the way of a request. Two threads that share a short lock hardly ever wait long enough to be counted as
 * blocked, so waiting is not what is looked for here: a thread that makes requests is stopped some hundred times and
 * asked what it holds. In a virtual machine that only interprets, because compiled code stops at few places.
 */
class LockTest {

    private static final int SAMPLES = 500;
    private static final String NOTHING = "[]";

    @Test
    void aRequestHoldsNoLock() throws Exception {
        assertThat(probe("unlocked")).isEqualTo(NOTHING);
    }

    @Test
    void aLockWouldBeNoticed() throws Exception {
        assertThat(probe("locked")).contains(Probe.class.getName());
    }

    private static String probe(String how) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xint",
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName(),
                        how)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String held = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return held;
    }

    /** Prints the classes of all locks that the thread was seen to hold. */
    static final class Probe {

        private volatile boolean done;

        /** Entry point of the interpreted virtual machine. */
        public static void main(String... how) throws InterruptedException {
            PrintStream answer = System.out;
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            answer.print(new Probe().held("locked".equals(how[0])));
            answer.flush();
        }

        private Set<String> held(boolean locked) throws InterruptedException {
            Traffic traffic = Traffic.of(10);
            Metered metered = new Metered();
            metered.start(traffic);
            Consumer<Traffic.Series> request = series -> metered.request(series.feature(), series.model());
            Turn turn = Turn.in(traffic);
            Thread requests = new Thread(() -> {
                while (!done) {
                    Traffic.Series series = turn.next();
                    if (locked) {
                        locked(request, series);
                    } else {
                        request.accept(series);
                    }
                }
            });
            requests.start();
            Set<String> held = samples(requests.getId());
            done = true;
            requests.join();
            metered.check(traffic);
            return held;
        }

        private synchronized void locked(Consumer<Traffic.Series> request, Traffic.Series series) {
            request.accept(series);
        }

        private static Set<String> samples(long thread) {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            Set<String> held = new TreeSet<>();
            for (int i = 0; i < SAMPLES; i++) {
                ThreadInfo info = threads.getThreadInfo(new long[] {thread}, true, true)[0];
                for (LockInfo lock : info.getLockedMonitors()) {
                    held.add(lock.getClassName());
                }
                for (LockInfo lock : info.getLockedSynchronizers()) {
                    held.add(lock.getClassName());
                }
            }
            return held;
        }
    }
}

package io.unitcost.ledger;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Measures how many records a second a file sink writes: {@code main(seconds, directory)}. Not a test. */
public final class LedgerThroughput {

    private static final int DISTINCT = 1_000;

    private LedgerThroughput() {}

    public static void main(String[] args) throws IOException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        Path directory = args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("ledger");
        LedgerRecord[] records = records();
        System.out.printf("a line has %d bytes on average%n", bytes(records) / DISTINCT);
        FileLedgerSink sink = FileLedgerSink.builder(directory).build();
        long start = System.nanoTime();
        long given = 0;
        for (int second = 1; second <= seconds; second++) {
            long end = start + second * 1_000_000_000L;
            long before = sink.counts().written();
            while (System.nanoTime() < end) {
                if (sink.counts().waiting() > 8_000) {
                    LockSupport.parkNanos(100_000); // as fast as it takes them, and no faster
                    continue;
                }
                for (int i = 0; i < 1_000; i++) {
                    sink.accept(records[(int) (given++ % DISTINCT)]);
                }
            }
            System.out.printf(
                    "second %d: %,d records written%n", second, sink.counts().written() - before);
        }
        long cpu = writersCpuNanos();
        long done = sink.counts().written();
        sink.close();
        double took = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s in %.2f s, closed: %,.0f records/s%n",
                sink.counts(), took, sink.counts().written() / took);
        System.out.printf("CPU of the writer's thread: %,d ns a record%n", cpu / Math.max(1, done));
        readBack(directory);
        requestPath(records.length);
    }

    /** Tells what it takes on a machine that others use too. */
    private static long writersCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.dumpAllThreads(false, false, 0)) {
            if (thread.getThreadName().equals("unitcost-ledger")) {
                return threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        return 0;
    }

    private static void readBack(Path directory) {
        long start = System.nanoTime();
        try (LedgerReader reader = LedgerReader.open(directory)) {
            reader.forEach(record -> {});
            double took = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "read %,d records in %.2f s: %,.0f records/s%n", reader.records(), took, reader.records() / took);
        }
    }

    /** What the ledger adds to a request on its own thread. */
    private static void requestPath(int requests) {
        for (int round = 0; round < 6; round++) {
            long without = time(CostMeter.builder().build(), requests * 200);
            long with = time(
                    CostMeter.builder().listener(CostLedger.to(record -> {})).build(), requests * 200);
            System.out.printf(
                    "a request: %d ns without, %d ns with a ledger that goes nowhere%n",
                    without / (requests * 200), with / (requests * 200));
        }
    }

    private static long time(CostMeter meter, int requests) {
        long start = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            serve(meter, i);
        }
        long took = System.nanoTime() - start;
        meter.close();
        return took;
    }

    private static LedgerRecord[] records() {
        MemoryLedgerSink sink = MemoryLedgerSink.create();
        CostMeter meter = CostMeter.builder()
                .listener(CostLedger.builder(sink).release("1.42.0").build())
                .build();
        for (int i = 0; i < DISTINCT; i++) {
            serve(meter, i);
        }
        meter.close();
        return sink.records().toArray(LedgerRecord[]::new);
    }

    private static void serve(CostMeter meter, int i) {
        RequestMeter request = meter.open("support.summarise");
        request.attribute("session", "session-" + i);
        request.attribute("tenant", "tenant-" + i % 50);
        CallMeter call = request.call();
        if (i % 10 == 0) {
            call.record(Attempt.of("openai", "gpt-4o-mini").failed().unbilled().build());
        }
        call.record(Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(1_000 + i % 997, 300 + i % 101))
                .durationNanos(790_123_456)
                .firstTokenNanos(120_000_000)
                .build());
        call.end();
        request.end(Outcome.DELIVERED);
    }

    private static long bytes(LedgerRecord[] records) {
        long bytes = 0;
        for (LedgerRecord record : records) {
            bytes += record.toJson().length() + 1;
        }
        return bytes;
    }
}

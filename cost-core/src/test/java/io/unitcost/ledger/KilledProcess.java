package io.unitcost.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives records to a file sink until it is killed, and says on its output how many it had given at which moment, by the clock that
 * all processes of a machine share: {@code main(directory, flushMillis)}.
 */
public final class KilledProcess {

    private static final int BATCH = 50;

    private KilledProcess() {}

    public static void main(String[] args) {
        FileLedgerSink sink = FileLedgerSink.builder(Path.of(args[0]))
                .flushInterval(Duration.ofMillis(Long.parseLong(args[1])))
                .build();
        int given = 0;
        while (true) {
            for (int i = 0; i < BATCH; i++) {
                sink.accept(LedgerFixture.record(given++));
            }
            System.out.println(System.currentTimeMillis() + " " + given + " "
                    + sink.counts().dropped());
            System.out.flush();
            LockSupport.parkNanos(1_000_000);
        }
    }
}

package io.unitcost.samples.demo;

import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.FileLedgerSink;
import io.unitcost.ledger.LedgerCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A ledger for each half of the traffic: release 1.0 before the swap, release 2.0 after it. */
final class Ledgers implements RequestCostListener, AutoCloseable {

    private final Path directory;
    private final CostLedger before;
    private final CostLedger after;
    private volatile CostLedger now;

    private Ledgers(Path directory) {
        this.directory = directory;
        this.before = ledger("before", "1.0");
        this.after = ledger("after", "2.0");
        this.now = before;
    }

    /** @throws DataException if there is something in that directory: two runs in one ledger would be one window */
    static Ledgers in(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            if (files.findAny().isPresent()) {
                throw new DataException("--ledger: " + directory + " is not empty; name a new directory");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Ledgers(directory);
    }

    private CostLedger ledger(String half, String release) {
        FileLedgerSink files = FileLedgerSink.builder(directory.resolve(half))
                .queueCapacity(1 << 18)
                .build();
        return CostLedger.builder(files).release(release).build();
    }

    @Override
    public void onRegistered(CostMeter meter) {
        before.onRegistered(meter);
        after.onRegistered(meter);
    }

    @Override
    public void onRequestCost(RequestCost cost) {
        now.onRequestCost(cost);
    }

    /** What comes now belongs to the second half. */
    void half() {
        now = after;
    }

    @Override
    public void close() {
        before.close();
        after.close();
    }

    /** Where they are, and whether they are whole; after closing. */
    String summary() {
        LedgerCounts first = before.counts();
        LedgerCounts second = after.counts();
        long lost = first.dropped() + first.failed() + second.dropped() + second.failed();
        return "Ledgers: " + directory.resolve("before") + " and " + directory.resolve("after") + ", "
                + (first.written() + second.written()) + " records"
                + (lost == 0 ? "" : "; " + lost + " are lost");
    }
}

package io.unitcost.ledger;

import java.util.ArrayList;
import java.util.List;

/** Keeps records in memory, for tests and for tools that judge what they have run. Thread-safe. */
public final class MemoryLedgerSink implements LedgerSink {

    private static final int DEFAULT_CAPACITY = 1_000_000;

    private final int capacity;
    private final List<LedgerRecord> records = new ArrayList<>();
    private long taken;
    private long dropped;

    private MemoryLedgerSink(int capacity) {
        this.capacity = capacity;
    }

    /** Keeps a million records; those after them are dropped and counted. */
    public static MemoryLedgerSink create() {
        return withCapacity(DEFAULT_CAPACITY);
    }

    /**
     * Keeps so many records; those after them are dropped and counted.
     *
     * @param capacity 1 or more
     */
    public static MemoryLedgerSink withCapacity(int capacity) {
        return new MemoryLedgerSink(WriteQueue.requireCapacity(capacity));
    }

    @Override
    public synchronized void accept(LedgerRecord record) {
        if (records.size() < capacity) {
            records.add(record);
            taken++;
        } else {
            dropped++;
        }
    }

    /** What was kept until now, oldest first. */
    public synchronized List<LedgerRecord> records() {
        return List.copyOf(records);
    }

    /** Forgets the records; the counts go on. */
    public synchronized void clear() {
        records.clear();
    }

    @Override
    public synchronized LedgerCounts counts() {
        return new LedgerCounts(taken, dropped, 0, 0);
    }
}

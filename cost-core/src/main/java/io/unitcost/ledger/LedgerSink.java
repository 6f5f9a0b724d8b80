package io.unitcost.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Where the records of a {@link CostLedger} go. A function is enough:
 *
 * <pre>{@code
 * LedgerSink kafka = record -> template.send("ai-costs", record.id(), record.toJson());
 * CostLedger ledger = CostLedger.to(LedgerSink.queued(kafka, 10_000));
 * }</pre>
 */
@FunctionalInterface
public interface LedgerSink extends AutoCloseable {

    /**
     * Takes a record. Called on the threads that close requests, several at a time, unless it is {@link #queued}: must not block then.
     *
     * @throws Exception counted as a failure by the ledger; the request does not see it
     */
    void accept(LedgerRecord record) throws Exception;

    /** What became of the records; {@code null} if the sink does not count, and then whoever calls it does. */
    default @Nullable LedgerCounts counts() {
        return null;
    }

    /** Writes what is left, and frees what the sink holds. */
    @Override
    default void close() throws Exception {}

    /**
     * A sink with a bounded queue before it and a daemon thread of its own that calls it: for one that may block. A record that finds
     * the queue full is dropped and counted.
     *
     * @param slow called by one thread at a time; closed when the returned sink is
     * @param capacity how many records may wait, 1 or more
     */
    static LedgerSink queued(LedgerSink slow, int capacity) {
        return WriteQueue.before(slow, capacity);
    }

    /**
     * Writes each record as a message at level INFO of the logger {@code ai.cost.ledger}, on the calling thread: an appender carries
     * it on. With that level off, records are dropped.
     */
    static LedgerSink slf4j() {
        return new Slf4jSink();
    }
}

package io.unitcost.ledger;

/**
 * What became of the records of a ledger. When nothing is being written, each record is in exactly one of these.
 *
 * @param written they are where they belong; for a file, in the hands of the operating system
 * @param dropped the queue was full, or the sink closed: they were lost without being tried
 * @param failed they were tried and lost: they could not be made, or not be written before the sink was closed
 * @param waiting they are in a queue or a buffer
 */
public record LedgerCounts(long written, long dropped, long failed, long waiting) {

    /** All records so far. */
    public long total() {
        return written + dropped + failed + waiting;
    }

    /** The records that are gone. */
    public long lost() {
        return dropped + failed;
    }
}

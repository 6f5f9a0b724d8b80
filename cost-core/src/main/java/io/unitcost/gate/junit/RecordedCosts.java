package io.unitcost.gate.junit;

import io.unitcost.ledger.LedgerRecord;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** What the cases of a {@link CostGate} cost until now: for {@link io.unitcost.gate.CostAssertions#assertThatCost(Iterable)}. Immutable. */
public final class RecordedCosts implements Iterable<LedgerRecord> {

    private final List<LedgerRecord> records;
    private final Path file;

    RecordedCosts(List<LedgerRecord> records, Path file) {
        this.records = records;
        this.file = file;
    }

    /** The requests, in the order in which they ended. */
    public List<LedgerRecord> records() {
        return records;
    }

    /** Where they are left, as a ledger, when all cases have run. */
    public Path file() {
        return file;
    }

    @Override
    public Iterator<LedgerRecord> iterator() {
        return records.iterator();
    }
}

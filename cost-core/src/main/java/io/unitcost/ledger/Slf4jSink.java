package io.unitcost.ledger;

import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log message for each record. */
final class Slf4jSink implements LedgerSink {

    private static final Logger log = LoggerFactory.getLogger("ai.cost.ledger");

    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    @Override
    public void accept(LedgerRecord record) {
        if (log.isInfoEnabled()) {
            log.info("{}", record.toJson());
            written.increment();
        } else {
            dropped.increment();
        }
    }

    @Override
    public LedgerCounts counts() {
        return new LedgerCounts(written.sum(), dropped.sum(), 0, 0);
    }
}

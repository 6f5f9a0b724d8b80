package io.unitcost;

import io.unitcost.CostMeter.Site;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a failure of ours, or of code that we call for the application, ends: counted by site, said once a
 * minute, never passed on. Only errors of the virtual machine go through.
 */
final class Guard {

    private static final Logger log = LoggerFactory.getLogger(CostMeter.class);
    private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier ticker;
    private final LongAdder[] errors = new LongAdder[Site.values().length];
    private final AtomicLong lastWarning;

    Guard(LongSupplier ticker) {
        this.ticker = ticker;
        this.lastWarning = new AtomicLong(ticker.getAsLong() - BETWEEN_WARNINGS);
        for (int i = 0; i < errors.length; i++) {
            errors[i] = new LongAdder();
        }
    }

    void caught(Site site, Throwable failure) {
        rethrowFatal(failure);
        errors[site.ordinal()].increment();
        try {
            warn(site, failure);
        } catch (Throwable another) {
            rethrowFatal(another); // the ticker's or the log's; the failure itself is counted
        }
    }

    private void warn(Site site, Throwable failure) {
        long now = ticker.getAsLong();
        long last = lastWarning.get();
        if (now - last >= BETWEEN_WARNINGS && lastWarning.compareAndSet(last, now)) {
            log.warn(
                    "metering failed at {}; the request is not affected, its cost may be incomplete. Counted in"
                            + " ai.meter.errors, further failures are not logged for a minute",
                    site.label(),
                    failure);
        }
    }

    private static void rethrowFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError)) {
            throw fatal;
        }
    }

    long count(Site site) {
        return errors[site.ordinal()].sum();
    }
}

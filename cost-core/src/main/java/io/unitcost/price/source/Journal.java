package io.unitcost.price.source;

import io.unitcost.price.PriceChange;
import io.unitcost.price.PriceChanges;
import io.unitcost.price.PriceTable;
import io.unitcost.price.PriceTableException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators read: one line for each change of prices, and each failure once an hour at most. */
final class Journal {

    private static final Logger log = LoggerFactory.getLogger(PriceSources.class);
    private static final long BETWEEN_WARNINGS = TimeUnit.HOURS.toNanos(1);
    private static final int REMEMBERED = 100;
    private static final int SHOWN = 5;

    private final LongSupplier ticker;
    private final Map<String, Long> warned = new HashMap<>();

    Journal(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** Never fails: the prices are in force already. */
    void swapped(PriceTable before, PriceTable after, String layer) {
        try {
            if (log.isInfoEnabled()) {
                String moved = PriceChanges.between(before, after).summary(SHOWN);
                log.info("prices: {} -> {} by {}: {}", before.id(), after.id(), layer, moved);
            }
        } catch (RuntimeException e) {
            log.warn("prices: {} -> {} by {}", before.id(), after.id(), layer, e);
        }
    }

    void held(String layer, int models, List<PriceChange> held) {
        log.warn(
                "prices: {} moves {} by more than {} times, or to or from zero. What that cost before stays in force; let"
                        + " new prices in with PriceSources.confirm: {}",
                layer,
                models == 1 ? "1 model" : models + " models",
                HoldBack.MOST_TIMES,
                PriceChange.summary(held, SHOWN));
    }

    void failed(String layer, Throwable failure) {
        String cause = cause(failure);
        if (isNew(layer + ": " + cause)) {
            log.warn("prices: looking at {} failed, its last prices stay: {}", layer, cause);
        }
    }

    void subscriberFailed(PriceTable table, Throwable failure) {
        if (isNew(cause(failure))) {
            log.warn("prices: a subscriber failed at {}; the prices are in force", table.id(), failure);
        }
    }

    private synchronized boolean isNew(String warning) {
        long now = ticker.getAsLong();
        warned.values().removeIf(then -> now - then >= BETWEEN_WARNINGS);
        if (warned.size() >= REMEMBERED) {
            warned.clear();
        }
        return warned.putIfAbsent(warning, now) == null;
    }

    /** What our own exceptions say, {@link PriceTableException} among them; of others also what they are. */
    static String cause(Throwable failure) {
        boolean ours = failure instanceof IllegalArgumentException || failure.getClass() == IOException.class;
        String message = failure.getMessage();
        return ours && message != null ? message : failure.toString();
    }

    /** Everything ends here but errors of the virtual machine. */
    static void passOnFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError)) {
            throw fatal;
        }
    }
}

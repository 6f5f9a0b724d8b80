package io.unitcost.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Attempts under way. One whose answer has begun to come, and which nobody then reads on or closes, ends here as given up,
 * so that what it used is not lost. They are looked for when others begin; there is no thread for it.
 */
final class OpenAttempts {

    static final Duration LONGEST_STILL = Duration.ofMinutes(15);
    private static final long BETWEEN = Duration.ofMinutes(1).toNanos();

    private final Set<HttpAttempt> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong looked;

    /**
     * @param now by the meter's ticker, as always here
     */
    OpenAttempts(long now) {
        this.looked = new AtomicLong(now);
    }

    void begun(HttpAttempt attempt, long now) {
        open.add(attempt);
        long last = looked.get();
        if (now - last >= BETWEEN && looked.compareAndSet(last, now)) {
            open.forEach(each -> endIfStill(each, now));
        }
    }

    void ended(HttpAttempt attempt) {
        open.remove(attempt);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    private static void endIfStill(HttpAttempt attempt, long now) {
        if (attempt.isStill(now, LONGEST_STILL.toNanos())) {
            attempt.cancelled();
        }
    }
}

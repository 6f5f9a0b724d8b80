package io.unitcost.price.source;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * When a layer is looked at next: after its interval; after a failure sooner, then later and later up to the interval.
 * Each wait is shortened at random, so that a fleet that was started together does not ask together.
 */
final class Schedule {

    private static final int MOST_DOUBLINGS = 30;

    private final long interval;
    private final long retry;
    private final LongSupplier ticker;
    private long due;
    private int failures;

    /**
     * One that is due at once.
     *
     * @param interval between looks
     * @param retry the first wait after a failure
     * @param ticker nanoseconds that only go forward
     */
    Schedule(Duration interval, Duration retry, LongSupplier ticker) {
        this.interval = interval.toNanos();
        this.retry = Math.min(this.interval, retry.toNanos());
        this.ticker = ticker;
        this.due = ticker.getAsLong();
    }

    synchronized long nanosToWait() {
        return Math.max(0, due - ticker.getAsLong());
    }

    synchronized void succeeded() {
        failures = 0;
        wait(interval, 0.1);
    }

    synchronized void failed() {
        int doublings = Math.min(failures++, MOST_DOUBLINGS);
        wait(interval >> doublings < retry ? interval : retry << doublings, 0.5);
    }

    private void wait(long nanos, double jitter) {
        due = ticker.getAsLong()
                + nanos
                - (long) (nanos * jitter * ThreadLocalRandom.current().nextDouble());
    }
}

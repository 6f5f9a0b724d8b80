package io.unitcost.samples.gateway;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on another thread, and not for ever. */
final class Awaited {

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    static boolean until(BooleanSupplier happened) {
        long begun = System.nanoTime();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - begun > LONGEST_NANOS) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        return true;
    }

    private Awaited() {}
}

package io.unitcost.grpc;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What {@link OpenCalls} needs of a call: for how long nothing has moved in it. Thread-safe. */
abstract class WatchedCall implements MeteredCall {

    /** An object that was asked for its own hash takes a slow lock from then on. */
    private final int hash = ThreadLocalRandom.current().nextInt();

    private boolean moved;
    private long stillSince;

    /** The call begins, by the meter's ticker. */
    final synchronized void begins(long tick) {
        stillSince = tick;
    }

    /** A message came or went. When, is found out by the next look: messages are many and looks are few. */
    final synchronized void moves() {
        moved = true;
    }

    @Override
    public final synchronized long stillNanos(long now) {
        if (moved) {
            moved = false;
            stillSince = now;
        }
        return now - stillSince;
    }

    @Override
    public final int hashCode() {
        return hash;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }
}

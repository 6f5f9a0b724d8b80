package io.unitcost.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls under way. One whose iterator was abandoned is never closed by anybody: after a long time without a message it ends
 * here as given up, so that what it used is not lost. Thread-safe and bounded: calls beyond the bound are metered all the
 * same, only not watched.
 */
final class OpenCalls {

    private static final int MOST = 100_000;

    private final Set<MeteredCall> open = ConcurrentHashMap.newKeySet();
    private final long longestStillNanos;

    OpenCalls(long longestStillNanos) {
        this.longestStillNanos = longestStillNanos;
    }

    void add(MeteredCall call) {
        if (open.size() < MOST) {
            open.add(call);
        }
    }

    void remove(MeteredCall call) {
        open.remove(call);
    }

    int size() {
        return open.size();
    }

    /** Ends those that nothing has moved in for too long. */
    void look(long now) {
        for (MeteredCall call : open) {
            if (call.stillNanos(now) > longestStillNanos) {
                call.closed(Status.CANCELLED.withDescription("abandoned"), new Metadata());
            }
        }
    }
}

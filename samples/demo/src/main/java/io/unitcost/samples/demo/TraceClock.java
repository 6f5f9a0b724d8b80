package io.unitcost.samples.demo;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** The time of the trace, however fast it is replayed; moved on by whoever sends its requests. The trace ends now. */
final class TraceClock extends Clock {

    private final Instant start;
    private final AtomicLong nanos = new AtomicLong();
    private volatile boolean over;

    private TraceClock(Instant start) {
        this.start = start;
    }

    static TraceClock of(Traffic traffic) {
        return new TraceClock(Instant.now().minusNanos(traffic.spanNanos()));
    }

    /** A request arrives. */
    void arrive(Arrival arrival) {
        nanos.set(arrival.nanos());
    }

    /** The trace is over: from here on it is the time on the wall, for a service that stays up. */
    void finish() {
        over = true;
    }

    @Override
    public Instant instant() {
        return over ? Instant.now() : start.plusNanos(nanos.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}

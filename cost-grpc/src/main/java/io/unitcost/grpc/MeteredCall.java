package io.unitcost.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;

/** One call of a client, as its hooks see it. Thread-safe; no method throws. */
interface MeteredCall {

    /** Sees each try. */
    ClientStreamTracer.Factory tracers();

    /** Before the headers go out. */
    default void asks(Metadata headers) {}

    /**
     * On the thread of the caller. Without a start, nothing happens at all.
     *
     * @return whether this was the first one
     */
    boolean started();

    void sent(Object message);

    void received(Object message);

    /** The first time counts. */
    void closed(Status status, Metadata trailers);

    /** Whether no message came or went since the last time this was asked, and for how long, by the meter's ticker. */
    long stillNanos(long now);
}

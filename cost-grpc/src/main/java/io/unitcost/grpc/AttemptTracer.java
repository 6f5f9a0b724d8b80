package io.unitcost.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One try, as the transport sees it. A tracer is made when a try is decided on, before its back-off: if the time is up
 * meanwhile nothing was ever sent, and nothing is ever closed. Only {@link #outboundHeaders()} means that it left.
 *
 * <p>Each method is called by one thread at a time; what has happened is read by another, at any moment.
 */
final class AttemptTracer extends ClientStreamTracer {

    private final CallAttempts attempts;
    private final boolean transparentRetry;
    /** Published by being told to the others. */
    private long sentTick;

    private volatile boolean answered;
    /** Written before what says that there is one, and read behind it, as is when it closed. */
    private long firstMessageTick;

    private volatile boolean hasMessages;
    private long wireBytes;
    private volatile @Nullable Metadata trailers;
    private long closedTick;
    private volatile @Nullable Status status;

    AttemptTracer(CallAttempts attempts, boolean transparentRetry) {
        this.attempts = attempts;
        this.transparentRetry = transparentRetry;
    }

    @Override
    public void outboundHeaders() {
        sentTick = attempts.tick();
        attempts.sent(this);
    }

    @Override
    public void outboundWireSize(long bytes) {
        wireBytes += bytes;
    }

    @Override
    public void inboundWireSize(long bytes) {
        wireBytes += bytes;
    }

    /** Not for an answer that consists of trailers only. */
    @Override
    public void inboundHeaders() {
        answered = true;
    }

    @Override
    public void inboundMessage(int number) {
        if (!hasMessages) {
            firstMessageTick = attempts.tick();
            hasMessages = true;
        }
    }

    @Override
    public void inboundTrailers(Metadata received) {
        trailers = received;
    }

    @Override
    public void streamClosed(Status closed) {
        closedTick = attempts.tick();
        status = closed;
    }

    /** Whether the one before it never reached an application. */
    boolean isTransparentRetry() {
        return transparentRetry;
    }

    /** Whether the answer has begun to come: then this is the try that the call goes on with. */
    boolean isAnswered() {
        return answered;
    }

    @Nullable
    Metadata trailers() {
        return trailers;
    }

    /** How it ended; {@code null} if it has not. */
    @Nullable
    Status status() {
        return status;
    }

    /** How it ended if its answer was not passed on: one of a hedge may end well and come too late. */
    Status unanswered() {
        Status known = status;
        return known == null || known.isOk() ? Status.CANCELLED : known;
    }

    /** Of messages both ways, after compression and without frames; 0 where the transport does not say. */
    long wireBytes() {
        return wireBytes;
    }

    /** From the moment it left, and not from the moment it was decided on. */
    long durationNanos() {
        return (status == null ? attempts.tick() : closedTick) - sentTick;
    }

    /** From the moment it left to another one. */
    long sinceSent(long tick) {
        return tick - sentTick;
    }

    /** -1 without a message. */
    long firstMessageNanos() {
        return !hasMessages ? -1 : firstMessageTick - sentTick;
    }
}

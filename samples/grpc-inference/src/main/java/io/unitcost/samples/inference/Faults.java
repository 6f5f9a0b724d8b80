package io.unitcost.samples.inference;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;

/** What goes wrong at an engine, try by try: the sample is the same each time. Thread-safe. */
final class Faults implements ServerInterceptor {

    /** What becomes of a try. */
    enum Fault {
        NONE,
        /** {@code UNAVAILABLE} before any work. */
        REFUSES,
        /** {@code INTERNAL} after the prompt was read and half of the answer generated. */
        BREAKS,
        /** Works, and answers nothing until it is given up. */
        HANGS,
        /** Sends two pieces of its answer, and no more until it is given up. */
        STALLS
    }

    /** How many tries of this call came before this one; the transport says so. */
    private static final Context.Key<Integer> BEFORE = Context.key("before");

    private static final Metadata.Key<String> PREVIOUS =
            Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER);
    static final Status REFUSED = Status.UNAVAILABLE.withDescription("the queue is full");
    static final Status BROKEN = Status.INTERNAL.withDescription("out of memory");

    private volatile List<Fault> script = List.of();

    /** From now on: what becomes of the first try of a call, of the second, and so on; nothing is wrong with the others. */
    void script(Fault... faults) {
        script = List.of(faults);
    }

    /** What becomes of the try that this thread's context works for. */
    Fault next() {
        Integer before = BEFORE.get();
        return at(before == null ? 0 : before);
    }

    /** What becomes of a request within a stream, counted from 0. */
    Fault at(int number) {
        List<Fault> now = script;
        return number < now.size() ? now.get(number) : Fault.NONE;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String said = headers.get(PREVIOUS);
        int before = said == null ? 0 : Integer.parseInt(said);
        return Contexts.interceptCall(Context.current().withValue(BEFORE, before), call, headers, next);
    }
}

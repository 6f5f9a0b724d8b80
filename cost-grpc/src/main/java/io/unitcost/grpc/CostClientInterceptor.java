package io.unitcost.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Meters calls to models as they pass. An interceptor sees one call however often it is tried; the tracer that goes along
 * with its options sees each try. What passes is not changed, and is not held up.
 */
final class CostClientInterceptor implements ClientInterceptor {

    private final GrpcCosts costs;

    CostClientInterceptor(GrpcCosts costs) {
        this.costs = costs;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        MeteredCall metered = isMetered(options) ? null : begin(method, options, next);
        if (metered == null) {
            return next.newCall(method, options);
        }
        CallOptions traced = options.withStreamTracerFactory(metered.tracers());
        return new ObservedCall<>(next.newCall(method, traced), metered);
    }

    /** Whether the outermost of several interceptors has it: the others leave the call alone. */
    private static boolean isMetered(CallOptions options) {
        List<ClientStreamTracer.Factory> tracers = options.getStreamTracerFactories();
        for (int i = 0; i < tracers.size(); i++) {
            if (tracers.get(i) instanceof CallAttempts) {
                return true;
            }
        }
        return false;
    }

    private @Nullable MeteredCall begin(MethodDescriptor<?, ?> method, CallOptions options, Channel next) {
        try {
            return costs.begin(method, options, next.authority());
        } catch (Throwable failure) {
            costs.report(failure);
            return null;
        }
    }

    private static final class ObservedCall<Q, A> extends SimpleForwardingClientCall<Q, A> {
        private final MeteredCall metered;

        ObservedCall(ClientCall<Q, A> call, MeteredCall metered) {
            super(call);
            this.metered = metered;
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            metered.asks(headers);
            boolean first = metered.started();
            try {
                super.start(new ObservedListener<>(listener, metered), headers);
            } catch (Throwable failure) {
                // such as a start after cancel(): nobody will hear of an end
                if (first) {
                    metered.closed(Status.CANCELLED, new Metadata());
                }
                throw failure;
            }
        }

        @Override
        public void sendMessage(Q message) {
            metered.sent(message);
            super.sendMessage(message);
        }
    }

    private static final class ObservedListener<A> extends SimpleForwardingClientCallListener<A> {
        private final MeteredCall metered;

        ObservedListener(ClientCall.Listener<A> listener, MeteredCall metered) {
            super(listener);
            this.metered = metered;
        }

        @Override
        public void onMessage(A message) {
            metered.received(message);
            super.onMessage(message);
        }

        /** First the account, then the application: who waits for the answer may look at its cost at once. */
        @Override
        public void onClose(Status status, Metadata trailers) {
            metered.closed(status, trailers);
            super.onClose(status, trailers);
        }
    }
}

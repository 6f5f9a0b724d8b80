package io.unitcost.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import org.jspecify.annotations.Nullable;

/** Opens the account of a call when its method is known, and makes it current wherever the application's code is called. */
final class CostServerInterceptor implements ServerInterceptor {

    private final ServedRequests requests;

    CostServerInterceptor(ServedRequests requests) {
        this.requests = requests;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ServedRequest served = ServedRequest.inContext();
        RequestMeter request = open(served, call, headers);
        if (request == null || served == null) {
            return next.startCall(call, headers);
        }
        ServerCall<Q, A> telling = served.isForCaller() ? new Telling<>(call, served) : call;
        try (Scope scope = request.makeCurrent()) {
            return new Scoped<>(next.startCall(telling, headers), request);
        }
    }

    private @Nullable RequestMeter open(@Nullable ServedRequest served, ServerCall<?, ?> call, Metadata headers) {
        try {
            if (served == null) {
                throw new IllegalStateException(
                        "the interceptor is installed without its tracer; use GrpcCosts.install(ServerBuilder)");
            }
            return served.open(new ServedCall(call.getMethodDescriptor(), headers, call.getAttributes()));
        } catch (Throwable failure) {
            requests.report(failure);
            return null;
        }
    }

    /** Adds to the trailers what the call has cost and used so far. */
    private static final class Telling<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final ServedRequest served;

        Telling(ServerCall<Q, A> call, ServedRequest served) {
            super(call);
            this.served = served;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            served.tell(trailers);
            super.close(status, trailers);
        }
    }

    /** Callbacks come on any thread, one at a time. */
    private static final class Scoped<Q> extends SimpleForwardingServerCallListener<Q> {
        private final RequestMeter request;

        Scoped(ServerCall.Listener<Q> listener, RequestMeter request) {
            super(listener);
            this.request = request;
        }

        @Override
        public void onMessage(Q message) {
            try (Scope scope = request.makeCurrent()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            try (Scope scope = request.makeCurrent()) {
                super.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            try (Scope scope = request.makeCurrent()) {
                super.onReady();
            }
        }

        @Override
        public void onCancel() {
            try (Scope scope = request.makeCurrent()) {
                super.onCancel();
            }
        }

        @Override
        public void onComplete() {
            try (Scope scope = request.makeCurrent()) {
                super.onComplete();
            }
        }
    }
}

package io.unitcost.benchmarks;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;

/** Hooks of the same shape as ours that do nothing: what gRPC itself takes for an interceptor and a tracer on each side. */
final class EmptyHooks {

    private static final Context.Key<ServerStreamTracer> KEY = Context.key("empty");

    private EmptyHooks() {}

    static ClientInterceptor client() {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return new Call<>(next.newCall(method, options.withStreamTracerFactory(new Tries())));
            }
        };
    }

    static ServerStreamTracer.Factory serverTracers() {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
                return new InContext();
            }
        };
    }

    static ServerInterceptor server() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                return new Requests<>(next.startCall(call, headers));
            }
        };
    }

    private static final class Tries extends ClientStreamTracer.Factory {
        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new Try();
        }
    }

    private static final class Try extends ClientStreamTracer {}

    private static final class InContext extends ServerStreamTracer {
        @Override
        public Context filterContext(Context context) {
            return context.withValue(KEY, this);
        }
    }

    private static final class Call<Q, A> extends SimpleForwardingClientCall<Q, A> {
        Call(ClientCall<Q, A> call) {
            super(call);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            super.start(new SimpleForwardingClientCallListener<>(listener) {}, headers);
        }
    }

    private static final class Requests<Q> extends SimpleForwardingServerCallListener<Q> {
        Requests(ServerCall.Listener<Q> listener) {
            super(listener);
        }
    }
}

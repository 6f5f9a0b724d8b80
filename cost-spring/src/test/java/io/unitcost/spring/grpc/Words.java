package io.unitcost.spring.grpc;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.unitcost.grpc.GrpcUsage;
import io.unitcost.price.Unit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.UnaryOperator;

/** Services of plain text: a model, whose answers end with what they used, and an assistant that asks it. */
final class Words {

    static final MethodDescriptor<String, String> GENERATE = method("shop.Model/Generate", MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> CHAT = method("shop.Assistant/Chat", MethodType.UNARY);
    static final MethodDescriptor<String, String> FIND = method("shop.Search/Find", MethodType.UNARY);
    static final MethodDescriptor<String, String> RANK = method("shop.Search/Rank", MethodType.UNARY);
    static final MethodDescriptor<String, String> OTHER = method("shop.Other/Do", MethodType.UNARY);

    private Words() {}

    /** A word of ten in, and one of three out. */
    static GrpcUsage usage() {
        return GrpcUsage.builder("shop.Model/Generate")
                .response(String.class, (text, counts) -> {
                    if (text.startsWith("used ")) {
                        String[] used = text.split(" ");
                        counts.set(Unit.INPUT_TOKENS, Long.parseLong(used[1]));
                        counts.set(Unit.OUTPUT_TOKENS, Long.parseLong(used[2]));
                    }
                })
                .build();
    }

    static BindableService model() {
        return () -> ServerServiceDefinition.builder("shop.Model")
                .addMethod(GENERATE, ServerCalls.asyncServerStreamingCall((question, to) -> {
                    to.onNext("forty");
                    to.onNext("two");
                    to.onNext("used 1000 100");
                    to.onCompleted();
                }))
                .build();
    }

    /** Throws what the handler throws, as handlers do. */
    static BindableService service(String name, UnaryOperator<String> handler, MethodDescriptor<?, ?>... methods) {
        return () -> {
            ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(name);
            for (MethodDescriptor<?, ?> method : methods) {
                service.addMethod(text(method), ServerCalls.asyncUnaryCall((question, to) -> {
                    to.onNext(handler.apply(question));
                    to.onCompleted();
                }));
            }
            return service.build();
        };
    }

    static String ask(Channel channel, MethodDescriptor<String, String> method, String question) {
        if (method.getType() == MethodType.UNARY) {
            return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, question);
        }
        StringBuilder answer = new StringBuilder();
        Iterator<String> words =
                ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, question);
        words.forEachRemaining(word -> answer.append(word).append(' '));
        return answer.toString().strip();
    }

    @SuppressWarnings("unchecked")
    private static MethodDescriptor<String, String> text(MethodDescriptor<?, ?> method) {
        return (MethodDescriptor<String, String>) method;
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

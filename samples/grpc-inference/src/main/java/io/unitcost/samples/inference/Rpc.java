package io.unitcost.samples.inference;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/** The methods of the sample, as generated code would have them. */
final class Rpc {

    private static final FileDescriptor TRITON = ProtoFile.read("inference.proto");
    private static final FileDescriptor VLLM = ProtoFile.read("vllm_engine.proto");
    private static final FileDescriptor SHOP = ProtoFile.read("shop.proto");

    static final MethodDescriptor<DynamicMessage, DynamicMessage> INFER = method(TRITON, "ModelInfer");
    static final MethodDescriptor<DynamicMessage, DynamicMessage> STREAM_INFER = method(TRITON, "ModelStreamInfer");
    static final MethodDescriptor<DynamicMessage, DynamicMessage> GENERATE = method(VLLM, "Generate");
    static final MethodDescriptor<DynamicMessage, DynamicMessage> ASK = method(SHOP, "Ask");
    static final MethodDescriptor<DynamicMessage, DynamicMessage> FIND = method(SHOP, "Find");

    /** Starts a request of a method. */
    static Draft request(MethodDescriptor<DynamicMessage, DynamicMessage> method) {
        return draft(method.getRequestMarshaller());
    }

    /** Starts a response of a method. */
    static Draft response(MethodDescriptor<DynamicMessage, DynamicMessage> method) {
        return draft(method.getResponseMarshaller());
    }

    private static Draft draft(MethodDescriptor.Marshaller<DynamicMessage> marshaller) {
        if (marshaller instanceof MethodDescriptor.PrototypeMarshaller<DynamicMessage> known
                && known.getMessagePrototype() != null) {
            return new Draft(known.getMessagePrototype().newBuilderForType());
        }
        throw new IllegalStateException("no type of message");
    }

    /** The method of this name in the file's only service that has it. */
    private static MethodDescriptor<DynamicMessage, DynamicMessage> method(FileDescriptor file, String name) {
        for (var service : file.getServices()) {
            var method = service.findMethodByName(name);
            if (method != null) {
                return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                        .setFullMethodName(service.getFullName() + "/" + name)
                        .setType(type(method.isClientStreaming(), method.isServerStreaming()))
                        .setRequestMarshaller(
                                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
                        .setResponseMarshaller(
                                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
                        .build();
            }
        }
        throw new IllegalStateException(file.getName() + " has no " + name);
    }

    private static MethodType type(boolean client, boolean server) {
        if (client) {
            return server ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
        }
        return server ? MethodType.SERVER_STREAMING : MethodType.UNARY;
    }

    private Rpc() {}
}

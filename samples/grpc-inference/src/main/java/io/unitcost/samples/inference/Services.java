package io.unitcost.samples.inference;

import com.google.protobuf.DynamicMessage;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import java.util.Objects;

/** Services of one method, as generated code would bind them. */
final class Services {

    static ServerServiceDefinition of(
            MethodDescriptor<DynamicMessage, DynamicMessage> method,
            ServerCallHandler<DynamicMessage, DynamicMessage> handler) {
        return ServerServiceDefinition.builder(Objects.requireNonNull(method.getServiceName()))
                .addMethod(method, handler)
                .build();
    }

    private Services() {}
}

package io.unitcost.grpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * A call that a server was asked to answer, for telling its feature.
 *
 * @param method which the server knows; never a name that only the client gave
 * @param headers from the client: trust nothing in them that a signature does not cover
 * @param attributes of the connection, such as the certificate's holder
 */
public record ServedCall(MethodDescriptor<?, ?> method, Metadata headers, Attributes attributes) {}

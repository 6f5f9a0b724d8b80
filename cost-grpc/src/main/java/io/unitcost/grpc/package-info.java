/**
 * Hooks for gRPC: a client interceptor that sees every attempt, a server interceptor that opens and closes accounts, and
 * what models report in their messages.
 */
@NullMarked
package io.unitcost.grpc;

import org.jspecify.annotations.NullMarked;

package io.unitcost.grpc;

import org.jspecify.annotations.Nullable;

/**
 * What a call goes to.
 *
 * @param provider who is paid
 * @param model what serves there if the messages do not say; {@code null} if nobody knows
 */
record Target(
        String method,
        GrpcUsage usage,
        String provider,
        @Nullable String model) {}

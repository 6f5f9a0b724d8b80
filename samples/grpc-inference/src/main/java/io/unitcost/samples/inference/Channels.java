package io.unitcost.samples.inference;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** Servers and channels that only this machine can reach. What is tried again, and when, is a channel's service config. */
final class Channels {

    /** Three tries in all, when none before could have worked. */
    static final Map<String, ?> RETRIES = retries("UNAVAILABLE");

    /** The same after failures, too, that a model may have worked for. */
    static final Map<String, ?> STUBBORN = retries("UNAVAILABLE", "INTERNAL");

    /** A second try beside the first, if that one has not answered by then. */
    static final Map<String, ?> HEDGES = policy("hedgingPolicy", Map.of("maxAttempts", 2.0, "hedgingDelay", "0.1s"));

    /** On any free port. */
    static NettyServerBuilder server(ServerServiceDefinition service) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(service);
    }

    /**
     * To a server here.
     *
     * @param authority what it would be called in a cluster, where the channel would have it as its address
     */
    static NettyChannelBuilder to(Server server, String authority, Map<String, ?> serviceConfig) {
        return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .overrideAuthority(authority)
                .usePlaintext()
                .defaultServiceConfig(serviceConfig);
    }

    private static Map<String, ?> retries(String... codes) {
        return policy(
                "retryPolicy",
                Map.of(
                        "maxAttempts",
                        3.0,
                        "initialBackoff",
                        "0.01s",
                        "maxBackoff",
                        "0.02s",
                        "backoffMultiplier",
                        1.0,
                        "retryableStatusCodes",
                        List.of(codes)));
    }

    private static Map<String, ?> policy(String kind, Map<String, ?> policy) {
        return Map.of("methodConfig", List.of(Map.of("name", List.of(Map.of()), kind, policy)));
    }

    private Channels() {}
}

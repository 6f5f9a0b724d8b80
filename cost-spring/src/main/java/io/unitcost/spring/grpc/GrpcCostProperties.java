package io.unitcost.spring.grpc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an application says in {@code unitcost.grpc.*}. Which methods are which feature is said with the features, in
 * {@code unitcost.features.*.grpc-methods}.
 *
 * @param client Calls that the application makes.
 * @param server Calls that the application answers.
 */
@ConfigurationProperties("unitcost.grpc")
public record GrpcCostProperties(
        @DefaultValue Client client, @DefaultValue Server server) {

    /**
     * Calls that the application makes.
     *
     * @param enabled Whether calls to models over gRPC are metered.
     * @param targets Who is behind a target, where the method does not say it; the first that fits counts.
     * @param measures How a provider is paid whose answers say nothing of what they used.
     * @param forward Services of your own that are told who pays for what they do.
     * @param longestSilence After how long without a message a call that nobody ends counts as given up.
     */
    public record Client(
            @DefaultValue("true") boolean enabled,
            @DefaultValue List<Target> targets,
            @DefaultValue Map<String, Measure> measures,
            @DefaultValue List<Forward> forward,
            @DefaultValue("10m") Duration longestSilence) {}

    /**
     * Who is behind a target.
     *
     * @param authority HOST[:PORT] as the channel has it, with * for any labels: triton.example.com:8001, *.example.com or *.
     * @param provider The id in the price table, or the name of a pool.
     * @param model The model that it serves, where its messages name none.
     */
    public record Target(
            @Nullable String authority,
            @Nullable String provider,
            @Nullable String model) {}

    /** What a call is measured in. */
    public enum Measure {
        /** Seconds from the moment that a try left to its end. */
        ACCELERATOR_SECONDS,
        /** Bytes of messages both ways. */
        BYTES,
        /** One. */
        REQUESTS
    }

    /**
     * A service of your own that is told who pays. What it says its work cost becomes part of the request's cost here.
     *
     * @param authority HOST[:PORT] as the channel has it, with * for any labels.
     * @param attributes Names of the request's attributes that go along, such as tenant.
     */
    public record Forward(
            @Nullable String authority, @DefaultValue List<String> attributes) {}

    /**
     * Calls that the application answers.
     *
     * @param enabled Whether they open an account.
     * @param unmapped The feature of calls that belong to no other one; without it they open no account.
     */
    public record Server(
            @DefaultValue("true") boolean enabled, @Nullable String unmapped) {}
}

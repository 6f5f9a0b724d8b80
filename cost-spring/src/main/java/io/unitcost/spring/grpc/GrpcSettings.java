package io.unitcost.spring.grpc;

import io.unitcost.grpc.GrpcCosts;
import io.unitcost.price.Unit;
import io.unitcost.spring.InvalidSettingException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the hooks for gRPC may do, as {@code unitcost.grpc.*} says. */
final class GrpcSettings {

    private static final String CLIENT = "unitcost.grpc.client.";
    private static final String AUTHORITY = "write HOST[:PORT] without scheme, such as triton.example.com:8001";

    private final GrpcCostProperties properties;

    GrpcSettings(GrpcCostProperties properties) {
        this.properties = properties;
    }

    void apply(GrpcCosts.Builder costs) {
        targets(costs, properties.client().targets());
        properties.client().measures().forEach((provider, measure) -> costs.measure(provider, unit(measure)));
        forwards(costs, properties.client().forward());
        Duration silence = properties.client().longestSilence();
        if (silence.isNegative() || silence.isZero()) {
            throw new InvalidSettingException(
                    CLIENT + "longest-silence", silence, "it is not above 0", "give a time above zero, such as 10m");
        }
        costs.longestSilence(silence);
        String unmapped = properties.server().unmapped();
        if (unmapped != null) {
            costs.unmapped(
                    required("unitcost.grpc.server.unmapped", unmapped, "give a feature's name, or leave it out"));
        }
    }

    private static void targets(GrpcCosts.Builder costs, List<GrpcCostProperties.Target> targets) {
        for (int i = 0; i < targets.size(); i++) {
            GrpcCostProperties.Target target = targets.get(i);
            String property = CLIENT + "targets[" + i + "].";
            String authority = required(property + "authority", target.authority(), AUTHORITY);
            String provider = required(
                    property + "provider", target.provider(), "give an id of the price table or the name of a pool");
            String model = target.model();
            checked(property + "authority", authority, () -> {
                if (model == null || model.isBlank()) {
                    costs.provider(authority, provider);
                } else {
                    costs.provider(authority, provider, model.strip());
                }
            });
        }
    }

    private static void forwards(GrpcCosts.Builder costs, List<GrpcCostProperties.Forward> forwards) {
        for (int i = 0; i < forwards.size(); i++) {
            GrpcCostProperties.Forward forward = forwards.get(i);
            String property = CLIENT + "forward[" + i + "].authority";
            String authority = required(property, forward.authority(), AUTHORITY);
            String[] attributes = forward.attributes().stream().distinct().toArray(String[]::new);
            checked(property, authority, () -> costs.forward(authority, attributes));
        }
    }

    private static void checked(String property, String authority, Runnable setting) {
        try {
            setting.run();
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(property, authority, "it is no authority", AUTHORITY);
        }
    }

    private static String required(String property, @Nullable String value, String remedy) {
        if (value == null || value.isBlank()) {
            throw new InvalidSettingException(property, value, "it is missing", remedy);
        }
        return value.strip();
    }

    private static Unit unit(GrpcCostProperties.Measure measure) {
        return switch (measure) {
            case ACCELERATOR_SECONDS -> Unit.ACCELERATOR_SECONDS;
            case BYTES -> Unit.BYTES;
            case REQUESTS -> Unit.REQUESTS;
        };
    }
}

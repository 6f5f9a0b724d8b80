package io.unitcost.spring.grpc;

import io.unitcost.grpc.ServedCall;
import io.unitcost.spring.InvalidSettingException;
import io.unitcost.spring.UnitcostProperties;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Features by gRPC method; a method goes before all of its service. Immutable. */
final class GrpcFeatures implements Function<ServedCall, @Nullable String> {

    private static final Pattern METHOD = Pattern.compile("[A-Za-z_][\\w.]*/(?:\\*|[A-Za-z_]\\w*)");

    private final Map<String, String> features;

    private GrpcFeatures(Map<String, String> features) {
        this.features = features;
    }

    /** Refuses what is no method, and the same method for two features, by the name of the property. */
    static GrpcFeatures of(Map<String, UnitcostProperties.Feature> features) {
        Map<String, String> byMethod = new HashMap<>();
        features.forEach((name, feature) -> {
            for (int i = 0; i < feature.grpcMethods().size(); i++) {
                String property = "unitcost.features." + name + ".grpc-methods[" + i + "]";
                String method = feature.grpcMethods().get(i).strip();
                if (!METHOD.matcher(method).matches()) {
                    throw new InvalidSettingException(
                            property,
                            method,
                            "it is no method",
                            "write package.Service/Method, or package.Service/* for all of a service");
                }
                String other = byMethod.put(method, name);
                if (other != null) {
                    throw new InvalidSettingException(
                            property,
                            method,
                            "feature " + other + " has the same method",
                            "remove it from one of them");
                }
            }
        });
        return new GrpcFeatures(Map.copyOf(byMethod));
    }

    @Override
    public @Nullable String apply(ServedCall call) {
        String feature = features.get(call.method().getFullMethodName());
        return feature == null ? features.get(call.method().getServiceName() + "/*") : feature;
    }
}

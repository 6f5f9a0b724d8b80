package io.unitcost.grpc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How methods report what they used, by {@code package.Service/Method} or {@code package.Service/*}. Immutable. */
final class MethodUsages {

    private static final String ANY = "/*";

    private final Map<String, GrpcUsage> byName = new HashMap<>();

    MethodUsages(List<GrpcUsage> configured, boolean presets) {
        if (presets) {
            GrpcUsage.presets().forEach(this::add);
        }
        configured.forEach(this::add);
    }

    private void add(GrpcUsage usage) {
        usage.methods().forEach(method -> byName.put(method, usage));
    }

    /** {@code null} if this is no call of a model. */
    @Nullable
    GrpcUsage of(String method) {
        GrpcUsage exact = byName.get(method);
        int slash = method.lastIndexOf('/');
        return exact != null || slash < 0 ? exact : byName.get(method.substring(0, slash) + ANY);
    }
}

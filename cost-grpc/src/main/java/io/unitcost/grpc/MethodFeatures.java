package io.unitcost.grpc;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Features by method: {@code package.Service/Method} goes before {@code package.Service/*}, and that before {@code *}. Immutable. */
final class MethodFeatures implements Function<ServedCall, @Nullable String> {

    private static final String FORM = "; give it like shop.Assistant/Chat : chat; shop.Search/* : search";
    private static final Pattern METHOD = Pattern.compile("\\*|[A-Za-z_][\\w.]*/(?:\\*|[A-Za-z_]\\w*)");

    private final Map<String, String> features = new HashMap<>();

    private MethodFeatures() {}

    /**
     * @param text {@code METHOD : FEATURE} pairs, with a semicolon or a line break between them
     * @throws IllegalArgumentException naming the pair and what is wrong with it
     */
    static MethodFeatures parse(String text) {
        MethodFeatures map = new MethodFeatures();
        for (String pair : text.split("[;\n]", -1)) {
            if (!pair.isBlank()) {
                map.add(pair.trim());
            }
        }
        if (map.features.isEmpty()) {
            throw new IllegalArgumentException("features: nothing in '" + text.trim() + "'" + FORM);
        }
        return map;
    }

    private void add(String pair) {
        int colon = pair.lastIndexOf(':');
        String method = colon < 0 ? pair : pair.substring(0, colon).trim();
        String feature = colon < 0 ? "" : pair.substring(colon + 1).trim();
        if (feature.isEmpty() || !METHOD.matcher(method).matches()) {
            throw new IllegalArgumentException("features: '" + pair + "' is no METHOD : FEATURE" + FORM);
        }
        String before = features.put(method, feature);
        if (before != null) {
            throw new IllegalArgumentException("features: method '" + method + "' is there twice, for " + before
                    + " and " + feature + "; remove one");
        }
    }

    @Override
    public @Nullable String apply(ServedCall call) {
        String method = call.method().getFullMethodName();
        String feature = features.get(method);
        if (feature == null) {
            feature = features.get(call.method().getServiceName() + "/*");
        }
        return feature == null ? features.get("*") : feature;
    }
}

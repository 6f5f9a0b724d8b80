package io.unitcost.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Features by path, in the patterns of the servlet specification: {@code /chat} is that path, {@code /chat/*} it and
 * everything below it, {@code *.ai} an ending, {@code /} everything else. The exact one goes first, then the longest, then
 * the ending. The path is that within the application, without parameters.
 */
final class FeatureMap implements Function<HttpServletRequest, @Nullable String> {

    private static final String FORM = "; give it like /chat/* : chat; /code/* : code-assist";

    private final Map<String, String> exact = new HashMap<>();
    private final List<Prefix> prefixes = new ArrayList<>();
    private final Map<String, String> endings = new HashMap<>();
    private @Nullable String rest;

    private record Prefix(String path, String feature) {}

    private FeatureMap() {}

    /**
     * @param text {@code PATTERN : FEATURE} pairs, with a semicolon or a line break between them
     * @throws IllegalArgumentException naming the pair and what is wrong with it
     */
    static FeatureMap parse(String text) {
        FeatureMap map = new FeatureMap();
        for (String pair : text.split("[;\n]", -1)) {
            if (!pair.isBlank()) {
                map.add(pair.trim());
            }
        }
        if (map.isEmpty()) {
            throw new IllegalArgumentException("features: nothing in '" + text.trim() + "'" + FORM);
        }
        map.prefixes.sort((one, two) -> two.path().length() - one.path().length());
        return map;
    }

    private boolean isEmpty() {
        return exact.isEmpty() && prefixes.isEmpty() && endings.isEmpty() && rest == null;
    }

    private void add(String pair) {
        int colon = pair.lastIndexOf(':');
        String pattern = colon < 0 ? pair : pair.substring(0, colon).trim();
        String feature = colon < 0 ? "" : pair.substring(colon + 1).trim();
        if (pattern.isEmpty() || feature.isEmpty()) {
            throw new IllegalArgumentException("features: '" + pair + "' is no PATTERN : FEATURE" + FORM);
        }
        String before;
        if (pattern.equals("/") || pattern.equals("/*")) {
            before = rest;
            rest = feature;
        } else if (pattern.startsWith("*.") && pattern.length() > 2 && pattern.indexOf('/') < 0) {
            before = endings.put(pattern.substring(1), feature);
        } else if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException(
                    "features: pattern '" + pattern + "' of " + feature + " starts with neither / nor *." + FORM);
        } else if (pattern.endsWith("/*")) {
            String path = pattern.substring(0, pattern.length() - 2);
            requireNoStar(path, pattern, feature);
            before = prefixes.stream()
                    .filter(known -> known.path().equals(path))
                    .map(Prefix::feature)
                    .findFirst()
                    .orElse(null);
            prefixes.add(new Prefix(path, feature));
        } else {
            requireNoStar(pattern, pattern, feature);
            before = exact.put(pattern, feature);
        }
        if (before != null) {
            throw new IllegalArgumentException("features: pattern '" + pattern + "' is there twice, for " + before
                    + " and " + feature + "; remove one");
        }
    }

    private static void requireNoStar(String path, String pattern, String feature) {
        if (path.indexOf('*') >= 0) {
            throw new IllegalArgumentException("features: pattern '" + pattern + "' of " + feature
                    + " has a star in the middle; stars stand at the end (/chat/*) or before an ending (*.ai)");
        }
    }

    @Override
    public @Nullable String apply(HttpServletRequest request) {
        String path = request.getPathInfo() == null
                ? request.getServletPath()
                : request.getServletPath() + request.getPathInfo();
        return of(path);
    }

    /** The feature of a path within the application, or {@code null}. */
    @Nullable
    String of(String path) {
        String feature = exact.get(path);
        if (feature != null) {
            return feature;
        }
        for (Prefix prefix : prefixes) {
            if (path.startsWith(prefix.path())
                    && (path.length() == prefix.path().length()
                            || path.charAt(prefix.path().length()) == '/')) {
                return prefix.feature();
            }
        }
        int dot = path.lastIndexOf('.');
        String ending = dot < 0 || dot < path.lastIndexOf('/') ? null : endings.get(path.substring(dot));
        return ending == null ? rest : ending;
    }
}

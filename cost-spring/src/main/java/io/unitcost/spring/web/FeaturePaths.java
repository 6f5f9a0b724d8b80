package io.unitcost.spring.web;

import io.unitcost.spring.InvalidSettingException;
import io.unitcost.spring.UnitcostProperties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/** Features by method and path, the most specific pattern first; one with a method goes before the same one without. */
final class FeaturePaths {

    private record Rule(@Nullable String method, PathPattern pattern, String feature) {
        boolean matches(String asked, PathContainer path) {
            return (method == null || method.equals(asked)) && pattern.matches(path);
        }
    }

    private final List<Rule> rules;

    private FeaturePaths(List<Rule> rules) {
        this.rules = rules;
    }

    /** Refuses what is no pattern, and the same pattern for two features, by the name of the property. */
    static FeaturePaths of(Map<String, UnitcostProperties.Feature> features) {
        List<Rule> rules = new ArrayList<>();
        Map<String, String> seen = new HashMap<>();
        features.forEach((name, feature) -> {
            for (int i = 0; i < feature.paths().size(); i++) {
                String property = "unitcost.features." + name + ".paths[" + i + "]";
                String text = feature.paths().get(i).strip();
                String other = seen.put(text, name);
                if (other != null) {
                    throw new InvalidSettingException(
                            property, text, "feature " + other + " has the same path", "remove it from one of them");
                }
                rules.add(rule(property, text, name));
            }
        });
        rules.sort((one, two) -> {
            int bySpecificity = one.pattern.compareTo(two.pattern);
            return bySpecificity != 0 ? bySpecificity : Boolean.compare(one.method == null, two.method == null);
        });
        return new FeaturePaths(List.copyOf(rules));
    }

    private static Rule rule(String property, String text, String feature) {
        int blank = text.indexOf(' ');
        String method = blank < 0 ? null : text.substring(0, blank);
        String pattern = text.substring(blank + 1).strip();
        boolean isMethod = method == null || method.matches("[A-Z]+");
        if (!pattern.startsWith("/") || !isMethod) {
            throw new InvalidSettingException(
                    property, text, "it is no path", "write a path from the root, such as /chat/** or POST /chat");
        }
        try {
            return new Rule(method, PathPatternParser.defaultInstance.parse(pattern), feature);
        } catch (PatternParseException e) {
            throw new InvalidSettingException(
                    property, text, "it is no path pattern: " + e.getMessage(), "write one such as /chat/**");
        }
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * The feature of a request; {@code null} if no pattern matches.
     *
     * @param path within the application, as sent, without query
     */
    @Nullable
    String feature(String method, String path) {
        return rules.isEmpty() ? null : feature(method, PathContainer.parsePath(path));
    }

    @Nullable
    String feature(String method, PathContainer path) {
        for (Rule rule : rules) {
            if (rule.matches(method, path)) {
                return rule.feature;
            }
        }
        return null;
    }
}

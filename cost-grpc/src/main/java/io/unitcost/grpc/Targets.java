package io.unitcost.grpc;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who is paid for what a target answers. What came of it for a method is remembered. Immutable but for that. */
final class Targets {

    private static final String UNKNOWN = "unknown";

    /** More methods than services have; the names of those that pass a proxy are somebody else's choice. */
    private static final int MOST_KNOWN = 256;

    private final List<Rule> rules;
    private final Map<String, Known> byMethod = new ConcurrentHashMap<>();

    /** Most applications ask for a method at one place. */
    private record Known(String authority, Target target) {}

    /** An authority, and who is behind it. */
    record Rule(
            Authority authority, String provider, @Nullable String model) {

        static Rule of(String authority, String provider, @Nullable String model) {
            if (provider.isBlank()) {
                throw new IllegalArgumentException("provider of " + authority
                        + ": it is empty; give an id of the price table or the name of a capacity pool");
            }
            return new Rule(Authority.of(authority), provider, model);
        }
    }

    Targets(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Who is asked, and paid.
     *
     * @param authority of the channel or the call, such as {@code triton:8001}; {@code null} if it has none
     */
    Target of(String method, GrpcUsage usage, @Nullable String authority) {
        String at = authority == null ? "" : authority;
        Known known = byMethod.get(method);
        if (known != null && known.authority().equals(at) && known.target().usage() == usage) {
            return known.target();
        }
        Target found = find(method, usage, at.toLowerCase(Locale.ROOT));
        if (known == null && byMethod.size() < MOST_KNOWN) {
            byMethod.put(method, new Known(at, found));
        }
        return found;
    }

    private Target find(String method, GrpcUsage usage, String asked) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.authority().matches(asked)) {
                return new Target(method, usage, rule.provider(), rule.model());
            }
        }
        String known = usage.provider();
        return new Target(method, usage, known != null ? known : asked.isEmpty() ? UNKNOWN : asked, null);
    }

    /** How many methods are remembered. */
    int known() {
        return byMethod.size();
    }
}

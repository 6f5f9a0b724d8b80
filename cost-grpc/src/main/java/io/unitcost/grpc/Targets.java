package io.unitcost.grpc;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who is paid for what a target answers. Immutable. */
final class Targets {

    private static final String UNKNOWN = "unknown";
    private final List<Rule> rules;

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
        String asked = authority == null ? "" : authority.toLowerCase(Locale.ROOT);
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.authority().matches(asked)) {
                return new Target(method, usage, rule.provider(), rule.model());
            }
        }
        String known = usage.provider();
        return new Target(method, usage, known != null ? known : asked.isEmpty() ? UNKNOWN : asked, null);
    }
}

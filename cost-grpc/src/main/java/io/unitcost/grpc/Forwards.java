package io.unitcost.grpc;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which services are told who pays, and what else they may know. Immutable. */
final class Forwards {

    private final List<Rule> rules;

    record Rule(Authority authority, Set<String> attributes) {

        static Rule of(String authority, Set<String> attributes) {
            return new Rule(Authority.of(authority), attributes);
        }
    }

    Forwards(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The names of attributes that go along; {@code null} if this service is told nothing. */
    @Nullable
    Set<String> attributes(String authority) {
        if (rules.isEmpty()) {
            return null;
        }
        String asked = authority.toLowerCase(Locale.ROOT);
        for (Rule rule : rules) {
            if (rule.authority().matches(asked)) {
                return rule.attributes();
            }
        }
        return null;
    }
}

package io.unitcost.gate;

import java.util.HashMap;
import java.util.Map;

/** What hangs together: two things that are joined, and everything that either was joined with (union-find). */
final class Components {

    private final Map<String, String> parents = new HashMap<>();

    void join(String one, String other) {
        parents.put(root(one), root(other));
    }

    /** The same name for everything that hangs together. */
    String root(String name) {
        String at = name;
        for (String next = parents.getOrDefault(at, at); !next.equals(at); next = parents.getOrDefault(at, at)) {
            parents.put(at, parents.getOrDefault(next, next));
            at = next;
        }
        return at;
    }
}

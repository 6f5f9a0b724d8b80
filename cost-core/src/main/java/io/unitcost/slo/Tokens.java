package io.unitcost.slo;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Tokens by kind; kinds do not overlap. There are as many as the unit registry has. Guarded by its owner. */
final class Tokens {

    private static final int USUAL_KINDS = 4;

    private String[] kinds = new String[USUAL_KINDS];
    private long[] counts = new long[USUAL_KINDS];
    private int size;

    void add(Usage usage) {
        for (int i = 0; i < usage.size(); i++) {
            Unit unit = usage.unit(i);
            long count = unit.isTokens() ? usage.disjointCount(i) : 0;
            if (count > 0) {
                add(unit.label(), count);
            }
        }
    }

    void add(Tokens other) {
        for (int i = 0; i < other.size; i++) {
            add(other.kinds[i], other.counts[i]);
        }
    }

    private void add(String kind, long count) {
        int at = 0;
        while (at < size && !kinds[at].equals(kind)) {
            at++;
        }
        if (at == kinds.length) {
            kinds = Arrays.copyOf(kinds, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        if (at == size) {
            kinds[size++] = kind;
        }
        counts[at] += count;
    }

    Map<String, Long> toMap() {
        Map<String, Long> map = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            map.put(kinds[i], counts[i]);
        }
        return Collections.unmodifiableMap(map);
    }
}

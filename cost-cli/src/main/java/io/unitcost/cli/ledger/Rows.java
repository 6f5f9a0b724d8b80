package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.DataException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Sums by key, in memory that has a bound. */
final class Rows<K, V> {

    static final int MOST = 1_000_000;

    private final Map<K, V> sums = new HashMap<>();
    private final int most;

    Rows(int most) {
        this.most = most;
    }

    /** @throws DataException if there are too many */
    V of(K key, Supplier<V> nothing) {
        V known = sums.get(key);
        if (known != null) {
            return known;
        }
        if (sums.size() == most) {
            throw new DataException("the table would have more than " + most
                    + " rows; export a part of the ledger, such as one day, or make the table with SQL");
        }
        V made = nothing.get();
        sums.put(key, made);
        return made;
    }

    Stream<Map.Entry<K, V>> sorted(Comparator<K> order) {
        return sums.entrySet().stream().sorted(Map.Entry.comparingByKey(order));
    }
}

package io.unitcost.explain;

import io.unitcost.ledger.LedgerRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A window's requests in 200 buckets, each session in one of them: what {@link Explanation#ofBuckets} draws its bounds from. Requests of a session are
 * alike, so they stay together. Not thread-safe.
 *
 * <pre>{@code
 * CellBuckets week = CellBuckets.bySession();
 * try (LedgerReader ledger = LedgerReader.open(path)) {
 *     ledger.forEach(week::add);
 * }
 * Explanation why = Explanation.ofBuckets(lastWeek.build(), week.build());
 * }</pre>
 *
 * <p>Memory depends on the number of features and models, not on that of requests. By case it also depends on the number of cases, up to
 * 20 000; beyond that cases are not known any more.
 */
public final class CellBuckets {

    /** How many buckets there are. */
    public static final int BUCKETS = 200;

    private static final int MOST_CASES = 20_000;

    private final CostCells.@Nullable Builder[] buckets = new CostCells.Builder[BUCKETS];
    private final @Nullable Map<String, CostCells.Builder> cases;
    private boolean tooManyCases;

    private CellBuckets(@Nullable Map<String, CostCells.Builder> cases) {
        this.cases = cases;
    }

    /** Buckets of sessions; a request without one goes by its case, else by its id. */
    public static CellBuckets bySession() {
        return new CellBuckets(null);
    }

    /** Buckets of cases, for {@link Explanation#ofPairs}; requests without a case are left out. */
    public static CellBuckets byCase() {
        return new CellBuckets(new HashMap<>());
    }

    /** Adds a request. */
    public void add(LedgerRecord record) {
        String caseId = record.caseId();
        if (cases == null) {
            String session = record.session();
            bucket(session != null ? session : caseId != null ? caseId : record.id())
                    .add(record);
        } else if (caseId != null && !tooManyCases) {
            cases.computeIfAbsent(caseId, key -> CostCells.builder()).add(record);
            if (cases.size() > MOST_CASES) {
                tooManyCases = true;
                cases.clear();
            }
        }
    }

    private CostCells.Builder bucket(String key) {
        int index = index(key);
        CostCells.Builder bucket = buckets[index];
        if (bucket == null) {
            bucket = CostCells.builder();
            buckets[index] = bucket;
        }
        return bucket;
    }

    /** Hash codes of similar keys are similar: mixed as in MurmurHash3's last step. */
    private static int index(String key) {
        int mixed = key.hashCode();
        mixed = (mixed ^ mixed >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return Math.floorMod(mixed ^ mixed >>> 16, BUCKETS);
    }

    /** The cases that were added; empty for buckets of sessions, and if there were too many cases. */
    public Set<String> cases() {
        return cases == null ? Set.of() : Set.copyOf(cases.keySet());
    }

    /** All requests, in {@link #BUCKETS} buckets. */
    public List<CostCells> build() {
        return cases == null ? build(buckets) : build(cases.keySet());
    }

    /**
     * The requests of some cases, each case in the same bucket on whichever side.
     *
     * @throws IllegalStateException if these are buckets of sessions
     */
    public List<CostCells> build(Collection<String> wanted) {
        return build(caseId -> wanted.contains(caseId) ? 1 : 0);
    }

    /**
     * The requests of some cases, each counted as often as its weight says: 0 leaves it out.
     *
     * @param weights 0 or more for each case
     * @throws IllegalStateException if these are buckets of sessions
     */
    public List<CostCells> build(ToDoubleFunction<String> weights) {
        if (cases == null) {
            throw new IllegalStateException("buckets of sessions do not know cases; use CellBuckets.byCase()");
        }
        CostCells.@Nullable Builder[] chosen = new CostCells.Builder[BUCKETS];
        cases.forEach((caseId, cells) -> {
            double weight = weights.applyAsDouble(caseId);
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "weight: " + weight + " of case '" + caseId + "' is no weight; give 0 or more");
            }
            if (weight > 0) {
                CostCells.Builder bucket = chosen[index(caseId)];
                if (bucket == null) {
                    bucket = CostCells.builder();
                    chosen[index(caseId)] = bucket;
                }
                bucket.add(cells, weight);
            }
        });
        return build(chosen);
    }

    private static List<CostCells> build(CostCells.@Nullable Builder[] buckets) {
        List<CostCells> built = new ArrayList<>(buckets.length);
        for (CostCells.Builder bucket : buckets) {
            built.add((bucket == null ? CostCells.builder() : bucket).build());
        }
        return built;
    }
}

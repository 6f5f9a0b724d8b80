package io.unitcost.gate;

import io.unitcost.CostObjective;
import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one side has to say for itself: the records of a candidate, or those of its baseline. Made by {@link ReleaseGate#evidence()}; for one
 * thread. Memory depends on the number of features, sessions up to 5 000 and cases up to 20 000 for each, and not on that of records.
 */
public final class GateEvidence {

    private static final int MOST_NAMES = 10;

    private final Function<String, @Nullable CostObjective> objectives;
    private final UnaryOperator<LedgerRecord> assumptions;
    private final TreeMap<String, FeatureEvidence> features = new TreeMap<>();
    private final SortedSet<String> releases = new TreeSet<>();
    private final SortedSet<String> priceTables = new TreeSet<>();
    private final List<String> halfWritten = new ArrayList<>();
    private @Nullable Currency currency;
    private long requests;
    private long subrequests;

    GateEvidence(Function<String, @Nullable CostObjective> objectives, UnaryOperator<LedgerRecord> assumptions) {
        this.objectives = objectives;
        this.assumptions = assumptions;
    }

    /**
     * Sessions of one feature that were added up elsewhere, by any engine that reads ledgers: one of about 200 buckets.
     *
     * @param feature that pays
     * @param bucket its name; each session is in one bucket only
     * @param requests delivered or not
     * @param delivered requests
     * @param cost of all of them
     * @param allowance of all of them; 0 if unknown
     * @param judged delivered requests that had a latency budget
     * @param missed those of them that took longer
     * @param calls attempts of all of them
     * @param unpriced those of them without a price
     */
    public record Bucket(
            String feature,
            String bucket,
            long requests,
            double delivered,
            double cost,
            double allowance,
            long judged,
            long missed,
            long calls,
            long unpriced) {}

    /**
     * Adds a request. One that is work on another service's request is only counted: that request's own record has its cost.
     *
     * @throws IllegalArgumentException if its currency is another one than that of the records before it
     */
    public GateEvidence add(LedgerRecord record) {
        require(record.currency());
        note(releases, record.release());
        note(priceTables, record.priceTable());
        if (record.kind() == Kind.SUBREQUEST) {
            subrequests++;
        } else {
            requests += record.kind() == Kind.REQUEST ? 1 : 0;
            of(record.feature()).add(record, assumptions.apply(record));
        }
        return this;
    }

    /** Adds all requests that are left in a ledger, and takes note of lines that were not written to their end. */
    public GateEvidence add(LedgerReader ledger) {
        for (LedgerRecord record = ledger.next(); record != null; record = ledger.next()) {
            try {
                add(record);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(ledger.position() + ": " + e.getMessage(), e);
            }
        }
        halfWritten.addAll(ledger.halfWritten());
        return this;
    }

    /**
     * Adds sessions that were added up elsewhere.
     *
     * @throws IllegalArgumentException if the currency is another one than before
     */
    public GateEvidence add(Bucket bucket, Currency currency) {
        require(currency);
        requests += bucket.requests();
        of(bucket.feature()).add(bucket);
        return this;
    }

    private FeatureEvidence of(String feature) {
        FeatureEvidence known = features.get(feature);
        if (known == null) {
            known = new FeatureEvidence(objectives.apply(feature));
            features.put(feature, known);
        }
        return known;
    }

    private void require(Currency other) {
        if (currency == null) {
            currency = other;
        } else if (!currency.equals(other)) {
            throw new IllegalArgumentException("mixed currencies: " + currency + " and " + other
                    + " in one ledger cannot be added up; keep a ledger for each, or convert the price table");
        }
    }

    private static void note(SortedSet<String> names, @Nullable String name) {
        if (name != null && names.size() <= MOST_NAMES) {
            names.add(name);
        }
    }

    @Nullable
    Currency currency() {
        return currency;
    }

    @Nullable
    FeatureEvidence feature(String name) {
        return features.get(name);
    }

    /** The features it has something of. */
    public SortedSet<String> features() {
        return Collections.unmodifiableSortedSet(features.navigableKeySet());
    }

    /** User-facing requests, delivered or not. */
    public long requests() {
        return requests;
    }

    /** Records that were left out because they are parts of requests of other services. */
    public long subrequests() {
        return subrequests;
    }

    /** The releases that served; ten at most and one more if there are others. */
    public SortedSet<String> releases() {
        return Collections.unmodifiableSortedSet(releases);
    }

    /** The price tables that priced; ten at most and one more if there are others. */
    public SortedSet<String> priceTables() {
        return Collections.unmodifiableSortedSet(priceTables);
    }

    /** Last lines that were left out because they were not written to their end. */
    public List<String> halfWritten() {
        return List.copyOf(halfWritten);
    }
}

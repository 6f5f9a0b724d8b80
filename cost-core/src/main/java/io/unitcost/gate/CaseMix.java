package io.unitcost.gate;

import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.LedgerRecord;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How often users ask for each case: what a run weighs its own cases by, so that one that is rare in production is rare in the cost per
 * request that is judged. Immutable and thread-safe.
 *
 * <pre>{@code
 * CaseMix.Builder mix = CaseMix.builder();
 * try (LedgerReader ledger = LedgerReader.open(lastWeek)) {
 *     ledger.forEach(mix::add);
 * }
 * ReleaseGate gate = ReleaseGate.builder().caseMix(mix.build()).objectives(objectives).build();
 * }</pre>
 *
 * <p>Production names its cases as tests do, in the field {@code case} of the ledger: an intent, a template, a kind of document. Requests
 * that name none are counted and take no part. Memory is bounded: a feature with more than 20 000 cases is not weighted.
 */
public final class CaseMix {

    private static final double MOST_REQUESTS = 1e15;

    private final Map<String, Feature> features;

    private CaseMix(Builder builder) {
        TreeMap<String, Feature> copies = new TreeMap<>();
        builder.features.forEach((name, feature) -> copies.put(name, feature.copy()));
        this.features = Collections.unmodifiableMap(copies);
    }

    /** Starts empty. */
    public static Builder builder() {
        return new Builder();
    }

    /** Requests of a feature that name a case; 0 if nothing is known of it. */
    public double requests(String feature) {
        Feature known = features.get(feature);
        return known == null ? 0 : known.named;
    }

    @Nullable
    Feature feature(String name) {
        return features.get(name);
    }

    /** The requests of one feature. */
    static final class Feature {
        private final Map<String, Double> cases = new HashMap<>();
        private double named;
        private double unnamed;
        private boolean tooManyCases;

        private void add(@Nullable String caseId, double requests) {
            if (caseId == null) {
                unnamed += requests;
                return;
            }
            named += requests;
            if (!tooManyCases) {
                cases.merge(caseId, requests, Double::sum);
                if (cases.size() > CostSample.MOST_CASES) {
                    tooManyCases = true;
                    cases.clear();
                }
            }
        }

        private Feature copy() {
            Feature copy = new Feature();
            copy.cases.putAll(cases);
            copy.named = named;
            copy.unnamed = unnamed;
            copy.tooManyCases = tooManyCases;
            return copy;
        }

        Map<String, Double> cases() {
            return cases;
        }

        /** Requests that name a case. */
        double named() {
            return named;
        }

        /** Requests that name none. */
        double unnamed() {
            return unnamed;
        }

        boolean hasTooManyCases() {
            return tooManyCases;
        }
    }

    /** Counts requests. Not thread-safe. */
    public static final class Builder {

        private final TreeMap<String, Feature> features = new TreeMap<>();

        private Builder() {}

        /** Counts a user-facing request, delivered or not; other records are not counted. */
        public Builder add(LedgerRecord record) {
            return record.kind() == Kind.REQUEST ? add(record.feature(), record.caseId(), 1) : this;
        }

        /**
         * Counts requests that were counted elsewhere.
         *
         * @param caseId {@code null} for those that name none
         * @param requests how many: 0 to 1e15
         */
        public Builder add(String feature, @Nullable String caseId, double requests) {
            if (!(requests >= 0 && requests <= MOST_REQUESTS)) {
                throw new IllegalArgumentException("requests: " + requests + " of case '" + caseId
                        + "' is not a number of requests; give 0 to 1e15");
            }
            features.computeIfAbsent(Objects.requireNonNull(feature, "feature"), name -> new Feature())
                    .add(caseId, requests);
            return this;
        }

        /** The mix so far. */
        public CaseMix build() {
            return new CaseMix(this);
        }
    }
}

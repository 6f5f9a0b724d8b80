package io.unitcost.gate;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What requests of a feature cost, by session and by case. Fed one record at a time, or one bucket of sessions. Memory is bounded: see
 * {@link Clusters}. Of the cases, it is known what each session has of each; beyond 40 000 of those sessions are added up into 1 000 by a
 * hash, and where that is not enough, or beyond 20 000 cases, cases are forgotten: nothing is paired or weighted.
 */
final class CostSample {

    static final int MOST_CASES = 20_000;
    static final int MOST_PARTS = 40_000;

    private final Clusters sessions = new Clusters();
    private final Clusters burn = new Clusters();
    private final Map<String, Case> cases = new HashMap<>();
    private int parts;
    private boolean foldedSessions;
    private boolean tooManyCases;
    private String tooMany = "";
    private long requests;
    private double weight;
    private double squares;

    /** What the requests of a case came to, by the sessions that had them. */
    static final class Case {

        private final TreeMap<@Nullable String, Part> sessions =
                new TreeMap<>(Comparator.nullsFirst(Comparator.naturalOrder()));
        /** Of each request, where cases are weighted. */
        private final double weight;

        private Part sum = Part.NOTHING;

        private Case(double weight) {
            this.weight = weight;
        }

        /** @return whether this session is new to the case */
        private boolean add(@Nullable String session, Part part) {
            sum = sum.plus(part);
            return sessions.merge(session, part, Part::plus) == part;
        }

        /** By session; under {@code null} what belongs to none, and so to the case alone. */
        Map<@Nullable String, Part> sessions() {
            return sessions;
        }

        double weight() {
            return weight;
        }

        Part sum() {
            return sum;
        }
    }

    /**
     * Sums over requests.
     *
     * @param requests how many, delivered or not
     * @param delivered how many were delivered, or what they weigh
     * @param cost of all of them, in the same weight
     * @param allowance of all of them, in the same weight; 0 if unknown
     */
    record Part(long requests, double delivered, double cost, double allowance) {

        static final Part NOTHING = new Part(0, 0, 0, 0);

        Part plus(Part other) {
            return new Part(
                    requests + other.requests,
                    delivered + other.delivered,
                    cost + other.cost,
                    allowance + other.allowance);
        }

        Part negated() {
            return new Part(-requests, -delivered, -cost, -allowance);
        }

        Part times(double weight) {
            return new Part(requests, weight * delivered, weight * cost, weight * allowance);
        }
    }

    /**
     * Adds requests.
     *
     * @param session to which they belong, or their bucket of sessions; {@code null} if they belong to none: then their case holds them
     *     together, if any
     * @param caseId the case that they replay; {@code null} outside of tests
     */
    void add(@Nullable String session, @Nullable String caseId, Part part) {
        add(session, caseId, part, 1);
    }

    private void add(@Nullable String session, @Nullable String caseId, Part part, double weight) {
        String group = session == null ? caseId : session;
        requests += part.requests;
        this.weight += weight * part.requests;
        squares += weight * weight * part.requests;
        sessions.add(group, part.cost, part.delivered);
        burn.add(group, part.cost, part.allowance);
        if (caseId != null && !tooManyCases) {
            String kept = session == null || !foldedSessions ? session : Clusters.folded(session);
            if (cases.computeIfAbsent(caseId, key -> new Case(weight)).add(kept, part)) {
                parts++;
                bound();
            }
        }
    }

    private void bound() {
        if (parts > MOST_PARTS && !foldedSessions) {
            foldedSessions = true;
            parts = 0;
            cases.replaceAll((caseId, known) -> folded(known));
            cases.values().forEach(known -> parts += known.sessions.size());
        }
        if (parts > MOST_PARTS || cases.size() > MOST_CASES) {
            tooMany = cases.size() > MOST_CASES
                    ? "more than " + Amounts.count(MOST_CASES) + " cases"
                    : "more than " + Amounts.count(MOST_PARTS) + " sessions in all cases";
            tooManyCases = true;
            cases.clear();
        }
    }

    private static Case folded(Case known) {
        Case folded = new Case(known.weight);
        known.sessions.forEach((session, part) -> folded.add(session == null ? null : Clusters.folded(session), part));
        return folded;
    }

    /** The same with cases in other proportions; itself if nothing is weighted. Cases without a weight are left out. */
    CostSample weighted(CaseWeights weights) {
        if (!weights.isWeighted()) {
            return this;
        }
        CostSample weighted = new CostSample();
        weights.byCase().forEach((caseId, weight) -> {
            Case ran = cases.get(caseId);
            if (ran != null) {
                ran.sessions.forEach((session, part) -> weighted.add(session, caseId, part.times(weight), weight));
            }
        });
        return weighted;
    }

    /** How many there are, whatever they weigh. */
    long requests() {
        return requests;
    }

    /** The sums over all requests, with or without a case. */
    Part all() {
        return new Part(requests, sessions.divisor(), sessions.dividend(), burn.divisor());
    }

    /** What all requests weigh: how many they are unless they are weighted. */
    double weight() {
        return weight;
    }

    /** How many requests of equal weight would say as much: (Σ w)² ÷ Σ w² (Kish 1965). All of them unless they are weighted. */
    double effective() {
        return weight == 0 ? 0 : weight * weight / squares;
    }

    boolean hasTooManyCases() {
        return tooManyCases;
    }

    /** Of what there are too many, in words; empty if there are not. */
    String tooMany() {
        return tooMany;
    }

    /** Cost and delivered requests. */
    Clusters sessions() {
        return sessions;
    }

    /** Cost and allowance. */
    Clusters burn() {
        return burn;
    }

    Map<String, Case> cases() {
        return cases;
    }
}

package io.unitcost.gate;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What requests of a feature cost, by session and by case. Fed one record at a time, or one bucket of sessions. Memory is bounded: see
 * {@link Clusters}; beyond 20 000 cases they are forgotten and nothing is paired.
 */
final class CostSample {

    static final int MOST_CASES = 20_000;

    private final Clusters sessions = new Clusters();
    private final Clusters burn = new Clusters();
    private final Map<String, Case> cases = new HashMap<>();
    private boolean tooManyCases;
    private long requests;
    private double effective = Double.NaN;

    /** What the requests of a case came to, and the session that they belong to. */
    record Case(@Nullable String session, long requests, double cost, double delivered, double allowance) {

        Case plus(Case other) {
            return new Case(
                    session,
                    requests + other.requests,
                    cost + other.cost,
                    delivered + other.delivered,
                    allowance + other.allowance);
        }
    }

    /**
     * Adds requests.
     *
     * @param session to which they belong, or their bucket of sessions; {@code null} if they belong to none: then their case holds them
     *     together, if any
     * @param caseId the case that they replay; {@code null} outside of tests
     * @param requests how many, delivered or not
     * @param delivered how many were delivered, or what they weigh
     * @param cost of all of them, in the same weight
     * @param allowance of all of them, in the same weight; 0 if unknown
     */
    void add(
            @Nullable String session,
            @Nullable String caseId,
            long requests,
            double delivered,
            double cost,
            double allowance) {
        String group = session == null ? caseId : session;
        this.requests += requests;
        sessions.add(group, cost, delivered);
        burn.add(group, cost, allowance);
        if (caseId != null && !tooManyCases) {
            cases.merge(caseId, new Case(session, requests, cost, delivered, allowance), Case::plus);
            if (cases.size() > MOST_CASES) {
                tooManyCases = true;
                cases.clear();
            }
        }
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
                weighted.add(
                        ran.session,
                        caseId,
                        ran.requests,
                        weight * ran.delivered,
                        weight * ran.cost,
                        weight * ran.allowance);
            }
        });
        weighted.effective = weights.effective();
        return weighted;
    }

    long requests() {
        return requests;
    }

    /** How many requests of equal weight would say as much: all of them unless they are weighted. */
    double effective() {
        return Double.isNaN(effective) ? requests : effective;
    }

    boolean hasTooManyCases() {
        return tooManyCases;
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

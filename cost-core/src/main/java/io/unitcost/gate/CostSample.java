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
    private final Map<String, Case> cases = new HashMap<>();
    private boolean tooManyCases;
    private long requests;

    /** What the requests of a case came to, and the session that they belong to. */
    record Case(@Nullable String session, long requests, double cost, double delivered) {

        Case plus(Case other) {
            return new Case(session, requests + other.requests, cost + other.cost, delivered + other.delivered);
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
     */
    void add(@Nullable String session, @Nullable String caseId, long requests, double delivered, double cost) {
        this.requests += requests;
        sessions.add(session == null ? caseId : session, cost, delivered);
        if (caseId != null && !tooManyCases) {
            cases.merge(caseId, new Case(session, requests, cost, delivered), Case::plus);
            if (cases.size() > MOST_CASES) {
                tooManyCases = true;
                cases.clear();
            }
        }
    }

    long requests() {
        return requests;
    }

    boolean hasTooManyCases() {
        return tooManyCases;
    }

    Clusters sessions() {
        return sessions;
    }

    Map<String, Case> cases() {
        return cases;
    }
}

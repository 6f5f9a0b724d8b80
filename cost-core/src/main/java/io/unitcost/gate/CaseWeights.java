package io.unitcost.gate;

import io.unitcost.gate.CostSample.Case;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request of each case counts for, so that a run's cases are in production's proportions (post-stratification; Holt and Smith 1979).
 * A case's weight is its share of production's requests ÷ its share of the run's, among the cases that are in both.
 *
 * @param byCase 1 on average over the requests that are left; cases that production does not have are not in it. Empty if nothing is weighted
 * @param requests that are left
 * @param effective how many requests of equal weight say as much: (Σ w)² ÷ Σ w² (Kish 1965)
 * @param said of production's mix, or why it is not taken
 */
record CaseWeights(Map<String, Double> byCase, long requests, double effective, String said) {

    /** If fewer of production's requests are of cases that ran, what ran does not stand for production. */
    static final double COVERED = 0.9;

    /** As often as they ran, because no mix was asked for. */
    static final CaseWeights NONE = none("");

    private static CaseWeights none(String why) {
        return new CaseWeights(Map.of(), 0, 0, why);
    }

    boolean isWeighted() {
        return !byCase.isEmpty();
    }

    static CaseWeights of(@Nullable CaseMix mix, String feature, CostSample sample) {
        if (mix == null) {
            return NONE;
        }
        CaseMix.Feature production = mix.feature(feature);
        if (production == null || !(production.named > 0)) {
            return none("no request of production names a case");
        }
        if (production.tooManyCases || sample.hasTooManyCases()) {
            return none((production.tooManyCases ? "production" : "the run") + " has more than "
                    + Amounts.count(CostSample.MOST_CASES) + " cases");
        }
        TreeMap<String, Double> weights = new TreeMap<>();
        double covered = 0;
        double squares = 0;
        long requests = 0;
        for (Map.Entry<String, Case> ran : sample.cases().entrySet()) {
            double asked = production.cases.getOrDefault(ran.getKey(), 0.0);
            if (asked > 0 && ran.getValue().requests() > 0) {
                weights.put(ran.getKey(), asked / ran.getValue().requests());
                covered += asked;
                squares += asked * asked / ran.getValue().requests();
                requests += ran.getValue().requests();
            }
        }
        double share = covered / production.named;
        if (share < COVERED) {
            return none(Amounts.percent(share) + " of production's requests are of cases that ran, "
                    + Amounts.percent(COVERED) + " are needed");
        }
        double scale = requests / covered;
        weights.replaceAll((caseId, weight) -> weight * scale);
        double effective = covered * covered / squares;
        return new CaseWeights(weights, requests, effective, said(production, share, sample.requests() - requests));
    }

    private static String said(CaseMix.Feature production, double share, long left) {
        StringBuilder said = new StringBuilder();
        said.append(Amounts.count(Math.round(production.named))).append(" requests");
        if (share < 1) {
            said.append(", ").append(Amounts.percent(share)).append(" of them of cases that ran");
        }
        if (production.unnamed > 0) {
            said.append("; ")
                    .append(Amounts.count(Math.round(production.unnamed)))
                    .append(" more name no case");
        }
        if (left > 0) {
            said.append("; ").append(Amounts.count(left)).append(" requests of the run are of cases that it lacks");
        }
        return said.toString();
    }
}

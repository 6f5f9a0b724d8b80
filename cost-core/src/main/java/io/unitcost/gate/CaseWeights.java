package io.unitcost.gate;

import io.unitcost.gate.CostSample.Case;
import io.unitcost.gate.CostSample.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request of each case counts for, so that a run's cases are in production's proportions (post-stratification; Holt and Smith 1979).
 * A case's weight is its share of production's requests ÷ its share of the run's, among the cases that are in both. Production's proportions are
 * taken as exact.
 *
 * @param byCase 1 on average over the requests that are left; cases that production does not have are not in it. Empty if nothing is weighted
 * @param said of production's mix, or why it is not taken
 */
record CaseWeights(Map<String, Double> byCase, String said) {

    /** If fewer of production's requests are of cases that ran, what ran does not stand for production. */
    static final double COVERED = 0.9;

    /** Fewer requests of production say nothing of its proportions. */
    static final int FEWEST = 30;

    /** As often as they ran, because no mix was asked for. */
    static final CaseWeights NONE = none("");

    /** What sums of shares may be beside. */
    private static final double ROUNDING = 1e-9;

    private static CaseWeights none(String why) {
        return new CaseWeights(Map.of(), why);
    }

    boolean isWeighted() {
        return !byCase.isEmpty();
    }

    static CaseWeights of(@Nullable CaseMix mix, String feature, CostSample sample) {
        if (mix == null) {
            return NONE;
        }
        CaseMix.Feature production = mix.feature(feature);
        if (production == null || production.named() == 0) {
            return none("no request of production names a case");
        }
        if (production.named() < FEWEST) {
            return none(Amounts.count(Math.round(production.named())) + " requests of production name a case, " + FEWEST
                    + " are needed");
        }
        if (production.hasTooManyCases()) {
            return none("production has more than " + Amounts.count(CostSample.MOST_CASES) + " cases");
        }
        if (sample.hasTooManyCases()) {
            return none("the run has " + sample.tooMany());
        }
        TreeMap<String, Double> weights = new TreeMap<>();
        double covered = 0;
        Part left = sample.all();
        long named = 0;
        for (Map.Entry<String, Case> ran : new TreeMap<>(sample.cases()).entrySet()) {
            Part sum = ran.getValue().sum();
            double asked = production.cases().getOrDefault(ran.getKey(), 0.0);
            named += sum.requests();
            if (asked > 0 && sum.requests() > 0) {
                weights.put(ran.getKey(), asked / sum.requests());
                covered += asked;
                left = left.plus(sum.negated());
            }
        }
        double share = covered / production.named();
        if (!(share >= COVERED)) {
            return none(Amounts.percent(share) + " of production's requests " + ofThose(production)
                    + "are of cases that ran, " + Amounts.percent(COVERED) + " are needed");
        }
        double scale = (sample.requests() - left.requests()) / covered;
        weights.replaceAll((caseId, weight) -> weight * scale);
        return new CaseWeights(weights, said(production, share) + left(left, sample, sample.requests() - named));
    }

    private static String ofThose(CaseMix.Feature production) {
        return production.unnamed() > 0 ? "that name a case " : "";
    }

    private static String said(CaseMix.Feature production, double share) {
        String requests = Amounts.count(Math.round(production.named())) + " requests";
        String covered = share < 1 - ROUNDING ? ", " + Amounts.percent(share) + " of them of cases that ran" : "";
        String unnamed = production.unnamed() > 0
                ? "; " + Amounts.count(Math.round(production.unnamed())) + " more name no case"
                : "";
        return requests + covered + unnamed;
    }

    /** What of the run has no weight: cases that production lacks, requests without a case, and what came late for either. */
    private static String left(Part left, CostSample sample, long unnamed) {
        List<String> parts = new ArrayList<>();
        if (left.requests() > unnamed) {
            parts.add(Amounts.count(left.requests() - unnamed) + " requests of cases that it lacks");
        }
        if (unnamed > 0) {
            parts.add(Amounts.count(unnamed) + " that name none");
        }
        double cost = sample.all().cost();
        if (Math.abs(left.cost()) > ROUNDING * Math.abs(cost)) {
            parts.add(Amounts.percent(left.cost() / cost) + " of the cost");
        }
        return parts.isEmpty() ? "" : "; left out of the run: " + String.join(", ", parts);
    }
}

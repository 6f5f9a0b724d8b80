package io.unitcost.gate;

import io.unitcost.gate.CostSample.Case;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A baseline and a candidate, put side by side.
 *
 * @param statistic the logarithm of the growth
 * @param before cost per delivered request of the baseline, over what is compared
 * @param after the same of the candidate
 * @param requests of the side that has fewer, of what is compared
 * @param effective how many requests of equal weight say as much
 * @param cases those that are compared one by one; empty if they are not
 * @param note how they were put together
 */
record Comparison(
        Statistic statistic,
        double before,
        double after,
        long requests,
        double effective,
        Set<String> cases,
        String note) {

    /** With fewer requests paired than this, too much would be left out. */
    static final double PAIRED = 0.9;

    /** Pairs by case if that leaves out at most a tenth of the requests of either side. Cases of one session stay together. */
    static Comparison of(CostSample baseline, CostSample candidate) {
        Map<String, double[]> pairs = new HashMap<>();
        Set<String> cases = new HashSet<>();
        long earlier = 0;
        long later = 0;
        double[] sums = new double[4];
        for (Map.Entry<String, Case> entry : baseline.cases().entrySet()) {
            Case before = entry.getValue();
            Case after = candidate.cases().get(entry.getKey());
            if (after != null) {
                cases.add(entry.getKey());
                String session = after.session() == null ? before.session() : after.session();
                double[] pair = {before.cost(), before.delivered(), after.cost(), after.delivered()};
                pairs.merge(session == null ? "case " + entry.getKey() : "session " + session, pair, Comparison::plus);
                earlier += before.requests();
                later += after.requests();
            }
        }
        double share = Math.min(share(earlier, baseline), share(later, candidate));
        if (share >= PAIRED) {
            pairs.values().forEach(pair -> plus(sums, pair));
            String left = share < 1 ? "; the others are left out" : "";
            return new Comparison(
                    PairedGrowth.of(pairs.values()),
                    sums[0] / sums[1],
                    sums[2] / sums[3],
                    Math.min(earlier, later),
                    Math.min(earlier * weight(baseline), later * weight(candidate)),
                    cases,
                    Amounts.count(cases.size()) + " cases ran on both sides and are compared one by one" + left);
        }
        return new Comparison(
                new UnpairedGrowth(RatioOfSums.of(baseline.sessions()), RatioOfSums.of(candidate.sessions())),
                baseline.sessions().ratio(),
                candidate.sessions().ratio(),
                Math.min(baseline.requests(), candidate.requests()),
                Math.min(baseline.effective(), candidate.effective()),
                Set.of(),
                baseline.hasTooManyCases() || candidate.hasTooManyCases()
                        ? "not compared case by case: there are more than " + Amounts.count(CostSample.MOST_CASES)
                                + " cases"
                        : "not compared case by case: " + Amounts.percent(share)
                                + " of the requests have their case on both sides, " + Amounts.percent(PAIRED)
                                + " are needed");
    }

    private static double[] plus(double[] sums, double[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
        return sums;
    }

    /** What a request says, where those that are weighted say less. */
    private static double weight(CostSample sample) {
        return sample.effective() / sample.requests();
    }

    private static double share(long paired, CostSample sample) {
        return sample.requests() == 0 ? 0 : (double) paired / sample.requests();
    }
}

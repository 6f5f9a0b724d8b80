package io.unitcost.gate;

import io.unitcost.gate.CostSample.Case;
import io.unitcost.gate.CostSample.Part;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

    private static final double ROUNDING = 1e-9;

    /**
     * Pairs by case if that leaves out at most a tenth of the requests of either side, by weight where they are weighted. Cases that have
     * a session in common stay together; where that leaves too few that are independent, sessions are compared.
     */
    static Comparison of(CostSample baseline, CostSample candidate) {
        Set<String> cases = new TreeSet<>(baseline.cases().keySet());
        cases.retainAll(candidate.cases().keySet());
        Matched earlier = Matched.of(baseline, cases);
        Matched later = Matched.of(candidate, cases);
        double share = Math.min(earlier.share(), later.share());
        if (share < PAIRED) {
            return unpaired(
                    baseline,
                    candidate,
                    baseline.hasTooManyCases() || candidate.hasTooManyCases()
                            ? "there are " + (baseline.hasTooManyCases() ? baseline : candidate).tooMany()
                            : Amounts.percent(share) + " of the requests have their case on both sides, "
                                    + Amounts.percent(PAIRED) + " are needed");
        }
        Collection<double[]> pairs = pairs(baseline, candidate, cases);
        if (pairs.size() < Checks.FEWEST_CLUSTERS && smallest(baseline, candidate) > pairs.size()) {
            return unpaired(
                    baseline,
                    candidate,
                    "the cases are " + pairs.size() + " groups that have no session in common, "
                            + Checks.FEWEST_CLUSTERS + " are needed");
        }
        double[] sums = new double[4];
        pairs.forEach(pair -> plus(sums, pair));
        Matched fewer = earlier.effective() < later.effective() ? earlier : later;
        return new Comparison(
                PairedGrowth.of(pairs),
                sums[0] / sums[1],
                sums[2] / sums[3],
                fewer.requests(),
                fewer.effective(),
                cases,
                Amounts.count(cases.size()) + " cases ran on both sides and are compared one by one"
                        + (share < 1 - ROUNDING ? "; the others are left out" : ""));
    }

    /** Cost and delivered requests before and after, of cases that hang together by their sessions. */
    private static Collection<double[]> pairs(CostSample baseline, CostSample candidate, Set<String> cases) {
        Components components = new Components();
        for (String caseId : cases) {
            join(components, caseId, "before ", baseline);
            join(components, caseId, "after ", candidate);
        }
        Map<String, double[]> pairs = new TreeMap<>();
        for (String caseId : cases) {
            Part before = of(baseline, caseId).sum();
            Part after = of(candidate, caseId).sum();
            double[] pair = {before.cost(), before.delivered(), after.cost(), after.delivered()};
            pairs.merge(components.root("case " + caseId), pair, Comparison::plus);
        }
        return pairs.values();
    }

    private static void join(Components components, String caseId, String side, CostSample sample) {
        for (String session : of(sample, caseId).sessions().keySet()) {
            if (session != null) {
                components.join("case " + caseId, side + session);
            }
        }
    }

    private static Case of(CostSample sample, String caseId) {
        return Objects.requireNonNull(sample.cases().get(caseId), caseId);
    }

    private static Comparison unpaired(CostSample baseline, CostSample candidate, String why) {
        CostSample fewer = baseline.effective() < candidate.effective() ? baseline : candidate;
        return new Comparison(
                new UnpairedGrowth(RatioOfSums.of(baseline.sessions()), RatioOfSums.of(candidate.sessions())),
                baseline.sessions().ratio(),
                candidate.sessions().ratio(),
                fewer.requests(),
                fewer.effective(),
                Set.of(),
                "not compared case by case: " + why);
    }

    private static int smallest(CostSample baseline, CostSample candidate) {
        return Math.min(
                baseline.sessions().columns()[0].length, candidate.sessions().columns()[0].length);
    }

    /**
     * What one side has of the cases that both have.
     *
     * @param share of the side's requests, by weight
     * @param effective how many requests of equal weight say as much
     */
    private record Matched(long requests, double share, double effective) {

        static Matched of(CostSample sample, Set<String> cases) {
            long requests = 0;
            double weight = 0;
            double squares = 0;
            for (String caseId : cases) {
                Case one = Comparison.of(sample, caseId);
                requests += one.sum().requests();
                weight += one.weight() * one.sum().requests();
                squares += one.weight() * one.weight() * one.sum().requests();
            }
            return new Matched(
                    requests,
                    sample.weight() == 0 ? 0 : weight / sample.weight(),
                    weight == 0 ? 0 : weight * weight / squares);
        }
    }

    private static double[] plus(double[] sums, double[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
        return sums;
    }
}

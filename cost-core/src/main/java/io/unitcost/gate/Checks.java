package io.unitcost.gate;

import io.unitcost.gate.CostCheck.Bounds;
import io.unitcost.gate.CostCheck.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Judges the quantities of a feature. Fails if it is sure that the limit is broken, passes if it is sure that it is kept, and is undecided
 * otherwise; with fewer than 30 requests, or fewer than 10 groups of them that are independent, it is not sure of anything.
 *
 * @param confidence of each bound, such as 0.95
 * @param currency of all amounts
 * @param fewest requests that a verdict needs; 30 or more
 */
record Checks(double confidence, Currency currency, int fewest) {

    static final int FEWEST_REQUESTS = 30;
    static final int FEW_REQUESTS = 100;
    static final int FEWEST_CLUSTERS = 10;

    /** The p95 is within the budget if no more than this share of requests is beyond it. */
    static final double MISSES_ALLOWED = 0.05;

    private static final double ROUNDING = 1e-9;

    Checks {
        if (!(confidence > 0.5 && confidence < 1)) {
            throw new IllegalArgumentException("confidence: " + confidence
                    + " is not between 0.5 and 1; give 0.95, or 0.99 if you check much at once");
        }
        fewest = Math.max(fewest, FEWEST_REQUESTS);
    }

    Checks(double confidence, Currency currency) {
        this(confidence, currency, FEWEST_REQUESTS);
    }

    /** Cost per delivered request against a limit. */
    CostCheck costPerRequest(CostSample sample, double limit) {
        return costPerRequest(RatioOfSums.of(sample.sessions()), sample, limit);
    }

    /**
     * The same where each request has an allowance of its own. What is judged is summed cost against summed allowance; both are shown per
     * delivered request.
     */
    CostCheck costPerRequest(CostSample sample) {
        Clusters burn = sample.burn();
        double mean = burn.divisor() / sample.sessions().divisor();
        double[][] columns = burn.columns();
        double[] deliveredLikeTheMean =
                Arrays.stream(columns[1]).map(allowance -> allowance / mean).toArray();
        return costPerRequest(new RatioOfSums(columns[0], deliveredLikeTheMean), sample, mean);
    }

    /** Cost per delivered request where the limit depends on the request, and no request says what it is. */
    CostCheck withoutLimit(CostSample sample) {
        return new CostCheck(
                Quantity.COST_PER_REQUEST,
                Verdict.UNDECIDED,
                sample.sessions().ratio(),
                Double.NaN,
                null,
                sample.requests(),
                sample.sessions().columns()[0].length,
                null,
                "no delivered request says what it earned or may cost; record revenue or allowance, or set a ceiling",
                List.of());
    }

    private CostCheck costPerRequest(RatioOfSums statistic, CostSample sample, double limit) {
        long requests = sample.requests();
        double estimate = statistic.observed().value();
        List<String> notes = new ArrayList<>();
        if (refuses(requests, sample.effective(), statistic.clusters(), notes) || !Double.isFinite(estimate)) {
            return undecided(
                    Quantity.COST_PER_REQUEST,
                    estimate,
                    limit,
                    requests,
                    sample.effective(),
                    statistic.clusters(),
                    notes);
        }
        noteTail(statistic, notes);
        Bounds bounds = Bootstrap.bounds(statistic, confidence);
        Verdict verdict = Verdict.of(bounds.lower(), bounds.upper(), limit);
        return new CostCheck(
                Quantity.COST_PER_REQUEST,
                verdict,
                estimate,
                limit,
                bounds,
                requests,
                statistic.clusters(),
                toDecide(verdict, estimate, limit, bounds, requests),
                evidence(verdict, bounds, amount -> Amounts.money(amount, currency)),
                notes);
    }

    /**
     * Growth of the cost per delivered request since a baseline. By case if nine in ten requests have theirs on both sides.
     *
     * @param tolerance what it may grow by: 0.05 for 5 %
     */
    CostCheck growth(CostSample baseline, CostSample candidate, double tolerance) {
        return growth(Comparison.of(baseline, candidate), tolerance);
    }

    CostCheck growth(Comparison comparison, double tolerance) {
        Statistic statistic = comparison.statistic();
        double growth = Math.expm1(statistic.observed().value());
        List<String> notes = new ArrayList<>(List.of(comparison.note()));
        if (refuses(comparison.requests(), comparison.effective(), statistic.clusters(), notes)
                || !Double.isFinite(growth)) {
            return undecided(
                    Quantity.GROWTH,
                    growth,
                    tolerance,
                    comparison.requests(),
                    comparison.effective(),
                    statistic.clusters(),
                    notes);
        }
        noteTail(statistic, notes);
        Bounds logarithms = Bootstrap.atLeastStudent(statistic, confidence);
        Bounds bounds = new Bounds(Math.expm1(logarithms.lower()), Math.expm1(logarithms.upper()), confidence);
        Verdict verdict = Verdict.of(bounds.lower(), bounds.upper(), tolerance);
        return new CostCheck(
                Quantity.GROWTH,
                verdict,
                growth,
                tolerance,
                bounds,
                comparison.requests(),
                statistic.clusters(),
                toDecide(verdict, Math.log1p(growth), Math.log1p(tolerance), logarithms, comparison.requests()),
                Amounts.money(comparison.before(), currency) + " -> " + Amounts.money(comparison.after(), currency)
                        + ", " + evidence(verdict, bounds, Amounts::growth),
                notes);
    }

    /**
     * The p95 against the latency budget, by counting: exact where requests are independent. Where several belong to a session, they count as
     * fewer, by as much as sessions differ more than chance would have them (Korn and Graubard 1998).
     *
     * @param misses by session: how many delivered requests were beyond the budget, and how many were judged
     */
    CostCheck latency(Clusters misses) {
        double[][] columns = misses.columns();
        double judged = misses.divisor();
        double effective = judged / alike(columns, misses);
        long requests = Math.round(judged);
        List<String> notes = new ArrayList<>();
        if (refuses(requests, judged, columns[0].length, notes)) {
            return undecided(
                    Quantity.LATENCY, misses.ratio(), MISSES_ALLOWED, requests, judged, columns[0].length, notes);
        }
        if (effective < judged) {
            notes.add("requests of a session are alike: they count as " + Amounts.count(Math.round(effective)));
        }
        double share = misses.ratio();
        Bounds bounds = Binomial.bounds(share * effective, effective, confidence);
        Verdict verdict = Verdict.of(bounds.lower(), bounds.upper(), MISSES_ALLOWED);
        return new CostCheck(
                Quantity.LATENCY,
                verdict,
                share,
                MISSES_ALLOWED,
                bounds,
                requests,
                columns[0].length,
                verdict == Verdict.UNDECIDED ? trialsToDecide(share, effective, judged / effective) : null,
                Amounts.count(Math.round(misses.dividend())) + " of " + Amounts.count(requests)
                        + " requests missed it ("
                        + Amounts.percent(share) + ", " + evidence(verdict, bounds, Amounts::percent) + "; "
                        + Amounts.percent(MISSES_ALLOWED) + " allowed)",
                notes);
    }

    /** The variance of the share over sessions ÷ that of as many independent requests; at least 1. */
    private static double alike(double[][] columns, Clusters misses) {
        double share = misses.ratio();
        double expected = share * (1 - share) / misses.divisor();
        double most = 0;
        for (double judged : columns[1]) {
            most = Math.max(most, judged);
        }
        if (most <= 1 || !(expected > 0)) {
            return 1;
        }
        double error = new RatioOfSums(columns[0], columns[1]).observed().error();
        return Math.max(1, error * error / expected);
    }

    /** The fewest requests with this share that would decide, by doubling and halving. */
    private @Nullable Long trialsToDecide(double share, double effective, double alike) {
        double few = effective;
        double many = effective;
        for (int i = 0; i < 40 && !decides(share, many); i++) {
            few = many;
            many *= 2;
        }
        if (!decides(share, many)) {
            return null;
        }
        while (many - few > 0.01) {
            double middle = (few + many) / 2;
            if (decides(share, middle)) {
                many = middle;
            } else {
                few = middle;
            }
        }
        return (long) Math.ceil(many * alike);
    }

    private boolean decides(double share, double trials) {
        if (trials > 1e9) {
            return false;
        }
        Bounds bounds = Binomial.bounds(share * trials, trials, confidence);
        return Verdict.of(bounds.lower(), bounds.upper(), MISSES_ALLOWED) != Verdict.UNDECIDED;
    }

    /**
     * Calls without a price against the share of them that is tolerated.
     *
     * @param limit 0 for none at all
     */
    CostCheck unpriced(long unpriced, long calls, double limit) {
        double share = calls == 0 ? Double.NaN : (double) unpriced / calls;
        Verdict verdict = calls == 0 ? Verdict.UNDECIDED : Verdict.of(share, share, limit);
        String evidence = calls == 0
                ? "no calls"
                : Amounts.count(unpriced) + " of " + Amounts.count(calls) + " calls have no price"
                        + (unpriced == 0 ? "" : ": costs are lower bounds");
        return new CostCheck(Quantity.UNPRICED, verdict, share, limit, null, calls, 0, null, evidence, List.of());
    }

    private boolean refuses(long requests, double effective, int clusters, List<String> notes) {
        long counted = counted(requests, effective);
        String few = Amounts.count(requests) + " requests"
                + (counted < requests ? " that say as much as " + Amounts.count(counted) + " of equal weight" : "");
        if (isTooFew(requests, effective)) {
            notes.add(few + ": a verdict needs " + Amounts.count(requests < fewest ? fewest : FEWEST_REQUESTS));
            return true;
        }
        if (clusters < FEWEST_CLUSTERS) {
            notes.add(clusters + " sessions: a verdict needs " + FEWEST_CLUSTERS);
            return true;
        }
        if (counted < FEW_REQUESTS) {
            notes.add(few + ": below " + FEW_REQUESTS + " the bounds are rough");
        } else if (counted < requests) {
            notes.add(few);
        }
        return false;
    }

    /** An objective asks for requests, and a bound for as many of equal weight. */
    private boolean isTooFew(long requests, double effective) {
        return requests < fewest || counted(requests, effective) < FEWEST_REQUESTS;
    }

    /** Whole requests of equal weight; a sum of weights may be beside by what doubles round. */
    private static long counted(long requests, double effective) {
        return Math.min(requests, (long) (effective * (1 + ROUNDING)));
    }

    private static void noteTail(Statistic statistic, List<String> notes) {
        if (statistic.observed().error() > 0 && statistic.isHeavyTailed()) {
            notes.add("a few requests make most of the spread: bounds are narrower than the truth as a rule");
        }
    }

    private CostCheck undecided(
            Quantity quantity,
            double estimate,
            double limit,
            long requests,
            double effective,
            int clusters,
            List<String> notes) {
        boolean few = isTooFew(requests, effective);
        return new CostCheck(
                quantity,
                Verdict.UNDECIDED,
                estimate,
                limit,
                null,
                requests,
                clusters,
                few ? Long.valueOf(toCount(requests, effective)) : null,
                requests == 0
                        ? "no requests"
                        : few || clusters < FEWEST_CLUSTERS
                                ? "too few to be sure of anything"
                                : "nothing was delivered, or nothing was spent, to compare",
                notes);
    }

    /** So many that there are enough, and enough of equal weight if more have the weights of these. */
    private long toCount(long requests, double effective) {
        double weighted = effective > 0 ? Math.ceil(requests * (FEWEST_REQUESTS / effective) * (1 - ROUNDING)) : 0;
        return Math.max(fewest, (long) weighted);
    }

    /** The side that is in the way shrinks with the square root of the number of requests. */
    private static @Nullable Long toDecide(
            Verdict verdict, double estimate, double limit, Bounds bounds, long requests) {
        if (verdict != Verdict.UNDECIDED) {
            return null;
        }
        double width = estimate > limit ? estimate - bounds.lower() : bounds.upper() - estimate;
        double needed = requests * Math.pow(width / (estimate - limit), 2);
        return needed < 1e12 ? Long.valueOf((long) Math.ceil(needed)) : null;
    }

    private String evidence(Verdict verdict, Bounds bounds, DoubleFunction<String> shown) {
        String sure = Amounts.confidence(confidence) + " sure ";
        String least = "it is at least " + shown.apply(bounds.lower());
        String most = "it is at most " + shown.apply(bounds.upper());
        return switch (verdict) {
            case FAIL -> sure + least;
            case PASS -> sure + most;
            case UNDECIDED -> {
                if (Double.isInfinite(bounds.lower()) && Double.isInfinite(bounds.upper())) {
                    yield "too few to be sure of anything";
                }
                yield Double.isInfinite(bounds.upper())
                        ? sure + least
                        : Double.isInfinite(bounds.lower()) ? sure + most : sure + least + ", " + sure + most;
            }
        };
    }
}

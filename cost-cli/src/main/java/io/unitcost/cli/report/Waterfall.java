package io.unitcost.cli.report;

import io.unitcost.explain.Explanation;
import io.unitcost.explain.Explanation.Bounds;
import io.unitcost.explain.Explanation.Contribution;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps from what a request cost to what it costs. */
final class Waterfall {

    private static final double ROUNDING = 1e-12;

    private Waterfall() {}

    /** A step; the rest has no bounds. */
    record Step(String label, double amount, @Nullable Bounds bounds) {}

    /** The drivers that deserve to be shown, and all others as one; together they are the change. */
    static List<Step> steps(Explanation why) {
        List<Step> steps = new ArrayList<>();
        List<Contribution> shown = why.shown();
        shown.forEach(one -> steps.add(new Step(one.driver().label(), one.amount(), one.bounds())));
        List<Contribution> rest = rest(why);
        if (!rest.isEmpty()) {
            double sum = rest.stream().mapToDouble(Contribution::amount).sum();
            steps.add(new Step(
                    shown.isEmpty()
                            ? "everything together"
                            : rest.size() + " unsure " + (rest.size() == 1 ? "driver" : "drivers"),
                    sum,
                    null));
        }
        return steps;
    }

    /** The drivers that moved, and of which it is not sure in which direction. */
    static List<Contribution> rest(Explanation why) {
        List<Contribution> shown = why.shown();
        return why.contributions().stream()
                .filter(one -> !shown.contains(one) && moved(why, one.amount()))
                .toList();
    }

    /** Whether an amount is more than what doubles round beside the costs themselves. */
    static boolean moved(Explanation why, double amount) {
        return Math.abs(amount) > ROUNDING * Math.max(Math.abs(why.before()), Math.abs(why.after()));
    }
}

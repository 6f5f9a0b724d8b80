package io.unitcost.gate;

import java.util.SplittableRandom;

/** The same as {@link PairedGrowth} over two samples that have nothing to do with each other. */
record UnpairedGrowth(RatioOfSums before, RatioOfSums after) implements Statistic {

    @Override
    public Estimate observed() {
        return growth(before.observed(), after.observed());
    }

    @Override
    public Estimate resampled(SplittableRandom random) {
        return growth(before.resampled(random), after.resampled(random));
    }

    @Override
    public int clusters() {
        return Math.min(before.clusters(), after.clusters());
    }

    @Override
    public boolean isHeavyTailed() {
        return before.isHeavyTailed() || after.isHeavyTailed();
    }

    private static Estimate growth(Estimate one, Estimate other) {
        if (!(one.isDefined() && other.isDefined() && one.value() > 0 && other.value() > 0)) {
            return Estimate.UNDEFINED;
        }
        return new Estimate(
                Math.log(other.value()) - Math.log(one.value()),
                Math.hypot(one.error() / one.value(), other.error() / other.value()));
    }
}

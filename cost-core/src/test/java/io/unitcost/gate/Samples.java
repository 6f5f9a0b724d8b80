package io.unitcost.gate;

import io.unitcost.gate.CostSample.Part;
import java.util.SplittableRandom;

/** Costs of which the truth is known. */
final class Samples {

    private Samples() {}

    /** A number of mean 1 whose logarithm is normal. */
    static double lognormal(SplittableRandom random, double sigma) {
        return Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
    }

    /** Requests without sessions, of mean cost 1. */
    static CostSample requests(long seed, int count, double sigma) {
        SplittableRandom random = new SplittableRandom(seed);
        CostSample sample = new CostSample();
        for (int i = 0; i < count; i++) {
            sample.add(null, null, new Part(1, 1, lognormal(random, sigma), 0));
        }
        return sample;
    }

    /**
     * One side of a replay. A case costs the same on both sides but for noise.
     *
     * @param cases seed of what the cases cost
     * @param run seed of the noise of this side
     */
    static CostSample replay(long cases, long run, int count, double factor) {
        SplittableRandom size = new SplittableRandom(cases);
        SplittableRandom noise = new SplittableRandom(run);
        CostSample sample = new CostSample();
        for (int i = 0; i < count; i++) {
            sample.add(null, "case " + i, new Part(1, 1, factor * lognormal(size, 1) * lognormal(noise, 0.2), 0));
        }
        return sample;
    }
}

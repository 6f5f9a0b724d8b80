package io.unitcost.samples.demo;

import java.util.SplittableRandom;

/**
 * What goes wrong, decided for each request by its number and the seed alone: the same run has the same faults whatever
 * its threads do.
 */
final class Faults {

    /**
     * Shares of requests.
     *
     * @param unavailable a 503 first; one in five of these gets a second one
     * @param invalid an answer that is not what was asked for, so that it is asked again
     * @param down a 503 every time
     * @param hopeless an invalid answer every time
     * @param canary an answer of {@code chat} that comes from a model without a price
     * @param silent an answer of {@code chat} that does not say what was used
     * @param cached a prompt of {@code chat} or {@code code-assist} whose first half was in the provider's cache
     */
    record Rates(
            double unavailable,
            double invalid,
            double down,
            double hopeless,
            double canary,
            double silent,
            double cached) {

        static final Rates NONE = new Rates(0, 0, 0, 0, 0, 0, 0);
        static final Rates USUAL = new Rates(0.02, 0.05, 0.002, 0.001, 0.003, 0.004, 0.2);
    }

    /** How the model server answers one request, try by try. */
    record Fate(int unavailable, int invalid, boolean canary, boolean silent, boolean cached) {

        static final Fate GOOD = new Fate(0, 0, false, false, false);

        /** Tries are counted from 0. First the 503s, then the invalid answers, then a good one. */
        boolean isUnavailable(int attempt) {
            return attempt < unavailable;
        }

        boolean isInvalid(int attempt) {
            return attempt < unavailable + invalid;
        }
    }

    private static final double SECOND_503 = 0.2;
    private static final int ALWAYS = 1_000;

    private final Rates rates;
    private final long seed;

    Faults(Rates rates, long seed) {
        this.rates = rates;
        this.seed = seed;
    }

    Fate fate(int request, String feature) {
        if (rates.equals(Rates.NONE)) {
            return Fate.GOOD;
        }
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + request);
        boolean down = random.nextDouble() < rates.down;
        boolean hopeless = random.nextDouble() < rates.hopeless;
        boolean unavailable = random.nextDouble() < rates.unavailable;
        boolean twice = random.nextDouble() < SECOND_503;
        boolean invalid = random.nextDouble() < rates.invalid;
        boolean hosted = !feature.equals(Features.SUMMARISE);
        boolean chat = feature.equals(Features.CHAT);
        return new Fate(
                down ? ALWAYS : unavailable ? twice ? 2 : 1 : 0,
                hopeless ? ALWAYS : invalid ? 1 : 0,
                random.nextDouble() < rates.canary && chat,
                random.nextDouble() < rates.silent && chat,
                random.nextDouble() < rates.cached && hosted);
    }
}

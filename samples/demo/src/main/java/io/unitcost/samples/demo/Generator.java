package io.unitcost.samples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Traffic without a trace: a steady stream whose token counts follow the quantiles of two real traces. The same seed
 * and count give the same requests.
 *
 * <p>Counts are drawn from equal slices of the distribution, one from each, so that a short run has the shape of a long
 * one.
 */
final class Generator {

    // requests per second of trace time; 9 summaries a second are about half of what the pool sustains
    private static final double CHAT_RATE = 15;
    private static final double CODE_RATE = 9;
    private static final double SUMMARISE_RATE = 9;

    /** Summaries are longer than chat's answers: their output comes from this share of the distribution upwards. */
    private static final double SHORTEST_SUMMARY = 0.3;

    private final SplittableRandom random;
    private final List<Arrival> arrivals = new ArrayList<>();

    private Generator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Generates traffic for all three features.
     *
     * @param swap whether {@code code-assist} falls to a third of its traffic half-way
     */
    static Traffic traffic(int requests, long seed, boolean swap) {
        Generator generator = new Generator(seed);
        double codeLater = swap ? CODE_RATE / 3 : CODE_RATE;
        double rate = CHAT_RATE + SUMMARISE_RATE + (CODE_RATE + codeLater) / 2;
        double span = requests / rate * 1e9;
        int code = (int) Math.round(span / 2e9 * CODE_RATE);
        int later = (int) Math.round(span / 2e9 * codeLater);
        int summaries = (int) Math.round(span / 1e9 * SUMMARISE_RATE);
        int chats = Math.max(0, requests - code - later - summaries);
        generator.chat(chats, span);
        generator.code(code, 0, span / 2);
        generator.code(later, span / 2, span);
        generator.summaries(summaries, span);
        return Traffic.of(generator.arrivals, (long) span, "generated, seed " + seed);
    }

    private void chat(int count, double span) {
        double[] input = slices(count, 0);
        double[] output = slices(count, 0);
        for (int i = 0; i < count; i++) {
            add(
                    Features.CHAT,
                    0,
                    span,
                    Quantiles.CONVERSATION_INPUT.at(input[i]),
                    Quantiles.CONVERSATION_OUTPUT.at(output[i]));
        }
    }

    private void code(int count, double from, double to) {
        double[] input = slices(count, 0);
        double[] output = slices(count, 0);
        for (int i = 0; i < count; i++) {
            add(Features.CODE_ASSIST, from, to, Quantiles.CODE_INPUT.at(input[i]), Quantiles.CODE_OUTPUT.at(output[i]));
        }
    }

    private void summaries(int count, double span) {
        double[] input = slices(count, 0);
        double[] output = slices(count, SHORTEST_SUMMARY);
        for (int i = 0; i < count; i++) {
            add(
                    Features.SUMMARISE,
                    0,
                    span,
                    Quantiles.CONVERSATION_INPUT.at(input[i]),
                    Quantiles.CONVERSATION_OUTPUT.at(output[i]));
        }
    }

    private void add(String feature, double from, double to, int input, int output) {
        arrivals.add(new Arrival((long) (from + random.nextDouble() * (to - from)), feature, input, output));
    }

    /** As many shares as asked for, one from each slice between {@code from} and 1, shuffled. */
    private double[] slices(int count, double from) {
        double[] shares = new double[count];
        for (int i = 0; i < count; i++) {
            shares[i] = from + (1 - from) * (i + random.nextDouble()) / count;
        }
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double kept = shares[i];
            shares[i] = shares[j];
            shares[j] = kept;
        }
        return shares;
    }
}

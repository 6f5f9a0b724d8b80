package io.unitcost.benchmarks;

import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The requests of a measurement: distinct pairs of feature and model, visited over and over in an order that the
 * processor's caches do not foresee. Every request is one call with one attempt of {@value #INPUT} input and
 * {@value #OUTPUT} output tokens.
 */
@State(Scope.Benchmark)
public class Traffic {

    static final String PROVIDER = "openai";
    static final long INPUT = 1_020;
    static final long OUTPUT = 129;

    /** What an attempt says it took. The request's own duration is read from the clock. */
    static final long ATTEMPT_NANOS = 850_000_000;

    /** 0.15 and 0.60 USD per million tokens, in 1e-12 USD per token. */
    static final long INPUT_STEPS = 150_000;

    static final long OUTPUT_STEPS = 600_000;
    static final double STEPS_PER_USD = 1e12;

    private static final int MOST_MODELS = 100;
    private static final int FEW_MODELS = 5;

    /** How many pairs of feature and model there are; a multiple of 100, or 10. */
    @Param({"10", "1000", "10000"})
    public int knownSeries;

    private final List<Turn> turns = new ArrayList<>();
    private Series[] series = {};

    /** A pair of feature and model, and the model's name as bytes for callers that read it from an answer. */
    static final class Series {
        private final int index;
        private final String feature;
        private final String model;
        private final byte[] modelBytes;

        Series(int index, String feature, String model) {
            this.index = index;
            this.feature = feature;
            this.model = model;
            this.modelBytes = model.getBytes(StandardCharsets.ISO_8859_1);
        }

        int index() {
            return index;
        }

        String feature() {
            return feature;
        }

        String model() {
            return model;
        }

        /** The model's name as a parser gives it: another string each time, its hash not worked out yet. */
        String freshModel() {
            return new String(modelBytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** As many pairs as there shall be. */
    static Traffic of(int knownSeries) {
        Traffic traffic = new Traffic();
        traffic.knownSeries = knownSeries;
        traffic.create();
        return traffic;
    }

    /** Makes the pairs. */
    @Setup
    public void create() {
        int models = knownSeries < MOST_MODELS ? FEW_MODELS : MOST_MODELS;
        String[] features = names("feature-%03d", knownSeries / models);
        String[] modelNames = names("chat-small-2026-11-%03d", models);
        List<Series> pairs = new ArrayList<>();
        for (int i = 0; i < knownSeries; i++) {
            pairs.add(new Series(i, features[i / models], modelNames[i % models]));
        }
        Collections.shuffle(pairs, new Random(1));
        series = pairs.toArray(Series[]::new);
    }

    /** One string per name, as code has them. */
    private static String[] names(String format, int count) {
        return IntStream.range(0, count).mapToObj(format::formatted).toArray(String[]::new);
    }

    int size() {
        return series.length;
    }

    Series series(int position) {
        return series[position];
    }

    Set<String> features() {
        return Arrays.stream(series).map(Series::feature).collect(Collectors.toSet());
    }

    Set<String> models() {
        return Arrays.stream(series).map(Series::model).collect(Collectors.toSet());
    }

    PriceTable prices() {
        PriceTable.Builder table = PriceTable.builder("benchmark");
        for (String model : models()) {
            table.model(PROVIDER, model, m -> m.rate(Unit.INPUT_TOKENS, "0.15 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "0.60 per 1M"));
        }
        return table.build();
    }

    /** A thread joins. How many were there before? */
    synchronized int join(Turn turn) {
        turns.add(turn);
        return turns.size() - 1;
    }

    /** How many requests all threads have made so far, warm-up included. */
    synchronized long requests() {
        return turns.stream().mapToLong(Turn::taken).sum();
    }
}

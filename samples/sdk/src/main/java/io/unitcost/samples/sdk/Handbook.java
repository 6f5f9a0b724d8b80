package io.unitcost.samples.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** What the help desk looks things up in: pages of a made-up bicycle shop, with their titles in the first line. */
final class Handbook {

    static final int NEAREST = 4;

    static List<String> pages() {
        try (InputStream in = Objects.requireNonNull(Handbook.class.getResourceAsStream("handbook.txt"))) {
            return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split("\n\n", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String title(String page) {
        return page.lines().findFirst().orElse("");
    }

    /**
     * The pages nearest to a question, in the order of the handbook, so that the same pages are the same prompt.
     *
     * @param question its vector, of length 1
     * @param vectors of the pages, of length 1 each
     */
    static List<String> nearest(List<String> pages, List<Float> question, List<List<Float>> vectors) {
        return IntStream.range(0, pages.size())
                .boxed()
                .sorted(Comparator.comparingDouble(page -> -product(question, vectors.get(page))))
                .limit(NEAREST)
                .sorted()
                .map(pages::get)
                .toList();
    }

    private static double product(List<Float> one, List<Float> other) {
        double sum = 0;
        for (int i = 0; i < one.size(); i++) {
            sum += one.get(i) * other.get(i);
        }
        return sum;
    }

    private Handbook() {}
}

package io.unitcost.samples.tour;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of {@code /actuator/prometheus}, read as Prometheus reads it. Immutable. */
public final class Scrape {

    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)(?: .*)?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** A name with its labels. */
    private record Series(String name, Map<String, String> labels) {

        boolean has(String... wanted) {
            for (int i = 0; i < wanted.length; i += 2) {
                if (!wanted[i + 1].equals(labels.get(wanted[i]))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Map<Series, Double> values;

    private Scrape(Map<Series, Double> values) {
        this.values = values;
    }

    /** Reads Prometheus' text format. */
    public static Scrape of(String page) {
        Map<Series, Double> values = new HashMap<>();
        page.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> read(line, values));
        return new Scrape(values);
    }

    private static void read(String line, Map<Series, Double> values) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("this is no line of a scraped page: " + line);
        }
        Map<String, String> labels = new HashMap<>();
        if (parts.group(2) != null) {
            Matcher label = LABEL.matcher(parts.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        values.put(new Series(parts.group(1), labels), Double.parseDouble(parts.group(3)));
    }

    /**
     * The sum of all series of this name that have these labels; 0 if there is none.
     *
     * @param labels names and values in turn
     */
    public double sum(String name, String... labels) {
        return values.entrySet().stream()
                .filter(entry ->
                        entry.getKey().name.equals(name) && entry.getKey().has(labels))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** What counters have counted since an earlier page. */
    public Scrape since(Scrape earlier) {
        Map<Series, Double> since = new HashMap<>();
        values.forEach((series, value) -> since.put(series, value - earlier.values.getOrDefault(series, 0.0)));
        return new Scrape(since);
    }

    /** The values of a label, among series of this name. */
    public List<String> values(String name, String label) {
        return values.keySet().stream()
                .filter(series -> series.name.equals(name) && series.labels.containsKey(label))
                .map(series -> series.labels.get(label))
                .distinct()
                .sorted()
                .toList();
    }
}

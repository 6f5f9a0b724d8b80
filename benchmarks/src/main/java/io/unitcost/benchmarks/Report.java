package io.unitcost.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints JMH's JSON results as Markdown tables, one for each benchmark class: {@code Report ROUND.json...}. Several
 * rounds of the same benchmarks become one table: the least time of all iterations, the median of the bytes. Ratios
 * are to the row {@code floor} of the same parameters and threads.
 */
public final class Report {

    private static final String FLOOR = "floor";
    private static final String CPU = "cpu";
    private static final String BLOCKED = "cpu.blocked";
    private static final String BYTES = "gc.alloc.rate.norm";

    /** What is measured together: the variants of one class with the same parameters and threads. */
    private record Group(String parameters, int threads) {}

    private final Map<String, Map<String, Map<Group, Row>>> classes = new TreeMap<>();

    /** All iterations of one variant. */
    private static final class Row {
        private final List<Double> wall = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
        private final List<Double> bytes = new ArrayList<>();
        private final List<Double> blocked = new ArrayList<>();

        double nanos() {
            return least(cpu.isEmpty() ? wall : cpu);
        }
    }

    private Report() {}

    /**
     * Prints the tables.
     *
     * @param files JMH's results, written with {@code -rf json}
     */
    public static void main(String... files) {
        if (files.length == 0) {
            System.err.println("give the JSON files that JMH wrote with -rf json -rff FILE");
            System.exit(2);
        }
        try {
            System.out.print(of(Arrays.stream(files).map(Path::of).toList()));
        } catch (JacksonException e) {
            System.err.println("not a JSON result of JMH: " + e.getOriginalMessage());
            System.exit(2);
        }
    }

    static String of(List<Path> files) {
        Report report = new Report();
        JsonMapper mapper = new JsonMapper();
        for (Path file : files) {
            mapper.readTree(file.toFile()).forEach(report::add);
        }
        return report.toMarkdown();
    }

    private void add(JsonNode result) {
        String name = result.get("benchmark").asString();
        String variant = name.substring(name.lastIndexOf('.') + 1);
        String type = name.substring(0, name.lastIndexOf('.'));
        List<String> parameters = new ArrayList<>();
        result.path("params").forEach(value -> parameters.add(value.asString()));
        Group group =
                new Group(String.join(" ", parameters), result.get("threads").asInt());
        Row row = classes.computeIfAbsent(type.substring(type.lastIndexOf('.') + 1), t -> new LinkedHashMap<>())
                .computeIfAbsent(variant, v -> new LinkedHashMap<>())
                .computeIfAbsent(group, g -> new Row());
        collect(result.path("primaryMetric"), row.wall);
        JsonNode others = result.path("secondaryMetrics");
        collect(others.path(CPU), row.cpu);
        collect(others.path(BYTES), row.bytes);
        collect(others.path(BLOCKED), row.blocked);
    }

    private static void collect(JsonNode metric, List<Double> values) {
        for (JsonNode fork : metric.path("rawData")) {
            fork.forEach(value -> values.add(value.asDouble()));
        }
    }

    private String toMarkdown() {
        StringBuilder text = new StringBuilder();
        classes.forEach((type, variants) -> {
            text.append("### ").append(type).append("\n\n");
            text.append("| variant | series | threads | CPU ns/op | × floor | wall ns/op | B/op | blocked |\n");
            text.append("|---|---:|---:|---:|---:|---:|---:|---:|\n");
            variants.forEach((variant, groups) ->
                    groups.forEach((group, row) -> text.append(line(variants, variant, group, row))));
            text.append('\n');
        });
        return text.toString();
    }

    private static String line(Map<String, Map<Group, Row>> variants, String variant, Group group, Row row) {
        Row floor = variants.getOrDefault(FLOOR, Map.of()).get(group);
        return String.format(
                Locale.ROOT,
                "| `%s` | %s | %d | %s | %s | %s | %s | %s |%n",
                variant,
                group.parameters,
                group.threads,
                time(row.nanos()),
                floor == null ? "" : String.format(Locale.ROOT, "%.2f", row.nanos() / floor.nanos()),
                time(least(row.wall)),
                row.bytes.isEmpty() ? "" : String.format(Locale.ROOT, "%,.0f", median(row.bytes)),
                row.blocked.isEmpty()
                        ? ""
                        : String.format(Locale.ROOT, "%.0f", stream(row.blocked).sum()));
    }

    private static String time(double nanos) {
        return String.format(Locale.ROOT, nanos < 100 ? "%.1f" : "%,.0f", nanos);
    }

    private static double least(List<Double> values) {
        return stream(values).min().orElse(Double.NaN);
    }

    private static double median(List<Double> values) {
        double[] sorted = stream(values).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static DoubleStream stream(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue);
    }
}

package io.unitcost.servlet.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The same scenarios with the filters of Brave and Spring beside ours, as a page for the documentation. */
@EnabledIfSystemProperty(named = "unitcost.long", matches = "true")
class MatrixReportTest {

    private static final List<String> SUBJECTS = List.of("unitcost", "brave", "spring");
    private static final int REPETITIONS = 10;

    /** Unfinished and finished once too often. */
    private record Score(int requests, int unfinished, int twice) {
        Score plus(Row row) {
            return new Score(requests + row.requests(), unfinished + row.unfinished(), twice + row.twice());
        }

        String text() {
            return unfinished + " / " + twice;
        }

        boolean isClean() {
            return unfinished == 0 && twice == 0;
        }
    }

    private static final Score NOTHING = new Score(0, 0, 0);

    @Test
    void writesTheMatrixForTheDocumentation() throws Exception {
        LogManager.getLogManager().reset();
        Map<String, Map<String, Score>> cells = new LinkedHashMap<>();
        Map<String, Map<String, Score>> scenarios = new TreeMap<>();
        ExecutorService runs = Executors.newFixedThreadPool(2);
        try {
            Map<String, Future<List<Row>>> results = new LinkedHashMap<>();
            for (String container : MatrixTest.CONTAINERS) {
                for (String subject : SUBJECTS) {
                    results.put(
                            container + " " + subject,
                            runs.submit(() -> MatrixTest.run(container, false, subject, REPETITIONS)));
                }
            }
            for (Map.Entry<String, Future<List<Row>>> result : results.entrySet()) {
                String[] key = result.getKey().split(" ");
                for (Row row : result.getValue().get()) {
                    String protocol = row.http2() ? " HTTP/2" : " HTTP/1.1";
                    add(cells, key[0] + protocol, key[1], row);
                    add(scenarios, row.scenario(), key[1], row);
                }
            }
        } finally {
            runs.shutdownNow();
        }
        Files.writeString(Path.of("target", "matrix.md"), page(cells, scenarios));
        assertThat(cells).hasSize(2 * MatrixTest.CONTAINERS.size());
        assertThat(cells.values())
                .allSatisfy(row -> assertThat(row.get("unitcost")).matches(Score::isClean));
    }

    private static void add(Map<String, Map<String, Score>> table, String key, String subject, Row row) {
        table.computeIfAbsent(key, k -> new LinkedHashMap<>())
                .merge(subject, NOTHING.plus(row), (before, more) -> before.plus(row));
    }

    private static String page(Map<String, Map<String, Score>> cells, Map<String, Map<String, Score>> scenarios) {
        StringBuilder page = new StringBuilder("Left unfinished / finished twice, of so many requests.\n\n"
                + "| container | requests | CostFilter | Brave TracingFilter | Spring ServerHttpObservationFilter |\n"
                + "|---|---:|---:|---:|---:|\n");
        cells.forEach((cell, scores) -> page.append("| ")
                .append(cell)
                .append(" | ")
                .append(scores.get("unitcost").requests())
                .append(columns(scores)));
        page.append("\nThe scenarios where one of them is not clean, over all containers:\n\n"
                + "| scenario | requests | CostFilter | Brave | Spring |\n|---|---:|---:|---:|---:|\n");
        scenarios.forEach((scenario, scores) -> {
            if (!scores.values().stream().allMatch(Score::isClean)) {
                page.append("| ")
                        .append(scenario)
                        .append(" | ")
                        .append(scores.get("unitcost").requests())
                        .append(columns(scores));
            }
        });
        return page.toString();
    }

    private static String columns(Map<String, Score> scores) {
        StringBuilder columns = new StringBuilder(" |");
        SUBJECTS.forEach(subject -> columns.append(' ')
                .append(scores.getOrDefault(subject, NOTHING).text())
                .append(" |"));
        return columns.append('\n').toString();
    }
}

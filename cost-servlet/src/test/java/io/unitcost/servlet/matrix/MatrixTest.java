package io.unitcost.servlet.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every scenario in every container: each request's account is opened and closed exactly once, and says how it ended. */
class MatrixTest {

    static final List<String> CONTAINERS = List.of("tomcat-11", "tomcat-10.1", "jetty-ee11", "jetty-ee10", "undertow");
    private static final int ORDINARY = 3;
    private static final int LONG = 100;
    private static final int AT_ONCE = 5;

    private static final ExecutorService RUNS = Executors.newFixedThreadPool(AT_ONCE);
    private static final Map<String, Future<List<Row>>> RESULTS = new LinkedHashMap<>();

    @BeforeAll
    static void startAll() {
        // containers report each failure that a scenario provokes
        LogManager.getLogManager().reset();
        for (boolean virtual : threads()) {
            for (String container : containers()) {
                RESULTS.put(
                        container + (virtual ? ", virtual threads" : ""),
                        RUNS.submit(() -> run(container, virtual, "unitcost", repetitions())));
            }
        }
    }

    @AfterAll
    static void stopAll() {
        RUNS.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> closesEachAccountOnce() {
        return RESULTS.entrySet().stream()
                .map(run -> DynamicTest.dynamicTest(
                        run.getKey(), () -> check(run.getKey(), run.getValue().get())));
    }

    private static void check(String name, List<Row> rows) {
        List<String> findings = new ArrayList<>();
        int opened = 0;
        for (Row row : rows) {
            System.out.println(name + " " + row);
            opened += row.opened();
            row.findings().forEach(finding -> findings.add(row.scenario() + ": " + finding));
        }
        assertThat(opened).as("requests").isGreaterThan(rows.size());
        assertThat(findings).isEmpty();
    }

    static List<Row> run(String container, boolean virtual, String subject, int repetitions) throws Exception {
        try (ContainerLoader loader = ContainerLoader.of(container)) {
            List<String> rows = loader.call(
                    MatrixRun.class,
                    Map.of(
                            "container", container,
                            "virtual", Boolean.toString(virtual),
                            "subject", subject,
                            "only", System.getProperty("matrix.only", ""),
                            "repetitions", Integer.toString(repetitions)));
            return rows.stream().map(Row::of).toList();
        }
    }

    private static List<String> containers() {
        String only = System.getProperty("matrix.container");
        return only == null ? CONTAINERS : List.of(only.split(","));
    }

    /** Platform threads, and virtual ones where there are any. */
    private static boolean[] threads() {
        return Runtime.version().feature() >= 21 ? new boolean[] {false, true} : new boolean[] {false};
    }

    static int repetitions() {
        return Integer.getInteger("matrix.repetitions", Boolean.getBoolean("unitcost.long") ? LONG : ORDINARY);
    }
}

package io.unitcost.cli.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objectives for Sloth, Pyrra and OpenSLO; what their queries come to is in {@link FleetTest}. */
class ObjectiveFileTest {

    @TempDir
    private Path folder;

    private String file;

    @BeforeEach
    void writeObjectives() throws IOException {
        file = write("""
                {"v":1,"currency":"USD","features":{
                  "support.summarise":{"revenuePerRequest":"0.002","targetMargin":"0.80","p95Ms":2500,"windowDays":7},
                  "support-summarise":{"revenuePerRequest":"0.002","targetMargin":"0"},
                  "search \\"all\\"":{"ceilingPerRequest":"0.0004"},
                  "fast":{"p95Ms":100}}}
                """);
    }

    private String write(String json) throws IOException {
        return Files.writeString(folder.resolve("cost-slo.json"), json).toString();
    }

    /** An objective as an engine reads it: bad ÷ total may be 1 − target. */
    record Ratio(String name, String bad, String total, double target, String window) {}

    /** Finds a feature's objective in a file, with {@code [1h]} where the engine puts its windows. */
    static Ratio ratio(String format, String text, String feature) {
        String selector = "{feature=\"" + feature.replace("\"", "\\\"") + "\"}";
        return ratios(format, text).stream()
                .filter(ratio -> ratio.bad().contains(selector))
                .findFirst()
                .orElseThrow();
    }

    static List<Ratio> ratios(String format, String text) {
        List<Map<String, Object>> documents = Export.yaml(text);
        return switch (format) {
            case "sloth" ->
                list(documents.get(0), "slos").stream()
                        .map(slo -> new Ratio(
                                text(slo, "name"),
                                text(slo, "sli", "events", "error_query").replace("{{.window}}", "1h"),
                                text(slo, "sli", "events", "total_query").replace("{{.window}}", "1h"),
                                number(slo, "objective") / 100,
                                ""))
                        .toList();
            case "pyrra" ->
                documents.stream()
                        .map(slo -> new Ratio(
                                text(slo, "metadata", "name"),
                                "sum(" + text(slo, "spec", "indicator", "ratio", "errors", "metric") + ")",
                                "sum(" + text(slo, "spec", "indicator", "ratio", "total", "metric") + ")",
                                number(slo, "spec", "target") / 100,
                                text(slo, "spec", "window")))
                        .toList();
            default ->
                documents.stream()
                        .filter(document -> document.get("kind").equals("SLO"))
                        .map(slo -> new Ratio(
                                text(slo, "metadata", "name"),
                                text(
                                        slo,
                                        "spec",
                                        "indicator",
                                        "spec",
                                        "ratioMetric",
                                        "bad",
                                        "metricSource",
                                        "spec",
                                        "query"),
                                text(
                                        slo,
                                        "spec",
                                        "indicator",
                                        "spec",
                                        "ratioMetric",
                                        "total",
                                        "metricSource",
                                        "spec",
                                        "query"),
                                number(
                                        list((Map<?, ?>) slo.get("spec"), "objectives")
                                                .get(0),
                                        "target"),
                                text(
                                        list((Map<?, ?>) slo.get("spec"), "timeWindow")
                                                .get(0),
                                        "duration")))
                        .toList();
        };
    }

    private static Object at(Map<?, ?> tree, String... path) {
        Object found = tree;
        for (String name : path) {
            found = ((Map<?, ?>) found).get(name);
            assertThat(found).as(String.join(".", path) + " in " + tree).isNotNull();
        }
        return found;
    }

    private static String text(Map<?, ?> tree, String... path) {
        return at(tree, path).toString();
    }

    private static double number(Map<?, ?> tree, String... path) {
        return new BigDecimal(text(tree, path)).doubleValue();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<?, ?> tree, String name) {
        return (List<Map<String, Object>>) at(tree, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sloth", "pyrra", "openslo"})
    void hasOneObjectiveForEachFeatureWithAMarginOrACeiling(String format) {
        String text = Export.text("--format", format, "--slo", file);
        List<Ratio> ratios = ratios(format, text);
        assertThat(ratios)
                .extracting(Ratio::name)
                .containsExactlyInAnyOrder("cost-search-all", "cost-support-summarise", "cost-support-summarise-2")
                .allMatch(name -> name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?") && name.length() < 64);
        Ratio margin = ratio(format, text, "support.summarise");
        assertThat(margin.target()).isEqualTo(0.8);
        assertThat(margin.bad()).contains("ai_cost_usd_total{feature=\"support.summarise\"}");
        assertThat(margin.total())
                .contains("ai_revenue_usd_total{feature=\"support.summarise\"}")
                .doesNotContain("2 *");
        assertThat(margin.window()).isIn("7d", "");
        Ratio ceiling = ratio(format, text, "search \"all\"");
        assertThat(ceiling.total()).contains("ai_cost_allowance_usd_total{feature=\"search \\\"all\\\"\"}");
        Ratio noMargin = ratio(format, text, "support-summarise");
        assertThat(noMargin.total()).contains("ai_cost_allowance_usd_total");
        if (format.equals("pyrra")) {
            assertThat(List.of(ceiling, noMargin))
                    .allMatch(ratio -> ratio.target() == 0 && !ratio.total().contains("2"));
        } else {
            assertThat(List.of(ceiling, noMargin))
                    .allMatch(ratio -> ratio.target() == 0.5 && ratio.total().startsWith("2 * "));
        }
    }

    /** Burn × window ÷ period, in percent, is what Sloth makes its thresholds of. */
    @Test
    void theWindowsForSlothAskForTheBurnsOfTheRules() {
        Map<String, Object> windows =
                Export.yaml(Export.text("--format", "sloth-windows")).get(0);
        assertThat(windows).containsEntry("version", "alertWindows/v1").containsEntry("sloPeriod", "28d");
        assertBurn(windows, "page", "quick", "1h", 6);
        assertBurn(windows, "page", "slow", "6h", 3);
        assertBurn(windows, "ticket", "quick", "1d", 1.5);
        assertBurn(windows, "ticket", "slow", "3d", 1);
    }

    private static void assertBurn(
            Map<String, Object> windows, String level, String speed, String window, double burn) {
        assertThat(text(windows, level, speed, "longWindow")).isEqualTo(window);
        double hours = Map.of("1h", 1.0, "6h", 6.0, "1d", 24.0, "3d", 72.0).get(window);
        assertThat(number(windows, level, speed, "errorBudgetPercent") / 100 * 28 * 24 / hours)
                .isCloseTo(burn, org.assertj.core.data.Offset.offset(1e-5));
    }

    @Test
    void theLongWindowsOfSlothAreNotAveragesOfRatios() {
        Map<String, Object> sloth =
                Export.yaml(Export.text("--format", "sloth", "--slo", file)).get(0);
        Map<?, ?> plugin =
                (Map<?, ?>) list((Map<?, ?>) sloth.get("slo_plugins"), "chain").get(0);
        assertThat(plugin.get("id")).isEqualTo("sloth.dev/core/sli_rules/v1");
        assertThat(at(plugin, "config", "disableOptimized")).isEqualTo(true);
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        assertThat(Export.run("--format", "sloth").err()).contains("--format sloth", "give --slo FILE too");
        assertThat(Export.run("--format", "pyrra", "--slo", file, "--currency", "EUR")
                        .err())
                .contains("EUR", "USD", "leave it out");
        String none = write("{\"v\":1,\"currency\":\"USD\",\"features\":{\"fast\":{\"p95Ms\":100}}}");
        Export.Result result = Export.run("--format", "openslo", "--slo", none);
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("no feature has a target margin or a ceiling");
    }

    @Test
    void namesTheMetersInTheCurrencyOfTheObjectives() throws IOException {
        String euro = write("{\"v\":1,\"currency\":\"EUR\",\"features\":{\"a\":{\"ceilingPerRequest\":\"0.1\"}}}");
        assertThat(Export.text("--format", "pyrra", "--slo", euro))
                .contains("ai_cost_eur_total")
                .doesNotContain("usd");
    }
}

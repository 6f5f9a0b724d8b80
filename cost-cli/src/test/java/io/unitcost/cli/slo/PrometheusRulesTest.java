package io.unitcost.cli.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The exported rules do what they say, by promtool and the cases in {@code src/test/resources/slo}. */
class PrometheusRulesTest {

    private static final Pattern RECORDED = Pattern.compile("feature:[a-z_]+(?::[a-z0-9_]+)?");

    /** All at once: promtool works on one core. */
    private static final Map<String, CompletableFuture<Tool.Result>> RUNS = new ConcurrentHashMap<>();

    private static final List<String> CASES =
            List.of("cost-fast", "cost-slow", "cost-text", "cost-text-slow", "first-increment");

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @Test
    void theRulesAreValid() throws Exception {
        assertValid(58);
        assertValid(58, "--fast-burn", "4", "--fast-window", "2h", "--week-window", "14d", "--currency", "EUR");
    }

    private void assertValid(int count, String... options) throws Exception {
        Tool.Result result = promtool().run(folder, "check", "rules", export(options));
        assertThat(result.output()).contains("SUCCESS: " + count + " rules found");
        assertThat(result.code()).isZero();
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void theRulesDoWhatTheCasesSay(String cases) throws Exception {
        Tool promtool = promtool();
        if (RUNS.isEmpty()) {
            export(shared);
            for (String each : CASES) {
                String file = copy(shared, each);
                RUNS.put(each, CompletableFuture.supplyAsync(() -> test(promtool, file)));
            }
        }
        Tool.Result result = RUNS.get(cases).join();
        assertThat(result.output()).contains("SUCCESS").doesNotContain("FAILED");
        assertThat(result.code()).isZero();
    }

    private static Tool.Result test(Tool promtool, String cases) {
        try {
            return promtool.run(shared, "test", "rules", cases);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(cases, e);
        }
    }

    /**
     * Groups are evaluated in any order: what one records, another may read over time only.
     */
    @Test
    void noGroupReadsWhatAnotherRecordsAtThisInstant() {
        List<Map<String, Object>> groups = groups();
        assertThat(groups).hasSizeGreaterThan(1);
        for (Map<String, Object> group : groups) {
            List<String> own = names(group, "record");
            assertThat(own).isNotEmpty();
            for (Map<String, Object> rule : rules(group)) {
                String instant = rule.get("expr")
                        .toString()
                        .replaceAll("[a-z]+_over_time\\([^()]*\\[[^\\]]*\\](?: offset \\w+)?\\)", "");
                assertThat(RECORDED.matcher(instant).results().map(match -> match.group()))
                        .as(rule.toString())
                        .allMatch(own::contains);
            }
        }
    }

    @Test
    void noDenominatorCanBeZero() {
        List<String> expressions = groups().stream()
                .flatMap(group -> rules(group).stream())
                .map(rule -> rule.get("expr").toString())
                .toList();
        Pattern division = Pattern.compile("/ (?!1e9)([^\\n]*(?:\\n +or [^\\n]*)?)");
        assertThat(expressions.stream().filter(expression -> expression.contains(" / ")))
                .hasSizeGreaterThan(20);
        assertThat(expressions.stream()
                        .flatMap(expression ->
                                division.matcher(expression).results().map(match -> match.group(1))))
                .allMatch(denominator -> denominator.contains("> 0")
                        || denominator.contains("> 1")
                        // n - 1, which is there only where n > 1
                        || denominator.matches("\\(feature:ai_request_cost:count\\w+ - 1\\)"));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> groups() {
        return (List<Map<String, Object>>)
                Export.yaml(Export.text("--format", "prometheus")).get(0).get("groups");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rules(Map<String, Object> group) {
        return (List<Map<String, Object>>) group.get("rules");
    }

    private static List<String> names(Map<String, Object> group, String kind) {
        return rules(group).stream()
                .map(rule -> rule.get(kind))
                .filter(Objects::nonNull)
                .map(Object::toString)
                .toList();
    }

    /** A deliberate fault: what stands in the rules, and what is put in its place, everywhere. */
    record Fault(String name, String cases, String right, String wrong) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Fault> faults() {
        return List.of(
                new Fault(
                        "average of ratios over instances",
                        "cost-fast",
                        "sum by (feature) (increase(ai_cost_usd_total[1h]))\n            / (feature:ai_requests_delivered:increase1h > 0)",
                        "avg by (feature) (increase(ai_cost_usd_total[1h]) / ignoring (outcome, latency_budget) group_left () (increase(ai_requests_total{outcome=\"delivered\"}[1h]) > 0))"),
                new Fault(
                        "average of ratios over time",
                        "cost-slow",
                        "sum_over_time(feature:ai_cost_usd:rate5m[1d])\n            / (sum_over_time(feature:ai_cost_allowance_usd:rate5m[1d]) > 0)",
                        "avg_over_time(feature:ai_cost_burn:ratio_rate5m[1d])"),
                new Fault(
                        "no minimum of requests",
                        "cost-fast",
                        "feature:ai_requests_delivered:increase1h >= 30",
                        "feature:ai_requests_delivered:increase1h >= 0"),
                new Fault(
                        "no minimum of requests in trends",
                        "cost-slow",
                        "feature:ai_requests_delivered:sum1d >= 30",
                        "feature:ai_requests_delivered:sum1d >= 0"),
                new Fault(
                        "no minimum of requests a week ago",
                        "cost-slow",
                        "feature:ai_requests_delivered:sum1d offset 7d >= 30",
                        "feature:ai_requests_delivered:sum1d offset 7d >= 0"),
                new Fault("no lower bound", "cost-fast", "1 - 1.645 *", "1 - 0 *"),
                new Fault("no short window", "cost-fast", "and on (feature) feature:ai_cost_burn:ratio_rate5m > 6", ""),
                new Fault(
                        "no short window for a ticket",
                        "cost-fast",
                        "and on (feature) feature:ai_cost_burn:ratio_rate30m > 1.5",
                        ""),
                new Fault(
                        "no short window for latency",
                        "cost-fast",
                        "and on (feature) feature:ai_latency_missed:ratio_rate5m > 2 * 0.05",
                        ""),
                new Fault("burn without its threshold", "cost-fast", "ratio_rate1h > 6", "ratio_rate1h > 12"),
                new Fault("the scale of availability", "cost-fast", "> 6", "> 14.4"),
                new Fault(
                        "instances are not added up",
                        "cost-fast",
                        "sum by (feature) (rate(ai_cost_usd_total[1h]))",
                        "max by (feature) (rate(ai_cost_usd_total[1h]))"),
                new Fault(
                        "delta instead of rate",
                        "cost-fast",
                        "rate(ai_cost_usd_total[1h])",
                        "delta(ai_cost_usd_total[1h])"),
                new Fault(
                        "a denominator of zero",
                        "cost-fast",
                        "(feature:ai_revenue_usd:rate5m > 0)",
                        "feature:ai_revenue_usd:rate5m"),
                new Fault("failed requests earn", "cost-fast", "{outcome=\"delivered\"}", ""),
                new Fault(
                        "all requests miss",
                        "cost-fast",
                        "latency_budget=\"missed\"",
                        "latency_budget=~\"met|missed\""),
                new Fault(
                        "revenue is not looked at",
                        "cost-slow",
                        "(sum_over_time(feature:ai_revenue_usd:rate5m[7d]) > 0",
                        "(sum_over_time(feature:ai_requests_delivered:rate5m[7d]) > 0"),
                new Fault(
                        "spend instead of share",
                        "cost-slow",
                        "/ (feature:ai_cost_share:ratio_rate1d offset 7d > 0)",
                        "/ (feature:ai_cost_share:ratio_rate1d offset 1d > 0)"),
                new Fault(
                        "crossover of a day alone",
                        "cost-slow",
                        "and on (feature) feature:ai_cost_crossover:index7d > 1 + 0.05",
                        ""),
                new Fault("crossover of a week alone", "cost-slow", "index1d > 1 + 0.05", "index1d > 1 + 5"),
                new Fault(
                        "forecast of one bad hour",
                        "cost-slow",
                        "feature:ai_cost_burn:growth1d < feature:ai_cost_burn:growth7d",
                        "feature:ai_cost_burn:growth1d"),
                new Fault("forecast in weeks", "cost-slow", "7 * -ln", "1 * -ln"),
                new Fault(
                        "a breach that never ends",
                        "cost-slow",
                        "/ (sum_over_time(feature:ai_cost_allowance_usd:rate5m[6h]) > 0) > 1",
                        "/ (sum_over_time(feature:ai_cost_allowance_usd:rate5m[6h]) > 0) > 0"),
                new Fault(
                        "a breach of a new feature",
                        "cost-fast",
                        "and on (feature) count_over_time(feature:ai_requests_delivered:rate5m[6h] offset 1d) > 0",
                        ""),
                new Fault(
                        "underwater at half the revenue",
                        "cost-fast",
                        "feature:ai_cost_to_revenue_lower:ratio_rate1h > 1",
                        "feature:ai_cost_to_revenue_lower:ratio_rate1h > 2"),
                new Fault(
                        "missing without an objective",
                        "cost-fast",
                        "and on (feature) feature:ai_cost_allowance_usd:rate5m > 0",
                        ""),
                new Fault("unpriced, however few", "cost-fast", "> 0.005 *", "> 0.0 *"),
                new Fault("unpriced of requests only", "cost-fast", "> 0.005 *", "> 0.005 < 1e9 *"),
                new Fault(
                        "something delivered is nothing",
                        "cost-fast",
                        "unless on (feature) feature:ai_requests_delivered:increase1h > 0",
                        ""));
    }

    /** Whether the cases would notice; a rule that nothing tests is a rule that nobody can change. */
    @ParameterizedTest
    @MethodSource("faults")
    @EnabledIfSystemProperty(named = "unitcost.long", matches = "true")
    void aFaultIsNoticed(Fault fault) throws Exception {
        export();
        Path rules = folder.resolve("rules.yml");
        String right = Files.readString(rules);
        String wrong = right.replace(fault.right(), fault.wrong());
        assertThat(wrong).isNotEqualTo(right);
        Files.writeString(rules, wrong);
        Tool.Result valid = promtool().run(folder, "check", "rules", "rules.yml");
        assertThat(valid.output()).contains("SUCCESS");
        Tool.Result result = promtool().run(folder, "test", "rules", copy(folder, fault.cases()));
        assertThat(result.code()).as(result.output()).isNotZero();
        assertThat(result.output()).contains("FAILED").contains("exp:");
    }

    private static Tool promtool() {
        return Tool.find("promtool", "the alert rules were");
    }

    private String export(String... options) throws IOException {
        return export(folder, options);
    }

    private static String export(Path folder, String... options) throws IOException {
        String[] all = new String[options.length + 4];
        System.arraycopy(options, 0, all, 4, options.length);
        all[0] = "--format";
        all[1] = "prometheus";
        all[2] = "--out";
        all[3] = folder.resolve("rules.yml").toString();
        assertThat(Export.run(all).err()).isEmpty();
        return "rules.yml";
    }

    private static String copy(Path folder, String cases) throws IOException {
        String name = cases + ".test.yml";
        try (InputStream in = PrometheusRulesTest.class.getResourceAsStream("/slo/" + name)) {
            Files.write(folder.resolve(name), in.readAllBytes());
        }
        return name;
    }
}

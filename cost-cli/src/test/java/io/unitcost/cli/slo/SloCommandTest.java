package io.unitcost.cli.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SloCommandTest {

    private static final Pattern ALERT_ROW = Pattern.compile("(?m)^\\| `(Ai\\w+)` \\| (\\w+) \\|");
    private static final Pattern METER = Pattern.compile("(?<![:\\w])ai_\\w+");

    @TempDir
    private Path folder;

    @Test
    void theFileSaysItsParametersAtItsHead() {
        String rules = Export.text("--format", "prometheus", "--fast-burn", "4.5", "--slow-window", "12h");
        String head = rules.substring(0, rules.indexOf("groups:"));
        assertThat(head.lines()).allMatch(line -> line.isEmpty() || line.startsWith("#"));
        assertThat(head)
                .containsPattern("--fast-burn +4\\.5 ")
                .containsPattern("--slow-window +12h ")
                .containsPattern("--min-requests +30 ");
        assertThat(rules)
                .contains("feature:ai_cost_burn:ratio_rate5m > 4.5", "ratio_rate12h > 1.5")
                .doesNotContain("ratio_rate6h", "> 6", "%%");
    }

    @Test
    void noPlaceholderIsLeftAndNoLineIsLong() {
        for (String format : List.of("prometheus", "grafana", "sloth-windows")) {
            assertThat(Export.text("--format", format)).doesNotContainPattern("@[a-z-]+@");
        }
    }

    /** What the rules and the dashboard call the same is recorded under that name. */
    @Test
    void theDashboardAsksForRecordedSeriesOnly() {
        Set<String> recorded = new HashSet<>();
        Export.rules(Export.text("--format", "prometheus")).stream()
                .map(rule -> rule.get("record"))
                .filter(Objects::nonNull)
                .forEach(name -> recorded.add(name.toString()));
        List<String> asked = Pattern.compile("feature:[a-z_]+:[a-z0-9_]+")
                .matcher(Export.text("--format", "grafana"))
                .results()
                .map(match -> match.group())
                .toList();
        assertThat(asked).hasSizeGreaterThan(8).allMatch(recorded::contains);
        assertThat(recorded).hasSize(58 - 11);
    }

    @Test
    void aDashboardIsJsonWithAUniquePlaceForEachPanel() {
        Map<String, Object> dashboard = Json.object(Export.text("--format", "grafana"));
        List<?> panels = (List<?>) dashboard.get("panels");
        assertThat(panels).hasSizeGreaterThan(20);
        assertThat(panels.stream().map(panel -> ((Map<?, ?>) panel).get("id"))).doesNotHaveDuplicates();
        assertThat(panels.stream().map(panel -> ((Map<?, ?>) panel).get("gridPos")))
                .doesNotHaveDuplicates();
        assertThat(panels.stream().map(panel -> ((Map<?, ?>) panel).get("title")))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyAlertHasALevelAndSaysWhatToDo() {
        List<Map<String, Object>> alerts = Export.rules(Export.text("--format", "prometheus")).stream()
                .filter(rule -> rule.containsKey("alert"))
                .toList();
        assertThat(alerts).hasSize(11).allSatisfy(alert -> {
            assertThat((Map<?, ?>) alert.get("labels")).extracting("severity").isIn("page", "ticket");
            Map<?, ?> texts = (Map<?, ?>) alert.get("annotations");
            assertThat(texts.get("summary").toString()).isNotBlank().doesNotContain("burn");
            assertThat(texts.get("description").toString()).hasSizeGreaterThan(60);
        });
    }

    @Test
    void theDocumentationListsTheAlertsThatThereAre() throws Exception {
        String docs = Files.readString(Path.of("..", "docs", "slo.md"));
        List<String> exported = Export.rules(Export.text("--format", "prometheus")).stream()
                .filter(rule -> rule.containsKey("alert"))
                .map(rule -> rule.get("alert") + " " + ((Map<?, ?>) rule.get("labels")).get("severity"))
                .toList();
        assertThat(exported).hasSize(11);
        assertThat(ALERT_ROW.matcher(docs).results().map(row -> row.group(1) + " " + row.group(2)))
                .containsExactlyInAnyOrderElementsOf(exported);
        assertThat(Pattern.compile("`(--[a-z-]+)`").matcher(docs).results().map(option -> option.group(1)))
                .hasSizeGreaterThan(3)
                .allMatch(Export.help()::contains);
    }

    @Test
    void writesAFileAndSaysNothing() throws Exception {
        Path file = folder.resolve("rules.yml");
        Export.Result result = Export.run("--format", "PROMETHEUS", "--out", file.toString());
        assertThat(result).isEqualTo(new Export.Result(0, "", ""));
        assertThat(Files.readString(file)).isEqualTo(Export.text("--format", "prometheus"));
        assertThat(Export.run(
                                "--format",
                                "grafana",
                                "--out",
                                folder.resolve("none/x").toString())
                        .err())
                .contains("--out: cannot write", "name a file in a folder that is there");
    }

    /** Rules have one window and one minimum for all features, so that those of objectives are not silently something else. */
    @Test
    void saysWhatObjectivesAskForAndAFileDoesNotHave() throws Exception {
        String file = Files.writeString(folder.resolve("cost-slo.json"), """
                        {"v":1,"currency":"USD","features":{
                          "chat":{"ceilingPerRequest":"0.002","windowDays":14,"minRequests":100},
                          "a\\nb":{"ceilingPerRequest":"0.002","windowDays":14},
                          "search":{"ceilingPerRequest":"0.002","minRequests":30,"windowDays":28}}}
                        """).toString();
        Export.Result rules = Export.run("--format", "prometheus", "--slo", file);
        assertThat(rules.code()).isZero();
        assertThat(rules.out()).isEqualTo(Export.text("--format", "prometheus"));
        assertThat(rules.err().lines())
                .containsExactly(
                        "note: windowDays of a?b, chat is 14, and this file has 28d for every feature; --slo-window 14d makes it that",
                        "note: minRequests of chat is 100, and this file has 30 for every feature; --min-requests 100 makes it that");
        assertThat(Export.run("--format", "sloth", "--slo", file).err().lines())
                .containsExactly(
                        "note: windowDays of a?b, chat is 14, and the file of --format sloth-windows has 28d for every feature; --slo-window 14d makes it that",
                        "note: minRequests of chat is 100, and this file knows no minimum of requests; the rules of --format prometheus do, with --min-requests 100");
        assertThat(Export.run("--format", "grafana", "--slo", file).err().lines())
                .containsExactly(
                        "note: windowDays of a?b, chat is 14, and this file has 28d for every feature; --slo-window 14d makes it that");
        assertThat(Export.run("--format", "pyrra", "--slo", file).err().lines())
                .containsExactly(
                        "note: minRequests of chat is 100, and this file knows no minimum of requests; the rules of --format prometheus do, with --min-requests 100");
        assertThat(Export.run("--format", "prometheus", "--slo", file, "--slo-window", "14d", "--min-requests", "100"))
                .extracting(Export.Result::code, Export.Result::err)
                .containsExactly(0, "");
        Files.writeString(Path.of(file), Files.readString(Path.of(file)).replace("14", "7"));
        assertThat(Export.run("--format", "prometheus", "--slo", file).err())
                .contains("is 7, and", "--slo-window is the option, which takes more than --week-window 7d");
    }

    @Test
    void amountsOfAnotherCurrencyHaveOtherMeters() {
        String rules = Export.text("--format", "prometheus", "--currency", "eur");
        assertThat(rules).contains("ai_cost_eur_total", "costs EUR {{ $value").doesNotContain("usd", "$0", "${{");
        assertThat(Export.text("--format", "grafana", "--currency", "EUR"))
                .contains("currencyEUR")
                .doesNotContain("usd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--fast-burn 0 | --fast-burn: 0 is not above zero; the default is 6",
                "--slow-window 1h | do not grow; order them as --short-window",
                "--interval 5m | --interval: 5m is not below --short-window 5m",
                "--short-window 5 | '5' is not a time span; give one like 5m, 6h or 28d",
                "--currency XYZW | --currency: 'XYZW' is not a currency",
                "--format datadog | 'datadog' is not a format; give one of prometheus, grafana, sloth, sloth-windows, pyrra, openslo"
            })
    void aWrongOptionIsNamedWithItsRemedy(String options, String message) {
        String[] given = ("--format prometheus " + options).split(" ");
        Export.Result result = Export.run(options.startsWith("--format") ? options.split(" ") : given);
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains(message);
        assertThat(result.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1s", "90s", "5m", "6h", "36h", "7d", "28d"})
    void aSpanIsWrittenAsItIsRead(String text) {
        assertThat(new Span.Converter().convert(text)).hasToString(text);
    }

    /** Each name that is asked for is on the page of an instance, with the labels that are asked for. */
    @Test
    void theMetersAreThoseOfARealScrape() throws Exception {
        Path objectives = Files.writeString(
                folder.resolve("cost-slo.json"),
                "{\"v\":1,\"currency\":\"USD\",\"features\":{\"chat\":{\"revenuePerRequest\":\"0.002\",\"targetMargin\":\"0.80\",\"p95Ms\":2500}}}");
        try (Instance instance =
                new Instance(folder.resolve("costs"), io.unitcost.slo.CostObjectives.read(objectives), 600)) {
            instance.serve(0);
            String page = instance.scrape();
            Map<String, String> names = new MeterNames(java.util.Currency.getInstance("USD")).placeholders();
            assertThat(names.values().stream().filter(name -> name.startsWith("ai_")))
                    .hasSizeGreaterThan(20)
                    .allSatisfy(name -> assertThat(page).containsPattern("\n" + name + "(_sum|_count)?[{ ]"));
            assertThat(page)
                    .contains("ai_requests_total{feature=\"chat\",latency_budget=\"met\",outcome=\"delivered\"}")
                    .containsPattern("\nai_cost_part_usd_total\\{feature=\"chat\",gen_ai_provider_name=\"openai\","
                            + "gen_ai_response_model=\"gpt-4o-mini\",kind=\"input\",part=\"inference\"}")
                    .containsPattern("\nai_capacity_work_seconds_total\\{feature=\"search\",pool=\"gpus\"}")
                    .containsPattern("\nai_ledger_records_total\\{result=\"dropped\"}")
                    .containsPattern("\nai_cost_compared_usd_total\\{by=\"table\"")
                    .containsPattern("\nai_unpriced_total\\{feature=\"odd\",reason=\"unknown_provider\"}");
            assertThat(METER.matcher(Export.text("--format", "prometheus") + Export.text("--format", "grafana"))
                            .results()
                            .map(match -> match.group().replaceAll("_(sum|count)$", "")))
                    .hasSizeGreaterThan(60)
                    .allMatch(names::containsValue);
        }
    }
}

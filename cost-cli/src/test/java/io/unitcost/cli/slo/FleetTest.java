package io.unitcost.cli.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.RequestCost.Kind;
import io.unitcost.cli.shell.Json;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import io.unitcost.slo.CostObjectives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances, each with its meters and its ledger, under real Prometheus servers: one with the rules as they are, one with rules whose
 * weeks are seconds, so that everything that looks back a week has something to look at.
 */
class FleetTest {

    private static final String OBJECTIVES = """
            {"v":1,"currency":"USD","features":{
              "chat":{"revenuePerRequest":"0.002","targetMargin":"0.80","p95Ms":2500},
              "search":{"ceilingPerRequest":"0.0004"},
              "odd":{"ceilingPerRequest":"0.0001"},
              "void":{"ceilingPerRequest":"0.0001"}}}
            """;

    private static final String[] IN_SECONDS = {
        "--short-window", "4s", "--slow-short-window", "5s", "--fast-window", "6s", "--slow-window", "7s",
        "--day-window", "8s", "--breach-window", "9s", "--week-window", "10s", "--slo-window", "12s",
        "--interval", "1s", "--trend-interval", "1s", "--underwater-for", "1s", "--breach-for", "1s",
        "--crossover-for", "1s", "--forecast-for", "1s", "--missing-for", "1s", "--unpriced-for", "1s"
    };

    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((?<metric>\\w+), (?<label>\\w+)\\)");

    @TempDir
    private static Path folder;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static List<Instance> instances;
    private static Prometheus asItIs;
    private static Prometheus inSeconds;
    private static CostObjectives objectives;
    private static Path objectivesFile;

    @BeforeAll
    static void startTheFleet() throws Exception {
        Tool tool = Tool.find("prometheus", "the fleet's numbers and the dashboard's queries were");
        objectivesFile = Files.writeString(folder.resolve("cost-slo.json"), OBJECTIVES);
        objectives = CostObjectives.read(objectivesFile);
        instances = List.of(
                open(new Instance(folder.resolve("a"), objectives, 600)),
                open(new Instance(folder.resolve("b"), objectives, 900)));
        asItIs = open(Prometheus.start(
                tool,
                folder.resolve("one"),
                rules("rules.yml", "--interval", "1s", "--trend-interval", "1s"),
                instances));
        inSeconds = open(Prometheus.start(tool, folder.resolve("two"), rules("seconds.yml", IN_SECONDS), instances));
        // a counter that was never scraped at zero keeps its first increment to itself
        for (Prometheus prometheus : List.of(asItIs, inSeconds)) {
            prometheus.await(
                    "both instances scraped",
                    () -> prometheus.query("up == 1").size() == 2
                            && prometheus
                                            .query("ai_cost_usd_total{feature=\"chat\"}")
                                            .size()
                                    == 2);
        }
        ScheduledExecutorService traffic = Executors.newScheduledThreadPool(2);
        OPEN.add(() -> traffic.shutdownNow());
        long begin = System.nanoTime();
        int[] every = {25, 60};
        for (int i = 0; i < instances.size(); i++) {
            Instance instance = instances.get(i);
            traffic.scheduleAtFixedRate(
                    () -> instance.serve(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)),
                    0,
                    every[i],
                    TimeUnit.MILLISECONDS);
        }
        try {
            everyQueryOfTheDashboardHasBeenAnswered();
        } finally {
            traffic.shutdown();
            assertThat(traffic.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        instances.forEach(Instance::finish);
    }

    private static <T extends AutoCloseable> T open(T resource) {
        OPEN.add(0, resource);
        return resource;
    }

    @AfterAll
    static void stopTheFleet() throws Exception {
        Throwable first = null;
        for (AutoCloseable resource : OPEN) {
            try {
                resource.close();
            } catch (Throwable failure) {
                first = first == null ? failure : first;
            }
        }
        OPEN.clear();
        assertThat(first).isNull();
    }

    private static Path rules(String name, String... options) {
        Path file = folder.resolve(name);
        List<String> all = new ArrayList<>(List.of("--format", "prometheus", "--out", file.toString()));
        all.addAll(List.of(options));
        assertThat(Export.run(all.toArray(String[]::new)).err()).isEmpty();
        return file;
    }

    private static final Map<String, Map<String, Double>> ANSWERS = new LinkedHashMap<>();

    private static void everyQueryOfTheDashboardHasBeenAnswered() {
        List<String> all = new ArrayList<>(List.of("--format", "grafana"));
        all.addAll(List.of(IN_SECONDS));
        List<String> queries = new ArrayList<>();
        collect(Json.object(Export.text(all.toArray(String[]::new))), "expr", queries);
        assertThat(queries).hasSizeGreaterThan(30);
        List<String> waiting = new ArrayList<>(queries);
        try {
            inSeconds.await("samples for each query", () -> {
                waiting.removeIf(query -> {
                    String shown = query.replace("$feature", ".*").replace("$__rate_interval", "4s");
                    assertThat(shown).doesNotContain("$");
                    ANSWERS.put(query, inSeconds.query(shown));
                    return !ANSWERS.get(query).isEmpty();
                });
                return waiting.isEmpty();
            });
        } catch (AssertionError late) {
            throw new AssertionError("no sample for " + waiting, late);
        }
    }

    private static void collect(Object json, String name, List<String> texts) {
        if (json instanceof Map<?, ?> object) {
            object.forEach((key, value) -> {
                if (key.equals(name)) {
                    texts.add(value.toString());
                } else {
                    collect(value, name, texts);
                }
            });
        } else if (json instanceof Collection<?> array) {
            array.forEach(element -> collect(element, name, texts));
        }
    }

    @Test
    void everyQueryOfTheDashboardFindsSomething() {
        assertThat(ANSWERS).hasSizeGreaterThan(30).allSatisfy((query, samples) -> assertThat(samples)
                .isNotEmpty());
    }

    /** What the dashboard's variable asks is not PromQL: Grafana takes it apart and asks for the values of a label. */
    @Test
    void theDashboardsVariableFindsEachFeature() {
        String dashboard = Export.text("--format", "grafana");
        List<String> asked = new ArrayList<>();
        collect(Json.object(dashboard), "definition", asked);
        assertThat(asked).hasSize(1).allSatisfy(query -> {
            assertThat(dashboard).as("what is asked is what is shown").contains("\"query\": \"" + query + '"');
            Matcher call = LABEL_VALUES.matcher(query);
            assertThat(call.matches()).as(query).isTrue();
            assertThat(asItIs.labelValues(call.group("metric"), call.group("label")))
                    .containsExactly("chat", "odd", "search", "unattributed", "void");
        });
    }

    @Test
    void noRuleFails() {
        for (Prometheus prometheus : List.of(asItIs, inSeconds)) {
            prometheus.await("each rule evaluated", () -> prometheus.rules().stream()
                    .noneMatch(rule -> "unknown".equals(rule.get("health"))));
            assertThat(prometheus.rules()).hasSize(58).allSatisfy(rule -> {
                assertThat(rule.get("lastError")).as(rule.toString()).isNull();
                assertThat(rule.get("health")).as(rule.toString()).isEqualTo("ok");
            });
        }
    }

    @Test
    void prometheusHasNothingToComplainAbout() throws Exception {
        assertThat(asItIs.log()).isEmpty();
        assertThat(inSeconds.log()).isEmpty();
    }

    /** What a feature's records come to. */
    private record Sums(Money cost, long delivered) {
        Sums plus(LedgerRecord record) {
            boolean counts = record.kind() == Kind.REQUEST && record.isDelivered();
            return new Sums(cost.plus(record.total()).minus(record.meteredElsewhere()), delivered + (counts ? 1 : 0));
        }
    }

    @Test
    void theFleetsCostPerRequestIsThatOfTheMergedLedgers() {
        Map<String, Sums> ledger = new TreeMap<>();
        try (LedgerReader reader =
                LedgerReader.open(instances.stream().map(Instance::costs).toList())) {
            reader.forEach(record -> ledger.merge(
                    record.feature(),
                    new Sums(Money.zero(Money.USD), 0).plus(record),
                    (sums, one) -> sums.plus(record)));
            assertThat(reader.halfWritten()).isEmpty();
        }
        assertThat(ledger).containsOnlyKeys("chat", "search", "odd", "void");
        double requests = ledger.get("chat").delivered();
        asItIs.await(
                "the last scrape",
                () -> asItIs.query("sum(ai_requests_total{feature=\"chat\"})").containsValue(requests)
                        && asItIs.query("sum(ai_requests_total{feature=\"void\"})")
                                .containsValue(requests));
        for (String feature : List.of("chat", "search")) {
            Sums sums = ledger.get(feature);
            assertThat(sums.delivered()).isGreaterThan(100);
            double exact = sums.cost().toDouble() / sums.delivered();
            assertThat(asItIs.number(
                            "sum by (feature) (ai_cost_usd_total{feature=\"" + feature + "\"}) / sum by (feature)"
                                    + " (ai_requests_total{feature=\"" + feature + "\",outcome=\"delivered\"})",
                            ""))
                    .isCloseTo(exact, within(exact * 1e-9));
            // rates look beyond the first and the last scrape, by another bit for each instance
            assertThat(asItIs.number("feature:ai_cost_per_delivered_usd:ratio_rate1h{feature=\"" + feature + "\"}", ""))
                    .isCloseTo(exact, Percentage.withPercentage(3));
        }
        double spent = ledger.values().stream()
                .mapToDouble(sums -> sums.cost().toDouble())
                .sum();
        assertThat(asItIs.number("sum(ai_cost_usd_total)", "")).isCloseTo(spent, within(spent * 1e-9));
        assertThat(asItIs.number("sum(ai_cost_part_usd_total)", "")).isCloseTo(spent, within(spent * 1e-9));
    }

    @Test
    void alertsFireForWhatIsWrongAndForNothingElse() {
        String firing = "group by (alertname, feature) (max_over_time(ALERTS{alertstate=\"firing\"}[5m]))";
        inSeconds.await("a firing alert", () -> !inSeconds.query(firing).isEmpty());
        assertThat(inSeconds.query(firing).keySet().toString())
                .contains("{alertname=AiCostUnpriced, feature=odd}", "{alertname=AiCostNothingDelivered, feature=void}")
                .contains("{alertname=AiLatencyBudgetBurn, feature=chat}")
                .doesNotContain("Underwater", "FastBurn");
        assertThat(asItIs.query(firing).keySet().toString()).doesNotContain("AiCost", "Underwater");
    }

    /** What each engine makes of its file: errors ÷ total ÷ (1 − target) is the burn, by margin and by ceiling. */
    @Test
    void slothPyrraAndOpenSloSeeTheSameBurn() {
        String time = Double.toString(asItIs.number("time()", ""));
        for (String feature : List.of("chat", "search")) {
            String selector = "{feature=\"" + feature + "\"}";
            double rates = asItIs.number(
                    "sum(rate(ai_cost_usd_total" + selector + "[1h])) / sum(rate(ai_cost_allowance_usd_total" + selector
                            + "[1h]))",
                    time);
            double sums = asItIs.number(
                    "sum(ai_cost_usd_total" + selector + ") / sum(ai_cost_allowance_usd_total" + selector + ")", time);
            assertThat(rates).isPositive();
            assertThat(burns("sloth", feature, time)).isCloseTo(rates, within(rates * 1e-9));
            assertThat(burns("pyrra", feature, time)).isCloseTo(sums, within(sums * 1e-9));
            assertThat(burns("openslo", feature, time)).isCloseTo(sums, within(sums * 1e-9));
        }
    }

    private static double burns(String format, String feature, String time) {
        ObjectiveFileTest.Ratio ratio = ObjectiveFileTest.ratio(
                format, Export.text("--format", format, "--slo", objectivesFile.toString()), feature);
        return asItIs.number("(" + ratio.bad() + ") / (" + ratio.total() + ")", time) / (1 - ratio.target());
    }
}

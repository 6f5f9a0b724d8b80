package io.unitcost.cli.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.slo.CostObjectives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a bill hides, on a live Prometheus over two instances, with rules whose weeks are seconds. It takes a minute of traffic, so that it
 * is for long runs; {@link PrometheusRulesTest} has the same cases with weeks that are weeks.
 */
@EnabledIfSystemProperty(named = "unitcost.long", matches = "true")
class FleetAlertsTest {

    /** Either may cost 0.0005: 0.0003 is 60 % of it, and 0.0006 is 120 %. */
    private static final String OBJECTIVES = """
            {"v":1,"currency":"USD","features":{
              "flat":{"revenuePerRequest":"0.002","targetMargin":"0.75"},
              "busy":{"revenuePerRequest":"0.002","targetMargin":"0.75"}}}
            """;

    private static final String[] IN_SECONDS = {
        "--short-window", "4s", "--slow-short-window", "5s", "--fast-window", "6s", "--slow-window", "7s",
        "--day-window", "8s", "--breach-window", "9s", "--week-window", "10s", "--slo-window", "12s",
        "--interval", "1s", "--trend-interval", "1s", "--underwater-for", "1s", "--breach-for", "1s",
        "--crossover-for", "1s", "--forecast-for", "1s", "--missing-for", "1s", "--unpriced-for", "1s"
    };

    private static final String FIRED =
            "group by (alertname, feature) (max_over_time(ALERTS{alertstate=\"firing\",feature!=\"\"}[5m]))";
    private static final long OUTPUT = 500;
    private static final int EVERY_MILLIS = 50;
    private static final int SECONDS = 25;

    @TempDir
    private Path folder;

    @Test
    void aFlatBillAtTwiceTheCostPerRequestIsToldFromMoreTrafficAtTheSame() throws Exception {
        Tool tool = Tool.find("prometheus", "alerts on a live server were");
        CostObjectives objectives = CostObjectives.read(Files.writeString(folder.resolve("cost-slo.json"), OBJECTIVES));
        Path rules = folder.resolve("rules.yml");
        String[] options = new String[IN_SECONDS.length + 4];
        System.arraycopy(IN_SECONDS, 0, options, 4, IN_SECONDS.length);
        System.arraycopy(new String[] {"--format", "prometheus", "--out", rules.toString()}, 0, options, 0, 4);
        assertThat(Export.run(options).err()).isEmpty();
        AtomicBoolean changed = new AtomicBoolean();
        ScheduledExecutorService traffic = Executors.newScheduledThreadPool(2);
        try (Instance one = new Instance(folder.resolve("a"), objectives, 0);
                Instance other = new Instance(folder.resolve("b"), objectives, 0);
                Prometheus prometheus = Prometheus.start(tool, folder.resolve("p"), rules, List.of(one, other))) {
            for (Instance instance : List.of(one, other)) {
                traffic.scheduleAtFixedRate(
                        () -> serve(instance, changed.get()), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
            }
            goOn(traffic);
            double before = spend(prometheus);
            assertThat(prometheus.query(FIRED)).as("nothing has changed yet").isEmpty();
            changed.set(true);
            prometheus.await("breach and crossover", () -> prometheus
                    .query(FIRED)
                    .keySet()
                    .containsAll(List.of(
                            "{alertname=AiCostSloBreach, feature=flat}", "{alertname=AiCostCrossover, feature=flat}")));
            assertThat(spend(prometheus)).as("the bill").isCloseTo(before, within(before * 0.15));
            goOn(traffic);
            assertThat(prometheus.number("sum(rate(ai_requests_total{feature=\"busy\"}[10s]))", ""))
                    .as("three times the traffic")
                    .isGreaterThan(2.5 * 2 * 1_000 / EVERY_MILLIS);
            assertThat(prometheus.query(FIRED).keySet().toString()).doesNotContain("feature=busy");
        } finally {
            traffic.shutdownNow();
        }
    }

    /** Twenty times a second: spend stays, on half as many requests; or there are three times as many of them. */
    private static void serve(Instance instance, boolean changed) {
        instance.answer("flat", changed ? 2 * OUTPUT : OUTPUT);
        if (!changed) {
            instance.answer("flat", OUTPUT);
        }
        for (int i = 0; i < (changed ? 3 : 1); i++) {
            instance.answer("busy", OUTPUT);
        }
    }

    private static double spend(Prometheus prometheus) {
        return prometheus.number("sum(rate(ai_cost_usd_total{feature=\"flat\"}[6s]))", "");
    }

    /** Traffic is what takes time here; nothing is expected to be ready by the end of it. */
    private static void goOn(ScheduledExecutorService traffic) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        traffic.schedule(over::countDown, SECONDS, TimeUnit.SECONDS);
        assertThat(over.await(2L * SECONDS, TimeUnit.SECONDS)).isTrue();
    }
}

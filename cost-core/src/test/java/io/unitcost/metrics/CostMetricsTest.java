package io.unitcost.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.docs.MarkdownExamples;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.MemoryLedgerSink;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.price.source.PriceSources;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Prometheus scrape says, parsed from its text. */
class CostMetricsTest {

    private static final PriceTable PRICES = PriceTable.builder("test")
            .asOf(LocalDate.of(2026, 11, 1))
            .model("openai", "small", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                    .rate(Unit.CACHE_READ_TOKENS, "0.1 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .model("pinecone", "query", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
            .build();

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @TempDir
    private Path folder;

    private final ManualTicker ticker = new ManualTicker();
    private final CostMeter meter = builder(registry)
            .objective(CostObjective.of("chat")
                    .revenue("0.002")
                    .targetMargin("0.8")
                    .latencyBudget(Duration.ofSeconds(2))
                    .build())
            .pool(CapacityPool.builder("gpu")
                    .pricePerHour("3.00")
                    .replicas(2)
                    .calibrate("llama", c -> c.sustainedRequestsPerSecond("18")
                            .reference(1_200, 300)
                            .outputWeight("4"))
                    .build())
            .build();

    private CostMeter.Builder builder(PrometheusMeterRegistry registry) {
        return CostMeter.builder()
                .prices(PRICES)
                .listener(CostMetrics.create(registry))
                .ticker(ticker)
                .clock(ticker.clock());
    }

    @AfterEach
    void close() {
        meter.close();
    }

    @Test
    void theReadmeNamesEveryMeterAndNoOther() throws IOException {
        RequestMeter request = meter.open("chat");
        request.record(Attempt.of("openai", "small")
                .usage(Usage.tokens(10, 10))
                .reportedCost(Money.usd("0.01"))
                .build());
        request.record(Attempt.of("gpu", "llama").usage(Usage.tokens(10, 10)).build());
        request.end(Outcome.DELIVERED);
        try (PriceSources sources = followed();
                CostLedger ledger = CostLedger.to(MemoryLedgerSink.create());
                CostMeter following = CostMeter.builder()
                        .prices(sources)
                        .listener(CostMetrics.builder(registry).ledger(ledger).build())
                        .build()) {
            assertThat(following.priceSources()).isSameAs(sources);
        }
        Set<String> documented = Pattern.compile("^\\| `(ai\\.[a-z.]+)` \\| (\\w+)", Pattern.MULTILINE)
                .matcher(MarkdownExamples.read(Path.of("..", "README.md")))
                .results()
                .map(row -> row.group(1) + " " + row.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> registered = registry.getMeters().stream()
                .map(Meter::getId)
                .map(id -> id.getName() + " "
                        + id.getType().name().toLowerCase(Locale.ROOT).replace("distribution_", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(registered).hasSizeGreaterThan(20).isEqualTo(documented);
    }

    @Test
    void knownSeriesAreThereBeforeTheFirstRequest() {
        Map<String, Double> scrape = scrape();
        assertThat(scrape)
                .containsEntry("ai_cost_usd_total{feature=\"chat\"}", 0.0)
                .containsEntry("ai_cost_allowance_usd_total{feature=\"chat\"}", 0.0)
                .containsEntry("ai_revenue_usd_total{feature=\"chat\"}", 0.0)
                .containsEntry("ai_requests_total{feature=\"chat\",latency_budget=\"met\",outcome=\"delivered\"}", 0.0)
                .containsEntry(
                        "ai_requests_total{feature=\"chat\",latency_budget=\"missed\",outcome=\"cancelled\"}", 0.0)
                .doesNotContainKey("ai_requests_total{feature=\"chat\",latency_budget=\"none\",outcome=\"delivered\"}")
                .containsEntry("ai_request_cost_nano_usd_count{feature=\"chat\",outcome=\"delivered\"}", 0.0)
                .containsEntry("ai_request_cost_squared_usd_squared_total{feature=\"chat\"}", 0.0)
                .containsEntry("ai_request_duration_seconds_count{feature=\"chat\",outcome=\"failed\"}", 0.0)
                .containsEntry("ai_unpriced_total{feature=\"chat\",reason=\"unknown_model\"}", 0.0)
                .containsEntry("ai_estimated_total{feature=\"chat\",reason=\"partial\"}", 0.0)
                .containsEntry("ai_late_total{feature=\"chat\"}", 0.0)
                .containsEntry("ai_reaped_total{reason=\"max_age\"}", 0.0)
                .containsEntry("ai_tags_overflow_total{tag=\"model\"}", 0.0)
                .containsEntry("ai_meter_errors_total{site=\"listener\"}", 0.0)
                .containsEntry("ai_duplicates_total", 0.0);
    }

    @Test
    void aRequestMovesEveryMeterItShould() {
        RequestMeter request = meter.open("chat");
        request.recordSupport(
                "retrieval",
                Attempt.of("pinecone", "query")
                        .usage(Usage.of(Unit.REQUESTS, 1))
                        .build());
        CallMeter call = request.call();
        call.record(Attempt.of("openai", "small")
                .failed()
                .unbilled()
                .duration(Duration.ofMillis(10))
                .build());
        call.record(Attempt.of("openai", "small")
                .usage(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 1_000)
                        .set(Unit.CACHE_READ_TOKENS, 400)
                        .set(Unit.OUTPUT_TOKENS, 100)
                        .build())
                .duration(Duration.ofMillis(900))
                .build());
        call.end();
        ticker.advance(Duration.ofSeconds(1));
        request.end(Outcome.DELIVERED);

        // 600 × 1 + 400 × 0.1 + 100 × 2 = 840 per million, and 20 per million for the read
        Map<String, Double> scrape = scrape();
        assertThat(scrape)
                .containsEntry("ai_cost_usd_total{feature=\"chat\"}", 0.00086)
                .containsEntry("ai_revenue_usd_total{feature=\"chat\"}", 0.002)
                .containsEntry("ai_cost_allowance_usd_total{feature=\"chat\"}", 0.0004)
                .containsEntry(part("inference", "openai", "small", "input"), 0.0006)
                .containsEntry(part("inference", "openai", "small", "cache_read"), 0.00004)
                .containsEntry(part("inference", "openai", "small", "output"), 0.0002)
                .containsEntry(part("support", "pinecone", "query", "retrieval"), 0.00002)
                .containsEntry(tokens("input"), 600.0)
                .containsEntry(tokens("cache_read"), 400.0)
                .containsEntry(tokens("output"), 100.0)
                .containsEntry(attempts("openai", "small", "delivered"), 1.0)
                .containsEntry(attempts("openai", "small", "retried"), 1.0)
                .containsEntry(attempts("pinecone", "query", "delivered"), 1.0)
                .containsEntry("ai_requests_total{feature=\"chat\",latency_budget=\"met\",outcome=\"delivered\"}", 1.0)
                .containsEntry("ai_request_duration_seconds_sum{feature=\"chat\",outcome=\"delivered\"}", 1.0)
                .containsEntry(
                        "ai_request_duration_seconds_bucket{feature=\"chat\",outcome=\"delivered\",le=\"2.0\"}", 1.0);
        assertThat(scrape.get("ai_request_cost_squared_usd_squared_total{feature=\"chat\"}"))
                .isCloseTo(0.00086 * 0.00086, within(1e-18));
    }

    @Test
    void aCostOfAFractionOfACentLandsInTheRightBucket() {
        // 1000 × 0.02 ÷ … : 50 tokens in and 35 out cost 0.00012 at 1 and 2 per million
        record(meter, "chat", Usage.tokens(50, 35));
        // the allowance is 0.0004; buckets at ¼, ½, 1, 2, 4, 10 of it, in nano-dollars
        Map<String, Double> scrape = scrape();
        assertThat(scrape)
                .containsEntry(bucket("chat", "100000.0"), 0.0)
                .containsEntry(bucket("chat", "200000.0"), 1.0)
                .containsEntry(bucket("chat", "400000.0"), 1.0)
                .containsEntry(bucket("chat", "4000000.0"), 1.0)
                .containsEntry(bucket("chat", "+Inf"), 1.0)
                .containsEntry("ai_request_cost_nano_usd_sum{feature=\"chat\",outcome=\"delivered\"}", 120_000.0);

        record(meter, "no-objective", Usage.tokens(50, 35));
        assertThat(scrape())
                .containsEntry(bucket("no-objective", "100000.0"), 0.0)
                .containsEntry(bucket("no-objective", "300000.0"), 1.0);
    }

    @Test
    void anUnknownModelMovesUnpricedAndNoCost() {
        RequestMeter request = meter.open("chat");
        request.record(
                Attempt.of("openai", "brand-new").usage(Usage.tokens(10, 10)).build());
        request.record(Attempt.of("openai", "small")
                .usage(Usage.tokens(10, 0), Quality.ESTIMATED)
                .build());
        request.record(
                Attempt.of("gpu", "not-calibrated").usage(Usage.tokens(10, 0)).build());
        request.end(Outcome.DELIVERED);
        Map<String, Double> scrape = scrape();
        assertThat(scrape)
                .containsEntry("ai_unpriced_total{feature=\"chat\",reason=\"unknown_model\"}", 1.0)
                .containsEntry("ai_unpriced_total{feature=\"chat\",reason=\"no_calibration\"}", 1.0)
                .containsEntry("ai_estimated_total{feature=\"chat\",reason=\"estimated\"}", 1.0)
                .containsEntry("ai_cost_usd_total{feature=\"chat\"}", 0.00001);
        assertThat(scrape.keySet())
                .noneMatch(series -> series.startsWith("ai_cost_part") && series.contains("brand-new"));
        assertThat(scrape.keySet()).anyMatch(series -> series.startsWith("ai_tokens") && series.contains("brand-new"));
    }

    @Test
    void ownCapacityShowsWorkIdleAndPrice() {
        RequestMeter request = meter.open("chat");
        request.record(
                Attempt.of("gpu", "llama").usage(Usage.tokens(1_200, 300)).build());
        request.end(Outcome.DELIVERED);
        Map<String, Double> scrape = scrape();
        assertThat(scrape.get(part("inference", "gpu", "llama", "accelerator"))).isCloseTo(1.0 / 21_600, within(1e-15));
        assertThat(scrape.get(part("idle", "gpu", "llama", "accelerator"))).isCloseTo(1.0 / 21_600, within(1e-15));
        assertThat(scrape.get("ai_capacity_work_seconds_total{feature=\"chat\",pool=\"gpu\"}"))
                .isCloseTo(1.0 / 18, within(1e-9));
        assertThat(scrape)
                .containsEntry("ai_capacity_price_usd_per_hour{pool=\"gpu\"}", 6.0)
                .containsEntry("ai_capacity_replicas{pool=\"gpu\"}", 2.0)
                .containsEntry("ai_capacity_utilization_ratio{pool=\"gpu\",source=\"planned\"}", 0.5);
    }

    @Test
    void lateAndForgottenAccountsAreSeen() {
        RequestMeter request = meter.open("chat");
        request.end(Outcome.DELIVERED);
        request.record(
                Attempt.of("openai", "small").usage(Usage.tokens(1_000, 0)).build());
        meter.open("chat");
        ticker.advance(Duration.ofHours(1));
        meter.reap();
        meter.record(Attempt.of("openai", "small").usage(Usage.tokens(1_000, 0)).build());
        assertThat(scrape())
                .containsEntry("ai_late_total{feature=\"chat\"}", 1.0)
                .containsEntry("ai_cost_usd_total{feature=\"chat\"}", 0.001)
                .containsEntry("ai_requests_total{feature=\"chat\",latency_budget=\"met\",outcome=\"delivered\"}", 1.0)
                .containsEntry("ai_reaped_total{reason=\"max_age\"}", 1.0)
                .containsEntry("ai_cost_usd_total{feature=\"unattributed\"}", 0.001)
                .doesNotContainKey(
                        "ai_requests_total{feature=\"unattributed\",latency_budget=\"none\",outcome=\"delivered\"} 1.0");
    }

    @Test
    void gaugesSurviveGarbageCollection() {
        double day = Duration.ofDays(1).toSeconds();
        System.gc();
        // prices of 1 November at midnight, a clock at 2 November noon
        assertThat(scrape())
                .containsEntry("ai_price_age_seconds{source=\"test\"}", 1.5 * day)
                .containsEntry("ai_capacity_price_usd_per_hour{pool=\"gpu\"}", 6.0);
        ticker.advance(Duration.ofDays(1));
        assertThat(scrape()).containsEntry("ai_price_age_seconds{source=\"test\"}", 2.5 * day);
    }

    @Test
    void pricesThatChangeShowTheirAgeAndHowTheirLooksWent() throws IOException {
        PrometheusMeterRegistry own = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        double day = Duration.ofDays(1).toSeconds();
        try (PriceSources sources = followed();
                CostMeter following = CostMeter.builder()
                        .prices(sources)
                        .listener(CostMetrics.create(own))
                        .clock(ticker.clock())
                        .build()) {
            sources.refresh();
            Files.writeString(priceFile(), priceFile("2026-11-02", "2"));
            sources.refresh();
            Files.writeString(priceFile(), "half");
            sources.refresh();
            System.gc();
            // prices of 2 November at midnight and of 1 November, a clock at 2 November noon; nobody listens at the
            // address
            assertThat(scrape(own))
                    .containsEntry("ai_price_age_seconds{source=\"acme.json\"}", 0.5 * day)
                    .containsEntry("ai_price_age_seconds{source=\"remote\"}", Double.NaN)
                    .containsEntry("ai_price_age_seconds{source=\"test\"}", 1.5 * day)
                    .containsEntry("ai_price_refresh_total{result=\"updated\",source=\"acme.json\"}", 1.0)
                    .containsEntry("ai_price_refresh_total{result=\"unchanged\",source=\"acme.json\"}", 1.0)
                    .containsEntry("ai_price_refresh_total{result=\"failed\",source=\"acme.json\"}", 1.0)
                    .containsEntry("ai_price_refresh_total{result=\"failed\",source=\"remote\"}", 3.0)
                    .containsEntry("ai_price_held_models{source=\"remote\"}", 0.0)
                    .doesNotContainKey("ai_price_refresh_total{result=\"failed\",source=\"test\"}");
            assertThat(following.prices()).isSameAs(sources.current());
        }
    }

    private Path priceFile() {
        return folder.resolve("acme.json");
    }

    private static String priceFile(String date, String price) {
        return """
                { "format": "unitcost-prices/1", "name": "acme", "date": "%s", "currency": "USD",
                  "providers": { "openai": { "models": { "own": { "rates": { "input_tokens": "%s per 1M" } } } } } }
                """.formatted(date, price);
    }

    /** A file, a remote list that does not answer, and fixed prices. */
    private PriceSources followed() throws IOException {
        Files.writeString(priceFile(), priceFile("2026-11-01", "1"));
        return PriceSources.builder()
                .file(priceFile())
                .remote(URI.create("http://127.0.0.1:1/prices.json"))
                .fallback(PRICES)
                .background(false)
                .clock(ticker.clock())
                .build();
    }

    @Test
    void aMillionNamesStayAtTheCapAndTotalsStayExact() throws Exception {
        PrometheusMeterRegistry capped = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        int threads = 8;
        int each = (Boolean.getBoolean("unitcost.long") ? 1_000_000 : 200_000) / threads;
        try (CostMeter own = CostMeter.builder()
                .prices(PRICES)
                .maxFeatures(20)
                .listener(CostMetrics.builder(capped)
                        .maxUnpricedModels(30)
                        .maxServices(10)
                        .maxSeries(200)
                        .build())
                .build()) {
            long before = usedMemory();
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                running.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        String name = "n" + thread + "-" + i;
                        RequestMeter request = own.open(name);
                        request.record(Attempt.of("openai", name)
                                .usage(Usage.tokens(10, 10))
                                .build());
                        request.recordSupport(
                                name,
                                Attempt.of("pinecone", "query")
                                        .usage(Usage.of(Unit.REQUESTS, 1))
                                        .build());
                        request.record(Attempt.of("openai", "small")
                                .usage(Usage.tokens(1_000, 0))
                                .build());
                        request.end(Outcome.DELIVERED);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
            pool.shutdown();
            long requests = (long) each * threads;
            Map<String, Double> scrape = scrape(capped);
            assertThat(sum(scrape, "ai_requests_total")).isEqualTo(requests);
            // 1000 × 1 and 20 per million
            assertThat(sum(scrape, "ai_cost_usd_total")).isCloseTo(requests * 0.00102, within(requests * 1e-12));
            assertThat(sum(scrape, "ai_cost_part_usd_total")).isCloseTo(requests * 0.00102, within(requests * 1e-12));
            assertThat(sum(scrape, "ai_tokens_total")).isEqualTo(requests * 1_020);
            assertThat(sum(scrape, "ai_attempts_seconds_count")).isEqualTo(requests * 3);
            assertThat(sum(scrape, "ai_unpriced_total")).isEqualTo(requests);
            assertThat(sum(scrape, "ai_tags_overflow_total")).isPositive();
            assertThat(values(scrape, "feature")).hasSizeLessThanOrEqualTo(22).contains("other");
            assertThat(values(scrape, "gen_ai_response_model"))
                    .hasSizeLessThanOrEqualTo(33)
                    .contains("other", "small");
            assertThat(scrape).hasSizeLessThan(5_000);
            assertThat(usedMemory() - before).as("bytes kept").isLessThan(30_000_000);
        }
    }

    @Test
    void unknownModelsDoNotUseUpTheRoomOfPricedOnes() {
        PrometheusMeterRegistry own = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (CostMeter metered = CostMeter.builder()
                .prices(PRICES)
                .listener(CostMetrics.builder(own)
                        .maxUnpricedModels(5)
                        .maxSeries(5)
                        .build())
                .build()) {
            for (int i = 0; i < 50; i++) {
                RequestMeter request = metered.open("f" + i % 10);
                request.record(Attempt.of("openai", "unknown-" + i)
                        .usage(Usage.tokens(1, 1))
                        .build());
                request.end(Outcome.DELIVERED);
            }
            RequestMeter request = metered.open("chat");
            CallMeter call = request.call();
            call.record(Attempt.of("openai", "small").failed().unbilled().build());
            call.record(
                    Attempt.of("openai", "small").usage(Usage.tokens(10, 10)).build());
            call.end();
            request.end(Outcome.DELIVERED);
        }
        assertThat(scrape(own))
                .containsKey(part("inference", "openai", "small", "input"))
                .containsEntry(attempts("openai", "small", "retried"), 1.0)
                .containsEntry(attempts("openai", "small", "delivered"), 1.0);
    }

    @Test
    void contradictoryAndUnattributedThingsAreCountedToo() {
        RequestMeter request = meter.open("chat");
        request.record(Attempt.of("openai", "small").usage(Usage.tokens(-1, 10)).build());
        request.record(Attempt.of("openai", "small")
                .usage(Usage.of(Unit.INPUT_TOKENS, 1, Unit.CACHE_READ_TOKENS, 2))
                .build());
        request.end(Outcome.DELIVERED);
        meter.call();
        ticker.advance(Duration.ofHours(1));
        meter.reap();
        assertThat(scrape())
                .containsEntry("ai_estimated_total{feature=\"chat\",reason=\"contradictory\"}", 2.0)
                .containsEntry("ai_cost_usd_total{feature=\"unattributed\"}", 0.0)
                .containsEntry("ai_capacity_work_seconds_total{feature=\"chat\",pool=\"gpu\"}", 0.0)
                .containsEntry("ai_reaped_total{reason=\"max_age\"}", 1.0);
    }

    @Test
    void belongsToOneMeter() {
        CostMetrics metrics = CostMetrics.create(new SimpleMeterRegistry());
        CostMeter first = CostMeter.builder().prices(PRICES).listener(metrics).build();
        assertThatThrownBy(() ->
                        CostMeter.builder().prices(PRICES).listener(metrics).build())
                .hasMessage("CostMetrics: registered with another CostMeter already; create one for each meter");
        assertThatThrownBy(() -> CostMetrics.builder(registry).maxSeries(0))
                .hasMessage("maximum series: 0 is below 1; give 1 or more");
        first.close();
    }

    @Test
    void otherCurrenciesAreOtherUnits() {
        SimpleMeterRegistry euros = new SimpleMeterRegistry();
        CostMeter own = CostMeter.builder()
                .prices(PRICES.convertedTo(java.util.Currency.getInstance("EUR"), "0.5"))
                .listener(CostMetrics.create(euros))
                .build();
        record(own, "chat", Usage.tokens(1_000, 0));
        assertThat(euros.get("ai.cost").counter().getId().getBaseUnit()).isEqualTo("eur");
        assertThat(euros.get("ai.cost").counter().count()).isEqualTo(0.0005);
        assertThat(euros.get("ai.request.cost")
                        .tag("outcome", "delivered")
                        .summary()
                        .getId()
                        .getBaseUnit())
                .isEqualTo("nano_eur");
        own.close();
    }

    private static void record(CostMeter meter, String feature, Usage usage) {
        RequestMeter request = meter.open(feature);
        request.record(Attempt.of("openai", "small").usage(usage).build());
        request.end(Outcome.DELIVERED);
    }

    private static String part(String part, String provider, String model, String kind) {
        return "ai_cost_part_usd_total{feature=\"chat\",gen_ai_provider_name=\"" + provider
                + "\",gen_ai_response_model=\"" + model + "\",kind=\"" + kind + "\",part=\"" + part + "\"}";
    }

    private static String tokens(String kind) {
        return "ai_tokens_total{feature=\"chat\",gen_ai_provider_name=\"openai\",gen_ai_response_model=\"small\",kind=\""
                + kind + "\"}";
    }

    private static String attempts(String provider, String model, String result) {
        return "ai_attempts_seconds_count{gen_ai_provider_name=\"" + provider + "\",gen_ai_response_model=\"" + model
                + "\",result=\"" + result + "\"}";
    }

    private static String bucket(String feature, String le) {
        return "ai_request_cost_nano_usd_bucket{feature=\"" + feature + "\",outcome=\"delivered\",le=\"" + le + "\"}";
    }

    private Map<String, Double> scrape() {
        return scrape(registry);
    }

    private static Map<String, Double> scrape(PrometheusMeterRegistry registry) {
        Map<String, Double> samples = new TreeMap<>();
        registry.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        assertThat(samples).isNotEmpty();
        return samples;
    }

    private static double sum(Map<String, Double> scrape, String name) {
        return scrape.entrySet().stream()
                .filter(sample -> sample.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static List<String> values(Map<String, Double> scrape, String tag) {
        return scrape.keySet().stream()
                .filter(series -> series.contains("{" + tag + "=") || series.contains("," + tag + "="))
                .map(series -> series.replaceAll(".*[{,]" + tag + "=\"([^\"]*)\".*", "$1"))
                .distinct()
                .toList();
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

package io.unitcost.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Rate;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import io.unitcost.slo.CostWindow;
import io.unitcost.spring.UnitcostAutoConfiguration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ByteArrayResource;

/** What is to be pasted works when its amounts are filled in, and keeps an application from starting until then. */
class FixTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private final CostWindow window = CostWindow.create();
    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("own")
                    .model("p", "plain", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M"))
                    .model("p", "tiered", m -> m.sheet(s -> s.rate(Unit.INPUT_TOKENS, "4 per 1M")
                                    .minimum(Unit.INPUT_TOKENS, "10")
                                    .above(1_000, Map.of(Unit.INPUT_TOKENS, Rate.parse("8 per 1M")))
                                    .tier("batch", b -> b.rate(Unit.INPUT_TOKENS, "2 per 1M"))
                                    .region("eu", "1.1"))
                            .between(
                                    null,
                                    Instant.parse("2026-01-01T00:00:00Z"),
                                    s -> s.rate(Unit.INPUT_TOKENS, "5 per 1M"))
                            .source("a page, 2026-10-01"))
                    .build())
            .listener(window)
            .build();

    @AfterEach
    void close() {
        meter.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ours",
                "meta-llama/Llama-4:free",
                "a.b_c",
                "quote\" and \\ backslash",
                "line\n      - provider: \"evil\"",
                "#comment: {x}",
                "\u00fcn\u00efcode \u2028 \ud83d\ude00"
            })
    void anUnknownModelIsPricedOnceTheAmountsAreThere(String model) throws IOException {
        UnpricedReport report = unpriced(Attempt.of("p", model).usage(Usage.tokens(10, 5)));
        assertThat(report.reason()).isEqualTo("unknown_model");

        start(
                report.fix().properties(),
                context -> assertThat(context).getFailure().rootCause().hasMessageContaining("AMOUNT"));
        start(report.fix().properties().replace("AMOUNT", "2"), context -> {
            PriceTable prices = context.getBean(CostMeter.class).prices();
            assertThat(prices.models()).hasSize(PriceTable.bundled().size() + 1);
            // 15 × 2 per 1M
            assertThat(prices.charge("p", model, Usage.tokens(10, 5), NOW).cost())
                    .isEqualTo(Money.usd("0.00003"));
        });
        assertThat(read(report.fix().file())
                        .charge("p", model, Usage.tokens(10, 5), NOW)
                        .cost())
                .isEqualTo(Money.usd("0.00003"));
    }

    @Test
    void aMissingRateIsAddedToThoseInForce() throws IOException {
        UnpricedReport report = unpriced(Attempt.of("p", "plain")
                .usage(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 10)
                        .set(Unit.of("web_searches/high"), 1)
                        .set(Unit.custom("reads"), 1)
                        .build()));
        assertThat(report.reason()).isEqualTo("unknown_unit");
        assertThat(report.fix().what()).contains("but not for custom:reads, web_searches/high.");
        Usage all = Usage.builder()
                .set(Unit.INPUT_TOKENS, 1_000_000)
                .set(Unit.of("web_searches/high"), 1)
                .set(Unit.custom("reads"), 1)
                .build();
        // 1M × 3 per 1M + 2 × 2 per 1k
        start(report.fix().properties().replace("AMOUNT", "2"), context -> assertThat(context.getBean(CostMeter.class)
                        .prices()
                        .charge("p", "plain", all, NOW)
                        .cost())
                .isEqualTo(Money.usd("3.004")));
        assertThat(read(report.fix().file()).charge("p", "plain", all, NOW).cost())
                .isEqualTo(Money.usd("3.004"));
    }

    @Test
    void stepsTiersAndRegionsAreNotLostWithAMissingRate() {
        UnpricedReport report = unpriced(Attempt.of("p", "tiered").usage(Usage.of(Unit.custom("reads"), 1)));
        assertThat(report.fix().properties()).as("properties cannot say it").isNull();
        PriceTable fixed = read(report.fix().file());
        for (long input : new long[] {1, 500, 5_000}) {
            for (String tier : new String[] {null, "batch"}) {
                for (String region : new String[] {null, "eu"}) {
                    Usage usage = Usage.of(Unit.INPUT_TOKENS, input);
                    assertThat(fixed.charge("p", "tiered", tier, region, usage, NOW.toEpochMilli())
                                    .cost())
                            .isNotNull()
                            .isEqualTo(meter.prices()
                                    .charge("p", "tiered", tier, region, usage, NOW.toEpochMilli())
                                    .cost());
                }
            }
        }
    }

    @Test
    void everyBundledPriceSurvivesBeingExplained() {
        PriceTable bundled = PriceTable.bundled();
        bundled.models().stream().filter(price -> price.hashCode() % 10 == 0).forEach(price -> {
            Object content = PriceDefinition.of(price, bundled).content();
            assertThat(content).as(price.toString()).isNotNull();
            String file = Snippets.priceFile(meter, price.provider(), price.id(), withoutSource((Map<?, ?>) content));
            Usage usage = Usage.tokens(300_000, 1_000);
            assertThat(read(file)
                            .charge(price.provider(), price.id(), usage, NOW)
                            .cost())
                    .as(price.toString())
                    .isEqualTo(price.charge(usage, null, null, NOW).cost());
        });
    }

    private static Map<String, Object> withoutSource(Map<?, ?> definition) {
        Map<String, Object> copy = new LinkedHashMap<>();
        definition.forEach((key, value) -> copy.put((String) key, value));
        copy.remove("source");
        return copy;
    }

    @Test
    void aPoolIsCalibratedOnceTheAmountsAreThere() throws IOException {
        Fix fix = Fix.of(meter, Unpriced.NO_CALIBRATION, "gpu.eu", "tuned-v1.5", null, List.of());
        start(fix.properties().replace("AMOUNT", "18") + "      price-per-hour: 3\n", context -> assertThat(
                        context.getBean(CostMeter.class).pools())
                .singleElement()
                .satisfies(pool -> {
                    assertThat(pool.name()).isEqualTo("gpu.eu");
                    assertThat(pool.models()).containsExactly("tuned-v1.5");
                }));
    }

    @Test
    void whatNoPriceWouldHelpSaysSo() {
        UnpricedReport report = unpriced(Attempt.of("p", "plain"));
        assertThat(report.reason()).isEqualTo("no_usage");
        assertThat(report.fix().what()).startsWith("No price is missing");
        assertThat(report.fix().properties()).isNull();
        assertThat(Fix.of(meter, Unpriced.ERROR, "p", "plain", null, List.of()).what())
                .startsWith("No price is missing");
    }

    @Test
    void aPriceThatHasComeSinceIsSeen() {
        unpriced(Attempt.of("p", "later").usage(Usage.tokens(1, 1)));
        meter.prices(PriceTable.builder("newer")
                .model("p", "later", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .build());
        assertThat(CostReport.of(meter, window).unpriced().get(0).hasPriceNow()).isTrue();
    }

    @Test
    void anAddressIsShownWithoutItsSecrets() {
        assertThat(Shown.text("see https://user:hush@prices.example/list?key=hush, read 2026-01-01"))
                .isEqualTo("see https://prices.example/list, read 2026-01-01");
        assertThat(Shown.text("mail@example.org, what? nothing")).isEqualTo("mail@example.org, what? nothing");
        assertThat(Shown.text(null)).isNull();
    }

    private UnpricedReport unpriced(Attempt.Builder attempt) {
        meter.record(attempt.build());
        return CostReport.of(meter, window).unpriced().get(0);
    }

    private static void start(String yaml, Consumer<AssertableApplicationContext> check) throws IOException {
        var sources = new YamlPropertySourceLoader()
                .load("pasted", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(UnitcostAutoConfiguration.class, CostEndpointAutoConfiguration.class))
                .withInitializer(
                        context -> sources.forEach(context.getEnvironment().getPropertySources()::addFirst))
                .run(check::accept);
    }

    private static PriceTable read(String file) {
        String filled = file.replace("AMOUNT", "2");
        return PriceTable.read(new ByteArrayInputStream(filled.getBytes(StandardCharsets.UTF_8)), "pasted");
    }
}

package io.unitcost.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.unitcost.spring.aop.AiFeatureAutoConfiguration;
import io.unitcost.spring.web.WebCostAutoConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

/** Each mistake that people make: the application does not start, and says the property, the value and what to write. */
@ExtendWith(OutputCaptureExtension.class)
class InvalidSettingsTest {

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    UnitcostAutoConfiguration.class, WebCostAutoConfiguration.class, AiFeatureAutoConfiguration.class));

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(
                        "a margin in percent",
                        "unitcost.features.chat.revenue=1,unitcost.features.chat.target-margin=80",
                        "unitcost.features.chat.target-margin",
                        "80",
                        "write 0.8"),
                arguments(
                        "a margin of everything",
                        "unitcost.features.chat.revenue=1,unitcost.features.chat.target-margin=1",
                        "unitcost.features.chat.target-margin",
                        "1",
                        "below 1"),
                arguments(
                        "a margin without revenue",
                        "unitcost.features.chat.target-margin=0.8",
                        "unitcost.features.chat.revenue",
                        "(not set)",
                        "give the revenue"),
                arguments(
                        "revenue by nothing",
                        "unitcost.features.chat.revenue-by.amounts.pro=0.004",
                        "unitcost.features.chat.revenue-by.attribute",
                        "(not set)",
                        "such as plan"),
                arguments(
                        "revenue by plan without an amount",
                        "unitcost.features.chat.revenue-by.attribute=plan",
                        "unitcost.features.chat.revenue-by.amounts",
                        "{}",
                        "what a request of each plan earns"),
                arguments(
                        "a margin and a ceiling",
                        "unitcost.features.chat.revenue=1,unitcost.features.chat.target-margin=0.8,unitcost.features.chat.ceiling=1",
                        "unitcost.features.chat.ceiling",
                        "1",
                        "keep one"),
                arguments(
                        "negative revenue",
                        "unitcost.features.chat.revenue=-1",
                        "unitcost.features.chat.revenue",
                        "-1",
                        "0 or more"),
                arguments(
                        "revenue of another magnitude",
                        "unitcost.features.chat.revenue=20000",
                        "unitcost.features.chat.revenue",
                        "20000",
                        "for one request"),
                arguments(
                        "no latency",
                        "unitcost.features.chat.p95=0s",
                        "unitcost.features.chat.p95",
                        "PT0S",
                        "above zero"),
                arguments(
                        "a path that is none",
                        "unitcost.features.chat.paths=chat",
                        "unitcost.features.chat.paths[0]",
                        "chat",
                        "from the root"),
                arguments(
                        "a pattern that is none",
                        "unitcost.features.chat.paths=/chat/{id",
                        "unitcost.features.chat.paths[0]",
                        "/chat/{id",
                        "such as /chat/**"),
                arguments(
                        "one path for two features",
                        "unitcost.features.chat.paths=/chat,unitcost.features.code.paths=/chat",
                        "unitcost.features.code.paths[0]",
                        "/chat",
                        "remove it from one"),
                arguments(
                        "a price per million written per token",
                        "unitcost.prices.overrides[0].provider=openai,unitcost.prices.overrides[0].model=gpt-4o,"
                                + "unitcost.prices.overrides[0].rates.input-tokens=2.50 per 1",
                        "unitcost.prices.overrides[0].rates.input-tokens",
                        "2.50 per 1",
                        "per 1M"),
                arguments(
                        "a price per token written per million",
                        "unitcost.prices.overrides[0].provider=openai,unitcost.prices.overrides[0].model=gpt-4o,"
                                + "unitcost.prices.overrides[0].rates.input-tokens=0.0000025 per 1M",
                        "unitcost.prices.overrides[0].rates.input-tokens",
                        "0.0000025 per 1M",
                        ""),
                arguments(
                        "a price without what it is for",
                        "unitcost.prices.overrides[0].provider=openai,unitcost.prices.overrides[0].model=gpt-4o,"
                                + "unitcost.prices.overrides[0].rates.input-tokens=2.50",
                        "unitcost.prices.overrides[0].rates.input-tokens",
                        "2.50",
                        "2.50 per 1M"),
                arguments(
                        "a unit nobody knows",
                        "unitcost.prices.overrides[0].provider=openai,unitcost.prices.overrides[0].model=gpt-4o,"
                                + "unitcost.prices.overrides[0].rates.tokens-in=2.50 per 1M",
                        "unitcost.prices.overrides[0].rates.tokens-in",
                        "tokens-in",
                        "input-tokens"),
                arguments(
                        "an override of nothing",
                        "unitcost.prices.overrides[0].provider=openai",
                        "unitcost.prices.overrides[0].model",
                        "(not set)",
                        "say which model"),
                arguments(
                        "a file that is not there",
                        "unitcost.prices.files=no-such-prices.json",
                        "unitcost.prices.files[0]",
                        "no-such-prices.json",
                        "path of a price file"),
                arguments(
                        "prices over plain http",
                        "unitcost.prices.remote.url=http://prices.example/p.json",
                        "unitcost.prices.remote.url",
                        "http://prices.example/p.json",
                        "allow-plain-http"),
                arguments(
                        "no prices at all",
                        "unitcost.prices.bundled=false",
                        "unitcost.prices.bundled",
                        "false",
                        "give a file"),
                arguments(
                        "a pool without a price",
                        "unitcost.pools.triton.models[0].model=llama,unitcost.pools.triton.models[0].requests-per-second=1",
                        "unitcost.pools.triton.price-per-hour",
                        "(not set)",
                        "for an hour"),
                arguments(
                        "a pool without calibration",
                        "unitcost.pools.triton.price-per-hour=3",
                        "unitcost.pools.triton.models",
                        "(not set)",
                        "requests-per-second"),
                arguments(
                        "utilization in percent",
                        "unitcost.pools.triton.price-per-hour=3,unitcost.pools.triton.planned-utilization=50,"
                                + "unitcost.pools.triton.models[0].model=llama,unitcost.pools.triton.models[0].requests-per-second=1",
                        "unitcost.pools.triton.planned-utilization",
                        "50",
                        "such as 0.5"),
                arguments(
                        "half a calibration",
                        "unitcost.pools.triton.price-per-hour=3,"
                                + "unitcost.pools.triton.models[0].model=llama,unitcost.pools.triton.models[0].seconds-per-1k-input=0.1",
                        "unitcost.pools.triton.models[0].seconds-per-1k-output",
                        "(not set)",
                        "above 0"),
                arguments("no age", "unitcost.limits.max-age=0s", "unitcost.limits.max-age", "PT0S", "such as 15m"),
                arguments(
                        "a ledger nowhere",
                        "unitcost.ledger.directory=",
                        "unitcost.ledger.directory",
                        "",
                        "leave the setting out"),
                arguments(
                        "a ledger in a file",
                        "unitcost.ledger.directory=pom.xml",
                        "unitcost.ledger.directory",
                        "pom.xml",
                        "a directory that can be written to"),
                arguments(
                        "a ledger on a server",
                        "unitcost.ledger.directory=https://example.com/costs",
                        "unitcost.ledger.directory",
                        "https://example.com/costs",
                        "a directory that can be written to"),
                arguments(
                        "ledger files of no size",
                        "unitcost.ledger.directory=target/costs,unitcost.ledger.max-file-size=10B",
                        "unitcost.ledger.max-file-size",
                        "10B",
                        "give 1KB or more"),
                arguments(
                        "a ledger that is flushed once a day",
                        "unitcost.ledger.directory=target/costs,unitcost.ledger.flush-interval=24h",
                        "unitcost.ledger.flush-interval",
                        "PT24H",
                        "from 0 to an hour"),
                arguments(
                        "a queue for nothing",
                        "unitcost.ledger.directory=target/costs,unitcost.ledger.queue-capacity=0",
                        "unitcost.ledger.queue-capacity",
                        "0",
                        "give 1 or more"),
                arguments(
                        "a salt that can be guessed, which is not shown",
                        "unitcost.ledger.directory=target/costs,unitcost.ledger.salt=pepper",
                        "unitcost.ledger.salt",
                        "(6 characters)",
                        "give 16 or more"),
                arguments(
                        "an attribute without a name",
                        "unitcost.ledger.directory=target/costs,unitcost.ledger.case-attribute=",
                        "unitcost.ledger.case-attribute",
                        "",
                        "name an attribute"),
                arguments(
                        "a session in the open",
                        "unitcost.ledger.directory=target/costs,unitcost.ledger.session-attribute=thread,"
                                + "unitcost.ledger.attributes=thread",
                        "unitcost.ledger.attributes",
                        "[thread]",
                        "no secret"),
                arguments(
                        "a ledger setting that is misspelt",
                        "unitcost.ledger.dir=costs",
                        "unitcost.ledger.dir",
                        "costs",
                        "correct its name"),
                arguments(
                        "objectives that are not there",
                        "unitcost.objectives=no-such-slo.json",
                        "unitcost.objectives",
                        "no-such-slo.json",
                        "relative to where the application is started"),
                arguments(
                        "objectives that are not on the class path",
                        "unitcost.objectives=classpath:no-such-slo.json",
                        "unitcost.objectives",
                        "classpath:no-such-slo.json",
                        "give a path"),
                arguments(
                        "objectives in a directory",
                        "unitcost.objectives=src",
                        "unitcost.objectives",
                        "src",
                        "give a path"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void isRefusedWithPropertyValueAndRemedy(
            String what, String properties, String property, String value, String remedy) {
        runner.withPropertyValues(properties.split(",(?=unitcost)")).run(context -> {
            assertThat(context).hasFailed();
            InvalidSettingException failure = invalidSetting(context.getStartupFailure());
            assertThat(failure.property()).isEqualTo(property);
            assertThat(failure.value()).isEqualTo(value);
            FailureAnalysis analysis =
                    new InvalidSettingFailureAnalyzer(new MockEnvironment()).analyze(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains(property, value);
            assertThat(analysis.getAction().toLowerCase(java.util.Locale.ROOT))
                    .contains(remedy.toLowerCase(java.util.Locale.ROOT));
        });
    }

    @Test
    void aFileThatSaysSomethingWrongIsRefused(@TempDir Path directory) throws IOException {
        Path file =
                Files.writeString(directory.resolve("prices.json"), "{\"format\": \"unitcost-prices/1\", \"nam\": 1}");
        runner.withPropertyValues("unitcost.prices.files=" + file).run(context -> {
            InvalidSettingException failure = invalidSetting(context.getStartupFailure());
            assertThat(failure.property()).isEqualTo("unitcost.prices.files[0]");
            assertThat(failure).hasMessageContaining("nam");
        });
    }

    @Test
    void objectivesThatSaySomethingWrongAreRefused(@TempDir Path directory) throws IOException {
        Path file = objectives(directory, "USD", "\"revenue\":\"0.02\"");
        runner.withPropertyValues("unitcost.objectives=" + file).run(context -> {
            InvalidSettingException failure = invalidSetting(context.getStartupFailure());
            assertThat(failure.property()).isEqualTo("unitcost.objectives");
            assertThat(failure.value()).isEqualTo(file.toString());
            assertThat(failure.reason()).contains(file + ":1:", "revenue");
            assertThat(failure.remedy()).contains("correct the file");
        });
    }

    @Test
    void objectivesInAnotherCurrencyThanThePricesAreRefused(@TempDir Path directory) throws IOException {
        Path file = objectives(directory, "EUR", "\"ceilingPerRequest\":\"0.02\"");
        runner.withPropertyValues("unitcost.objectives=" + file).run(context -> {
            InvalidSettingException failure = invalidSetting(context.getStartupFailure());
            assertThat(failure.property()).isEqualTo("unitcost.objectives");
            assertThat(failure.reason()).contains("EUR", "USD");
            assertThat(failure.remedy()).contains("currency of the prices");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "revenue=0.01, revenue, 0.01",
        "revenue-by.amounts.pro=0.004, revenue-by, {pro=0.004}",
        "target-margin=0.8, target-margin, 0.8",
        "ceiling=0.01, ceiling, 0.01",
        "p95=2s, p95, PT2S"
    })
    void anObjectiveInTwoPlacesIsRefused(String said, String setting, String value, @TempDir Path directory)
            throws IOException {
        Path file = objectives(directory, "USD", "\"ceilingPerRequest\":\"0.02\"");
        runner.withPropertyValues("unitcost.objectives=" + file, "unitcost.features.chat." + said)
                .run(context -> {
                    InvalidSettingException failure = invalidSetting(context.getStartupFailure());
                    assertThat(failure.property()).isEqualTo("unitcost.features.chat." + setting);
                    assertThat(failure.value()).isEqualTo(value);
                    assertThat(failure.reason()).contains(file.toString());
                    assertThat(failure.remedy()).contains("in one of them");
                });
    }

    @Test
    void aFeatureOfTheObjectivesIsKnown_andAnAnnotationBesideThemIsRefused(@TempDir Path directory) throws IOException {
        Path file = objectives(directory, "USD", "\"ceilingPerRequest\":\"0.02\"");
        runner.withPropertyValues("unitcost.objectives=" + file)
                .withBean(Spelt.class)
                .run(context -> assertThat(context).hasNotFailed());
        runner.withPropertyValues("unitcost.objectives=" + file)
                .withBean(Misspelt.class)
                .run(context -> assertThat(
                                invalidSetting(context.getStartupFailure()).remedy())
                        .startsWith("write 'chat'"));
    }

    private static Path objectives(Path directory, String currency, String chat) throws IOException {
        return Files.writeString(
                directory.resolve("cost-slo.json"),
                "{\"v\":1, \"currency\":\"" + currency + "\", \"features\":{\"chat\":{" + chat + "}}}");
    }

    @Test
    void aMisspeltFeatureOfAnAnnotationIsRefused() {
        runner.withPropertyValues("unitcost.features.chat.revenue=1")
                .withBean(Misspelt.class)
                .run(context -> {
                    InvalidSettingException failure = invalidSetting(context.getStartupFailure());
                    assertThat(failure.property()).contains("@AiFeature of", "Misspelt.answer()");
                    assertThat(failure.remedy()).startsWith("write 'chat'");
                });
    }

    @Test
    void withoutConfiguredFeaturesAnyNameIsAFeature() {
        runner.withBean(Misspelt.class).run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void theConsoleSaysWhatToDoAndWhereItWasWritten(CapturedOutput output) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try {
            application.run("--unitcost.features.chat.revenue=1", "--unitcost.features.chat.target-margin=80");
        } catch (RuntimeException expected) {
            assertThat(output)
                    .contains("APPLICATION FAILED TO START")
                    .contains("Property: unitcost.features.chat.target-margin")
                    .contains("Value: 80")
                    .contains("Write 0.8 for 80 %.");
            return;
        }
        throw new AssertionError("it started");
    }

    private static InvalidSettingException invalidSetting(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSettingException found) {
                return found;
            }
        }
        throw new AssertionError("no invalid setting", failure);
    }

    static class Spelt {
        @AiFeature("chat")
        public void answer() {}
    }

    static class Misspelt {
        @AiFeature("chta")
        public void answer() {}
    }

    @Configuration
    @ImportAutoConfiguration(UnitcostAutoConfiguration.class)
    static class Application {}
}

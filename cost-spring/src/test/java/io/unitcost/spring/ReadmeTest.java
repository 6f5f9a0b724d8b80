package io.unitcost.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestMeter;
import io.unitcost.ledger.FileLedgerSink;
import io.unitcost.price.Money;
import io.unitcost.spring.web.WebCostAutoConfiguration;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** What the README shows. */
class ReadmeTest {

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SOURCE = Pattern.compile("// README: begin\n(.*?)\n *// README: end", Pattern.DOTALL);

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(UnitcostAutoConfiguration.class, WebCostAutoConfiguration.class));

    @Test
    void itsSettingsAreTaken(@TempDir Path directory) throws IOException {
        List<String> examples =
                YAML.matcher(readme()).results().map(found -> found.group(1)).toList();
        assertThat(examples).hasSize(6);

        configured(examples.get(0)).run(context -> {
            CostMeter meter = context.getBean(CostMeter.class);
            assertThat(meter.features()).containsExactly("chat", "nightly-summary");
            assertThat(meter.objective("chat").fixedAllowance()).isEqualTo(Money.usd("0.0004"));
            assertThat(meter.objective("nightly-summary").fixedAllowance()).isEqualTo(Money.usd("0.01"));
        });
        configured(examples.get(2).replaceAll("(?m)^ *files:.*$", "")).run(context -> {
            CostMeter meter = context.getBean(CostMeter.class);
            assertThat(meter.prices().name()).startsWith("application");
            assertThat(meter.pools()).singleElement().satisfies(pool -> assertThat(pool.models())
                    .containsExactly("llama-3.1-8b"));
        });
        assertThat(examples.get(3)).contains("directory: costs ", "${LEDGER_SALT}");
        configured(examples.get(3)
                        .replace("directory: costs ", "directory: " + directory + " ")
                        .replace("${LEDGER_SALT}", "0123456789abcdef"))
                .run(context -> assertThat(context.getBean(FileLedgerSink.class).directory())
                        .isEqualTo(directory));
        Path file = Files.writeString(
                directory.resolve("cost-slo.json"),
                "{\"v\":1, \"currency\":\"USD\", \"features\":{\"chat\":{\"ceilingPerRequest\":\"0.02\"}}}");
        configured(examples.get(4).replace("cost-slo.json", file.toString())).run(context -> assertThat(
                        context.getBean(CostMeter.class).objective("chat").fixedAllowance())
                .isEqualTo(Money.usd("0.02")));
    }

    private WebApplicationContextRunner configured(String yaml) throws IOException {
        List<PropertySource<?>> sources =
                new YamlPropertySourceLoader().load("readme", new ByteArrayResource(yaml.getBytes()));
        return runner.withInitializer(
                context -> sources.forEach(context.getEnvironment().getPropertySources()::addFirst));
    }

    @Test
    void itsBeansAreTaken() {
        runner.withUserConfiguration(ByPages.class).run(context -> {
            RequestMeter request = context.getBean(CostMeter.class).open("translation");
            request.attribute("pages", "5");
            request.end(Outcome.DELIVERED);
            assertThat(context.getBean(RecordedCosts.class).take().revenue()).isEqualTo(Money.usd("0.01"));
        });
    }

    @Test
    void itsCodeIsThatOfThisTest() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/unitcost/spring/ReadmeTest.java"));
        String shown = readme();
        assertThat(SOURCE.matcher(source).results().map(found -> dedent(found.group(1))))
                .isNotEmpty()
                .allSatisfy(example -> assertThat(shown).contains(example));
    }

    private static String dedent(String text) {
        return text.lines().map(line -> line.replaceFirst("^ {8}", "")).collect(Collectors.joining("\n"));
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    @Configuration
    static class ByPages {
        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }

        // README: begin
        @Bean
        CostObjective translation() {
            return CostObjective.of("translation")
                    .revenue(request -> {
                        String pages = request.attributes().getOrDefault("pages", "1");
                        return Money.usd("0.002").times(new BigDecimal(pages));
                    })
                    .targetMargin("0.8")
                    .build();
        }
        // README: end
    }
}

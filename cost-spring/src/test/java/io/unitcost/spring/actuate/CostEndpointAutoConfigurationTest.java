package io.unitcost.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.slo.CostWindow;
import io.unitcost.spring.UnitcostAutoConfiguration;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** When there is a window, and when there is an endpoint. */
class CostEndpointAutoConfigurationTest {

    private static final String EXPOSED = "management.endpoints.web.exposure.include=cost";

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(UnitcostAutoConfiguration.class, CostEndpointAutoConfiguration.class));

    @Test
    void theMeterTellsTheWindow() {
        runner.withPropertyValues("unitcost.features.chat.p95=2s").run(context -> {
            context.getBean(CostMeter.class)
                    .record(Attempt.of("openai", "gpt-4o")
                            .usage(Usage.tokens(1_000, 100))
                            .build());
            CostWindow window = context.getBean(CostWindow.class);
            assertThat(window.snapshot().feature("chat")).isNotNull();
            assertThat(window.snapshot().window()).isEqualTo(Duration.ofHours(1));
            assertThat(window.snapshot().feature("unattributed").window().cost().total())
                    .isEqualTo(Money.usd("0.0035"));
        });
    }

    @Test
    void isNotExposedByDefault() {
        runner.run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(CostWindow.class)
                .doesNotHaveBean(CostEndpoint.class));
    }

    @Test
    void isThereWhenItIsIncluded() {
        runner.withPropertyValues(EXPOSED).run(context -> assertThat(context).hasSingleBean(CostEndpoint.class));
    }

    @Test
    void isNotThereWithoutAccess() {
        runner.withPropertyValues(EXPOSED, "management.endpoint.cost.access=NONE")
                .run(context -> assertThat(context).doesNotHaveBean(CostEndpoint.class));
    }

    @Test
    void worksWithoutTheActuator() {
        runner.withPropertyValues(EXPOSED)
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(CostWindow.class)
                        .doesNotHaveBean(CostEndpoint.class));
    }

    @Test
    void isNotThereWhenNothingIsMetered() {
        runner.withPropertyValues(EXPOSED, "unitcost.enabled=false").run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(CostWindow.class)
                .doesNotHaveBean(CostEndpoint.class));
    }

    @Test
    void backsOffToAWindowOfTheApplication() {
        CostWindow own = CostWindow.builder().window(Duration.ofDays(1)).build();
        runner.withPropertyValues(EXPOSED).withBean(CostWindow.class, () -> own).run(context -> {
            assertThat(context.getBean(CostWindow.class)).isSameAs(own);
            assertThat(context.getBean(CostEndpoint.class).cost().window().length())
                    .isEqualTo("PT24H");
        });
    }

    @Test
    void saysSoWhenTheApplicationsMeterDoesNotTellTheWindow() {
        runner.withPropertyValues(EXPOSED)
                .withBean(CostMeter.class, () -> CostMeter.builder().build())
                .run(context -> {
                    CostEndpoint endpoint = context.getBean(CostEndpoint.class);
                    assertThat(endpoint.cost().problem()).contains("CostMeter.builder().listener(costWindow)");
                    assertThat(endpoint.cost().features()).isEmpty();
                    assertThat(endpoint.detail("chat")).isNull();
                    assertThat(endpoint.detail("prices", "openai", "gpt-4o")).isInstanceOf(PriceAnswer.class);
                });
    }

    @Test
    void aWindowIsAsLongAsThePropertySays() {
        runner.withPropertyValues("unitcost.window=15m").run(context -> assertThat(
                        context.getBean(CostWindow.class).snapshot().window())
                .isEqualTo(Duration.ofMinutes(15)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"30s", "0s", "32d"})
    void aWindowThatIsNoneIsRefused(String length) {
        runner.withPropertyValues("unitcost.window=" + length).run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("unitcost.window = ")
                .hasMessageContaining("give a time from a minute to 31 days"));
    }
}

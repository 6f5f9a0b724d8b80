package io.unitcost.spring.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.grpc.ClientInterceptor;
import io.unitcost.CostMeter;
import io.unitcost.grpc.GrpcCosts;
import io.unitcost.grpc.GrpcUsage;
import io.unitcost.spring.InvalidSettingException;
import io.unitcost.spring.UnitcostAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.ServerBuilderCustomizer;

/** What is there, what backs off, and what a mistake is answered with. */
class GrpcCostAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(UnitcostAutoConfiguration.class, GrpcCostAutoConfiguration.class));

    @Test
    void bothEndsAreMetered() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(GrpcCosts.class)
                .hasSingleBean(ClientInterceptor.class)
                .hasSingleBean(ServerBuilderCustomizer.class));
    }

    @Test
    void eachEndHasASwitch() {
        runner.withPropertyValues("unitcost.grpc.client.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(ClientInterceptor.class)
                .hasSingleBean(ServerBuilderCustomizer.class));
        runner.withPropertyValues("unitcost.grpc.server.enabled=false").run(context -> assertThat(context)
                .hasSingleBean(ClientInterceptor.class)
                .doesNotHaveBean(ServerBuilderCustomizer.class));
    }

    @Test
    void eachArtifactIsEnough() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.grpc.server"))
                .run(context -> assertThat(context)
                        .hasSingleBean(ClientInterceptor.class)
                        .doesNotHaveBean(ServerBuilderCustomizer.class));
        runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.grpc.client"))
                .run(context -> assertThat(context)
                        .doesNotHaveBean(ClientInterceptor.class)
                        .hasSingleBean(ServerBuilderCustomizer.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.grpc", "org.springframework.grpc"})
    void startsWithoutGrpc(String missing) {
        runner.withClassLoader(new FilteredClassLoader(missing)).run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(CostMeter.class)
                .doesNotHaveBean(GrpcCostAutoConfiguration.class));
    }

    @Test
    void switchedOffThereIsNothing() {
        runner.withPropertyValues("unitcost.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(GrpcCosts.class));
    }

    @Test
    void backsOffToTheApplicationsOwn() {
        runner.withUserConfiguration(OwnCosts.class)
                .run(context ->
                        assertThat(context).hasSingleBean(GrpcCosts.class).hasBean("ownCosts"));
    }

    @Test
    void propertiesUsagesAndCustomizersAreApplied() {
        AtomicInteger customized = new AtomicInteger();
        runner.withPropertyValues(
                        "unitcost.grpc.client.targets[0].authority=triton.example.com:8001",
                        "unitcost.grpc.client.targets[0].provider=a10-pool",
                        "unitcost.grpc.client.measures.a10-pool=accelerator-seconds",
                        "unitcost.grpc.client.forward[0].authority=*.example.com",
                        "unitcost.grpc.client.forward[0].attributes=tenant,tenant",
                        "unitcost.grpc.client.longest-silence=1m",
                        "unitcost.grpc.server.unmapped=rest",
                        "unitcost.estimates=false")
                .withBean("words", GrpcUsage.class, Words::usage)
                .withBean(GrpcCostsCustomizer.class, () -> costs -> customized.incrementAndGet())
                .run(context -> {
                    assertThat(context).hasSingleBean(GrpcCosts.class);
                    GrpcCostProperties properties = context.getBean(GrpcCostProperties.class);
                    assertThat(properties.client().longestSilence()).isEqualTo(Duration.ofMinutes(1));
                    assertThat(properties.client().measures())
                            .containsEntry("a10-pool", GrpcCostProperties.Measure.ACCELERATOR_SECONDS);
                    assertThat(properties.server().unmapped()).isEqualTo("rest");
                    assertThat(customized).hasValue(1);
                });
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(
                        "unitcost.features.chat.grpc-methods=/shop.Assistant/Chat",
                        "unitcost.features.chat.grpc-methods[0] = '/shop.Assistant/Chat': it is no method",
                        "package.Service/*"),
                arguments("unitcost.features.chat.grpc-methods=*", "grpc-methods[0] = '*'", "package.Service/*"),
                arguments(
                        "unitcost.features.a.grpc-methods=s.A/B,unitcost.features.b.grpc-methods=s.A/B",
                        "unitcost.features.b.grpc-methods[0] = 's.A/B': feature a has the same method",
                        "remove it"),
                arguments(
                        "unitcost.grpc.client.targets[0].provider=gpu",
                        "unitcost.grpc.client.targets[0].authority = (not set)",
                        "HOST[:PORT]"),
                arguments(
                        "unitcost.grpc.client.targets[0].authority=host",
                        "unitcost.grpc.client.targets[0].provider = (not set)",
                        "price table"),
                arguments(
                        "unitcost.grpc.client.targets[0].authority=http://host:1,unitcost.grpc.client.targets[0].provider=gpu",
                        "unitcost.grpc.client.targets[0].authority = 'http://host:1'",
                        "without scheme"),
                arguments(
                        "unitcost.grpc.client.forward[0].authority=http://host",
                        "unitcost.grpc.client.forward[0].authority = 'http://host'",
                        "without scheme"),
                arguments(
                        "unitcost.grpc.client.longest-silence=0s",
                        "unitcost.grpc.client.longest-silence = 'PT0S'",
                        "above zero"),
                arguments("unitcost.grpc.server.unmapped=", "unitcost.grpc.server.unmapped", "leave it out"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsTold(String properties, String property, String remedy) {
        runner.withPropertyValues(properties.split(",(?=unitcost)")).run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .rootCause()
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(property)
                .hasMessageContaining(remedy));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCosts {

        @Bean
        GrpcCosts ownCosts(CostMeter meter) {
            return GrpcCosts.create(meter);
        }
    }
}

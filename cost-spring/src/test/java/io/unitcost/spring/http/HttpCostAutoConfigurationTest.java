package io.unitcost.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.unitcost.CostMeter;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.MeteredHttpClient;
import io.unitcost.spring.CostMeterCustomizer;
import io.unitcost.spring.InvalidSettingException;
import io.unitcost.spring.UnitcostAutoConfiguration;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.RestTemplateCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestTemplate;

/** What is there, what backs off, and which clients are metered. */
@ExtendWith(OutputCaptureExtension.class)
class HttpCostAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(UnitcostAutoConfiguration.class, HttpCostAutoConfiguration.class));

    @Test
    void everyKindOfClientIsCustomized() {
        runner.run(context -> {
            assertThat(context)
                    .hasSingleBean(HttpCosts.class)
                    .hasSingleBean(RestClientCustomizer.class)
                    .hasSingleBean(RestTemplateCustomizer.class)
                    .hasSingleBean(WebClientCustomizer.class);
            RestTemplate template = new RestTemplate();
            context.getBean(RestTemplateCustomizer.class).customize(template);
            assertThat(template.getInterceptors()).hasSize(1);
        });
    }

    @ParameterizedTest
    @CsvSource({"unitcost.http.enabled", "unitcost.enabled"})
    void switchedOffThereIsNothing(String property) {
        runner.withPropertyValues(property + "=false")
                .withBean(HttpClient.class, HttpClient::newHttpClient)
                .run(context -> {
                    assertThat(context)
                            .doesNotHaveBean(HttpCosts.class)
                            .doesNotHaveBean(RestClientCustomizer.class)
                            .doesNotHaveBean(HttpClientPostProcessor.class);
                    assertThat(context.getBean(HttpClient.class)).isNotInstanceOf(MeteredHttpClient.class);
                });
    }

    @Test
    void backsOffToTheApplicationsOwn() {
        runner.withUserConfiguration(OwnCosts.class)
                .run(context ->
                        assertThat(context).hasSingleBean(HttpCosts.class).hasBean("ownCosts"));
    }

    @ParameterizedTest
    @CsvSource({
        "org.springframework.web.client, true",
        "org.springframework.boot.restclient, true",
        "org.springframework.web.reactive, false",
        "org.springframework.boot.webclient, false",
        "reactor, true",
        "okhttp3, true"
    })
    void startsWithoutAnyOfThem(String missing) {
        runner.withClassLoader(new FilteredClassLoader(missing)).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(HttpCosts.class);
            boolean rest = missing.contains("restclient") || missing.contains("web.client");
            assertThat(context.containsBean("unitcostRestClientCustomizer")).isEqualTo(!rest);
            assertThat(context.containsBean("unitcostRestTemplateCustomizer")).isEqualTo(!rest);
            boolean reactive = missing.contains("reactive") || missing.contains("webclient");
            if (!missing.equals("reactor")) {
                assertThat(context.containsBean("unitcostWebClientCustomizer")).isEqualTo(!reactive);
            }
            assertThat(context.containsBean("unitcostOkHttpClients")).isEqualTo(!missing.equals("okhttp3"));
        });
    }

    @Test
    void startsWithoutAnyOfSpringsClients() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.web", "reactor", "okhttp3", "io.grpc"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(HttpCosts.class));
    }

    @Test
    void clientsThatAreBeansAreMetered() {
        runner.withUserConfiguration(Clients.class).run(context -> {
            assertThat(context.getBean("jdk")).isInstanceOf(MeteredHttpClient.class);
            assertThat(context.getBean("asType")).isInstanceOf(MeteredHttpClient.class);
            assertThat(context.getBean("own")).isExactlyInstanceOf(Own.class);
            assertThat(context.getBean(Own.class).isUsed).isTrue();
            OkHttpClient okHttp = context.getBean(OkHttpClient.class);
            assertThat(okHttp.interceptors()).hasSize(1);
            assertThat(okHttp.networkInterceptors()).hasSize(1);
            assertThat(okHttp.callTimeoutMillis()).isEqualTo(1_234);
        });
    }

    @Test
    void aClientThatTheMeterNeedsIsLeftAlone(CapturedOutput output) {
        runner.withUserConfiguration(NeededFirst.class).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(CostMeter.class);
            assertThat(context.getBean(HttpClient.class)).isNotInstanceOf(MeteredHttpClient.class);
            assertThat(output).contains("The client 'needed' is not metered");
        });
    }

    @Test
    void propertiesAndCustomizersAreApplied() {
        runner.withPropertyValues(
                        "unitcost.http.providers.llama-pool=llm.example.com:8000,*.gpu.example.com",
                        "unitcost.http.ask-for-usage-in-streams=true",
                        "unitcost.estimates=false")
                .withBean(HttpCostsCustomizer.class, () -> costs -> costs.provider("later.example.com", "azure"))
                .run(context -> {
                    HttpCostProperties properties = context.getBean(HttpCostProperties.class);
                    assertThat(properties.enabled()).isTrue();
                    assertThat(properties.askForUsageInStreams()).isTrue();
                    assertThat(properties.providers())
                            .containsEntry("llama-pool", List.of("llm.example.com:8000", "*.gpu.example.com"));
                    assertThat(context).hasSingleBean(HttpCosts.class);
                });
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(
                        "unitcost.http.providers.azure=https://gateway.example.com",
                        "unitcost.http.providers.azure[0] = 'https://gateway.example.com'",
                        "without scheme"),
                arguments("unitcost.http.providers.azure=", "unitcost.http.providers.azure", "HOST[:PORT]"),
                arguments(
                        "unitcost.http.providers.azure=a.example.com,unitcost.http.providers.openai=a.example.com",
                        "unitcost.http.providers.openai[0] = 'a.example.com': provider azure has the same host",
                        "remove it"));
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
        HttpCosts ownCosts(CostMeter meter) {
            return HttpCosts.create(meter);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Clients {

        @Bean
        HttpClient jdk() {
            return HttpClient.newHttpClient();
        }

        @Bean
        HttpClient asType() {
            return new Own();
        }

        @Bean
        Own own() {
            return new Own();
        }

        @Bean
        String user(Own own) {
            own.isUsed = true;
            return "user";
        }

        @Bean
        OkHttpClient okHttp() {
            return new OkHttpClient.Builder()
                    .callTimeout(Duration.ofMillis(1_234))
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NeededFirst {

        @Bean
        HttpClient needed() {
            return HttpClient.newHttpClient();
        }

        @Bean
        CostMeterCustomizer customizer(HttpClient needed) {
            return meter -> assertThat(needed).isNotNull();
        }
    }

    /** An application's own client, which it asks for by its own name. */
    static final class Own extends HttpClient {

        private final HttpClient client = HttpClient.newHttpClient();
        private boolean isUsed;

        @Override
        public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<CookieHandler> cookieHandler() {
            return client.cookieHandler();
        }

        @Override
        public Optional<Duration> connectTimeout() {
            return client.connectTimeout();
        }

        @Override
        public Redirect followRedirects() {
            return client.followRedirects();
        }

        @Override
        public Optional<ProxySelector> proxy() {
            return client.proxy();
        }

        @Override
        public SSLContext sslContext() {
            return client.sslContext();
        }

        @Override
        public SSLParameters sslParameters() {
            return client.sslParameters();
        }

        @Override
        public Optional<Authenticator> authenticator() {
            return client.authenticator();
        }

        @Override
        public Version version() {
            return client.version();
        }

        @Override
        public Optional<Executor> executor() {
            return client.executor();
        }
    }
}

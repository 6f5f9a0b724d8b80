package io.unitcost.spring.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.grpc.GrpcUsage;
import io.unitcost.price.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.server.exception.GrpcExceptionHandler;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** Services on Boot's own servers and channels, in the network and in process: accounts by method, calls by attempt. */
@ParameterizedClass
@ValueSource(strings = {"netty", "in-process"})
class GrpcServicesTest {

    /** 1,000 in at a dollar a million, 100 out at two. */
    private static final Money ONE = Money.usd("0.0012");

    @Parameter
    private String transport;

    private ConfigurableApplicationContext application;
    private RecordedCosts published;

    @BeforeEach
    void start() {
        boolean inProcess = transport.equals("in-process");
        application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.main.banner-mode=off",
                        "spring.ai.openai.api-key=none",
                        "spring.grpc.server.port=0",
                        inProcess ? "spring.grpc.server.inprocess.name=shop" : "any=thing",
                        "unitcost.features.chat.grpc-methods=shop.Assistant/Chat",
                        "unitcost.features.search.grpc-methods=shop.Search/*",
                        "unitcost.features.ranking.grpc-methods=shop.Search/Rank",
                        "unitcost.grpc.client.targets[0].authority=*",
                        "unitcost.grpc.client.targets[0].provider=gpu",
                        "unitcost.grpc.client.targets[0].model=llama",
                        "unitcost.prices.overrides[0].provider=gpu",
                        "unitcost.prices.overrides[0].model=llama",
                        "unitcost.prices.overrides[0].rates.input-tokens=1 per 1M",
                        "unitcost.prices.overrides[0].rates.output-tokens=2 per 1M")
                .run();
        published = application.getBean(RecordedCosts.class);
    }

    @AfterEach
    void stop() {
        CostMeter meter = application.getBean(CostMeter.class);
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as("errors at %s", site).isZero();
        }
        application.close();
        published.assertNothingLeft();
    }

    @Test
    void aServedCallIsARequestOfItsMethodsFeature() {
        assertThat(ask(Words.CHAT, "model")).isEqualTo("forty two used 1000 100");
        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.total()).isEqualTo(ONE);
        assertThat(cost.attempts()).extracting(AttemptCost::result).containsExactly(Result.DELIVERED);
        assertThat(application
                        .getBean(MeterRegistry.class)
                        .get("ai.cost")
                        .tag("feature", "chat")
                        .counter()
                        .count())
                .isEqualTo(0.0012);
    }

    @Test
    void aMethodGoesBeforeItsService_andOthersOpenNothing() {
        ask(Words.FIND, "nothing");
        assertThat(published.take().feature()).isEqualTo("search");
        ask(Words.RANK, "nothing");
        assertThat(published.take().feature()).isEqualTo("ranking");
        ask(Words.OTHER, "nothing");
        ask(Words.OTHER, "model");
        assertThat(published.take().kind()).isEqualTo(Kind.UNATTRIBUTED);
    }

    /** The account is open outside of Spring's exception handlers: what they use is the request's, and their status counts. */
    @Test
    void whatHandlesExceptionsIsWithinTheRequest() {
        assertThatThrownBy(() -> ask(Words.CHAT, "fail"))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
                    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                });
        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @Test
    void aCallOfTheApplicationIsOnTheCurrentRequest() {
        CostMeter meter = application.getBean(CostMeter.class);
        RequestMeter request = meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            ask(Words.GENERATE, "anything");
        }
        request.end(Outcome.DELIVERED);
        RequestCost cost = published.take();
        assertThat(cost.total()).isEqualTo(ONE);
        assertThat(cost.attempts()).hasSize(1);
    }

    private String ask(MethodDescriptor<String, String> method, String question) {
        return Words.ask(application.getBean(Channels.class).channel(), method, question);
    }

    /** Where the services are. */
    interface Channels {
        Channel channel();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RecordedCosts recordedCosts() {
            return new RecordedCosts();
        }

        @Bean
        GrpcUsage words() {
            return Words.usage();
        }

        @Bean
        Channels channels(
                GrpcChannelFactory factory, ObjectProvider<GrpcServerLifecycle> servers, Environment environment) {
            boolean inProcess = environment.containsProperty("spring.grpc.server.inprocess.name");
            return () -> factory.createChannel(
                    inProcess
                            ? "in-process:shop"
                            : "static://localhost:" + servers.getObject().getPort());
        }

        @Bean
        BindableService model() {
            return Words.model();
        }

        @Bean
        BindableService assistant(@Lazy Channels channels) {
            return Words.service("shop.Assistant", question -> handled(channels, question), Words.CHAT);
        }

        @Bean
        BindableService search() {
            return Words.service("shop.Search", question -> "found", Words.FIND, Words.RANK);
        }

        @Bean
        BindableService other(@Lazy Channels channels) {
            return Words.service("shop.Other", question -> handled(channels, question), Words.OTHER);
        }

        @Bean
        GrpcExceptionHandler asksTheModel(@Lazy Channels channels) {
            return failure -> {
                Words.ask(channels.channel(), Words.GENERATE, "what to say now");
                return new StatusException(Status.FAILED_PRECONDITION);
            };
        }

        private static String handled(Channels channels, String question) {
            return switch (question) {
                case "model" -> Words.ask(channels.channel(), Words.GENERATE, question);
                case "fail" -> throw new IllegalStateException("on purpose");
                default -> "done";
            };
        }
    }
}

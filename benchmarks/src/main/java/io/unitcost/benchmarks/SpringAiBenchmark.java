package io.unitcost.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.spring.ai.SpringAiCostAutoConfiguration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelMeterObservationHandler;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * What handlers of observations add to one chat call of Spring AI: those that its own auto-configuration sets up for metrics,
 * the starter's, and both, beside one that does nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class SpringAiBenchmark {

    static final int INPUT = 1_020;
    static final int OUTPUT = 129;

    private static final String PROVIDER = "openai";
    private static final String MODEL = "gpt-bench";
    private static final DefaultChatModelObservationConvention CONVENTION = new DefaultChatModelObservationConvention();

    /** Whose handlers listen. */
    @Param({"none", "springAi", "unitcost", "both"})
    public String handlers;

    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final Prompt prompt =
            new Prompt("How much is it?", ChatOptions.builder().model(MODEL).build());
    private AnnotationConfigApplicationContext context;
    private long calls;

    /** Sets the handlers up, the starter's as beans of an application. */
    @Setup
    public void start() {
        if (handlers.equals("none")) {
            observations.observationConfig().observationHandler(new Nothing());
        }
        if (handlers.equals("springAi") || handlers.equals("both")) {
            observations
                    .observationConfig()
                    .observationHandler(new DefaultMeterObservationHandler(registry))
                    .observationHandler(new ChatModelMeterObservationHandler(registry));
        }
        if (handlers.equals("unitcost") || handlers.equals("both")) {
            CostMeter meter = CostMeter.builder()
                    .prices(PriceTable.builder("benchmark")
                            .model(PROVIDER, MODEL, model -> model.rate(Unit.INPUT_TOKENS, "0.15 per 1M")
                                    .rate(Unit.OUTPUT_TOKENS, "0.60 per 1M"))
                            .build())
                    .listener(CostMetrics.create(registry))
                    .build();
            context = new AnnotationConfigApplicationContext();
            context.registerBean(CostMeter.class, () -> meter);
            context.register(SpringAiCostAutoConfiguration.class);
            context.refresh();
            context.getBeansOfType(ObservationHandler.class)
                    .values()
                    .forEach(handler -> observations.observationConfig().observationHandler(handler));
        }
    }

    /** One call whose answer is there already. */
    @Benchmark
    public ChatResponse call() {
        ChatModelObservationContext chat = ChatModelObservationContext.builder()
                .prompt(prompt)
                .provider(PROVIDER)
                .build();
        calls++;
        return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION
                .observation(null, CONVENTION, () -> chat, observations)
                .observe(() -> {
                    ChatResponse answer = answer();
                    chat.setResponse(answer);
                    return answer;
                });
    }

    private ChatResponse answer() {
        ChatResponseMetadata metadata = ChatResponseMetadata.builder()
                .id("chatcmpl-" + calls)
                .model(MODEL)
                .usage(new DefaultUsage(INPUT, OUTPUT))
                .build();
        return new ChatResponse(List.of(new Generation(new AssistantMessage("Not much."))), metadata);
    }

    /** Whoever listened has counted each call. */
    @TearDown
    public void check() {
        Published published = new Published(registry);
        if (handlers.equals("springAi") || handlers.equals("both")) {
            published.has("gen_ai.client.operation", (double) calls);
        }
        if (handlers.equals("unitcost") || handlers.equals("both")) {
            published.has("ai.tokens", (double) calls * (INPUT + OUTPUT)).has("ai.attempts", (double) calls);
            context.close();
        }
    }

    /** Without any handler an observation is none at all. */
    private static final class Nothing implements ObservationHandler<Observation.Context> {
        @Override
        public boolean supportsContext(Observation.Context any) {
            return true;
        }
    }
}

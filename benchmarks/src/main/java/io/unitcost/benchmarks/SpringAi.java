package io.unitcost.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelMeterObservationHandler;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;

/**
 * Spring AI's own observation of a chat call, with the handlers its auto-configuration sets up: operation time, active
 * operations and tokens by type. It knows models, not features, and no cost.
 */
@State(Scope.Benchmark)
public class SpringAi {

    private static final DefaultChatModelObservationConvention CONVENTION = new DefaultChatModelObservationConvention();

    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ObservationRegistry observations = ObservationRegistry.create();
    private long before;

    /** Sets up the way to the meters and makes one call of each series, so that every series exists. */
    @Setup
    public void start(Traffic traffic, Chats chats) {
        observations
                .observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(registry))
                .observationHandler(new ChatModelMeterObservationHandler(registry));
        for (int i = 0; i < traffic.size(); i++) {
            request(chats.of(traffic.series(i)));
            before++;
        }
    }

    ChatResponse request(Chats.Chat chat) {
        ChatModelObservationContext context = ChatModelObservationContext.builder()
                .prompt(chat.prompt())
                .provider(Traffic.PROVIDER)
                .build();
        return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION
                .observation(null, CONVENTION, () -> context, observations)
                .observe(() -> {
                    ChatResponse answer = chat.call();
                    context.setResponse(answer);
                    return answer;
                });
    }

    /** Every call was timed, and its tokens counted by type: input, output and their total. */
    @TearDown
    public void check(Traffic traffic) {
        double calls = before + traffic.requests();
        new Published(registry)
                .has("gen_ai.client.operation", calls)
                .has("gen_ai.client.token.usage", calls * 2 * (Traffic.INPUT + Traffic.OUTPUT));
    }
}

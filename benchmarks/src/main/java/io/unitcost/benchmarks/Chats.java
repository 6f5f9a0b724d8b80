package io.unitcost.benchmarks;

import java.util.List;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A Spring AI model and a prompt for each pair of feature and model. The answer is there already. Spring AI has no tag
 * for a feature: the model's name carries it here, so that there are as many series.
 */
@State(Scope.Benchmark)
public class Chats {

    private Chat[] chats = {};

    record Chat(Prompt prompt, ChatModel model) {
        ChatResponse call() {
            return model.call(prompt);
        }
    }

    /** Makes the models. */
    @Setup
    public void create(Traffic traffic) {
        chats = new Chat[traffic.size()];
        for (int i = 0; i < chats.length; i++) {
            Traffic.Series series = traffic.series(i);
            String model = series.feature() + "/" + series.model();
            ChatResponse answer = answer(model);
            ChatOptions options =
                    ChatOptions.builder().model(model).temperature(0.7).build();
            chats[series.index()] = new Chat(new Prompt("How much is it?", options), prompt -> answer);
        }
    }

    Chat of(Traffic.Series series) {
        return chats[series.index()];
    }

    private static ChatResponse answer(String model) {
        ChatResponseMetadata metadata = ChatResponseMetadata.builder()
                .id("chatcmpl-1")
                .model(model)
                .usage(new DefaultUsage((int) Traffic.INPUT, (int) Traffic.OUTPUT))
                .build();
        Generation generation = new Generation(
                new AssistantMessage("Not much."),
                ChatGenerationMetadata.builder().finishReason("STOP").build());
        return new ChatResponse(List.of(generation), metadata);
    }
}

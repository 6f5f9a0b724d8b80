package io.unitcost.spring.ai;

import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Usage;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/** Calls of chat models: one for each round of a tool loop, one with several attempts where an answer did not validate. */
final class ChatCalls extends ModelCalls<ChatModelObservationContext> {

    ChatCalls(ObservedCalls calls) {
        super(ChatModelObservationContext.class, calls);
    }

    @Override
    @Nullable
    ObservedCall open(ChatModelObservationContext context) {
        String provider = calls().providerId(name(context));
        Prompt prompt = context.getRequest();
        String model = modelAsked(prompt);
        if (context.isStreaming()) {
            TappedStream stream = ObservedKind.above(context, TappedStream.class);
            if (stream != null && stream.claim(context, name(context), provider, model)) {
                return stream.call();
            }
        }
        ObservedCall call = calls().open(context, null);
        if (call != null) {
            call.asking(provider, model).awaitsStream(context.isStreaming());
        }
        return call;
    }

    private static @Nullable String modelAsked(Prompt prompt) {
        ChatOptions options = prompt.getOptions();
        return options == null ? null : options.getModel();
    }

    @Override
    void end(ObservedCall call, ChatModelObservationContext context) {
        TappedStream stream = context.isStreaming() ? ObservedKind.above(context, TappedStream.class) : null;
        if (stream != null && stream.call() == call) {
            stream.modelEnded(context, context.getError());
            return;
        }
        Attempt answer = answer(call, context);
        AskedAgain asked = ObservedKind.above(context, AskedAgain.class);
        if (asked != null && (answer == null || !hasToolCalls(context))) {
            asked.end(call, answer, context.getError());
        } else {
            call.end(answer, context.getError());
        }
    }

    private static boolean hasToolCalls(ChatModelObservationContext context) {
        ChatResponse response = context.getResponse();
        return response != null && response.hasToolCalls();
    }

    @Override
    @Nullable
    Attempt answer(ObservedCall call, ChatModelObservationContext context) {
        ChatResponse response = context.getResponse();
        Prompt prompt = context.getRequest();
        boolean failed = context.getError() != null;
        if (response == null) {
            if (failed || !context.isStreaming()) {
                return null;
            }
            // a stream that was given up: nothing is known of its answer
            Attempt.Builder attempt = call.attempt(null).cancelled();
            ChatAnswer.estimated(attempt, calls(), prompt, "", String.valueOf(call.model()));
            return attempt.build();
        }
        ChatResponseMetadata metadata = response.getMetadata();
        Attempt.Builder attempt = call.attempt(metadata.getModel());
        fill(attempt, metadata, name(context), prompt);
        Usage usage = ChatUsage.of(metadata.getUsage(), name(context));
        if (!usage.isEmpty()) {
            attempt.usage(usage, isWhole(metadata) ? Quality.REPORTED : Quality.PARTIAL);
        } else {
            ChatAnswer.estimated(attempt, calls(), prompt, ChatText.of(response), String.valueOf(call.model()));
        }
        return (failed ? attempt.failed() : attempt).build();
    }

    /** What an answer's metadata say, and for what they do not say, what was asked for. */
    static void fill(Attempt.Builder attempt, ChatResponseMetadata metadata, String name, Prompt prompt) {
        String id = metadata.getId();
        String tier = ChatUsage.serviceTier(metadata.getUsage());
        attempt.responseId(id == null || id.isEmpty() ? null : id)
                .serviceTier(tier == null ? ChatAnswer.tierAsked(prompt) : tier)
                .region(ChatUsage.region(metadata.getUsage()))
                .reportedCost(ReportedAmount.of(metadata.getUsage()));
    }

    /** Spring AI puts a stream's usage together anew and drops what was cached and what the SDK said. */
    private static boolean isWhole(ChatResponseMetadata metadata) {
        return !(metadata.getUsage() instanceof MessageAggregator.DefaultUsage);
    }
}

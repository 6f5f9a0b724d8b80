package io.unitcost.spring.ai;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/** The text of prompts and answers, for estimates of what nobody reported. */
final class ChatText {

    /** The name that Spring AI's models give to reasoning in the metadata of a message. */
    private static final String REASONING = "reasoningContent";

    private ChatText() {}

    static String of(Prompt prompt) {
        StringBuilder text = new StringBuilder();
        for (Message message : prompt.getInstructions()) {
            add(text, message.getText());
            if (message instanceof ToolResponseMessage answers) {
                answers.getResponses().forEach(answer -> add(text, answer.responseData()));
            } else if (message instanceof AssistantMessage said) {
                addToolCalls(text, said);
            }
        }
        return text.toString();
    }

    static String of(ChatResponse response) {
        StringBuilder text = new StringBuilder();
        for (Generation generation : response.getResults()) {
            add(text, generation);
            add(text, reasoning(generation));
        }
        return text.toString();
    }

    /** What one generation says and which tools it calls. */
    static void add(StringBuilder text, Generation generation) {
        AssistantMessage said = generation.getOutput();
        add(text, said.getText());
        addToolCalls(text, said);
    }

    /** What the model thought, all of it up to here also in a stream; {@code null} if it is not told. */
    static @Nullable String reasoning(Generation generation) {
        return generation.getOutput().getMetadata().get(REASONING) instanceof String thoughts ? thoughts : null;
    }

    /** The most that may be answered to a prompt. */
    static long mostOutput(Prompt prompt) {
        ChatOptions options = prompt.getOptions();
        Integer most = options == null ? null : options.getMaxTokens();
        return most == null || most <= 0 ? Long.MAX_VALUE : most;
    }

    private static void addToolCalls(StringBuilder text, AssistantMessage said) {
        List<AssistantMessage.ToolCall> tools = said.getToolCalls();
        for (AssistantMessage.ToolCall tool : tools) {
            add(text, tool.name());
            add(text, tool.arguments());
        }
    }

    private static void add(StringBuilder text, @Nullable String more) {
        if (more != null) {
            text.append(more);
        }
    }
}

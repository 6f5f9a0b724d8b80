package io.unitcost.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import io.unitcost.usage.SeenText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of messages, for estimates: what is said, thought and asked of tools; no images, no schemas of tools. */
final class Texts {

    private static final int MOST_SAMPLED = 8_192;

    private Texts() {}

    static SeenText of(List<? extends ChatMessage> messages, boolean sampled) {
        StringBuilder all = new StringBuilder();
        for (ChatMessage message : messages) {
            if (message instanceof SystemMessage system) {
                add(all, system.text());
            } else if (message instanceof UserMessage user) {
                add(all, user);
            } else if (message instanceof AiMessage ai) {
                add(all, ai);
            } else if (message instanceof ToolExecutionResultMessage result) {
                add(all, result.text());
            }
        }
        return seen(all.toString(), sampled);
    }

    static SeenText ofSegments(List<TextSegment> segments, boolean sampled) {
        StringBuilder all = new StringBuilder();
        segments.forEach(segment -> add(all, segment.text()));
        return seen(all.toString(), sampled);
    }

    /** What an estimator may want to look at is no more than it would be of a text that passes by as bytes. */
    private static SeenText seen(String text, boolean sampled) {
        if (text.isEmpty()) {
            return SeenText.NONE;
        }
        String sample = !sampled ? "" : text.length() > MOST_SAMPLED ? text.substring(0, MOST_SAMPLED) : text;
        return new SeenText(SeenText.of(text).volume(), sample);
    }

    private static void add(StringBuilder all, UserMessage user) {
        for (Content content : user.contents()) {
            if (content instanceof TextContent text) {
                add(all, text.text());
            }
        }
    }

    private static void add(StringBuilder all, AiMessage ai) {
        add(all, ai.thinking());
        add(all, ai.text());
        for (ToolExecutionRequest tool : ai.toolExecutionRequests()) {
            add(all, tool.name());
            add(all, tool.arguments());
        }
    }

    private static void add(StringBuilder all, @Nullable String text) {
        if (text != null) {
            all.append(text);
        }
    }
}

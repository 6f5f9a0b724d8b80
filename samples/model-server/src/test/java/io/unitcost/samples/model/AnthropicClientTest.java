package io.unitcost.samples.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.CacheControlEphemeral;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.Usage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Anthropic's own client reads every answer, and finds in it all that the format demands. */
class AnthropicClientTest {

    @AutoClose
    private final ModelServer server = ModelServer.start();

    @AutoClose
    private final AnthropicClient client = AnthropicOkHttpClient.builder()
            .baseUrl(server.uri().toString())
            .apiKey("any")
            .build();

    AnthropicClientTest() throws IOException {}

    @Test
    void aMessageIsAnsweredInOnePieceAndAsAStream() {
        MessageCreateParams asked =
                message().system("1234").addUserMessage("12345678").build();
        Message whole = client.messages().create(asked).validate();
        Message streamed = streamed(asked);
        for (Message answer : List.of(whole, streamed)) {
            assertThat(answer.content().get(0).asText().text())
                    .isEqualTo("No model has read this, so here is a made-up answer to: 12345678");
            assertThat(answer.stopReason()).contains(StopReason.END_TURN);
            // (4 + 8) / 4, and 64 / 4
            assertThat(answer.usage().inputTokens()).isEqualTo(3);
            assertThat(answer.usage().outputTokens()).isEqualTo(16);
        }
    }

    @Test
    void anAnswerIsNoLongerThanAskedFor() {
        Message answer = client.messages()
                .create(message().addUserMessage("Hello").maxTokens(3).build())
                .validate();
        assertThat(answer.stopReason()).contains(StopReason.MAX_TOKENS);
        assertThat(answer.usage().outputTokens()).isEqualTo(3);
    }

    @Test
    void aToolIsCalledOnce_andThenItsResultIsAnswered() {
        MessageCreateParams.Builder conversation = message()
                .addUserMessage("How much are two days?")
                .addTool(Tool.builder()
                        .name("price")
                        .inputSchema(Tool.InputSchema.builder()
                                .properties(Tool.InputSchema.Properties.builder()
                                        .putAdditionalProperty("days", JsonValue.from(Map.of("type", "integer")))
                                        .build())
                                .build())
                        .build());
        Message first = client.messages().create(conversation.build()).validate();
        for (Message answer : List.of(first, streamed(conversation.build()))) {
            assertThat(answer.stopReason()).contains(StopReason.TOOL_USE);
            assertThat(answer.content().get(0).asToolUse().name()).isEqualTo("price");
            assertThat(answer.content().get(0).asToolUse()._input()).isEqualTo(JsonValue.from(Map.of("days", 1)));
        }
        conversation
                .addMessage(first)
                .addUserMessageOfContentBlockParams(
                        List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                .toolUseId(first.content().get(0).asToolUse().id())
                                .content("24 euros")
                                .build())));
        Message second = client.messages().create(conversation.build()).validate();
        assertThat(second.content().get(0).asText().text()).endsWith("to: 24 euros");
    }

    @Test
    void whatIsMarkedIsWrittenToTheCacheAndThenReadFromIt() {
        MessageCreateParams asked = message()
                .systemOfTextBlockParams(List.of(TextBlockParam.builder()
                        .text("x".repeat(4 * 1_200))
                        .cacheControl(CacheControlEphemeral.builder().build())
                        .build()))
                .addUserMessage("Hello, you!!")
                .build();
        Usage first = client.messages().create(asked).validate().usage();
        // (4,800 + 12) / 4
        assertThat(first.cacheCreationInputTokens()).contains(1_203L);
        assertThat(first.cacheReadInputTokens()).contains(0L);
        assertThat(first.inputTokens()).isZero();
        Usage second = client.messages().create(asked).validate().usage();
        // 9 whole blocks of 128
        assertThat(second.cacheReadInputTokens()).contains(1_152L);
        assertThat(second.cacheCreationInputTokens()).contains(51L);
    }

    private static MessageCreateParams.Builder message() {
        return MessageCreateParams.builder().model("claude-haiku-4-5").maxTokens(1_000);
    }

    private Message streamed(MessageCreateParams asked) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(asked)) {
            stream.stream().map(RawMessageStreamEvent::validate).forEach(whole::accumulate);
        }
        return whole.message().validate();
    }
}

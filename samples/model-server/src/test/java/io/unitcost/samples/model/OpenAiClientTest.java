package io.unitcost.samples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** OpenAI's own client reads every answer, and finds in it all that the format demands. */
class OpenAiClientTest {

    private static final Map<String, ?> SCHEMA = Map.of(
            "type", "object", "properties", Map.of("kind", Map.of("type", "string", "enum", List.of("city", "cargo"))));

    @AutoClose
    private final ModelServer server = ModelServer.start();

    @AutoClose
    private final OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(server.uri() + "/v1")
            .apiKey("any")
            .build();

    OpenAiClientTest() throws IOException {}

    @Test
    void chatIsAnsweredWithCountsOfItsText() {
        ChatCompletion answer =
                client.chat().completions().create(chat("12345678").build()).validate();
        assertThat(answer.model()).isEqualTo("gpt-4o-mini");
        String text = answer.choices().get(0).message().content().orElseThrow();
        assertThat(text).isEqualTo("No model has read this, so here is a made-up answer to: 12345678");
        CompletionUsage usage = answer.usage().orElseThrow();
        // 8 / 4, and 64 / 4
        assertThat(usage.promptTokens()).isEqualTo(2);
        assertThat(usage.completionTokens()).isEqualTo(16);
        assertThat(usage.totalTokens()).isEqualTo(18);
    }

    @Test
    void anAnswerIsNoLongerThanAskedFor() {
        ChatCompletion answer = client.chat()
                .completions()
                .create(chat("Hello").maxCompletionTokens(3).build())
                .validate();
        assertThat(answer.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
        assertThat(answer.choices().get(0).message().content()).contains("No model has");
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(3);
    }

    @Test
    void aChatStreamIsTheSameAnswer_withUsageOnlyWhenAskedFor() {
        ChatCompletion whole =
                client.chat().completions().create(chat("Hello").build()).validate();
        ChatCompletion silent = streamed(chat("Hello").build());
        ChatCompletion counted = streamed(chat("Hello")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());
        for (ChatCompletion streamed : List.of(silent, counted)) {
            assertThat(streamed.choices().get(0).message().content())
                    .isEqualTo(whole.choices().get(0).message().content());
            assertThat(streamed.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        }
        assertThat(silent.usage()).isEmpty();
        assertThat(counted.usage()).isEqualTo(whole.usage());
    }

    @Test
    void aToolIsCalledOnce_andThenItsResultIsAnswered() {
        ChatCompletionCreateParams.Builder conversation = chat("How much is a week?")
                .addFunctionTool(FunctionDefinition.builder()
                        .name("price")
                        .parameters(FunctionParameters.builder()
                                .additionalProperties(json(SCHEMA))
                                .build())
                        .build());
        for (ChatCompletion first : List.of(
                client.chat().completions().create(conversation.build()).validate(), streamed(conversation.build()))) {
            assertThat(first.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
            ChatCompletionMessageFunctionToolCall call = first.choices()
                    .get(0)
                    .message()
                    .toolCalls()
                    .orElseThrow()
                    .get(0)
                    .asFunction();
            assertThat(call.function().name()).isEqualTo("price");
            assertThat(call.function().arguments()).isEqualTo("{\"kind\":\"city\"}");
        }
        ChatCompletion first = client.chat().completions().create(conversation.build());
        conversation.addMessage(first.choices().get(0).message());
        conversation.addMessage(ChatCompletionToolMessageParam.builder()
                .toolCallId("call_1")
                .content("84 euros")
                .build());
        ChatCompletion second =
                client.chat().completions().create(conversation.build()).validate();
        assertThat(second.choices().get(0).message().content().orElseThrow()).endsWith("to: 84 euros");
    }

    @Test
    void noToolIsCalled_whenNoneIsWanted() {
        ChatCompletion answer = client.chat()
                .completions()
                .create(chat("Hello")
                        .addFunctionTool(
                                FunctionDefinition.builder().name("price").build())
                        .toolChoice(ChatCompletionToolChoiceOption.Auto.NONE)
                        .build())
                .validate();
        assertThat(answer.choices().get(0).message().toolCalls()).isEmpty();
    }

    @Test
    void aResponseIsAnsweredInOnePieceAndAsAStream() {
        ResponseCreateParams asked = response().input("12345678").build();
        Response whole = client.responses().create(asked).validate();
        assertThat(whole.output()
                        .get(0)
                        .asMessage()
                        .content()
                        .get(0)
                        .asOutputText()
                        .text())
                .endsWith("to: 12345678");
        assertThat(whole.usage().orElseThrow().inputTokens()).isEqualTo(2);
        assertThat(whole.usage().orElseThrow().outputTokens()).isEqualTo(16);

        Response streamed = streamed(asked);
        assertThat(streamed.usage()).isEqualTo(whole.usage());
        assertThat(streamed.output().get(0).asMessage().content())
                .isEqualTo(whole.output().get(0).asMessage().content());
    }

    @Test
    void aResponseThatIsCutSaysSo() {
        ResponseCreateParams asked =
                response().input("Hello").maxOutputTokens(3).build();
        assertThat(client.responses().create(asked).validate().status()).contains(ResponseStatus.INCOMPLETE);
        assertThat(streamed(asked).status()).contains(ResponseStatus.INCOMPLETE);
    }

    @Test
    void aResponseCallsATool() {
        ResponseCreateParams asked = response()
                .input("How much is a week?")
                .addTool(FunctionTool.builder()
                        .name("price")
                        .strict(true)
                        .parameters(FunctionTool.Parameters.builder()
                                .additionalProperties(json(SCHEMA))
                                .build())
                        .build())
                .build();
        for (Response answer : List.of(client.responses().create(asked).validate(), streamed(asked))) {
            ResponseFunctionToolCall call = answer.output().get(0).asFunctionCall();
            assertThat(call.name()).isEqualTo("price");
            assertThat(call.arguments()).isEqualTo("{\"kind\":\"city\"}");
        }
    }

    @Test
    void textsThatShareWordsAreNearEachOther_howeverTheirVectorsAreWritten() {
        EmbeddingCreateParams.Builder asked = EmbeddingCreateParams.builder()
                .model("text-embedding-3-small")
                .inputOfArrayOfStrings(List.of("a flat tyre", "the tyre is flat", "no refund"));
        CreateEmbeddingResponse floats = client.embeddings()
                .create(asked.encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                        .build())
                .validate();
        CreateEmbeddingResponse base64 = client.embeddings()
                .create(asked.encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64)
                        .build())
                .validate();
        List<Float> flat = floats.data().get(0).embedding();
        assertThat(flat).hasSize(1_536).isEqualTo(base64.data().get(0).embedding());
        // two of three words are two of the other's four: 2 / sqrt(3 × 4)
        assertThat(product(flat, floats.data().get(1).embedding())).isCloseTo(0.577, within(0.001));
        assertThat(product(flat, floats.data().get(2).embedding())).isZero();
        // 11 / 4, 16 / 4 and 9 / 4, each rounded up
        assertThat(floats.usage().promptTokens()).isEqualTo(3 + 4 + 3);
    }

    @Test
    void modelsAreListed() {
        assertThat(client.models().list().data())
                .hasSizeGreaterThan(2)
                .allSatisfy(model -> assertThat(model.validate().id()).isNotEmpty());
    }

    private static ChatCompletionCreateParams.Builder chat(String text) {
        return ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage(text);
    }

    private static ResponseCreateParams.Builder response() {
        return ResponseCreateParams.builder().model("gpt-4o-mini");
    }

    private ChatCompletion streamed(ChatCompletionCreateParams asked) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(asked)) {
            stream.stream().map(ChatCompletionChunk::validate).forEach(whole::accumulate);
        }
        return whole.chatCompletion();
    }

    private Response streamed(ResponseCreateParams asked) {
        ResponseAccumulator whole = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(asked)) {
            stream.stream().map(ResponseStreamEvent::validate).forEach(whole::accumulate);
        }
        return whole.response().validate();
    }

    private static Map<String, JsonValue> json(Map<String, ?> values) {
        return values.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> JsonValue.from(entry.getValue())));
    }

    private static double product(List<Float> one, List<Float> other) {
        double sum = 0;
        for (int i = 0; i < one.size(); i++) {
            sum += one.get(i) * other.get(i);
        }
        return sum;
    }
}

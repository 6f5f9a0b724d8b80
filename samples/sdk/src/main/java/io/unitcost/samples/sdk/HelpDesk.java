package io.unitcost.samples.sdk;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.Embedding;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The application: it answers customers of a bicycle shop with OpenAI's SDK, and knows nothing of costs. */
final class HelpDesk {

    private static final String TASK =
            "You answer customers of a bicycle shop in at most two sentences, from these pages of its handbook.\n\n";
    private static final FunctionDefinition TILL = FunctionDefinition.builder()
            .name("rental_price")
            .description("What it costs to rent a bike of a kind for some days, from the till")
            .parameters(FunctionParameters.builder()
                    .putAdditionalProperty("type", JsonValue.from("object"))
                    .putAdditionalProperty(
                            "properties",
                            JsonValue.from(
                                    Map.of("kind", Map.of("type", "string", "enum", List.of("city", "cargo", "road")))))
                    .putAdditionalProperty("required", JsonValue.from(List.of("kind")))
                    .build())
            .build();

    private final OpenAIClient client;
    private final String model;
    private final String embeddingModel;

    HelpDesk(OpenAIClient client, String model, String embeddingModel) {
        this.client = client;
        this.model = model;
        this.embeddingModel = embeddingModel;
    }

    /** The pages that a question is about. An application would keep the vectors of its pages. */
    List<String> lookUp(String question) {
        List<String> pages = Handbook.pages();
        List<String> texts = new ArrayList<>(pages);
        texts.add(question);
        CreateEmbeddingResponse answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(embeddingModel)
                        .inputOfArrayOfStrings(texts)
                        .build());
        List<List<Float>> vectors =
                answer.data().stream().map(Embedding::embedding).toList();
        return Handbook.nearest(pages, vectors.get(pages.size()), vectors.subList(0, pages.size()));
    }

    /** Answers in three calls: what to ask the till, what to make of its answer, and the words for the customer. */
    String answerWithTool(String question, List<String> pages) {
        ChatCompletionCreateParams.Builder conversation = conversation(question, pages);
        ChatCompletionMessage wish = ask(conversation.toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED));
        conversation.addMessage(wish).toolChoice(ChatCompletionToolChoiceOption.Auto.NONE);
        wish.toolCalls().ifPresent(calls -> calls.forEach(call -> conversation.addMessage(askTill(call))));
        ChatCompletionMessage draft = ask(conversation);
        conversation
                .addMessage(draft)
                .addUserMessage("Write this to the customer.")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build());
        return stream(conversation);
    }

    /** Answers in one call, which takes a header along. */
    String answer(String question, List<String> pages, String header, String value) {
        return ask(conversation(question, pages)
                        .toolChoice(ChatCompletionToolChoiceOption.Auto.NONE)
                        .putAdditionalHeader(header, value))
                .content()
                .orElse("");
    }

    /** Answers with a stream, and does not ask for its usage: many programs do not. */
    String answerWithoutUsage(String question, List<String> pages) {
        return stream(conversation(question, pages).toolChoice(ChatCompletionToolChoiceOption.Auto.NONE));
    }

    /** The tool is always there, and the pages come first: what begins alike is cheaper the second time. */
    private ChatCompletionCreateParams.Builder conversation(String question, List<String> pages) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addFunctionTool(TILL)
                .addSystemMessage(TASK + String.join("\n\n", pages))
                .addUserMessage(question);
    }

    private ChatCompletionMessage ask(ChatCompletionCreateParams.Builder conversation) {
        ChatCompletion answer = client.chat().completions().create(conversation.build());
        return answer.choices().get(0).message();
    }

    private static ChatCompletionToolMessageParam askTill(ChatCompletionMessageToolCall wish) {
        return ChatCompletionToolMessageParam.builder()
                .toolCallId(wish.asFunction().id())
                .content("a day: 12.00 euros")
                .build();
    }

    private String stream(ChatCompletionCreateParams.Builder conversation) {
        try (StreamResponse<ChatCompletionChunk> answer =
                client.chat().completions().createStreaming(conversation.build())) {
            return answer.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .collect(Collectors.joining());
        }
    }
}

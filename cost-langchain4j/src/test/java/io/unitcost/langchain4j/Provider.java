package io.unitcost.langchain4j;

import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import dev.langchain4j.model.mistralai.MistralAiChatModel;
import dev.langchain4j.model.mistralai.MistralAiStreamingChatModel;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.unitcost.testing.Answer;
import java.util.List;

/** Each of LangChain4j's modules, with what its provider answers to it. */
enum Provider {
    OPENAI("openai") {
        @Override
        ChatModel chat(String url, ChatModelListener listener) {
            return OpenAiChatModel.builder()
                    .baseUrl(url + "/v1")
                    .apiKey("key")
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        StreamingChatModel streaming(String url, ChatModelListener listener) {
            return OpenAiStreamingChatModel.builder()
                    .baseUrl(url + "/v1")
                    .apiKey("key")
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        Answer answer(Tokens tokens) {
            return Answer.json(200, filled("""
                    {"id":"{id}","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant",
                    "content":"It is forty-two."},"finish_reason":"stop"}],"usage":{usage}}""", tokens));
        }

        @Override
        Answer stream(Tokens tokens) {
            return Answer.events(filled("""
                            {"id":"{id}","model":"m","choices":[{"index":0,"delta":{"content":"It is"}}],"usage":null}""", tokens), filled("""
                            {"id":"{id}","model":"m","choices":[{"index":0,"delta":{"content":" forty-two."},\
                            "finish_reason":"stop"}],"usage":null}""", tokens), filled("""
                            {"id":"{id}","model":"m","choices":[],"usage":{usage}}""", tokens), "[DONE]");
        }

        private String filled(String template, Tokens tokens) {
            return tokens.fill(template.replace("{usage}", """
                    {"prompt_tokens":{input},"completion_tokens":{output},"total_tokens":{total},\
                    "prompt_tokens_details":{"cached_tokens":{read}},\
                    "completion_tokens_details":{"reasoning_tokens":{reasoning}}}"""));
        }

        @Override
        Tokens tokens() {
            return new Tokens("chatcmpl-1", 1_200, 400, 0, 300, 120);
        }
    },

    ANTHROPIC("anthropic") {
        @Override
        ChatModel chat(String url, ChatModelListener listener) {
            return AnthropicChatModel.builder()
                    .baseUrl(url + "/v1")
                    .apiKey("key")
                    .modelName("m")
                    .maxTokens(100)
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        StreamingChatModel streaming(String url, ChatModelListener listener) {
            return AnthropicStreamingChatModel.builder()
                    .baseUrl(url + "/v1")
                    .apiKey("key")
                    .modelName("m")
                    .maxTokens(100)
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        Answer answer(Tokens tokens) {
            return Answer.json(200, tokens.fill("""
                    {"id":"{id}","type":"message","role":"assistant","model":"m",
                    "content":[{"type":"text","text":"It is forty-two."}],"stop_reason":"end_turn","stop_sequence":null,
                    "usage":{"input_tokens":{uncached},"cache_creation_input_tokens":{written},
                    "cache_read_input_tokens":{read},"output_tokens":{output}}}"""));
        }

        @Override
        Answer stream(Tokens tokens) {
            return Answer.events(tokens.fill("""
                            event: message_start
                            data: {"type":"message_start","message":{"id":"{id}","type":"message","role":"assistant","model":"m",\
                            "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":{uncached},\
                            "cache_creation_input_tokens":{written},"cache_read_input_tokens":{read},"output_tokens":1}}}"""), """
                            event: content_block_start
                            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", """
                            event: content_block_delta
                            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"It is forty-two."}}""", """
                            event: content_block_stop
                            data: {"type":"content_block_stop","index":0}""", tokens.fill("""
                            event: message_delta
                            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
                            "usage":{"output_tokens":{output}}}"""), """
                            event: message_stop
                            data: {"type":"message_stop"}""");
        }

        @Override
        Tokens tokens() {
            return new Tokens("msg_1", 1_200, 400, 100, 300, 0);
        }
    },

    GEMINI("google") {
        @Override
        ChatModel chat(String url, ChatModelListener listener) {
            return GoogleAiGeminiChatModel.builder()
                    .baseUrl(url)
                    .apiKey("key")
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        StreamingChatModel streaming(String url, ChatModelListener listener) {
            return GoogleAiGeminiStreamingChatModel.builder()
                    .baseUrl(url)
                    .apiKey("key")
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        Answer answer(Tokens tokens) {
            return Answer.json(200, body(tokens, "\"finishReason\":\"STOP\","));
        }

        @Override
        Answer stream(Tokens tokens) {
            return Answer.events(body(tokens, "\"finishReason\":\"STOP\","));
        }

        private String body(Tokens tokens, String more) {
            return tokens.fill("""
                    {"candidates":[{"content":{"parts":[{"text":"It is forty-two."}],"role":"model"},{more}"index":0}],\
                    "usageMetadata":{"promptTokenCount":{input},"candidatesTokenCount":{said},"thoughtsTokenCount":{reasoning},\
                    "totalTokenCount":{total},"cachedContentTokenCount":{read}},\
                    "modelVersion":"m","responseId":"{id}"}""".replace("{more}", more));
        }

        @Override
        Tokens tokens() {
            return new Tokens("g-1", 1_200, 400, 0, 300, 120);
        }
    },

    MISTRAL("mistral") {
        @Override
        ChatModel chat(String url, ChatModelListener listener) {
            return MistralAiChatModel.builder()
                    .baseUrl(url + "/v1")
                    .apiKey("key")
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        StreamingChatModel streaming(String url, ChatModelListener listener) {
            return MistralAiStreamingChatModel.builder()
                    .baseUrl(url + "/v1")
                    .apiKey("key")
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        Answer answer(Tokens tokens) {
            return Answer.json(200, tokens.fill("""
                    {"id":"{id}","object":"chat.completion","created":1793620800,"model":"m","choices":[{"index":0,"message":{"role":"assistant",
                    "content":"It is forty-two."},"finish_reason":"stop"}],
                    "usage":{"prompt_tokens":{input},"completion_tokens":{output},"total_tokens":{total}}}"""));
        }

        @Override
        Answer stream(Tokens tokens) {
            return Answer.events(tokens.fill("""
                            {"id":"{id}","object":"chat.completion.chunk","created":1793620800,"model":"m",\
                            "choices":[{"index":0,"delta":{"role":"assistant","content":"It is"},"finish_reason":null}]}"""), tokens.fill("""
                            {"id":"{id}","object":"chat.completion.chunk","created":1793620800,"model":"m",\
                            "choices":[{"index":0,"delta":{"content":" forty-two."},"finish_reason":"stop"}],\
                            "usage":{"prompt_tokens":{input},"completion_tokens":{output},"total_tokens":{total}}}"""), "[DONE]");
        }

        @Override
        Tokens tokens() {
            return new Tokens("mi-1", 1_200, 0, 0, 300, 0);
        }
    },

    OLLAMA("ollama") {
        @Override
        ChatModel chat(String url, ChatModelListener listener) {
            return OllamaChatModel.builder()
                    .baseUrl(url)
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        StreamingChatModel streaming(String url, ChatModelListener listener) {
            return OllamaStreamingChatModel.builder()
                    .baseUrl(url)
                    .modelName("m")
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        Answer answer(Tokens tokens) {
            return Answer.json(200, last(tokens, "It is forty-two."));
        }

        @Override
        Answer stream(Tokens tokens) {
            return Answer.lines("""
                    {"model":"m","created_at":"2026-11-02T12:00:00.25Z","message":{"role":"assistant","content":"It is forty-two."},\
                    "done":false}""", last(tokens, ""));
        }

        private String last(Tokens tokens, String text) {
            return tokens.fill("""
                    {"model":"m","created_at":"2026-11-02T12:00:01Z","message":{"role":"assistant","content":"{text}"},\
                    "done_reason":"stop","done":true,"prompt_eval_count":{input},"eval_count":{output}}""".replace("{text}", text));
        }

        @Override
        Tokens tokens() {
            return new Tokens("", 1_200, 0, 0, 300, 0);
        }
    };

    private final String label;

    Provider(String label) {
        this.label = label;
    }

    /** As the price table names it. */
    String label() {
        return label;
    }

    abstract ChatModel chat(String url, ChatModelListener listener);

    abstract StreamingChatModel streaming(String url, ChatModelListener listener);

    /** What it answers, having used these tokens, in its own words. */
    abstract Answer answer(Tokens tokens);

    abstract Answer stream(Tokens tokens);

    /** Tokens of every kind that it tells. */
    abstract Tokens tokens();
}

package io.unitcost.testing;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What providers answer, in the format that each documents; the contents are made up. Immutable. Start with {@link #of}:
 * who answers with how many tokens; then take a shape. Streams have a piece for each event, bodies are one piece.
 */
public final class Answers {

    private static final int BIG_PIECE = 8_192;
    private static final String SENTENCE =
            "The quick brown fox jumps over the lazy dog, then counts its tokens twice. ";

    private final String model;
    private final long input;
    private final long output;
    private final String id;
    private final long cached;
    private final boolean big;
    private final Supplier<Stream<String>> text;

    private Answers(
            String model, long input, long output, String id, long cached, boolean big, Supplier<Stream<String>> text) {
        this.model = model;
        this.input = input;
        this.output = output;
        this.id = id;
        this.cached = cached;
        this.big = big;
        this.text = text;
    }

    /**
     * Answers with three words of text.
     *
     * @param model as served
     * @param input all tokens of the prompt
     * @param output all tokens that were generated
     * @param id of the answer, where the provider gives one
     */
    public static Answers of(String model, long input, long output, String id) {
        return new Answers(model, input, output, id, 0, false, () -> Stream.of("It", " is", " forty-two."));
    }

    /** How many of the input tokens were read from a cache; each provider reports it in its own way. */
    public Answers cached(long tokens) {
        return new Answers(model, input, output, id, tokens, big, text);
    }

    /** The text of the answer; in a stream each part is an event. */
    public Answers text(String... parts) {
        List<String> all = Arrays.stream(parts).map(Answers::escaped).toList();
        return new Answers(model, input, output, id, cached, false, all::stream);
    }

    /** So many bytes of text before the usage, in events of 8 KiB, made while they are written. */
    public Answers bigText(long bytes) {
        String piece = SENTENCE.repeat(BIG_PIECE / SENTENCE.length() + 1).substring(0, BIG_PIECE);
        return new Answers(model, input, output, id, cached, true, () -> LongStream.iterate(
                        bytes, left -> left > 0, left -> left - BIG_PIECE)
                .mapToObj(left -> left < BIG_PIECE ? piece.substring(0, (int) left) : piece));
    }

    /** OpenAI chat completion. */
    public Answer chat() {
        return body(chatBody("", ""));
    }

    /** OpenAI chat stream as it is by default: no usage. */
    public Answer chatStream() {
        return stream(CHAT_STREAM.replace("{extra}", "") + CHAT_DONE);
    }

    /** OpenAI chat stream with {@code stream_options.include_usage}. */
    public Answer chatStreamWithUsage() {
        return stream(CHAT_STREAM.replace("{extra}", ",\"usage\":null") + CHAT_USAGE.replace("{more}", "") + CHAT_DONE);
    }

    /**
     * OpenAI chat completion that calls a function.
     *
     * @param arguments JSON
     */
    public Answer toolCall(String function, String arguments) {
        return body(TOOL_CALL.replace("{function}", function).replace("{arguments}", escaped(arguments)));
    }

    /** OpenAI responses. */
    public Answer response() {
        return body(RESPONSE);
    }

    /** OpenAI responses stream. */
    public Answer responseStream() {
        return stream(RESPONSE_STREAM.replace("{response}", RESPONSE.replace("\n", "")));
    }

    /** OpenAI embeddings: one vector; there is no output and no id. */
    public Answer embeddings() {
        return body(EMBEDDINGS);
    }

    /** Anthropic message. */
    public Answer message() {
        return body(MESSAGE).header("request-id", "req_" + id);
    }

    /** Anthropic message stream: one output token at the start, then cumulative counts. */
    public Answer messageStream() {
        return stream(MESSAGE_STREAM).header("request-id", "req_" + id);
    }

    /** Gemini generateContent. */
    public Answer gemini() {
        return body(GEMINI);
    }

    /** Gemini streamGenerateContent with {@code alt=sse}: cumulative counts in each event. */
    public Answer geminiStream() {
        return assembled("text/event-stream", "\r\n\r\n", GEMINI_STREAM.split("\n+"));
    }

    /** Ollama chat, streamed as lines; there is no id. */
    public Answer ollama() {
        return assembled("application/x-ndjson", "\n", OLLAMA.split("\n+"));
    }

    /** Amazon Bedrock Converse; there is no model in the body. */
    public Answer converse() {
        return body(CONVERSE).header("x-amzn-RequestId", id);
    }

    /**
     * OpenRouter chat completion.
     *
     * @param cost in US dollars, as written
     */
    public Answer openRouter(String cost) {
        return body(chatBody(",\"provider\":\"Somewhere\"", openRouterCost(cost)));
    }

    /** OpenRouter chat stream. */
    public Answer openRouterStream(String cost) {
        return stream(CHAT_STREAM.replace("{extra}", ",\"provider\":\"Somewhere\"")
                + CHAT_USAGE.replace("{more}", openRouterCost(cost))
                + CHAT_DONE);
    }

    /**
     * A chat completion through a LiteLLM proxy.
     *
     * @param cost in US dollars, as written
     */
    public Answer liteLlm(String cost) {
        return chat().header("x-litellm-response-cost", cost)
                .header("x-litellm-call-id", "call-" + id)
                .header("x-litellm-model-id", "deployment-1");
    }

    /** 400 as OpenAI says it. */
    public static Answer badRequest() {
        return Answer.json(
                400,
                error("Unsupported value: 'temperature' does not support 7.", "invalid_request_error", "temperature"));
    }

    /** 429 as OpenAI says it, with the headers about the limits; add {@link Answer#retryAfter} to taste. */
    public static Answer rateLimited() {
        return Answer.json(429, error("Rate limit reached for requests.", "requests", null))
                .header("x-ratelimit-limit-requests", "60")
                .header("x-ratelimit-remaining-requests", "0")
                .header("x-ratelimit-reset-requests", "1s")
                .header("x-ratelimit-limit-tokens", "150000")
                .header("x-ratelimit-remaining-tokens", "149984")
                .header("x-ratelimit-reset-tokens", "6ms");
    }

    /** 500 as OpenAI says it. */
    public static Answer serverError() {
        return Answer.json(500, error("The server had an error while processing your request.", "server_error", null));
    }

    /** 503 as OpenAI says it. */
    public static Answer unavailable() {
        return Answer.json(503, error("The engine is currently overloaded.", "service_unavailable_error", null));
    }

    /** 529 as Anthropic says it. */
    public static Answer overloaded() {
        return Answer.json(529, """
                {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}""");
    }

    private static String error(String message, String type, @Nullable String parameter) {
        return """
                {"error":{"message":"%s","type":"%s","param":%s,"code":null}}""".formatted(message, type, parameter == null ? "null" : "\"" + parameter + "\"");
    }

    private static String chatBody(String more, String moreUsage) {
        return CHAT.replace("{extra}", more).replace("{more}", moreUsage);
    }

    private static String openRouterCost(String cost) {
        return ",\"cost\":%1$s,\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":null}".formatted(cost);
    }

    private Answer body(String template) {
        return assembled("application/json", "", template.strip()).contentLength();
    }

    private Answer stream(String template) {
        return assembled("text/event-stream; charset=utf-8", "\n\n", template.split("\n\n+"));
    }

    /** What says {@code {text}} comes once for each part of the text; {@code {whole}} is all of it. */
    private Answer assembled(String contentType, String end, String... templates) {
        List<String> filled = Arrays.stream(templates)
                .map(template -> filled(template.strip() + end))
                .toList();
        return Answer.pieces(200, contentType, () -> {
            Stream<String> pieces = Stream.empty();
            for (String piece : filled) {
                // not flatMap, whose iterator would hold all of the text at once
                pieces = Stream.concat(pieces, expanded(piece));
            }
            return pieces.map(Answer::utf8).iterator();
        });
    }

    private Stream<String> expanded(String piece) {
        if (piece.contains("{text}")) {
            return text.get().map(part -> piece.replace("{text}", part));
        }
        int whole = piece.indexOf("{whole}");
        if (whole < 0) {
            return Stream.of(piece);
        }
        String before = piece.substring(0, whole);
        String after = piece.substring(whole + "{whole}".length());
        return Stream.concat(Stream.concat(Stream.of(before), text.get()), expanded(after));
    }

    private String filled(String template) {
        String filled = template.replace("{model}", model)
                .replace("{id}", id)
                .replace("{input}", Long.toString(input))
                .replace("{uncached}", Long.toString(input - cached))
                .replace("{cached}", Long.toString(cached))
                .replace("{output}", Long.toString(output))
                .replace("{total}", Long.toString(input + output));
        return big
                ? filled
                : filled.replace("{whole}", String.join("", text.get().toList()));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(character -> {
            if (character == '"' || character == '\\') {
                escaped.append('\\').append((char) character);
            } else if (character < ' ') {
                escaped.append("\\u%04x".formatted(character));
            } else {
                escaped.append((char) character);
            }
        });
        return escaped.toString();
    }

    private static final String CHAT = """
            {
              "id": "{id}",
              "object": "chat.completion",
              "created": 1793620800,
              "model": "{model}"{extra},
              "choices": [
                {
                  "index": 0,
                  "message": {"role": "assistant", "content": "{whole}", "refusal": null, "annotations": []},
                  "logprobs": null,
                  "finish_reason": "stop"
                }
              ],
              "usage": {
                "prompt_tokens": {input},
                "completion_tokens": {output},
                "total_tokens": {total},
                "prompt_tokens_details": {"cached_tokens": {cached}, "cache_write_tokens": 0, "audio_tokens": 0},
                "completion_tokens_details": {
                  "reasoning_tokens": 0,
                  "audio_tokens": 0,
                  "accepted_prediction_tokens": 0,
                  "rejected_prediction_tokens": 0
                }{more}
              },
              "service_tier": "default",
              "system_fingerprint": "fp_1"
            }
            """;

    private static final String TOOL_CALL = """
            {
              "id": "{id}",
              "object": "chat.completion",
              "created": 1793620800,
              "model": "{model}",
              "choices": [
                {
                  "index": 0,
                  "message": {
                    "role": "assistant",
                    "content": null,
                    "refusal": null,
                    "tool_calls": [
                      {
                        "id": "call_{id}",
                        "type": "function",
                        "function": {"name": "{function}", "arguments": "{arguments}"}
                      }
                    ]
                  },
                  "logprobs": null,
                  "finish_reason": "tool_calls"
                }
              ],
              "usage": {
                "prompt_tokens": {input},
                "completion_tokens": {output},
                "total_tokens": {total},
                "prompt_tokens_details": {"cached_tokens": {cached}, "cache_write_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 0}
              },
              "service_tier": "default"
            }
            """;

    private static final String CHAT_STREAM = """
            data: {"id":"{id}","object":"chat.completion.chunk","created":1793620800,"model":"{model}",\
            "service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},\
            "logprobs":null,"finish_reason":null}]{extra}}

            data: {"id":"{id}","object":"chat.completion.chunk","created":1793620800,"model":"{model}",\
            "service_tier":"default","choices":[{"index":0,"delta":{"content":"{text}"},"logprobs":null,\
            "finish_reason":null}]{extra}}

            data: {"id":"{id}","object":"chat.completion.chunk","created":1793620800,"model":"{model}",\
            "service_tier":"default","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]{extra}}

            """;

    private static final String CHAT_USAGE = """
            data: {"id":"{id}","object":"chat.completion.chunk","created":1793620800,"model":"{model}",\
            "service_tier":"default","choices":[],"usage":{"prompt_tokens":{input},"completion_tokens":{output},\
            "total_tokens":{total},"prompt_tokens_details":{"cached_tokens":{cached},"cache_write_tokens":0},\
            "completion_tokens_details":{"reasoning_tokens":0}{more}}}

            """;

    private static final String CHAT_DONE = "data: [DONE]";

    private static final String RESPONSE = """
            {
              "id": "{id}",
              "object": "response",
              "created_at": 1793620800,
              "status": "completed",
              "error": null,
              "incomplete_details": null,
              "instructions": null,
              "max_output_tokens": null,
              "metadata": {},
              "model": "{model}",
              "output": [
                {
                  "type": "message",
                  "id": "msg_{id}",
                  "status": "completed",
                  "role": "assistant",
                  "content": [{"type": "output_text", "text": "{whole}", "annotations": []}]
                }
              ],
              "parallel_tool_calls": true,
              "previous_response_id": null,
              "service_tier": "default",
              "temperature": 1.0,
              "text": {"format": {"type": "text"}},
              "tool_choice": "auto",
              "tools": [],
              "top_p": 1.0,
              "usage": {
                "input_tokens": {input},
                "input_tokens_details": {"cached_tokens": {cached}, "cache_write_tokens": 0},
                "output_tokens": {output},
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": {total}
              }
            }
            """;

    private static final String RESPONSE_STREAM = """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"{id}","object":"response",\
            "created_at":1793620800,"status":"in_progress","error":null,"incomplete_details":null,"instructions":null,\
            "metadata":{},"model":"{model}","output":[],"parallel_tool_calls":true,"service_tier":"auto",\
            "temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"usage":null}}

            event: response.output_item.added
            data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message",\
            "id":"msg_{id}","status":"in_progress","role":"assistant","content":[]}}

            event: response.content_part.added
            data: {"type":"response.content_part.added","sequence_number":2,"item_id":"msg_{id}","output_index":0,\
            "content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_{id}","output_index":0,\
            "content_index":0,"delta":"{text}","logprobs":[]}

            event: response.output_text.done
            data: {"type":"response.output_text.done","sequence_number":4,"item_id":"msg_{id}","output_index":0,\
            "content_index":0,"text":"{whole}","logprobs":[]}

            event: response.completed
            data: {"type":"response.completed","sequence_number":5,"response":{response}}
            """;

    private static final String EMBEDDINGS = """
            {
              "object": "list",
              "data": [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5, 0.125, 0.0625]}],
              "model": "{model}",
              "usage": {"prompt_tokens": {input}, "total_tokens": {input}}
            }
            """;

    private static final String MESSAGE = """
            {
              "id": "{id}",
              "type": "message",
              "role": "assistant",
              "model": "{model}",
              "content": [{"type": "text", "text": "{whole}"}],
              "stop_reason": "end_turn",
              "stop_sequence": null,
              "usage": {
                "input_tokens": {uncached},
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": {cached},
                "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
                "output_tokens": {output},
                "service_tier": "standard"
              }
            }
            """;

    private static final String MESSAGE_STREAM = """
            event: message_start
            data: {"type":"message_start","message":{"id":"{id}","type":"message","role":"assistant","model":"{model}",\
            "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":{uncached},\
            "cache_creation_input_tokens":0,"cache_read_input_tokens":{cached},"output_tokens":1,\
            "service_tier":"standard"}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: ping
            data: {"type":"ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{text}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
            "usage":{"input_tokens":{uncached},"cache_creation_input_tokens":0,"cache_read_input_tokens":{cached},\
            "output_tokens":{output}}}

            event: message_stop
            data: {"type":"message_stop"}
            """;

    private static final String GEMINI = """
            {
              "candidates": [
                {
                  "content": {"parts": [{"text": "{whole}"}], "role": "model"},
                  "finishReason": "STOP",
                  "index": 0
                }
              ],
              "usageMetadata": {
                "promptTokenCount": {input},
                "candidatesTokenCount": {output},
                "totalTokenCount": {total},
                "cachedContentTokenCount": {cached},
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": {input}}]
              },
              "modelVersion": "{model}",
              "responseId": "{id}"
            }
            """;

    private static final String GEMINI_STREAM = """
            data: {"candidates":[{"content":{"parts":[{"text":"{text}"}],"role":"model"},"index":0}],\
            "usageMetadata":{"promptTokenCount":{input},"candidatesTokenCount":1,"totalTokenCount":{input},\
            "cachedContentTokenCount":{cached},"promptTokensDetails":[{"modality":"TEXT","tokenCount":{input}}]},\
            "modelVersion":"{model}","responseId":"{id}"}
            data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],\
            "usageMetadata":{"promptTokenCount":{input},"candidatesTokenCount":{output},"totalTokenCount":{total},\
            "cachedContentTokenCount":{cached},"promptTokensDetails":[{"modality":"TEXT","tokenCount":{input}}]},\
            "modelVersion":"{model}","responseId":"{id}"}
            """;

    private static final String OLLAMA = """
            {"model":"{model}","created_at":"2026-11-02T12:00:00.25Z",\
            "message":{"role":"assistant","content":"{text}"},"done":false}
            {"model":"{model}","created_at":"2026-11-02T12:00:01Z","message":{"role":"assistant","content":""},\
            "done_reason":"stop","done":true,"total_duration":1000000000,"load_duration":50000000,\
            "prompt_eval_count":{input},"prompt_eval_duration":150000000,"eval_count":{output},\
            "eval_duration":800000000}
            """;

    private static final String CONVERSE = """
            {
              "output": {"message": {"role": "assistant", "content": [{"text": "{whole}"}]}},
              "stopReason": "end_turn",
              "usage": {
                "inputTokens": {uncached},
                "outputTokens": {output},
                "totalTokens": {total},
                "cacheReadInputTokens": {cached},
                "cacheWriteInputTokens": 0
              },
              "metrics": {"latencyMs": 551}
            }
            """;
}

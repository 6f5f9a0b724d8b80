package io.unitcost.servlet;

import java.util.LinkedHashMap;
import java.util.Map;

/** Answers of models, as an application may serve them: each of 1,000 tokens in and 500 out, by {@code gpt-test}. */
final class ServedBodies {

    static final String ID = "chatcmpl-1";

    static final String JSON = """
            {"id":"chatcmpl-1","object":"chat.completion","model":"gpt-test","choices":[{"index":0,"message":\
            {"role":"assistant","content":"grüß 🙂"},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":1000,"completion_tokens":500,"total_tokens":1500}}""";

    static final String CHUNK = """
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-test","choices":[{"index":0,\
            "delta":{"content":"grüß 🙂"},"finish_reason":null}]}

            """;

    static final String STREAM = CHUNK + CHUNK + """
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-test","choices":[],\
            "usage":{"prompt_tokens":1000,"completion_tokens":500,"total_tokens":1500}}

            data: [DONE]

            """;

    static final String MESSAGE_START = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],\
            "model":"gpt-test","stop_reason":null,"usage":{"input_tokens":1000,"output_tokens":1}}}

            """;

    static final String MESSAGE_DELTA = """
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"grüß 🙂"}}

            """;

    private static final String MESSAGE_END = """
            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":500}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    private static final String MESSAGE = """
            {"id":"msg_1","type":"message","role":"assistant","model":"gpt-test","content":[{"type":"text",\
            "text":"grüß 🙂"}],"stop_reason":"end_turn","usage":{"input_tokens":1000,"output_tokens":500}}""";

    private static final String OLLAMA = """
            {"model":"gpt-test","created_at":"2026-11-01T00:00:00Z","message":{"role":"assistant","content":"grüß 🙂"},\
            "done":true,"done_reason":"stop","prompt_eval_count":1000,"eval_count":500}""";

    private static final String OLLAMA_LINES = """
            {"model":"gpt-test","created_at":"2026-11-01T00:00:00Z","message":{"role":"assistant","content":"grüß 🙂"},\
            "done":false}
            """ + OLLAMA + "\n";

    /** By name. */
    static final Map<String, String> ALL = all();

    private ServedBodies() {}

    private static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("openai", JSON);
        all.put("openai-stream", STREAM);
        all.put("anthropic", MESSAGE);
        all.put("anthropic-stream", MESSAGE_START + MESSAGE_DELTA + MESSAGE_END);
        all.put("ollama", OLLAMA);
        all.put("ollama-stream", OLLAMA_LINES);
        return all;
    }
}

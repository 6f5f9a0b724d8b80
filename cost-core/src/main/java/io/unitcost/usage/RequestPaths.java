package io.unitcost.usage;

import static io.unitcost.usage.Field.*;

/** Where requests say what their cost depends on. */
final class RequestPaths {

    static final Node ROOT = root();

    private RequestPaths() {}

    private static Node root() {
        Node parts = Node.way().each(Node.way().with("text", Node.content()));
        Node content = Node.content()
                .each(Node.way()
                        .with("text", Node.content())
                        .with("thinking", Node.content())
                        .with("content", Node.content()));
        Node call = Node.way().with("function", Node.way().with("arguments", Node.content()));
        Node message = Node.way()
                .with("content", content)
                .with("tool_calls", Node.way().each(call));
        Node tool = Node.way()
                .with("description", Node.content())
                .with("function", Node.way().with("description", Node.content()));
        // OpenAI's responses: texts, messages, and what tools gave back
        Node item = Node.content()
                .with("content", content)
                .with("arguments", Node.content())
                .with("output", Node.content());
        return Node.way()
                .with("model", MODEL)
                .with("service_tier", SERVICE_TIER)
                .with("serviceTier", Node.value(SERVICE_TIER).with("type", SERVICE_TIER))
                .with("stream", STREAM)
                .with("stream_options", Node.group(STREAM_OPTIONS).with("include_usage", INCLUDE_USAGE))
                .with("max_tokens", MAX_TOKENS)
                .with("max_completion_tokens", MAX_TOKENS)
                .with("max_output_tokens", MAX_TOKENS)
                .with("max_new_tokens", MAX_TOKENS)
                .with("max_tokens_to_sample", MAX_TOKENS)
                .with("generationConfig", generation())
                .with("generation_config", generation())
                .with("inferenceConfig", Node.way().with("maxTokens", MAX_TOKENS))
                .with("options", Node.way().with("num_predict", NUM_PREDICT))
                .with("n", CHOICES_ASKED)
                .with("document_annotation_format", Node.group(ANNOTATION_FORMAT))
                .with("bbox_annotation_format", Node.group(ANNOTATION_FORMAT))
                .with("messages", Node.way().each(message))
                .with("system", content)
                .with("prompt", Node.content().each(Node.content()))
                .with("instructions", Node.content())
                .with("input", Node.content().each(item))
                .with("contents", Node.content().each(Node.content().with("parts", parts)))
                .with("systemInstruction", Node.way().with("parts", parts))
                .with("content", Node.way().with("parts", parts))
                .with("texts", Node.way().each(Node.content()))
                .with("query", Node.content())
                .with("documents", Node.way().each(Node.content().with("text", Node.content())))
                .with("inputText", Node.content())
                .with("tools", Node.way().each(tool));
    }

    private static Node generation() {
        return Node.way()
                .with("maxOutputTokens", MAX_TOKENS)
                .with("max_output_tokens", MAX_TOKENS)
                .with("candidateCount", CHOICES_ASKED);
    }
}

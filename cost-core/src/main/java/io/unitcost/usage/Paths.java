package io.unitcost.usage;

import static io.unitcost.usage.Field.*;

/** Where providers put what they say, and nothing else: everything beside these places is skipped. */
final class Paths {

    static final Node ROOT = root();

    static {
        // an array of documents is as good as a stream of them
        ROOT.each(ROOT);
    }

    private Paths() {}

    private static Node root() {
        Node usage = usage();
        Node gemini = geminiUsage();
        Node content = contents();
        Node choices = Node.way().each(choice(content));
        Node candidates = Node.way()
                .each(Node.group(CHOICE)
                        .with("finishReason", FINISH_REASON)
                        .with(
                                "content",
                                Node.way()
                                        .with(
                                                "parts",
                                                Node.way().each(Node.way().with("text", Node.content())))));
        // OpenAI's responses give a list of items, Bedrock one message
        Node output = Node.way()
                .each(Node.way().with("content", content))
                .with("message", Node.way().with("content", content));
        // OpenAI's responses, wrapped in each event of a stream
        // its text has come in deltas by then; Ollama's response is the text itself
        Node response = Node.content()
                .with("id", RESPONSE_ID)
                .with("model", MODEL)
                .with("service_tier", SERVICE_TIER)
                .with("usage", usage)
                // some gateways wrap Gemini
                .with("usageMetadata", gemini)
                .with("modelVersion", MODEL)
                .with("candidates", candidates);
        // Anthropic's message_start, Ollama's and Cohere's message
        Node message = Node.way()
                .with("id", RESPONSE_ID)
                .with("model", MODEL)
                .with("usage", usage)
                .with("content", content);
        Node result = Node.way().with("model", MODEL).with("usage", usage).with("response", Node.content());
        return Node.way()
                .with("id", RESPONSE_ID)
                .with("responseId", RESPONSE_ID)
                .with("response_id", RESPONSE_ID)
                .with("model", MODEL)
                .with("modelVersion", MODEL)
                .with("type", EVENT_TYPE)
                .with("event_type", EVENT_TYPE)
                .with("service_tier", SERVICE_TIER)
                .with("serviceTier", Node.way().with("type", SERVICE_TIER))
                .with("usage", usage)
                .with("usageMetadata", gemini)
                .with("usage_metadata", gemini)
                .with("usage_info", Node.group(USAGE).with("pages_processed", PAGES_PROCESSED))
                .with("document_annotation", DOCUMENT_ANNOTATION)
                .with("response", response)
                .with("message", message)
                .with("result", result)
                .with("choices", choices)
                .with("candidates", candidates)
                .with("output", output)
                .with("content", content)
                .with("delta", delta())
                .with("contentBlockDelta", Node.way().with("delta", Node.way().with("text", Node.content())))
                .with("metadata", Node.way().with("usage", usage))
                .with("meta", Node.way().with("billed_units", billedUnits()).with("tokens", rawTokens()))
                .with("x_groq", Node.way().with("id", RESPONSE_ID).with("usage", usage))
                .with("error", Node.group(ERROR).with("type", ERROR_TYPE).with("code", ERROR_TYPE))
                .with("prompt_eval_count", PROMPT_EVAL_COUNT)
                .with("eval_count", EVAL_COUNT)
                .with("done", DONE)
                .with("bytes", Node.wrapped());
    }

    private static Node choice(Node content) {
        return Node.group(CHOICE)
                .with("finish_reason", FINISH_REASON)
                .with("text", Node.content())
                .with("delta", written(content))
                .with("message", written(content));
    }

    /** All that a model writes. */
    private static Node written(Node content) {
        Node function = Node.way().with("arguments", Node.content());
        return Node.way()
                .with("content", content)
                .with("reasoning_content", Node.content())
                .with("reasoning", Node.content())
                .with("refusal", Node.content())
                .with("tool_calls", Node.way().each(Node.way().with("function", function)))
                .with("function_call", function);
    }

    /** A text, or a list of parts with texts. */
    private static Node contents() {
        return Node.content().each(Node.way().with("text", Node.content()).with("thinking", Node.content()));
    }

    /** Anthropic's text_delta and thinking_delta, Cohere's content-delta; OpenAI's responses give a plain text. */
    private static Node delta() {
        return Node.content()
                .with("text", Node.content())
                .with("thinking", Node.content())
                .with("partial_json", Node.content())
                .with("stop_reason", FINISH_REASON)
                .with("message", Node.way().with("content", Node.way().with("text", Node.content())))
                .with("usage", usage());
    }

    private static Node usage() {
        Node input = Node.way()
                .with("cached_tokens", CACHED_TOKENS)
                .with("cache_write_tokens", CACHE_WRITE_TOKENS)
                .with("cache_creation_tokens", CACHE_CREATION_TOKENS)
                .with(
                        "cache_creation_token_details",
                        Node.way()
                                .with("ephemeral_5m_input_tokens", CACHE_WRITE_5M_TOKENS)
                                .with("ephemeral_1h_input_tokens", CACHE_WRITE_1H_TOKENS))
                .with("audio_tokens", INPUT_AUDIO_TOKENS)
                .with("image_tokens", INPUT_IMAGE_TOKENS)
                .with("text_tokens", INPUT_TEXT_TOKENS)
                .with("video_tokens", INPUT_VIDEO_TOKENS)
                .with("image_count", INPUT_IMAGES)
                .with(
                        "cached_tokens_details",
                        Node.way()
                                .with("audio_tokens", CACHED_AUDIO_TOKENS)
                                .with("image_tokens", CACHED_IMAGE_TOKENS)
                                .with("text_tokens", CACHED_TEXT_TOKENS));
        Node output = Node.way()
                .with("reasoning_tokens", REASONING_TOKENS)
                .with("thinking_tokens", THINKING_TOKENS)
                .with("audio_tokens", OUTPUT_AUDIO_TOKENS)
                .with("image_tokens", OUTPUT_IMAGE_TOKENS)
                .with("text_tokens", OUTPUT_TEXT_TOKENS)
                .with("video_tokens", OUTPUT_VIDEO_TOKENS);
        Node creation = Node.group(CACHE_CREATION)
                .with("ephemeral_5m_input_tokens", CACHE_WRITE_5M_TOKENS)
                .with("ephemeral_1h_input_tokens", CACHE_WRITE_1H_TOKENS);
        Node iteration = Node.group(ITERATION)
                .with("model", ITERATION_MODEL)
                .with("input_tokens", ITERATION_INPUT_TOKENS)
                .with("output_tokens", ITERATION_OUTPUT_TOKENS)
                .with("cache_creation_input_tokens", ITERATION_CACHE_WRITE_TOKENS)
                .with("cache_read_input_tokens", ITERATION_CACHE_READ_TOKENS)
                .with(
                        "cache_creation",
                        Node.way()
                                .with("ephemeral_5m_input_tokens", ITERATION_CACHE_WRITE_5M_TOKENS)
                                .with("ephemeral_1h_input_tokens", ITERATION_CACHE_WRITE_1H_TOKENS));
        return Node.group(USAGE)
                .with("prompt_tokens", PROMPT_TOKENS)
                .with("completion_tokens", COMPLETION_TOKENS)
                .with("input_tokens", INPUT_TOKENS)
                .with("output_tokens", OUTPUT_TOKENS)
                .with("total_tokens", TOTAL_TOKENS)
                .with("prompt_tokens_details", input)
                .with("input_tokens_details", input)
                .with("input_token_details", input)
                .with("completion_tokens_details", output)
                .with("output_tokens_details", output)
                .with("output_token_details", output)
                .with("prompt_cache_hit_tokens", PROMPT_CACHE_HIT_TOKENS)
                .with("num_cached_tokens", NUM_CACHED_TOKENS)
                .with("cached_prompt_text_tokens", CACHED_PROMPT_TEXT_TOKENS)
                .with("reasoning_tokens", NATIVE_REASONING_TOKENS)
                .with("citation_tokens", CITATION_TOKENS)
                .with("num_search_queries", SEARCH_QUERIES)
                .with("seconds", SECONDS)
                .with("cost", Node.value(COST).with("total_cost", COST))
                .with("cost_details", Node.way().with("upstream_inference_cost", UPSTREAM_COST))
                .with("is_byok", OWN_KEY)
                .with("pydantic_ai_gateway", Node.way().with("cost_estimate", GATEWAY_COST))
                .with("cache_creation_input_tokens", CACHE_CREATION_INPUT_TOKENS)
                .with("cache_read_input_tokens", CACHE_READ_INPUT_TOKENS)
                .with("cache_creation", creation)
                .with(
                        "server_tool_use",
                        Node.way()
                                .with("web_search_requests", WEB_SEARCH_REQUESTS)
                                .with("code_execution_requests", CODE_EXECUTION_REQUESTS))
                .with("service_tier", SERVICE_TIER)
                .with("inference_geo", GEOGRAPHY)
                .with("speed", SPEED)
                .with("iterations", Node.way().each(iteration))
                .with("inputTokens", BEDROCK_INPUT_TOKENS)
                .with("outputTokens", BEDROCK_OUTPUT_TOKENS)
                .with("cacheReadInputTokens", BEDROCK_CACHE_READ_TOKENS)
                .with("cacheWriteInputTokens", BEDROCK_CACHE_WRITE_TOKENS)
                .with("billed_units", billedUnits())
                .with("tokens", rawTokens())
                .with("cached_tokens", RAW_CACHED_TOKENS)
                .with("pages_processed", PAGES_PROCESSED);
    }

    private static Node billedUnits() {
        return Node.group(USAGE)
                .with("input_tokens", BILLED_INPUT_TOKENS)
                .with("output_tokens", BILLED_OUTPUT_TOKENS)
                .with("search_units", BILLED_SEARCH_UNITS)
                .with("images", BILLED_IMAGES);
    }

    private static Node rawTokens() {
        return Node.way().with("input_tokens", RAW_INPUT_TOKENS).with("output_tokens", RAW_OUTPUT_TOKENS);
    }

    private static Node geminiUsage() {
        return Node.group(USAGE)
                .with("promptTokenCount", PROMPT_TOKEN_COUNT)
                .with("candidatesTokenCount", CANDIDATES_TOKEN_COUNT)
                .with("thoughtsTokenCount", THOUGHTS_TOKEN_COUNT)
                .with("cachedContentTokenCount", CACHED_CONTENT_TOKEN_COUNT)
                .with("toolUsePromptTokenCount", TOOL_USE_PROMPT_TOKEN_COUNT)
                .with("totalTokenCount", TOTAL_TOKEN_COUNT)
                .with("trafficType", TRAFFIC_TYPE)
                .with("serviceTier", SERVICE_TIER)
                .with("promptTokensDetails", details(PROMPT_DETAIL))
                .with("candidatesTokensDetails", details(CANDIDATES_DETAIL))
                .with("cacheTokensDetails", details(CACHE_DETAIL))
                .with("toolUsePromptTokensDetails", details(TOOL_DETAIL));
    }

    private static Node details(Field end) {
        return Node.way().each(Node.group(end).with("modality", MODALITY).with("tokenCount", MODALITY_TOKENS));
    }
}

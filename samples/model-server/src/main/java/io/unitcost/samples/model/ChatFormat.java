package io.unitcost.samples.model;

import java.util.ArrayList;
import java.util.List;

/** OpenAI's chat completions. */
final class ChatFormat implements Format {

    @Override
    public String body(Asked asked, Answer answer) {
        return Json.of(
                """
                {"id":"chatcmpl-%s","object":"chat.completion","created":%d,"model":%s,
                "choices":[{"index":0,"message":%s,"logprobs":null,"finish_reason":"%s"}],
                "usage":%s,"service_tier":"default"}""",
                answer.id(),
                Json.now(),
                Json.quoted(asked.model()),
                message(answer),
                reason(answer),
                usage(answer.tokens()));
    }

    private static String message(Answer answer) {
        return answer.tool() == null
                ? Json.of("""
                        {"role":"assistant","content":%s,"refusal":null}""", Json.quoted(answer.text()))
                : Json.of("""
                        {"role":"assistant","content":null,"refusal":null,"tool_calls":[
                        {"id":"call_%s","type":"function","function":{"name":%s,"arguments":%s}}]}""", answer.id(), Json.quoted(answer.tool().name()), Json.quoted(answer.arguments()));
    }

    @Override
    public List<String> events(Asked asked, Answer answer) {
        List<String> events = new ArrayList<>();
        if (answer.tool() == null) {
            events.add(chunk(asked, answer, "{\"role\":\"assistant\",\"content\":\"\"}", "null"));
            Format.words(answer.text())
                    .forEach(word ->
                            events.add(chunk(asked, answer, Json.of("{\"content\":%s}", Json.quoted(word)), "null")));
        } else {
            events.add(chunk(asked, answer, toolCall(answer, answer.tool()), "null"));
            events.add(chunk(asked, answer, Json.of("""
                            {"tool_calls":[{"index":0,"function":{"arguments":%s}}]}""", Json.quoted(answer.arguments())), "null"));
        }
        events.add(chunk(asked, answer, "{}", Json.quoted(reason(answer))));
        if (asked.wantsUsage()) {
            events.add(chunk(asked, answer, "[]", usage(answer.tokens()), true));
        }
        events.add(Format.event("[DONE]"));
        return events;
    }

    private static String toolCall(Answer answer, Tool tool) {
        return Json.of("""
                {"role":"assistant","content":null,"tool_calls":[
                {"index":0,"id":"call_%s","type":"function","function":{"name":%s,"arguments":""}}]}""", answer.id(), Json.quoted(tool.name()));
    }

    private static String chunk(Asked asked, Answer answer, String delta, String reason) {
        String choices = Json.of("""
                [{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]""", delta, reason);
        return chunk(asked, answer, choices, "null", asked.wantsUsage());
    }

    /** A stream that is to end with its usage has {@code null} for it in every other chunk; one that is not has none. */
    private static String chunk(Asked asked, Answer answer, String choices, String usage, boolean hasUsage) {
        return Format.event(Json.of(
                """
                {"id":"chatcmpl-%s","object":"chat.completion.chunk","created":%d,"model":%s,"choices":%s%s}""",
                answer.id(), Json.now(), Json.quoted(asked.model()), choices, hasUsage ? ",\"usage\":" + usage : ""));
    }

    private static String reason(Answer answer) {
        return answer.tool() != null ? "tool_calls" : answer.isCut() ? "length" : "stop";
    }

    private static String usage(Tokens tokens) {
        return Json.of("""
                {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,
                "prompt_tokens_details":{"cached_tokens":%d,"audio_tokens":0},
                "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}""", tokens.input(), tokens.output(), tokens.total(), tokens.cached());
    }

    @Override
    public int leadingEvents() {
        return 1;
    }

    @Override
    public String error(int status, String message) {
        return Json.of("""
                {"error":{"message":%s,"type":"%s","param":null,"code":null}}""", Json.quoted(message), status < 500 ? "invalid_request_error" : "server_error");
    }
}

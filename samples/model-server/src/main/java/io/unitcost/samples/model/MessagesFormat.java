package io.unitcost.samples.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Anthropic's messages. Their input leaves out what was cached. With a {@code cache_control} anywhere, the whole prompt
 * counts as marked: what was seen before is read from the cache, the rest is written to it.
 */
final class MessagesFormat implements Format {

    private static final int SMALLEST_CACHED = 1_024;

    @Override
    public String body(Asked asked, Answer answer) {
        return message(
                asked,
                answer,
                block(answer),
                Json.quoted(reason(answer)),
                answer.tokens().output());
    }

    private static String message(Asked asked, Answer answer, String content, String reason, long output) {
        return Json.of(
                """
                {"id":"msg_%s","type":"message","role":"assistant","model":%s,"content":[%s],"container":null,
                "stop_reason":%s,"stop_sequence":null,"stop_details":null,"usage":%s}""", answer.id(), Json.quoted(asked.model()), content, reason, usage(asked, answer.tokens(), output));
    }

    private static String block(Answer answer) {
        return answer.tool() == null
                ? Json.of("{\"type\":\"text\",\"text\":%s,\"citations\":null}", Json.quoted(answer.text()))
                : toolUse(answer, answer.tool(), answer.arguments());
    }

    private static String toolUse(Answer answer, Tool tool, String input) {
        return Json.of("""
                {"type":"tool_use","id":"toolu_%s","name":%s,"input":%s,"caller":{"type":"direct"}}""", answer.id(), Json.quoted(tool.name()), input);
    }

    @Override
    public List<String> events(Asked asked, Answer answer) {
        List<String> events = new ArrayList<>();
        add(events, "message_start", "\"message\":" + message(asked, answer, "", "null", 1));
        Tool tool = answer.tool();
        String start =
                tool == null ? "{\"type\":\"text\",\"text\":\"\",\"citations\":null}" : toolUse(answer, tool, "{}");
        add(events, "content_block_start", "\"index\":0,\"content_block\":" + start);
        events.add(Format.event("ping", "{\"type\":\"ping\"}"));
        if (tool == null) {
            Format.words(answer.text()).forEach(word -> delta(events, "text_delta", "text", word));
        } else {
            delta(events, "input_json_delta", "partial_json", answer.arguments());
        }
        add(events, "content_block_stop", "\"index\":0");
        add(
                events,
                "message_delta",
                Json.of(
                        """
                        "delta":{"stop_reason":"%s","stop_sequence":null,"stop_details":null,"container":null},
                        "usage":%s""",
                        reason(answer),
                        usage(asked, answer.tokens(), answer.tokens().output())));
        events.add(Format.event("message_stop", "{\"type\":\"message_stop\"}"));
        return events;
    }

    private static void delta(List<String> events, String type, String field, String value) {
        add(
                events,
                "content_block_delta",
                Json.of("\"index\":0,\"delta\":{\"type\":\"%s\",\"%s\":%s}", type, field, Json.quoted(value)));
    }

    private static void add(List<String> events, String name, String fields) {
        events.add(Format.event(name, Json.of("{\"type\":\"%s\",%s}", name, fields)));
    }

    private static String reason(Answer answer) {
        return answer.tool() != null ? "tool_use" : answer.isCut() ? "max_tokens" : "end_turn";
    }

    private static boolean caches(Asked asked, Tokens tokens) {
        return asked.marksCache() && tokens.input() >= SMALLEST_CACHED;
    }

    private static String usage(Asked asked, Tokens tokens, long output) {
        boolean caches = caches(asked, tokens);
        long read = caches ? tokens.cached() : 0;
        long written = caches ? tokens.input() - read : 0;
        return Json.of("""
                {"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,
                "cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":0},
                "output_tokens":%d,"service_tier":"standard"}""", tokens.input() - read - written, written, read, written, output);
    }

    @Override
    public int leadingEvents() {
        return 3;
    }

    @Override
    public Bill bill(Asked asked, Answer answer) {
        Tokens tokens = answer.tokens();
        return new Bill(
                asked.model(), tokens.input(), caches(asked, tokens) ? tokens.cached() : 0, tokens.output(), true);
    }

    @Override
    public String error(int status, String message) {
        return Json.of(
                """
                {"type":"error","error":{"type":"%s","message":%s},"request_id":null}""",
                status == 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "overloaded_error",
                Json.quoted(message));
    }
}

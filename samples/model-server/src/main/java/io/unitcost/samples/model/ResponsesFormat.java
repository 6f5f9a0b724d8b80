package io.unitcost.samples.model;

import java.util.ArrayList;
import java.util.List;

/** OpenAI's responses. */
final class ResponsesFormat implements Format {

    @Override
    public String body(Asked asked, Answer answer) {
        return response(asked, answer, answer.isCut() ? "incomplete" : "completed", item(answer, true), true);
    }

    private static String response(Asked asked, Answer answer, String status, String output, boolean hasUsage) {
        return Json.of(
                """
                {"id":"resp_%s","object":"response","created_at":%d,"status":"%s","error":null,
                "incomplete_details":%s,"instructions":null,"metadata":{},"model":%s,"output":[%s],
                "parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,
                "service_tier":"default","usage":%s}""",
                answer.id(),
                Json.now(),
                status,
                status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null",
                Json.quoted(asked.model()),
                output,
                hasUsage ? usage(answer.tokens()) : "null");
    }

    private static String item(Answer answer, boolean isDone) {
        String status = isDone ? "completed" : "in_progress";
        return answer.tool() == null
                ? Json.of("""
                        {"id":"msg_%s","type":"message","status":"%s","role":"assistant","content":[%s]}""", answer.id(), status, isDone ? part(answer.text()) : "")
                : Json.of(
                        """
                        {"id":"fc_%s","type":"function_call","status":"%s","call_id":"call_%s","name":%s,
                        "arguments":%s}""",
                        answer.id(),
                        status,
                        answer.id(),
                        Json.quoted(answer.tool().name()),
                        Json.quoted(isDone ? answer.arguments() : ""));
    }

    private static String part(String text) {
        return Json.of("""
                {"type":"output_text","text":%s,"annotations":[],"logprobs":[]}""", Json.quoted(text));
    }

    @Override
    public List<String> events(Asked asked, Answer answer) {
        Numbered events = new Numbered();
        events.add("response.created", "\"response\":" + response(asked, answer, "in_progress", "", false));
        events.add("response.output_item.added", "\"output_index\":0,\"item\":" + item(answer, false));
        if (answer.tool() == null) {
            String place = Json.of("\"item_id\":\"msg_%s\",\"output_index\":0,\"content_index\":0,", answer.id());
            events.add("response.content_part.added", place + "\"part\":" + part(""));
            for (String word : Format.words(answer.text())) {
                events.add("response.output_text.delta", place + "\"logprobs\":[],\"delta\":" + Json.quoted(word));
            }
            events.add("response.output_text.done", place + "\"logprobs\":[],\"text\":" + Json.quoted(answer.text()));
            events.add("response.content_part.done", place + "\"part\":" + part(answer.text()));
        } else {
            String place = Json.of("\"item_id\":\"fc_%s\",\"output_index\":0,", answer.id());
            String arguments = Json.quoted(answer.arguments());
            events.add("response.function_call_arguments.delta", place + "\"delta\":" + arguments);
            events.add(
                    "response.function_call_arguments.done",
                    place + "\"name\":" + Json.quoted(answer.tool().name()) + ",\"arguments\":" + arguments);
        }
        events.add("response.output_item.done", "\"output_index\":0,\"item\":" + item(answer, true));
        events.add(
                answer.isCut() ? "response.incomplete" : "response.completed", "\"response\":" + body(asked, answer));
        return events.list;
    }

    private static String usage(Tokens tokens) {
        return Json.of("""
                {"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d,"cache_write_tokens":0},
                "output_tokens":%d,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":%d}""", tokens.input(), tokens.cached(), tokens.output(), tokens.total());
    }

    @Override
    public int leadingEvents() {
        return 3;
    }

    @Override
    public String error(int status, String message) {
        return new ChatFormat().error(status, message);
    }

    /** Events that each say their name and number. */
    private static final class Numbered {

        private final List<String> list = new ArrayList<>();

        void add(String name, String fields) {
            list.add(Format.event(
                    name, Json.of("{\"type\":\"%s\",\"sequence_number\":%d,%s}", name, list.size(), fields)));
        }
    }
}

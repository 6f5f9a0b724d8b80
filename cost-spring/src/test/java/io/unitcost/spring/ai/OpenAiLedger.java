package io.unitcost.spring.ai;

import io.unitcost.testing.Answer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an OpenAI would answer, with its own book of what each answer used and costs. Thread-safe.
 */
final class OpenAiLedger {

    static final String ASKED = "test-model";
    static final String SERVED = "test-model-2026-01-01";
    static final String EMBEDDING = "test-embedding";
    static final String IMAGE = "test-image";

    /** In US dollars per million: uncached input, cached input, output, reasoning. */
    static final String INPUT = "2";

    static final String CACHED = "0.5";
    static final String OUTPUT = "8";
    static final String REASONING = "9";
    static final String EMBEDDED = "0.02";

    private static final BigDecimal MILLION = new BigDecimal(1_000_000);

    private final AtomicInteger ids = new AtomicInteger();
    private final List<Line> lines = new ArrayList<>();

    /** What an answer used; counts as OpenAI has them, inclusive. */
    record Line(long input, long cached, long output, long reasoning) {

        BigDecimal cost() {
            return new BigDecimal(INPUT)
                    .multiply(BigDecimal.valueOf(input - cached))
                    .add(new BigDecimal(CACHED).multiply(BigDecimal.valueOf(cached)))
                    .add(new BigDecimal(OUTPUT).multiply(BigDecimal.valueOf(output - reasoning)))
                    .add(new BigDecimal(REASONING).multiply(BigDecimal.valueOf(reasoning)))
                    .divide(MILLION);
        }
    }

    synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    synchronized void clear() {
        lines.clear();
    }

    /** The sum of what was answered. */
    BigDecimal cost() {
        return lines().stream().map(Line::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private synchronized Line write() {
        int n = ids.incrementAndGet();
        Line line = new Line(1_000 + n, 400 + n % 7, 300 + n, 100 + n % 11);
        lines.add(line);
        return line;
    }

    /** A whole answer. */
    Answer chat(String text) {
        Line line = write();
        return Answer.json(200, """
                {"id":"chatcmpl-%d","object":"chat.completion","created":1793620800,"model":"%s",
                "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},"logprobs":null,
                "finish_reason":"stop"}],"usage":%s}""".formatted(ids.get(), SERVED, text, usage(line)));
    }

    /** An answer that calls a tool. */
    Answer toolCall(String tool, String arguments) {
        Line line = write();
        return Answer.json(200, """
                {"id":"chatcmpl-%d","object":"chat.completion","created":1793620800,"model":"%s",
                "choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[%s]},
                "logprobs":null,"finish_reason":"tool_calls"}],"usage":%s}""".formatted(ids.get(), SERVED, toolCallOf(tool, arguments), usage(line)));
    }

    /** A stream with usage at its end; pieces: the role, the words, the finish, the usage, the end. */
    Answer stream(String... words) {
        String id = "chatcmpl-" + ids.get() + "-" + System.nanoTime();
        List<String> events = new ArrayList<>();
        events.add(chunk(id, "{\"role\":\"assistant\",\"content\":\"\"}", "null"));
        for (String word : words) {
            events.add(chunk(id, "{\"content\":\"" + word + "\"}", "null"));
        }
        events.add(chunk(id, "{}", "\"stop\""));
        events.add(usageChunk(id, write()));
        events.add("[DONE]");
        return Answer.events(events.toArray(new String[0]));
    }

    /** A stream that nobody reports on. */
    Answer streamWithoutUsage(String... words) {
        String id = "chatcmpl-" + ids.incrementAndGet();
        List<String> events = new ArrayList<>();
        for (String word : words) {
            events.add(chunk(id, "{\"content\":\"" + word + "\"}", "null"));
        }
        return Answer.events(events.toArray(new String[0]));
    }

    Answer toolCallStream(String tool, String arguments) {
        String id = "chatcmpl-" + ids.get() + "-" + System.nanoTime();
        return Answer.events(
                chunk(
                        id,
                        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                                + toolCallOf(tool, arguments).replaceFirst("\\{", "{\"index\":0,")
                                + "]}",
                        "null"),
                chunk(id, "{}", "\"tool_calls\""),
                usageChunk(id, write()),
                "[DONE]");
    }

    Answer embeddings(int count, long tokens) {
        StringBuilder vectors = new StringBuilder();
        for (int i = 0; i < count; i++) {
            vectors.append(i == 0 ? "" : ",")
                    .append("{\"object\":\"embedding\",\"index\":")
                    .append(i)
                    .append(",\"embedding\":[0.25,-0.5,0.125,")
                    .append(i + 1)
                    .append("]}");
        }
        return Answer.json(
                200,
                "{\"object\":\"list\",\"data\":[" + vectors + "],\"model\":\"" + EMBEDDING
                        + "\",\"usage\":{\"prompt_tokens\":" + tokens + ",\"total_tokens\":" + tokens + "}}");
    }

    static Answer image() {
        return Answer.json(200, "{\"created\":1793620800,\"data\":[{\"url\":\"http://127.0.0.1/image.png\"}]}");
    }

    /** To be tried again at once. */
    static Answer unavailable() {
        return Answer.json(503, "{\"error\":{\"message\":\"overloaded\",\"type\":\"x\",\"param\":null,\"code\":null}}")
                .retryAfterMillis(1);
    }

    private static String toolCallOf(String tool, String arguments) {
        return "{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"" + tool + "\",\"arguments\":\""
                + arguments.replace("\"", "\\\"") + "\"}}";
    }

    private static String chunk(String id, String delta, String finish) {
        return """
                {"id":"%s","object":"chat.completion.chunk","created":1793620800,"model":"%s",\
                "choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}],"usage":null}""".formatted(id, SERVED, delta, finish);
    }

    private static String usageChunk(String id, Line line) {
        return """
                {"id":"%s","object":"chat.completion.chunk","created":1793620800,"model":"%s","choices":[],"usage":%s}""".formatted(id, SERVED, usage(line));
    }

    private static String usage(Line line) {
        return """
                {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,\
                "prompt_tokens_details":{"cached_tokens":%d},"completion_tokens_details":{"reasoning_tokens":%d}}""".formatted(
                        line.input(), line.output(), line.input() + line.output(), line.cached(), line.reasoning());
    }
}

package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers say beside their counts, how streams end, and what is not an answer. */
class UsageReaderTest {

    @Test
    void aChatStreamSaysItsUsageLast() {
        UsageReport report = read("""
                data: {"id":"chatcmpl-1","model":"gpt-5","service_tier":"flex","choices":[{"index":0,"delta":{"content":"Hi "}}],"usage":null}

                data: {"id":"chatcmpl-1","model":"gpt-5","choices":[{"index":0,"delta":{"content":"you \\u4e2d"},"finish_reason":"stop"}],"usage":null}

                data: {"id":"chatcmpl-1","model":"gpt-5","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}

                data: [DONE]

                """);
        assertThat(report.usage()).isEqualTo(Usage.tokens(12, 3));
        assertThat(report.model()).isEqualTo("gpt-5");
        assertThat(report.responseId()).isEqualTo("chatcmpl-1");
        assertThat(report.serviceTier()).isEqualTo("flex");
        assertThat(report.choices()).isEqualTo(1);
        assertThat(report.isComplete()).isTrue();
        // "Hi you " and one character of three bytes
        assertThat(report.volume()).isEqualTo(new TextVolume(7, 0, 1, 0));
    }

    @Test
    void aStreamThatBrokeIsNotComplete() {
        UsageReport report = read("""
                data:{"model":"gpt-5","choices":[{"delta":{"content":"Hi"}}]}

                data:{"model":"gpt-5","choices":[{"delta":{"con""");
        assertThat(report.isComplete()).isFalse();
        assertThat(report.usage()).isSameAs(Usage.NONE);
        assertThat(report.volume().characters()).isEqualTo(2);
    }

    @Test
    void aStreamWithoutUsageReportsNone() {
        UsageReport report =
                read("data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [DONE]\n\n");
        assertThat(report.isComplete()).isTrue();
        assertThat(report.usage().isEmpty()).isTrue();
    }

    @Test
    void seesTheTextOfEveryKindOfAnswer() {
        assertThat(read("{\"output\":{\"message\":{\"content\":[{\"text\":\"abc\"}]}},\"usage\":{}}")
                        .volume()
                        .characters())
                .isEqualTo(3);
        assertThat(
                        read("{\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"abc\"}]}]}")
                                .volume()
                                .characters())
                .isEqualTo(3);
        assertThat(read("{\"model\":\"llama3\",\"response\":\"abc\",\"done\":false}")
                        .volume()
                        .characters())
                .isEqualTo(3);
        assertThat(
                        read("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}")
                                .volume()
                                .characters())
                .isEqualTo(2);
        // a stream says its text again when it is complete
        assertThat(read("data: {\"type\":\"response.output_text.delta\",\"delta\":\"abc\"}\n\n"
                                + "data: {\"type\":\"response.completed\",\"response\":{\"output\":[{\"content\":[{\"text\":\"abc\"}]}]}}\n\n")
                        .volume()
                        .characters())
                .isEqualTo(3);
    }

    @Test
    void aCountThatCannotBeIsAContradiction() {
        for (String count : new String[] {"-1", "1.5", "0.1", "1e30", "9".repeat(300), "1e999999999"}) {
            UsageReport report = read("{\"usage\":{\"prompt_tokens\":" + count + ",\"completion_tokens\":3}}");
            assertThat(report.usage().isContradictory()).as(count).isTrue();
            assertThat(report.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(3);
        }
        assertThat(read("{\"usage\":{\"prompt_tokens\":12.0,\"completion_tokens\":1.2e1}}")
                        .usage())
                .isEqualTo(Usage.tokens(12, 12));
    }

    @Test
    void aProviderWithoutCountsReportsNone() {
        UsageReader reader = UsageReader.of("anthropic");
        byte[] busy = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}".getBytes(StandardCharsets.UTF_8);
        reader.read(busy, 0, busy.length);
        assertThat(reader.report().usage()).isSameAs(Usage.NONE);
        assertThat(reader.report().hasUsage()).isFalse();
    }

    @Test
    void documentsInARowMayNotBeAll() {
        String line = "{\"candidates\":[{}],\"usageMetadata\":{\"promptTokenCount\":3}}\n";
        assertThat(read(line).isComplete()).isTrue();
        assertThat(read(line + line).isComplete()).isFalse();
        assertThat(read("[" + line + "," + line + "]").isComplete()).isTrue();
    }

    @Test
    void aTextInThePlaceOfANumberIsNone() {
        assertThat(
                        read("{\"usage\":{\"prompt_tokens\":\"12\",\"completion_tokens\":3,\"cost\":\"free\"},\"done\":\"yes\"}")
                                .usage())
                .isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 3));
    }

    @Test
    void aBodyThatIsCutOffIsNotComplete() {
        String body = "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}";
        assertThat(read(body).isComplete()).isTrue();
        assertThat(read(body.substring(0, body.length() - 1)).isComplete()).isFalse();
    }

    @Test
    void otherModelsThatWorkedOnAnAnswerAreLinesOfTheirOwn() {
        UsageReport report = read("""
                {"type":"message","model":"claude-sonnet-5","usage":{"input_tokens":2390,"output_tokens":121,"iterations":[
                {"type":"message","input_tokens":1128,"output_tokens":110},
                {"type":"advisor_message","model":"claude-opus-4-8","input_tokens":2518,"output_tokens":22,"cache_read_input_tokens":10},
                {"type":"message","input_tokens":1262,"output_tokens":11}]}}""");
        assertThat(report.lines()).hasSize(2);
        assertThat(report.usage()).isEqualTo(Usage.tokens(2_390, 121));
        assertThat(report.lines().get(1).model()).isEqualTo("claude-opus-4-8");
        // the advisor's input leaves out what it read from the cache
        assertThat(report.lines().get(1).usage().count(Unit.INPUT_TOKENS)).isEqualTo(2_528);
        assertThat(report.lines().get(1).usage().count(Unit.CACHE_READ_TOKENS)).isEqualTo(10);
    }

    @Test
    void aGatewaySaysWhatItBills() {
        UsageReport report = read("""
                {"model":"m","usage":{"prompt_tokens":326,"completion_tokens":91,"cost":0,
                "cost_details":{"upstream_inference_cost":0.0003253},"is_byok":true}}""");
        assertThat(report.cost()).isEqualByComparingTo("0");
        assertThat(report.upstreamCost()).isEqualByComparingTo(new BigDecimal("0.0003253"));
        assertThat(report.isOwnKey()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[%s,\n%s]", "%s\n%s\n", "data: %s\n\ndata: %s\n\n", "data: %s\r\n\r\ndata: %s\r\n\r\n"})
    void geminiSpeaksInArraysLinesAndEvents(String form) {
        String first =
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}],\"modelVersion\":\"gemini-2.5-pro\","
                        + "\"usageMetadata\":{\"promptTokenCount\":10,\"candidatesTokenCount\":1}}";
        String last =
                "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"modelVersion\":\"gemini-2.5-pro\",\"usageMetadata\":"
                        + "{\"promptTokenCount\":10,\"candidatesTokenCount\":4,\"thoughtsTokenCount\":6,\"trafficType\":\"ON_DEMAND_FLEX\"}}";
        UsageReport report = read(form.formatted(first, last));
        assertThat(report.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(10);
        assertThat(report.usage().count(Unit.REASONING_TOKENS)).isEqualTo(6);
        assertThat(report.serviceTier()).isEqualTo("flex");
        assertThat(report.isComplete()).isTrue();
    }

    @Test
    void ollamaCountsInItsLastLine() {
        UsageReport report = read("""
                {"model":"llama3.2","message":{"role":"assistant","content":"Hi"},"done":false}
                {"model":"llama3.2","message":{"role":"assistant","content":""},"done":true,"prompt_eval_count":26,"eval_count":298}
                """);
        assertThat(report.usage()).isEqualTo(Usage.tokens(26, 298));
        assertThat(report.isComplete()).isTrue();
        assertThat(report.volume().characters()).isEqualTo(2);
    }

    @Test
    void bedrockSpeaksInFrames_andWrapsOtherModelsInThem() {
        byte[] converse = frames(
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"}}",
                "{\"metrics\":{\"latencyMs\":1},\"usage\":{\"inputTokens\":5,\"outputTokens\":3,\"cacheReadInputTokens\":2}}");
        String start =
                "{\"type\":\"message_start\",\"message\":{\"model\":\"claude\",\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}";
        String delta = "{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":15}}";
        String stop = "{\"type\":\"message_stop\"}";
        byte[] wrapped = frames(wrap(start), wrap(delta), wrap(stop));
        for (int size : new int[] {1, 3, 7, 4096}) {
            UsageReport report = read(converse, size);
            assertThat(report.usage().count(Unit.INPUT_TOKENS)).isEqualTo(7);
            assertThat(report.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(3);
            assertThat(report.isComplete()).isTrue();
            UsageReport inner = read(wrapped, size);
            assertThat(inner.usage()).isEqualTo(Usage.tokens(25, 15));
            assertThat(inner.model()).isEqualTo("claude");
            assertThat(inner.isComplete()).isTrue();
        }
    }

    @Test
    void whatIsNoAnswerReportsNothing() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write("{\"usage\":{\"prompt_tokens\":1}}".getBytes(StandardCharsets.UTF_8));
        }
        for (byte[] body : new byte[][] {
            zipped.toByteArray(),
            "<html>{\"usage\":{\"prompt_tokens\":1}}</html>".getBytes(StandardCharsets.UTF_8),
            {},
            {0, 0, 0}
        }) {
            UsageReport report = read(body, 5);
            assertThat(report.usage()).isSameAs(Usage.NONE);
            assertThat(report.isComplete()).isFalse();
        }
    }

    @Test
    void impossibleCountsAreFlaggedAndNotUsed() {
        UsageReport report = read("{\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1e400}}");
        assertThat(report.usage().isContradictory()).isTrue();
        assertThat(report.usage().isEmpty()).isTrue();
    }

    private static String wrap(String json) {
        return "{\"bytes\":\"" + Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)) + "\"}";
    }

    /** Frames with a header that is skipped and checksums that nobody looks at. */
    private static byte[] frames(String... payloads) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String payload : payloads) {
            byte[] header = "header".getBytes(StandardCharsets.UTF_8);
            byte[] json = payload.getBytes(StandardCharsets.UTF_8);
            int total = 12 + header.length + json.length + 4;
            out.writeBytes(ByteBuffer.allocate(12)
                    .putInt(total)
                    .putInt(header.length)
                    .putInt(7)
                    .array());
            out.writeBytes(header);
            out.writeBytes(json);
            out.writeBytes(new byte[] {1, 2, 3, 4});
        }
        return out.toByteArray();
    }

    private static UsageReport read(String body) {
        return read(body.getBytes(StandardCharsets.UTF_8), 3);
    }

    private static UsageReport read(byte[] body, int size) {
        UsageReader reader = UsageReader.create();
        for (int i = 0; i < body.length; i += size) {
            reader.read(body, i, Math.min(size, body.length - i));
        }
        return reader.report();
    }
}

package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests say about their cost, in each provider's form. */
class RequestReaderTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64, Integer.MAX_VALUE})
    void readsAChatRequest(int size) {
        RequestReport report = read("""
                {"model":"gpt-5","messages":[{"role":"system","content":"Be brief."},
                 {"role":"user","content":[{"type":"text","text":"Hi \\u4e2d"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
                 {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":1}"}}]}],
                 "service_tier":"flex","stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":200,"n":2}""", size);
        assertThat(report.model()).isEqualTo("gpt-5");
        assertThat(report.serviceTier()).isEqualTo("flex");
        assertThat(report.isStream()).isTrue();
        assertThat(report.asksForUsage()).isTrue();
        assertThat(report.hasStreamOptions()).isTrue();
        assertThat(report.maxOutputTokens()).isEqualTo(200);
        assertThat(report.choices()).isEqualTo(2);
        // "Be brief.", "Hi " and one character of three bytes, {"a":1}; the picture is no text
        assertThat(report.text().volume()).isEqualTo(new TextVolume(9 + 3 + 7, 0, 1, 0));
    }

    @Test
    void knowsTheOtherForms() {
        RequestReport anthropic = read("""
                {"model":"claude-sonnet-5","max_tokens":64,"system":[{"type":"text","text":"abc"}],"messages":[{"role":"user","content":"de"}]}""");
        assertThat(anthropic.maxOutputTokens()).isEqualTo(64);
        assertThat(anthropic.text().volume().characters()).isEqualTo(5);
        RequestReport gemini = read("""
                {"systemInstruction":{"parts":[{"text":"ab"}]},"contents":[{"parts":[{"text":"cde"},{"inlineData":{"data":"QUJD"}}]}],
                 "generationConfig":{"maxOutputTokens":77,"candidateCount":3}}""");
        assertThat(gemini.model()).isNull();
        assertThat(gemini.maxOutputTokens()).isEqualTo(77);
        assertThat(gemini.choices()).isEqualTo(3);
        assertThat(gemini.text().volume().characters()).isEqualTo(5);
        RequestReport bedrock = read("""
                {"messages":[{"role":"user","content":[{"text":"abcd"}]}],"inferenceConfig":{"maxTokens":9}}""");
        assertThat(bedrock.maxOutputTokens()).isEqualTo(9);
        assertThat(bedrock.text().volume().characters()).isEqualTo(4);
        RequestReport responses = read("""
                {"model":"gpt-5","instructions":"ab","input":[{"role":"user","content":[{"type":"input_text","text":"cd"}]},
                 {"type":"function_call_output","output":"efg"}],"max_output_tokens":5}""");
        assertThat(responses.text().volume().characters()).isEqualTo(7);
        assertThat(responses.maxOutputTokens()).isEqualTo(5);
        assertThat(read("{\"model\":\"e\",\"input\":[\"ab\",\"c\"]}")
                        .text()
                        .volume()
                        .characters())
                .isEqualTo(3);
        assertThat(read("{\"model\":\"l\",\"options\":{\"num_predict\":12}}").maxOutputTokens())
                .isEqualTo(12);
        assertThat(read("{\"model\":\"l\",\"options\":{\"num_predict\":-1}}").maxOutputTokens())
                .isEqualTo(-1);
        assertThat(read("{\"model\":\"mistral-ocr\",\"document_annotation_format\":{\"type\":\"json_schema\"}}")
                        .asksForAnnotations())
                .isTrue();
        assertThat(read("{\"model\":\"mistral-ocr\",\"document_annotation_format\":null}")
                        .asksForAnnotations())
                .isFalse();
    }

    @Test
    void aBodyThatIsNoJsonSaysNothing() {
        assertThat(read("--boundary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1"))
                .isSameAs(RequestReport.NONE);
        assertThat(read("")).isSameAs(RequestReport.NONE);
        RequestReport broken = read("{\"model\":\"m\",}{{{");
        assertThat(broken.model()).isEqualTo("m");
        assertThat(broken.maxOutputTokens()).isEqualTo(-1);
        assertThat(broken.choices()).isEqualTo(1);
    }

    @Test
    void hostileNumbersAreBounded() {
        RequestReport report = read("{\"n\":99999999999999999999999,\"max_tokens\":-5,\"stream\":\"true\"}");
        assertThat(report.choices()).isEqualTo(1);
        assertThat(report.maxOutputTokens()).isZero();
        assertThat(report.isStream()).isFalse();
        assertThat(read("{\"n\":1000000000}").choices()).isEqualTo(1_024);
    }

    private static RequestReport read(String body) {
        return read(body, Integer.MAX_VALUE);
    }

    private static RequestReport read(String body, int size) {
        RequestReader reader = RequestReader.create();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; ) {
            int length = Math.min(size, bytes.length - i);
            reader.read(bytes, i, length);
            i += length;
        }
        return reader.report();
    }
}

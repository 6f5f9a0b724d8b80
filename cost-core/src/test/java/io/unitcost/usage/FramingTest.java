package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the JSON is in what arrives, and what counts as its end. */
class FramingTest {

    private static final String ANSWER = "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: %s\n\n",
                "data:%s\n\n",
                "data:   %s\r\n\r\n",
                "data: %s\r\r",
                ": comment\ndata: %s\n\n",
                "event: data: {\ndata: %s\nid: 7\n\n",
                "datax: {\ndata\ndat\ndata: %s",
                "data: {\"usage\"\n\ndata: %s\n\n",
                "data: nonsense\ndata: %s\n\n",
                "data: [1,{]\ndata: %s\n\n",
                "\uFEFF%s",
                "\r\n\t %s",
                "[%s]",
                "%s\n%s",
                "{}%s"
            })
    void findsTheAnswer(String form) {
        for (int size : new int[] {1, 2, 5, 1_000}) {
            UsageReport report = read(form.replace("%s", ANSWER), size);
            assertThat(report.usage()).isEqualTo(Usage.tokens(12, 3));
            assertThat(report.model()).isEqualTo("m");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data: [DONE]\n\n", "data:[DONE]\n", "data: {}\n\ndata: [DONE]\r\n\r\n", ":\ndata:  [DONE]\r"})
    void theWordForTheEndEndsAStream(String stream) {
        assertThat(read(stream, 1).isComplete()).isTrue();
        assertThat(read(stream, 1_000).isComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: [DONE]",
                "data: [DONE\n\n",
                "data: [DONE]]\n\n",
                "data: [DONE] {}\n\n",
                "event: [DONE]\n\n",
                "data: {\"a\":\"[DONE]\"}\n\n",
                "data: \"[DONE]\"\n\n",
                "data: x[DONE]\n\n"
            })
    void nothingElseEndsAStream(String stream) {
        assertThat(read(stream, 1).isComplete()).isFalse();
        assertThat(read(stream, 1_000).isComplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1]\n",
                "{\"a\":1}]\n",
                "{\"a\":nul}\n",
                "{\"a\"\n",
                "{} {",
                "{},",
                "[{}]]\n",
                "{\"a\":tru"
            })
    void aBodyThatBrokeIsNotComplete_whateverLineEndsBehindIt(String body) {
        assertThat(read(body, 1).isComplete()).isFalse();
        assertThat(read(body, 1_000).isComplete()).isFalse();
    }

    @Test
    void aReportInTheMiddleOfANumberDoesNotEndIt() {
        UsageReader reader = UsageReader.create();
        byte[] answer = FuzzAnswers.bytes(ANSWER);
        int middle = ANSWER.indexOf("12") + 1;
        reader.read(answer, 0, middle);
        assertThat(reader.report().usage()).isSameAs(Usage.NONE);
        reader.read(answer, middle, answer.length - middle);
        assertThat(reader.report().usage()).isEqualTo(Usage.tokens(12, 3));
    }

    private static UsageReport read(String answer, int size) {
        byte[] bytes = FuzzAnswers.bytes(answer);
        UsageReader reader = UsageReader.create();
        for (int i = 0; i < bytes.length; i += size) {
            reader.read(bytes, i, Math.min(size, bytes.length - i));
        }
        return reader.report();
    }
}

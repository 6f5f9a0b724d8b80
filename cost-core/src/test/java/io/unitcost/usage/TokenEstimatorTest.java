package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many tokens a text is taken to be. */
class TokenEstimatorTest {

    private static final String ENGLISH =
            "The quarterly report shows that revenue grew by twelve percent, while the cost of serving each request stayed flat. ";

    private final TokenEstimator byScript = TokenEstimator.byScript();

    @Test
    void countsCharactersByScript() {
        assertThat(byScript.tokens(SeenText.NONE, null)).isZero();
        // 8 x 5/20
        assertThat(byScript.tokens(SeenText.of("abcdefgh"), null)).isEqualTo(2);
        assertThat(byScript.tokens(SeenText.of("a"), null)).isEqualTo(1);
        // 5 x 8/20
        assertThat(byScript.tokens(SeenText.of("\u043f\u0440\u0438\u0432\u0435"), null))
                .isEqualTo(2);
        // 4 x 15/20
        assertThat(byScript.tokens(SeenText.of("\u5b63\u5ea6\u62a5\u544a"), null))
                .isEqualTo(3);
        // 1 x 40/20
        assertThat(byScript.tokens(SeenText.of("\ud83d\ude80"), null)).isEqualTo(2);
    }

    /** The figures of the page about usage: what the rule says over what the vocabulary says. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ENGLISH,
                "public static int sum(List<Integer> values) {\n    int total = 0;\n    for (int value : values) {\n        total += value;\n    }\n    return total;\n}\n",
                "{\"name\":\"get_weather\",\"arguments\":{\"city\":\"Berlin\",\"unit\":\"celsius\",\"days\":3}}",
                "\u041a\u0432\u0430\u0440\u0442\u0430\u043b\u044c\u043d\u044b\u0439 \u043e\u0442\u0447\u0451\u0442 \u043f\u043e\u043a\u0430\u0437\u044b\u0432\u0430\u0435\u0442, \u0447\u0442\u043e \u0432\u044b\u0440\u0443\u0447\u043a\u0430 \u0432\u044b\u0440\u043e\u0441\u043b\u0430",
                "\u5b63\u5ea6\u62a5\u544a\u663e\u793a\uff0c\u6536\u5165\u589e\u957f\u4e86\u767e\u5206\u4e4b\u5341\u4e8c\uff0c\u800c\u6bcf\u4e2a\u8bf7\u6c42\u7684\u6210\u672c\u4fdd\u6301\u4e0d\u53d8\u3002",
            })
    void isNotFarFromATokenizer(String text) {
        double ratio = (double) byScript.tokens(SeenText.of(text), null)
                / TokenEstimator.jtokkit().tokens(SeenText.of(text), "gpt-4o");
        assertThat(ratio).isBetween(0.75, 2.0);
    }

    @Test
    void aTokenizerCountsAShortTextExactly() {
        TokenEstimator tokenizer = TokenEstimator.jtokkit();
        // "hello world" is two tokens in each of OpenAI's vocabularies
        assertThat(tokenizer.tokens(SeenText.of("hello world"), "gpt-4o")).isEqualTo(2);
        assertThat(tokenizer.tokens(SeenText.of("hello world"), "somebody-elses-model"))
                .isEqualTo(2);
        assertThat(tokenizer.tokens(SeenText.of("hello world"), null)).isEqualTo(2);
        assertThat(tokenizer.tokens(SeenText.of("<|endoftext|>"), "gpt-4o")).isPositive();
        assertThat(tokenizer.tokens(SeenText.NONE, "gpt-4o")).isZero();
    }

    @Test
    void aTokenizerTakesTheRestOfALongTextToBeLikeItsBeginning() {
        TokenEstimator tokenizer = TokenEstimator.jtokkit();
        String text = ENGLISH.repeat(1_000);
        long exact = tokenizer.tokens(SeenText.of(text), "gpt-4o");
        SeenText seen = read(text, tokenizer).text();
        assertThat(seen.sample()).hasSize(TextSample.LARGEST);
        assertThat(seen.volume()).isEqualTo(TextVolume.of(text));
        assertThat((double) tokenizer.tokens(seen, "gpt-4o") / exact).isBetween(0.97, 1.03);
    }

    @Test
    void theSampleIsTheTextWithoutItsEscapes() {
        SeenText seen = read("a \"quoted\" \\ \n line, \u00e4 \u4e2d \ud83d\ude80", TokenEstimator.jtokkit())
                .text();
        assertThat(seen.sample()).isEqualTo("a \"quoted\" \\ \n line, \u00e4 \u4e2d \ud83d\ude80");
        assertThat(seen.isWhole()).isTrue();
        assertThat(read("abc", byScript).text().sample()).isEmpty();
    }

    @Test
    void theSampleOfAWideTextEndsWithAWholeCharacter() {
        SeenText seen = read("\u4e2d".repeat(5_000), TokenEstimator.jtokkit()).text();
        assertThat(seen.sample()).isNotEmpty().doesNotContain("\uFFFD");
        assertThat(seen.isWhole()).isFalse();
    }

    private static UsageReport read(String text, TokenEstimator estimator) {
        UsageReader reader = UsageReader.of(null, estimator);
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        byte[] body =
                ("{\"choices\":[{\"message\":{\"content\":\"" + escaped + "\"}}]}").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < body.length; i += 100) {
            reader.read(body, i, Math.min(100, body.length - i));
        }
        return reader.report();
    }
}

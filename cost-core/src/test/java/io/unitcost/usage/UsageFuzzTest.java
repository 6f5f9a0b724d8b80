package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever arrives, in pieces of whatever size: the same report, the one that Jackson's parser leads to, in bounded time and
 * memory. {@code FuzzJazzerTest} looks for what this one does not think of.
 */
class UsageFuzzTest {

    private static final int CASES = Boolean.getBoolean("unitcost.long") ? 60_000 : 6_000;

    @Test
    void readsWhatJacksonReads_inPiecesOfAnySize() {
        SplittableRandom random = new SplittableRandom(51);
        FuzzAnswers answers = new FuzzAnswers(random);
        int withUsage = 0;
        for (int i = 0; i < CASES; i++) {
            List<String> documents = answers.documents();
            byte[] answer = answers.json(documents);
            String json = new String(answer, StandardCharsets.UTF_8);
            String expected = describe(FuzzJackson.facts(List.of(json), false), true);
            assertReads(answer, expected, random);
            withUsage += expected.contains("usage=true") ? 1 : 0;
        }
        assertThat(withUsage).isGreaterThan(CASES / 10);
    }

    @Test
    void readsWhatJacksonReads_inEvents() {
        SplittableRandom random = new SplittableRandom(52);
        FuzzAnswers answers = new FuzzAnswers(random);
        for (int i = 0; i < CASES; i++) {
            List<String> documents = answers.documents();
            Facts facts = FuzzJackson.facts(documents, false);
            boolean done = random.nextBoolean();
            if (done) {
                facts.finish();
            }
            assertReads(answers.events(documents, done), describe(facts, false), random);
        }
    }

    @Test
    void readsWhatJacksonReads_inFramesAndInWhatIsWrappedInThem() {
        SplittableRandom random = new SplittableRandom(53);
        FuzzAnswers answers = new FuzzAnswers(random);
        for (int i = 0; i < CASES; i++) {
            List<String> documents = answers.documents();
            assertReads(answers.frames(documents), describe(FuzzJackson.facts(documents, true), false), random);
        }
    }

    @Test
    void whatIsDamagedIsTheSameInPiecesOfAnySize() {
        SplittableRandom random = new SplittableRandom(54);
        FuzzAnswers answers = new FuzzAnswers(random);
        for (int i = 0; i < CASES; i++) {
            List<String> documents = answers.documents();
            byte[] answer = answers.damaged(
                    switch (i % 3) {
                        case 0 -> answers.json(documents);
                        case 1 -> answers.events(documents, true);
                        default -> answers.frames(documents);
                    });
            String whole = FuzzReport.whole(answer);
            assertThat(FuzzReport.cut(answer, random)).as(text(answer)).isEqualTo(whole);
            assertThat(FuzzReport.byteByByte(answer)).as(text(answer)).isEqualTo(whole);
        }
    }

    @Test
    void textThatLooksLikeUsageChangesNothing() {
        SplittableRandom random = new SplittableRandom(55);
        FuzzAnswers answers = new FuzzAnswers(random);
        String plain = FuzzReport.described(answerWith("Hi", "Hi"));
        for (int i = 0; i < CASES; i++) {
            String one = answers.escaped(answers.text());
            String other = answers.escaped(answers.text());
            assertThat(FuzzReport.described(answerWith(one, other)))
                    .as("%s %s", one, other)
                    .isEqualTo(plain);
        }
    }

    static UsageReport answerWith(String content, String other) {
        byte[] answer = FuzzAnswers.bytes(
                "{\"note\":\"" + other + "\",\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\""
                        + content + "\",\"" + other + "x\":{\"usage\":\"" + other + "\"}}}],\"logprobs\":[\"" + other
                        + "\"],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"note\":\"" + other
                        + "\"},\"z\":\"" + other
                        + "\"}");
        UsageReader reader = UsageReader.create();
        reader.read(answer, 0, answer.length);
        return reader.report();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{\"usage\":",
                "{\"a\":[",
                "{}",
                "\"",
                "\\",
                "{\"",
                "{\"\\",
                "{\"a\":\"",
                "{\"model\":\"",
                "{\"model\":\"\\u",
                "{\"choices\":[{\"message\":{\"content\":\"\\",
                "1",
                "{\"usage\":{\"prompt_tokens\":1",
                "{\"model\":\"m\"},",
                "{\"usage\":{\"iterations\":[{\"model\":\"m\",\"input_tokens\":1},",
                "data:",
                "data: ",
                "data: {",
                "event: ",
                "\n",
                "data: {\"model\":\"m\"}\n",
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
                "data: [DONE]\n\n",
                ":",
                "data: [",
                " ",
                "\0",
                "\0\0\0\1",
                "\0\0\0\20\0\0\0\0\0\0\0\0aaaa",
                "{\"error\":{},",
                "{\"usage\":{\"cost\":1e9",
                "{\"bytes\":\"QUJD"
            })
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endlessRepetitionTakesBoundedTimeAndMemory(String part) {
        // the first part once, then its last characters again and again, and all of it again and again
        byte[] tail = FuzzAnswers.bytes(part + part.substring(part.length() - 1).repeat(1 << 19));
        byte[] all = FuzzAnswers.bytes(part.repeat((1 << 19) / part.length()));
        for (byte[] answer : new byte[][] {tail, all}) {
            String whole = FuzzReport.whole(answer);
            assertThat(FuzzReport.read(answer, () -> 1_000)).isEqualTo(whole);
            assertThat(FuzzReport.byteByByte(answer)).isEqualTo(whole);
        }
    }

    private static void assertReads(byte[] answer, String expected, SplittableRandom random) {
        String whole = FuzzReport.whole(answer);
        assertThat(whole).as(text(answer)).startsWith(expected + " ");
        assertThat(FuzzReport.cut(answer, random)).as(text(answer)).isEqualTo(whole);
        if (random.nextInt(8) == 0) {
            assertThat(FuzzReport.byteByByte(answer)).as(text(answer)).isEqualTo(whole);
        }
    }

    private static String describe(Facts facts, boolean wholeDocument) {
        return describe(new UsageReport(facts, Shapes.Hints.NONE, wholeDocument));
    }

    private static String describe(UsageReport report) {
        return FuzzReport.describe(report);
    }

    private static String text(byte[] answer) {
        return new String(answer, StandardCharsets.UTF_8);
    }
}

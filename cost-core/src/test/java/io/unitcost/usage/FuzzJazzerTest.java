package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;

/**
 * Jazzer looks for answers that are read in another way than they should be, guided by the code they reach. Only in the
 * profile {@code fuzz}: it instruments every class of its virtual machine.
 */
@Tag("fuzz")
class FuzzJazzerTest {

    /** One half of a character, which no parser makes anything of; and byte order marks, which Jackson does not skip in text. */
    private static final Pattern INCOMPARABLE = Pattern.compile("\\\\u[dD][89a-fA-F]|\uFEFF");

    private static final String PLAIN = FuzzReport.described(UsageFuzzTest.answerWith("Hi", "Hi"));
    /** What takes long is tried on short answers only. */
    private static final int SHORT = 300;

    @MethodSource("answers")
    @FuzzTest(maxDuration = "1m")
    void isReadAsJacksonReadsIt_inPiecesOfAnySize_andChangesNothingAsAText(byte[] bytes) {
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(bytes));
        String whole = FuzzReport.whole(bytes);
        assertThat(FuzzReport.cut(bytes, random)).isEqualTo(whole);
        String json = comparable(bytes);
        if (json != null) {
            compare(json, whole);
        }
        if (bytes.length <= SHORT) {
            assertThat(FuzzReport.byteByByte(bytes)).isEqualTo(whole);
            String text = new FuzzAnswers(random).escaped(new String(bytes, StandardCharsets.UTF_8));
            assertThat(FuzzReport.described(UsageFuzzTest.answerWith(text, text)))
                    .isEqualTo(PLAIN);
        }
    }

    private static void compare(String json, String whole) {
        Facts facts;
        Facts thrice;
        try {
            facts = FuzzJackson.facts(List.of(json), false);
            thrice = FuzzJackson.facts(List.of(json, json, json), false);
        } catch (JacksonException e) {
            return;
        }
        assertThat(whole).startsWith(FuzzReport.describe(new UsageReport(facts, Shapes.Hints.NONE, true)) + " ");
        if (json.indexOf('\n') < 0 && json.indexOf('\r') < 0) {
            byte[] events = FuzzAnswers.bytes("data: %s\n\n".formatted(json).repeat(3));
            assertThat(FuzzReport.whole(events))
                    .startsWith(FuzzReport.describe(new UsageReport(thrice, Shapes.Hints.NONE, false)) + " ");
        }
    }

    /** Objects and arrays in UTF-8, and nothing behind them that a sequence of documents may not have. */
    private static @Nullable String comparable(byte[] answer) {
        try {
            String json = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(answer))
                    .toString();
            boolean opens = json.startsWith("{") || json.startsWith("[");
            boolean closes = json.endsWith("}") || json.endsWith("]");
            return opens && closes && !INCOMPARABLE.matcher(json).find() ? json : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    static Stream<Arguments> answers() {
        SplittableRandom random = new SplittableRandom(61);
        FuzzAnswers answers = new FuzzAnswers(random);
        return Stream.generate(() -> switch (random.nextInt(3)) {
                    case 0 -> answers.json(answers.documents());
                    case 1 -> answers.events(answers.documents(), random.nextBoolean());
                    default -> answers.frames(answers.documents());
                })
                .filter(answer -> answer.length <= 3 * SHORT)
                .limit(300)
                .map(Arguments::of);
    }
}

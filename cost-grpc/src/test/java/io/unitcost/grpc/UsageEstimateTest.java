package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** The text of an only message is read when somebody asks, of more than one as they pass, and comes to the same. */
class UsageEstimateTest {

    private final UsageReading reading =
            GrpcPresetsTest.preset(TestProtos.TGIS_STREAM).reading(TokenEstimator.byScript());

    @Test
    void severalMessagesAreCountedOnce_whetherSomebodyAskedBetweenThemOrNot() {
        UsageReading asked = GrpcPresetsTest.preset(TestProtos.TGIS_STREAM).reading(TokenEstimator.byScript());
        for (int i = 1; i <= 3; i++) {
            reading.response(answer());
            asked.response(answer());
            // 8 letters are 2 tokens
            assertThat(asked.estimate()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 2 * i));
        }
        assertThat(reading.estimate()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 6));
        assertThat(reading.estimate()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 6));
    }

    @Test
    void anOnlyMessageIsKeptUntilTheEndOfItsCall() {
        WeakReference<Message> kept = new WeakReference<>(answerTo(reading));
        assertThat(isGone(kept)).isFalse();
        reading.forget();
        assertThat(isGone(kept)).isTrue();
    }

    @Test
    void aMessageIsNotKeptWhenAnotherOneComes() {
        WeakReference<Message> first = new WeakReference<>(answerTo(reading));
        reading.response(answer());
        assertThat(isGone(first)).isTrue();
        assertThat(reading.estimate()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 4));
    }

    @Test
    void noMessageIsKeptOfAStreamThatCarriesManyRequests() {
        UsageReading correlated =
                GrpcPresetsTest.preset(TestProtos.TRITON_STREAM).reading(TokenEstimator.byScript());
        Message message = TestProtos.response(TestProtos.TRITON_STREAM, """
                infer_response { outputs { name: 'text_output' datatype: 'BYTES' contents { bytes_contents: 'eight ch' } } }""");
        correlated.response(message);
        WeakReference<Message> kept = new WeakReference<>(message);
        message = null;
        assertThat(isGone(kept)).isTrue();
        assertThat(correlated.estimate()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 2));
    }

    private static Message answerTo(UsageReading reading) {
        Message message = answer();
        reading.response(message);
        return message;
    }

    private static Message answer() {
        return TestProtos.response(TestProtos.TGIS_STREAM, "text: 'eight ch'");
    }

    private static boolean isGone(WeakReference<?> reference) {
        for (int i = 0; i < 10 && reference.get() != null; i++) {
            System.gc();
        }
        return reference.get() == null;
    }
}

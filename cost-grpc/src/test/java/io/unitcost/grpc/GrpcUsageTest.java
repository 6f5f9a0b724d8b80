package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.unitcost.Attempt;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.SeenText;
import io.unitcost.usage.TokenEstimator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrpcUsageTest {

    private static final String TYPE = "own.Answer";

    static {
        TestProtos.register(ProtoText.file("""
                package own;
                message Asked { string model = 1; string prompt = 2; int32 most = 3; int32 n = 4; int32 letters = 5; }
                message Counts { int64 in = 1; int64 out = 2; int64 cached = 3; }
                message Answer {
                  Counts counts = 1;
                  string model = 2;
                  string id = 3;
                  string text = 4;
                  string region = 5;
                  string tier = 6;
                  bool done = 7;
                  int32 choice = 8;
                  bytes audio = 9;
                }
                """));
    }

    /** What a program without protobuf answers. */
    private record Reply(String model, int in, int out, boolean last, boolean wrong) {}

    @Test
    void aZeroNeverReplacesMore_andALaterCountDoes() {
        UsageReading reading = cumulative().build().reading(null);
        reading.response(answer("counts { in: 7 out: 3 }"));
        reading.response(answer("counts {}"));
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 3));
        reading.response(answer("counts { out: 10 }"));
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 10));
    }

    @Test
    void nothingButZerosIsNoUsage_andAZeroBesideCountsIsOne() {
        UsageReading reading = cumulative().build().reading(null);
        reading.response(answer("text: 'a'"));
        reading.response(answer("counts {}"));
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.usage()).isSameAs(Usage.NONE);
        reading.response(answer("counts { in: 7 }"));
        assertThat(reading.hasUsage()).isTrue();
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 0));
        assertThat(reading.usage().has(Unit.OUTPUT_TOKENS)).isTrue();
    }

    @Test
    void countsThatCannotBeAreLeftOut_andSaid() {
        for (String impossible : List.of("-1", "1000000000001", "9223372036854775807", "-9223372036854775808")) {
            UsageReading reading = cumulative().build().reading(null);
            reading.response(answer("counts { in: 7 out: " + impossible + " }"));
            assertThat(reading.usage()).as(impossible).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 7));
            assertThat(reading.usage().isContradictory()).isTrue();
        }
        UsageReading most = cumulative().build().reading(null);
        most.response(answer("counts { in: 7 out: 1000000000000 }"));
        assertThat(most.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(1_000_000_000_000L);
        assertThat(most.usage().isContradictory()).isFalse();
    }

    @Test
    void whatServedWinsOverWhatWasAsked_andTheRestIsFilledIn() {
        UsageReading reading = cumulative()
                .requestModel("model")
                .responseModel("model")
                .modelIsLastSegment()
                .responseId("id")
                .serviceTier("tier")
                .region("region")
                .build()
                .reading(null);
        assertThat(reading.model()).isNull();
        reading.request(TestProtos.message("own.Asked", "model: 'models/small'"));
        assertThat(reading.model()).isEqualTo("small");
        reading.response(answer("model: 'models/large'"));
        reading.response(answer("model: 'later' id: 'i' tier: 'FLEX' region: 'eu'"));
        assertThat(reading.model()).isEqualTo("large");
        assertThat(reading.requestModel()).isEqualTo("small");
        Attempt.Builder attempt = Attempt.of("p", "m");
        reading.fill(attempt);
        assertThat(attempt.build().responseId()).isEqualTo("i");
        assertThat(attempt.build().serviceTier()).isEqualTo("flex");
        assertThat(attempt.build().region()).isEqualTo("eu");
        assertThat(attempt.build().reportedCost()).isNull();
    }

    @Test
    void trailersAreTheLastWord_andAreReadAlone() {
        GrpcUsage usage = cumulative()
                .trailer(Unit.INPUT_TOKENS, "x-in")
                .trailer(Unit.OUTPUT_TOKENS, "x-out")
                .build();
        UsageReading reading = usage.reading(null);
        reading.response(answer("counts { in: 7 out: 3 cached: 4 }"));
        reading.trailers(metadata("x-out", " 10 "));
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 10));
        UsageReading alone = usage.reading(null);
        assertThat(alone.hasUsage()).isFalse();
        alone.trailers(metadata("x-in", "7"));
        assertThat(alone.hasUsage()).isTrue();
        assertThat(alone.usage()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 7));
    }

    @Test
    void trailersThatAreNoCountsAreLeftOut() {
        GrpcUsage usage = cumulative().trailer(Unit.OUTPUT_TOKENS, "x-out").build();
        for (String wrong : List.of("", "-1", "ten", "1e3", "99999999999999999999", "1;2")) {
            UsageReading reading = usage.reading(null);
            reading.trailers(metadata("x-out", wrong));
            assertThat(reading.hasUsage()).as(wrong).isFalse();
            reading.response(answer("counts { in: 7 out: 3 }"));
            assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 3));
            assertThat(reading.usage().isContradictory()).isTrue();
        }
    }

    @Test
    void anExtractorReadsWhatIsNoProtobuf() {
        UsageReading reading = GrpcUsage.builder("own.Service/Ask")
                .request(String.class, (text, counts) -> counts.model("asked").set(Unit.INPUT_TOKENS, text.length()))
                .response(Reply.class, (reply, counts) -> {
                    counts.model(reply.model())
                            .set(Unit.INPUT_TOKENS, reply.in())
                            .add(Unit.OUTPUT_TOKENS, reply.out());
                    if (reply.last()) {
                        counts.finished().responseId("i");
                    }
                    if (reply.wrong()) {
                        counts.failed();
                    }
                })
                .build()
                .reading(null);
        reading.request("four");
        assertThat(reading.requestModel()).isEqualTo("asked");
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.promptOnly()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 4));
        assertThat(reading.hasOutput()).isFalse();
        reading.response(new Reply("served", 7, 4, false, false));
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.isFinished()).isFalse();
        reading.response(new Reply("served", 7, 6, true, true));
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 10));
        assertThat(reading.model()).isEqualTo("served");
        assertThat(reading.isFinished()).isTrue();
        assertThat(reading.isError()).isTrue();
        assertThat(reading.promptOnly()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 7));
    }

    @Test
    void anExtractorAddsToPaths_andItsCountsReplaceTheirs() {
        UsageReading reading = cumulative()
                .response(DynamicMessage.class, (message, counts) -> counts.set(Unit.OUTPUT_TOKENS, 10)
                        .set(Unit.OUTPUT_TOKENS, 0)
                        .set(Unit.of("custom:searches"), 2)
                        .add(Unit.INPUT_TOKENS, -5)
                        .model(null)
                        .model("")
                        .responseId(null))
                .build()
                .reading(null);
        reading.response(answer("counts { in: 7 out: 3 }"));
        assertThat(reading.usage())
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 7)
                        .set(Unit.OUTPUT_TOKENS, 10)
                        .set(Unit.of("custom:searches"), 2)
                        .build());
        assertThat(reading.usage().isContradictory()).isTrue();
        assertThat(reading.model()).isNull();
    }

    @Test
    void anExtractorThatThrowsDoesNotSpoilWhatPathsSay() {
        UsageReading reading = cumulative()
                .response(Message.class, (message, counts) -> {
                    throw new IllegalStateException("extractor");
                })
                .build()
                .reading(null);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> reading.response(answer("counts { in: 7 out: 3 }")))
                .withMessage("extractor");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> reading.response(answer("counts { out: 10 }")));
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 10));
    }

    @Test
    void whatTheRequestShowsStandsIn_whereAnswersCountNothing() {
        UsageReading reading = GrpcUsage.builder("own.Speech/Say")
                .requestCount(Unit.of("input_characters"), "letters")
                .output("audio")
                .build()
                .reading(null);
        reading.request(TestProtos.message("own.Asked", "letters: 12"));
        assertThat(reading.hasUsage()).isFalse();
        reading.response(answer("audio: 'pcm'"));
        assertThat(reading.hasUsage()).isTrue();
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.usage()).isEqualTo(Usage.of(Unit.of("input_characters"), 12));
    }

    @Test
    void requestsThatComeInPiecesAreAddedUp() {
        UsageReading reading = GrpcUsage.builder("own.Speech/Say")
                .requestCount(Unit.of("input_characters"), "letters")
                .build()
                .reading(null);
        reading.request(TestProtos.message("own.Asked", "letters: 12"));
        reading.request(TestProtos.message("own.Asked", "letters: 30"));
        assertThat(reading.promptOnly()).isEqualTo(Usage.of(Unit.of("input_characters"), 42));
    }

    @Test
    void anEstimatorSeesTheTextInOnePiece_withTheModel() {
        List<String> seen = new ArrayList<>();
        TokenEstimator estimator = new TokenEstimator() {
            @Override
            public long tokens(SeenText text, String model) {
                seen.add(model + ":" + text.sample());
                return text.volume().characters();
            }

            @Override
            public boolean wantsSample() {
                return true;
            }
        };
        UsageReading reading = GrpcUsage.builder("own.Service/Ask")
                .requestModel("model")
                .requestText("prompt")
                .maxOutputTokens("most")
                .choices("n")
                .responseText("text")
                .build()
                .reading(estimator);
        reading.request(TestProtos.message("own.Asked", "model: 'm' prompt: 'ask' most: 3 n: 2"));
        reading.response(answer("text: 'bé'"));
        reading.response(answer("text: '世\\U0001F600and more'"));
        // 3 each for 2 choices
        assertThat(reading.estimate()).isEqualTo(Usage.tokens(3, 6));
        assertThat(seen).containsExactly("m:ask", "m:bé世😀and more");
    }

    @Test
    void textIsMeasuredAsTheCoreDoes() {
        for (String text : List.of("plain", "é世😀", "\ud800", "a\ud800b", "😀😀")) {
            SeenPieces pieces = new SeenPieces(true);
            pieces.test(text);
            assertThat(pieces.text()).as(text).isEqualTo(SeenText.of(text));
        }
        SeenPieces many = new SeenPieces(true);
        for (int i = 0; i < 10_000; i++) {
            many.test("é");
        }
        assertThat(many.text().volume().twoBytes()).isEqualTo(10_000);
        assertThat(many.text().sample()).hasSize(8_192);
    }

    @Test
    void messagesThatPathsCannotReadSayNothing() {
        GrpcUsage usage = cumulative().requestModel("model").build();
        UsageReading reading = usage.reading(null);
        reading.request("text");
        reading.response(new Object());
        reading.response(answer("text: 'a'"));
        reading.response(42);
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void aPathThatDoesNotFitIsToldOnce_andTheOthersCount() {
        GrpcUsage usage =
                cumulative().count(Unit.CACHE_READ_TOKENS, "counts.cashed").build();
        UsageReading first = usage.reading(null);
        first.response(answer("counts { in: 7 out: 10 }"));
        assertThat(first.usage()).isEqualTo(Usage.tokens(7, 10));
        assertThat(first.problems())
                .containsExactly("own.Answer: path 'counts.cashed' says nothing: 'own.Counts' has no field 'cashed';"
                        + " correct the path, or write 'cashed?' if only some versions have it");
        UsageReading second = usage.reading(null);
        second.response(answer("counts { in: 7 out: 10 }"));
        assertThat(second.problems()).isEmpty();
    }

    @Test
    void moreChoicesThanAnybodyAsksForAreStillAddedUp() {
        UsageReading reading = GrpcUsage.builder("own.Service/Ask")
                .perChoice("choice")
                .delta(Unit.OUTPUT_TOKENS, "counts.out")
                .build()
                .reading(null);
        for (int choice = 0; choice < 3_000; choice++) {
            reading.response(answer("choice: " + choice + " counts { out: 1 }"));
        }
        assertThat(reading.usage()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 3_000));
    }

    @Test
    void withoutAPathThatEndsAnAnswer_anyMessageDoes() {
        UsageReading reading = cumulative().build().reading(null);
        assertThat(reading.isFinished()).isFalse();
        reading.response(answer("counts { out: 3 }"));
        assertThat(reading.isFinished()).isTrue();
        UsageReading waiting = cumulative().finished("done").build().reading(null);
        waiting.response(answer("counts { out: 3 }"));
        assertThat(waiting.isFinished()).isFalse();
        waiting.response(answer("done: true"));
        assertThat(waiting.isFinished()).isTrue();
    }

    @Test
    void methodsAreFullNames() {
        assertThat(GrpcUsage.builder("a.b.C/D", "a.b.E/*").build().methods()).isEqualTo(Set.of("a.b.C/D", "a.b.E/*"));
        for (String wrong : List.of("", "Method", "a.b.C", "a.b.C/", "/D", "a b/C", "a.C/D/E")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GrpcUsage.builder(wrong))
                    .withMessageStartingWith("methods: '" + wrong + "'")
                    .withMessageContaining("package.Service/Method");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GrpcUsage.builder())
                .withMessageContaining("methods");
    }

    @Test
    void whatCannotBeIsRefusedAtOnce() {
        GrpcUsage.Builder builder = GrpcUsage.builder("own.Service/Ask");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.trailer(Unit.INPUT_TOKENS, "tokens-bin"))
                .withMessageContaining("'tokens-bin'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.trailer(Unit.INPUT_TOKENS, "two words"))
                .withMessageContaining("'two words'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.provider(" "))
                .withMessageContaining("provider");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.service(""))
                .withMessageContaining("service");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.reportedCost("a", 19))
                .withMessageContaining("19");
        builder.count(Unit.INPUT_TOKENS, "a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.delta(Unit.INPUT_TOKENS, "b"))
                .withMessageContaining("input_tokens has a path already");
    }

    private static GrpcUsage.Builder cumulative() {
        return GrpcUsage.builder("own.Service/Ask")
                .count(Unit.INPUT_TOKENS, "counts.in")
                .count(Unit.OUTPUT_TOKENS, "counts.out");
    }

    private static DynamicMessage answer(String text) {
        return TestProtos.message(TYPE, text);
    }

    private static Metadata metadata(String key, String value) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
        return metadata;
    }
}

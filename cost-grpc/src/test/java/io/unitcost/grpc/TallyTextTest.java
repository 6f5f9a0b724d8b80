package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.unitcost.Tally;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trailer says of the work behind it, there and back. */
class TallyTextTest {

    private static final Money COST = Money.usd("0.0123");

    private static Tally tally(Tally.Line... lines) {
        return new Tally(COST, List.of(lines), lines.length, 0, 0, null);
    }

    private static Tally.Line line(String provider, String model, Usage usage) {
        return new Tally.Line(provider, model, usage);
    }

    private static Tally told(Tally tally) {
        Metadata trailers = new Metadata();
        CostMetadata.tell(trailers, tally);
        Money cost = CostMetadata.cost(trailers);
        assertThat(cost).isEqualTo(tally.amount());
        return CostMetadata.usage(trailers, cost);
    }

    @Test
    void isShortAndReadable() {
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, 1_200)
                .set(Unit.CACHE_READ_TOKENS, 400)
                .set(Unit.OUTPUT_TOKENS, 300)
                .build();
        Tally tally =
                new Tally(COST, List.of(line("google", "gemini-2.5-flash", usage)), 3, 1, 1, Unpriced.UNKNOWN_MODEL);
        assertThat(TallyText.write(tally))
                .isEqualTo(
                        "attempts=3 estimated=1 unpriced=1 unknown_model;google/gemini-2.5-flash cached=400 in=1200 out=300");
        assertThat(told(tally)).isEqualTo(tally);
    }

    @Test
    void twoModelsWithEverythingUsualTakeLessThan256Characters() {
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, 123_456)
                .set(Unit.CACHE_READ_TOKENS, 100_000)
                .set(Unit.CACHE_WRITE_TOKENS, 12_345)
                .set(Unit.OUTPUT_TOKENS, 12_345)
                .set(Unit.REASONING_TOKENS, 10_000)
                .build();
        Tally tally = new Tally(
                COST,
                List.of(
                        line("amazon-bedrock", "claude-sonnet-4-5-20250929", usage),
                        line("google", "gemini-2.5-flash", usage)),
                12,
                3,
                2,
                Unpriced.UNKNOWN_PROVIDER);
        assertThat(TallyText.write(tally)).hasSizeLessThan(256);
        assertThat(told(tally)).isEqualTo(tally);
    }

    @Test
    void anyNameAndUnitGoesThereAndBack() {
        Usage usage = Usage.builder()
                .set(Unit.ACCELERATOR_SECONDS, new BigDecimal("12.000000345"))
                .set(Unit.REQUESTS, 100)
                .set(Unit.BYTES, 123_456_789_012_345_678L)
                .set(Unit.custom("pages_read"), 7)
                .set(Unit.of("output_images/1024x1024/hd"), 2)
                .set(Unit.OUTPUT_TOKENS, 0)
                .build();
        for (String name :
                List.of("a/b c;d=e", "m\u00fcnchen \u732b", "publishers/x/models/y", "100%", "+", "a&b,c:d")) {
            Tally tally = tally(line(name, name, usage));
            assertThat(TallyText.write(tally)).matches("[ -~]+");
            assertThat(told(tally)).isEqualTo(tally);
        }
        assertThat(told(tally(line("", " ", usage))).lines()).containsExactly(line("unknown", "unknown", usage));
        assertThat(told(tally(line("p", "m".repeat(500), usage))).lines())
                .containsExactly(line("p", "m".repeat(100), usage));
        assertThat(told(tally())).isEqualTo(tally());
    }

    @Test
    void neverTakesMoreThanItsLimit_andCountsAll() {
        Usage usage = Usage.tokens(1_000, 100);
        Tally many = tally(IntStream.range(0, Tally.MOST_LINES)
                .mapToObj(i -> line("provider", "\u732b".repeat(20) + i, usage))
                .toArray(Tally.Line[]::new));
        assertThat(TallyText.write(many)).hasSizeBetween(TallyText.LONGEST / 2, TallyText.LONGEST);
        Tally told = told(many);
        assertThat(told.usage()).isEqualTo(Usage.tokens(16_000, 1_600));
        assertThat(told.lines())
                .hasSizeGreaterThan(2)
                .last()
                .extracting(Tally.Line::model)
                .isEqualTo("other");
        Usage.Builder wide = Usage.builder();
        for (int i = 0; i < 40; i++) {
            wide.set(Unit.custom("a_unit_of_ones_own_with_a_long_name_" + i), i);
        }
        Tally tooMuch = tally(line("p", "m", wide.build()));
        assertThat(TallyText.write(tooMuch)).isEqualTo("attempts=1");
        assertThat(told(tooMuch).lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "attempts=",
                "attempts=-1",
                "attempts=12345678",
                "attempts=1 ",
                "attempts=1 unpriced=1",
                "attempts=1;",
                "attempts=1;google/m",
                "attempts=1;google in=1",
                "attempts=1;/m in=1",
                "attempts=1;google/m in=-1",
                "attempts=1;google/m in=1e9",
                "attempts=1;google/m in=1234567890123456789",
                "attempts=1;google/m in=NaN",
                "attempts=1;google/m in=",
                "attempts=1;google/m  in=1",
                "attempts=1;google/m in=1;",
                "attempts=1;google/%00 in=1",
                "attempts=1;google/%zz in=1",
                "attempts=1;google/%20 in=1",
                "attempts=1;google/m unheard_of_tokens=1",
                "attempts=1;a/b/c in=1",
                "in=1"
            })
    void whatNobodyCanMeanIsRefused(String said) {
        assertRefused(said);
    }

    @Test
    void whatIsTooMuchIsRefused() {
        assertRefused("attempts=1" + ";google/m in=1".repeat(Tally.MOST_LINES + 1));
        assertRefused("attempts=1;google/m" + " in=1".repeat(17));
        assertRefused("attempts=1;google/" + "m".repeat(101) + " in=1");
        assertRefused("attempts=1;google/m custom:" + "u".repeat(64) + "=1");
        assertRefused("attempts=1;google/m in=1 " + "x".repeat(TallyText.LONGEST));
    }

    private static void assertRefused(String said) {
        Metadata trailers = new Metadata();
        trailers.put(CostMetadata.USAGE, said);
        assertThatThrownBy(() -> CostMetadata.usage(trailers, COST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unitcost-usage: ")
                .hasMessageEndingWith("is not what this library sends; it was ignored");
    }

    @Test
    void whatWasBentIsReadOrRefused_andNeverMore() {
        String text = "attempts=3 estimated=1 unpriced=1 no_usage;google/gemini-2.5-flash cached=400 in=1200 out=300";
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < 5_000; i++) {
            StringBuilder bent = new StringBuilder(text);
            for (int j = 0; j <= random.nextInt(3); j++) {
                bent.setCharAt(random.nextInt(bent.length()), (char) (' ' + random.nextInt(95)));
            }
            Metadata trailers = new Metadata();
            trailers.put(CostMetadata.USAGE, bent.toString());
            try {
                read += CostMetadata.usage(trailers, COST) == null ? 0 : 1;
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("ignored");
            }
        }
        assertThat(read).isBetween(250, 4_750);
    }

    @Test
    void aReasonThatIsNewerThanThisIsStillOne() {
        Tally told = TallyText.read("attempts=1 unpriced=1 out_of_luck", COST);
        assertThat(told).isNotNull();
        assertThat(told.reason()).isEqualTo(Unpriced.ERROR);
    }
}

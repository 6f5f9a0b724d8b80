package io.unitcost.price;

import static io.unitcost.price.Unit.CACHE_READ_TOKENS;
import static io.unitcost.price.Unit.INPUT_TOKENS;
import static io.unitcost.price.Unit.OUTPUT_TOKENS;
import static io.unitcost.price.Unit.REASONING_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageTest {

    @Test
    void aUnitThatWasNotReportedIsDifferentFromZero() {
        Usage usage = Usage.of(INPUT_TOKENS, 0);
        assertThat(usage.has(INPUT_TOKENS)).isTrue();
        assertThat(usage.has(OUTPUT_TOKENS)).isFalse();
        assertThat(usage.count(OUTPUT_TOKENS)).isZero();
        assertThat(usage).isNotEqualTo(Usage.NONE);
        assertThat(Usage.builder().build()).isSameAs(Usage.NONE);
    }

    @Test
    void disjointCountsAddUpToTheInclusiveOnes() {
        Usage usage = Usage.builder()
                .set(INPUT_TOKENS, 1_000)
                .set(CACHE_READ_TOKENS, 400)
                .set(Unit.INPUT_AUDIO_TOKENS, 300)
                .set(Unit.of("cache_audio_read_tokens"), 100)
                .set(OUTPUT_TOKENS, 50)
                .set(REASONING_TOKENS, 20)
                .build();
        // cached audio 100; cached text 400 − 100; fresh audio 300 − 100; fresh text 1000 − 100 − 300 − 200
        assertThat(disjoint(usage))
                .containsEntry("cache_audio_read_tokens", 100L)
                .containsEntry("cache_read_tokens", 300L)
                .containsEntry("input_audio_tokens", 200L)
                .containsEntry("input_tokens", 400L)
                .containsEntry("output_tokens", 30L)
                .containsEntry("output_reasoning_tokens", 20L);
    }

    @Test
    void contradictoryCountsNeverGoBelowZero() {
        Usage usage = Usage.of(INPUT_TOKENS, 100, CACHE_READ_TOKENS, 150);
        assertThat(disjoint(usage)).containsEntry("input_tokens", 0L).containsEntry("cache_read_tokens", 150L);
    }

    @Test
    void theOrderOfTheCountsDoesNotMatter() {
        Usage one = Usage.of(INPUT_TOKENS, 5, CACHE_READ_TOKENS, 3);
        Usage other = Usage.of(CACHE_READ_TOKENS, 3, INPUT_TOKENS, 5);
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one.units()).containsExactly(CACHE_READ_TOKENS, INPUT_TOKENS);
        assertThat(one).hasToString("{cache_read_tokens=3, input_tokens=5}");
    }

    @Test
    void secondsHaveDecimals() {
        Unit seconds = Unit.of("audio_seconds");
        Usage usage = Usage.builder().set(seconds, new BigDecimal("12.5")).build();
        assertThat(usage.quantity(seconds)).isEqualByComparingTo("12.5");
        assertThat(usage.count(seconds)).isEqualTo(12);
        // below a nanosecond is still something
        assertThat(Usage.builder().set(seconds, new BigDecimal("1e-12")).build().quantity(seconds))
                .isEqualByComparingTo("0.000000001");
    }

    @Test
    void aLaterCountReplacesAnEarlierOne() {
        Usage.Builder builder = Usage.builder().set(OUTPUT_TOKENS, 1).set(OUTPUT_TOKENS, 121);
        assertThat(builder.build().count(OUTPUT_TOKENS)).isEqualTo(121);
    }

    @Test
    void countsThatCannotBeAreLeftOutAndFlagged() {
        Usage negative = Usage.tokens(-1, 5);
        assertThat(negative.isContradictory()).isTrue();
        assertThat(negative.has(INPUT_TOKENS)).isFalse();
        assertThat(negative.count(OUTPUT_TOKENS)).isEqualTo(5);
        assertThat(Usage.of(INPUT_TOKENS, -1).isEmpty()).isTrue();
        for (String impossible : new String[] {"-0.1", "1e999999999", "1e30"}) {
            Usage usage = Usage.builder()
                    .set(INPUT_TOKENS, new BigDecimal(impossible))
                    .build();
            assertThat(usage.isContradictory()).as(impossible).isTrue();
            assertThat(usage.isEmpty()).as(impossible).isTrue();
        }
        assertThat(Usage.of(Unit.ACCELERATOR_SECONDS, Long.MAX_VALUE).isContradictory())
                .isTrue();
        assertThat(Usage.of(INPUT_TOKENS, 1, INPUT_TOKENS, 2).count(INPUT_TOKENS))
                .isEqualTo(2);
        assertThat(Usage.tokens(1, 1).isContradictory()).isFalse();
    }

    @Test
    void unitsContainEachOtherByTheirDimensions() {
        assertThat(INPUT_TOKENS.contains(Unit.CACHE_WRITE_1H_TOKENS)).isTrue();
        assertThat(Unit.CACHE_WRITE_TOKENS.contains(Unit.CACHE_WRITE_1H_TOKENS)).isTrue();
        assertThat(Unit.CACHE_WRITE_5M_TOKENS.contains(Unit.CACHE_WRITE_1H_TOKENS))
                .isFalse();
        assertThat(INPUT_TOKENS.contains(OUTPUT_TOKENS)).isFalse();
        assertThat(INPUT_TOKENS.contains(INPUT_TOKENS)).isFalse();
        assertThat(Unit.custom("vectors").contains(Unit.custom("reads"))).isFalse();
        assertThat(Unit.standard()).hasSizeGreaterThan(60).allSatisfy(unit -> {
            assertThat(Unit.of(unit.unitName())).isSameAs(unit);
            assertThat(unit.contains(unit)).isFalse();
        });
    }

    @Test
    void anUnknownUnitIsRefusedWithTheNearestNames() {
        assertThatThrownBy(() -> Unit.of("output_token"))
                .hasMessageStartingWith("unit: there is no unit 'output_token'; use one of output_tokens,")
                .hasMessageEndingWith("or 'custom:output_token' for a unit of your own");
        assertThat(Unit.custom("my_tokens").isTokens()).isFalse();
        assertThatThrownBy(() -> Unit.custom("No Good")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Unit.of("custom:vector_reads")).isEqualTo(Unit.custom("vector_reads"));
    }

    private static Map<String, Long> disjoint(Usage usage) {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < usage.size(); i++) {
            counts.put(usage.unit(i).unitName(), usage.disjointCount(i));
        }
        return counts;
    }
}

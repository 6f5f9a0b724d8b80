package io.unitcost.price;

import static io.unitcost.price.Unit.CACHE_READ_TOKENS;
import static io.unitcost.price.Unit.CACHE_WRITE_1H_TOKENS;
import static io.unitcost.price.Unit.CACHE_WRITE_5M_TOKENS;
import static io.unitcost.price.Unit.CACHE_WRITE_TOKENS;
import static io.unitcost.price.Unit.INPUT_TOKENS;
import static io.unitcost.price.Unit.OUTPUT_TOKENS;
import static io.unitcost.price.Unit.REASONING_TOKENS;
import static io.unitcost.price.Unit.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PricingTest {

    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");

    @Test
    void chargesCachedTokensOnce() {
        Charge charge = charge(
                m -> m.rate(INPUT_TOKENS, "2.50 per 1M")
                        .rate(CACHE_READ_TOKENS, "1.25 per 1M")
                        .rate(OUTPUT_TOKENS, "10 per 1M"),
                Usage.builder()
                        .set(INPUT_TOKENS, 1_200)
                        .set(CACHE_READ_TOKENS, 400)
                        .set(OUTPUT_TOKENS, 300)
                        .build());
        // (1200 − 400) × 2.5 + 400 × 1.25 + 300 × 10 = 2000 + 500 + 3000 = 5500 per million
        assertThat(charge.cost()).isEqualTo(Money.usd("0.0055"));
        assertThat(charge.lines())
                .contains(new Charge.Line(INPUT_TOKENS, BigDecimal.valueOf(800), Money.usd("0.002")))
                .contains(new Charge.Line(CACHE_READ_TOKENS, BigDecimal.valueOf(400), Money.usd("0.0005")));
    }

    @Test
    void chargesAUnitWithoutARateThroughItsParent() {
        Consumer<PriceTable.Model> prices =
                m -> m.rate(INPUT_TOKENS, "30 per 1M").rate(OUTPUT_TOKENS, "60 per 1M");
        Usage cached = Usage.builder()
                .set(INPUT_TOKENS, 100)
                .set(CACHE_WRITE_TOKENS, 40)
                .set(OUTPUT_TOKENS, 10)
                .set(REASONING_TOKENS, 6)
                .build();
        // 100 × 30 + 10 × 60: the parts are inside the whole and have no price of their own
        assertThat(charge(prices, cached).cost()).isEqualTo(Money.usd("0.0036"));
        // a reader that reports only the part: still not free, 40 × 30
        assertThat(charge(prices, Usage.of(CACHE_WRITE_TOKENS, 40)).cost()).isEqualTo(Money.usd("0.0012"));
    }

    @Test
    void subtractsOnlyUnitsThatHaveARate() {
        Charge charge = charge(
                m -> m.rate(INPUT_TOKENS, "5 per 1M")
                        .rate(CACHE_WRITE_TOKENS, "6.25 per 1M")
                        .rate(CACHE_WRITE_1H_TOKENS, "10 per 1M")
                        .rate(OUTPUT_TOKENS, "25 per 1M"),
                Usage.builder()
                        .set(INPUT_TOKENS, 100)
                        .set(CACHE_WRITE_TOKENS, 10)
                        .set(CACHE_WRITE_5M_TOKENS, 8)
                        .set(CACHE_WRITE_1H_TOKENS, 8)
                        .set(OUTPUT_TOKENS, 10)
                        .build());
        // 90 × 5 + (10 − 8) × 6.25 + 8 × 10 + 10 × 25 = 450 + 12.5 + 80 + 250
        assertThat(charge.cost()).isEqualTo(Money.usd("0.0007925"));
    }

    @Test
    void chargesThroughTheNearestAncestorAlthoughAFartherOneIsReported() {
        Charge charge = charge(
                m -> m.rate(INPUT_TOKENS, "1 per 1M").rate(CACHE_WRITE_TOKENS, "1.25 per 1M"),
                Usage.of(INPUT_TOKENS, 1_000_000, CACHE_WRITE_5M_TOKENS, 500_000));
        // 500,000 × 1 + 500,000 × 1.25, with or without the sum of cache writes in between
        assertThat(charge.cost()).isEqualTo(Money.usd("1.125"));
    }

    @Test
    void whatLiesInTwoOverlappingUnitsIsChargedOnceAtTheDearer() {
        Unit cachedAudio = Unit.of("cache_audio_read_tokens");
        Consumer<PriceTable.Model> prices = m -> m.rate(INPUT_TOKENS, "1 per 1M")
                .rate(CACHE_READ_TOKENS, "0.1 per 1M")
                .rate(Unit.INPUT_AUDIO_TOKENS, "10 per 1M");
        assertThat(charge(prices, Usage.of(cachedAudio, 1_000_000)).cost()).isEqualTo(Money.usd("10"));
        // cached audio 10, cached text 30, fresh audio 20, fresh text 40: 100 + 3 + 200 + 40 per million
        Usage all = Usage.builder()
                .set(INPUT_TOKENS, 100)
                .set(CACHE_READ_TOKENS, 40)
                .set(Unit.INPUT_AUDIO_TOKENS, 30)
                .set(cachedAudio, 10)
                .build();
        assertThat(charge(prices, all).cost()).isEqualTo(Money.usd("0.000343"));
    }

    @Test
    void aFeeDoesNotHideThatNothingElseIsKnown() {
        Charge charge = charge(m -> m.rate(INPUT_TOKENS, "1 per 1M").rate(REQUESTS, "5 per 1k"), Usage.NONE);
        assertThat(charge.cost()).isEqualTo(Money.usd("0.005"));
        assertThat(charge.unpriced()).isEqualTo(Unpriced.NO_USAGE);
    }

    @Test
    void onlySecondsHaveAPricePerHour() {
        assertThatThrownBy(() -> table(m -> m.rate(INPUT_TOKENS, "3 per hour")))
                .hasMessageContaining("unit input_tokens is not counted in seconds; give a price per count");
        assertThatThrownBy(() -> Rate.parse("1 per 20000000000G")).hasMessageContaining("give a smaller count");
    }

    @Test
    void contradictoryCountsAreFlaggedAndChargedWithoutANegative() {
        Charge charge = charge(
                m -> m.rate(INPUT_TOKENS, "10 per 1M").rate(CACHE_READ_TOKENS, "1 per 1M"),
                Usage.of(INPUT_TOKENS, 100, CACHE_READ_TOKENS, 150));
        assertThat(charge.isContradictory()).isTrue();
        assertThat(charge.cost()).isEqualTo(Money.usd("0.00015"));
    }

    @Test
    void anExplicitZeroIsAPrice() {
        Charge charge = charge(m -> m.rate(INPUT_TOKENS, "0 per 1M"), Usage.of(INPUT_TOKENS, 100));
        assertThat(charge.unpriced()).isNull();
        assertThat(charge.cost()).isEqualTo(Money.zero(Money.USD));
    }

    @Test
    void aUnitWithoutAnyPriceMakesTheCostALowerBound() {
        Charge charge =
                charge(m -> m.rate(INPUT_TOKENS, "1 per 1M"), Usage.of(INPUT_TOKENS, 100, Unit.of("web_searches"), 2));
        assertThat(charge.cost()).isEqualTo(Money.usd("0.0001"));
        assertThat(charge.unpriced()).isEqualTo(Unpriced.UNKNOWN_UNIT);
        // none used, nothing missing
        assertThat(charge(
                                m -> m.rate(INPUT_TOKENS, "1 per 1M"),
                                Usage.of(INPUT_TOKENS, 100, Unit.of("web_searches"), 0))
                        .unpriced())
                .isNull();
        Charge nothing = charge(m -> m.rate(INPUT_TOKENS, "1 per 1M"), Usage.of(Unit.of("web_searches"), 2));
        assertThat(nothing.cost()).isNull();
        assertThatThrownBy(() -> nothing.cost(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingReportedIsUnpricedAndNotFree() {
        assertThat(charge(m -> m.rate(INPUT_TOKENS, "1 per 1M"), Usage.NONE).unpriced())
                .isEqualTo(Unpriced.NO_USAGE);
        assertThat(charge(m -> m.rate(INPUT_TOKENS, "1 per 1M"), Usage.NONE).cost())
                .isNull();
    }

    @Test
    void aFeePerRequestIsChargedOnce() {
        Consumer<PriceTable.Model> prices = m -> m.rate(INPUT_TOKENS, "3 per 1M")
                .rate(OUTPUT_TOKENS, "15 per 1M")
                .rate(REQUESTS, "14 per 1k");
        // 1000 × 3/1e6 + 200 × 15/1e6 + 14/1000 = 0.003 + 0.003 + 0.014
        assertThat(charge(prices, Usage.tokens(1_000, 200)).cost()).isEqualTo(Money.usd("0.02"));
        Usage counted = Usage.builder()
                .set(INPUT_TOKENS, 1_000)
                .set(OUTPUT_TOKENS, 200)
                .set(REQUESTS, 2)
                .build();
        assertThat(charge(prices, counted).cost()).isEqualTo(Money.usd("0.034"));
    }

    @ParameterizedTest
    @CsvSource({
        "199999, 0.199999", //
        "200000, 0.2", // above means more than
        "200001, 0.400002", // and then the whole request pays the step
        "400000, 1.2", // from means this many and more
    })
    void contextStepsAreACliffWithAStatedBoundary(long input, String cost) {
        Charge charge = charge(
                m -> m.rate(INPUT_TOKENS, "1 per 1M")
                        .above(200_000, Map.of(INPUT_TOKENS, Rate.parse("2 per 1M")))
                        .from(400_000, Map.of(INPUT_TOKENS, Rate.parse("3 per 1M"))),
                Usage.of(INPUT_TOKENS, input));
        assertThat(charge.cost()).isEqualTo(Money.usd(cost));
    }

    @Test
    void ratesPerHourAreDividedOnce() {
        Unit seconds = Unit.of("audio_seconds");
        // 0.27 ÷ 3600 × 61 = 0.004575 exactly
        assertThat(charge(m -> m.rate(seconds, "0.27 per hour"), Usage.of(seconds, 61))
                        .cost())
                .isEqualTo(Money.usd("0.004575"));
        // 0.111 ÷ 3600 × 10 does not terminate: 34 digits
        Money repeating = charge(m -> m.rate(seconds, "0.111 per hour"), Usage.of(seconds, 10))
                .cost();
        assertThat(repeating).isNotNull();
        assertThat(repeating.toPlainString()).startsWith("0.000308333333333333333333333333");
    }

    @ParameterizedTest
    @CsvSource({
        "0.15 per 1M, 0.00000015",
        "20 per 1k, 0.02",
        "3 per 1G, 0.000000003",
        "3 per hour, 0.0008333333333333333333333333333333333",
        "6 per minute, 0.1",
        "0.5 per 1, 0.5",
        "1 per 3, 0.3333333333333333333333333333333333"
    })
    void readsRates(String text, String each) {
        assertThat(Rate.parse(text).each()).isEqualByComparingTo(each);
        assertThat(Rate.parse(Rate.parse(text).toString()).each()).isEqualByComparingTo(each);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0.15",
                "0.15 per",
                "0.15 / 1M",
                "0.15 per 1 M",
                "-1 per 1M",
                "1e-6 per 1",
                "1 per 0",
                "1 per M",
                "1 per 2hour",
                "1 per 9999999999999M",
                "$1 per 1M"
            })
    void refusesWhatIsNotARate(String text) {
        assertThatThrownBy(() -> Rate.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rate: ");
    }

    @Test
    void theFastPathAndTheDecimalPathGiveTheSameCost() {
        SplittableRandom random = new SplittableRandom(42);
        int cases = Boolean.getBoolean("unitcost.long") ? 1_000_000 : 50_000;
        for (int i = 0; i < cases; i++) {
            // scales around 10⁻¹² per token, so that both paths are taken, and counts up to overflow
            BigDecimal input = BigDecimal.valueOf(random.nextLong(1L << random.nextInt(1, 40)), random.nextInt(6, 15));
            BigDecimal cached = BigDecimal.valueOf(random.nextLong(1L << random.nextInt(1, 40)), random.nextInt(6, 15));
            long all = random.nextLong() >>> random.nextInt(1, 64);
            long part = all == 0 ? 0 : random.nextLong(all);
            Charge charge = charge(
                    m -> m.rate(INPUT_TOKENS, Rate.of(input, 1)).rate(CACHE_READ_TOKENS, Rate.of(cached, 1)),
                    Usage.of(INPUT_TOKENS, all, CACHE_READ_TOKENS, part));
            BigDecimal expected =
                    input.multiply(BigDecimal.valueOf(all - part)).add(cached.multiply(BigDecimal.valueOf(part)));
            Money cost = charge.cost();
            if (cost == null || cost.amount().compareTo(expected) != 0) {
                throw new AssertionError(all + " × " + input + ", " + part + " × " + cached + ": " + cost);
            }
            Money sum = Money.zero(Money.USD);
            for (Charge.Line line : charge.lines()) {
                sum = sum.plus(line.cost());
            }
            if (!sum.equals(cost)) {
                throw new AssertionError("lines " + charge.lines() + " do not add up to " + cost);
            }
        }
    }

    @Test
    void costIsMonotoneInEveryCount() {
        SplittableRandom random = new SplittableRandom(11);
        Consumer<PriceTable.Model> prices = m -> m.rate(INPUT_TOKENS, "2.5 per 1M")
                .rate(CACHE_READ_TOKENS, "0.25 per 1M")
                .rate(OUTPUT_TOKENS, "10 per 1M")
                .rate(REASONING_TOKENS, "12 per 1M");
        PriceTable table = table(prices);
        for (int i = 0; i < 20_000; i++) {
            long input = random.nextLong(1_000_000);
            long cached = random.nextLong(input + 1);
            long output = random.nextLong(100_000);
            long reasoning = random.nextLong(output + 1);
            long more = random.nextLong(1_000);
            Money cost = cost(table, input, cached, output, reasoning);
            assertThat(cost.signum()).isNotNegative();
            assertThat(cost(table, input + more, cached, output, reasoning)).isGreaterThanOrEqualTo(cost);
            assertThat(cost(table, input + more, cached + more, output, reasoning))
                    .isGreaterThanOrEqualTo(cost);
            assertThat(cost(table, input, cached, output + more, reasoning)).isGreaterThanOrEqualTo(cost);
            assertThat(cost(table, input, cached, output + more, reasoning + more))
                    .isGreaterThanOrEqualTo(cost);
        }
    }

    private static Money cost(PriceTable table, long input, long cached, long output, long reasoning) {
        Money cost = table.charge(
                        "p",
                        "m",
                        Usage.builder()
                                .set(INPUT_TOKENS, input)
                                .set(CACHE_READ_TOKENS, cached)
                                .set(OUTPUT_TOKENS, output)
                                .set(REASONING_TOKENS, reasoning)
                                .build(),
                        AT)
                .cost();
        assertThat(cost).isNotNull();
        return cost;
    }

    private static Charge charge(Consumer<PriceTable.Model> prices, Usage usage) {
        return table(prices).charge("p", "m", usage, AT);
    }

    private static PriceTable table(Consumer<PriceTable.Model> prices) {
        return PriceTable.builder("test").model("p", "m", prices).build();
    }

    /** Cached tokens without a price of their own are charged through the input; more of them than input is still charged. */
    @Test
    void moreCachedThanInputIsChargedAndFlagged() {
        PriceTable table = PriceTable.builder("t")
                .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1"))
                .build();
        Charge charge = table.charge(
                "p", "m", Usage.of(Unit.INPUT_TOKENS, 5, Unit.CACHE_READ_TOKENS, 100), java.time.Instant.EPOCH);
        assertThat(charge.cost()).isEqualTo(Money.usd("100"));
        assertThat(charge.isContradictory()).isTrue();
        Charge fine = table.charge(
                "p", "m", Usage.of(Unit.INPUT_TOKENS, 100, Unit.CACHE_READ_TOKENS, 100), java.time.Instant.EPOCH);
        assertThat(fine.cost()).isEqualTo(Money.usd("100"));
        assertThat(fine.isContradictory()).isFalse();
    }
}

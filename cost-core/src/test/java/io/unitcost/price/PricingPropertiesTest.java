package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds for every price and every usage, on random ones from fixed seeds. Profile {@code long} tries ten times as
 * many.
 */
class PricingPropertiesTest {

    private static final int CASES = Boolean.getBoolean("unitcost.long") ? 10 : 1;

    private static final List<Unit> UNITS = List.of(
            Unit.INPUT_TOKENS,
            Unit.OUTPUT_TOKENS,
            Unit.CACHE_READ_TOKENS,
            Unit.CACHE_WRITE_TOKENS,
            Unit.CACHE_WRITE_1H_TOKENS,
            Unit.REASONING_TOKENS,
            Unit.INPUT_AUDIO_TOKENS,
            Unit.OUTPUT_AUDIO_TOKENS,
            Unit.of("cache_audio_read_tokens"),
            Unit.of("audio_seconds"),
            Unit.of("web_searches"),
            Unit.of("output_images"),
            Unit.of("output_images/hd"),
            Unit.REQUESTS);

    /** Rates that one step of {@link Money} holds, that it does not, and that no decimal number does. */
    private static final String[] RATES = {
        "0.15 per 1M",
        "2.5 per 1M",
        "600 per 1M",
        "0 per 1M",
        "0.0000004 per 1M",
        "0.123456789 per 1M",
        "9000000 per 1M",
        "10 per 1k",
        "1 per 3"
    };

    /** A million cases in profile {@code long}: both paths give the same amount, line by line and in all. */
    @Test
    void theFastPathIsTheDecimalPath() {
        SplittableRandom random = new SplittableRandom(20260924);
        int fast = 0;
        int slow = 0;
        for (int i = 0; i < 100_000 * CASES; i++) {
            RateCard card = card(random);
            Usage usage = usage(random);
            Charge charge = card.charge(usage);
            long picos = card.picos(usage);
            BigDecimal sum = BigDecimal.ZERO;
            for (Charge.Line line : charge.lines()) {
                Rate rate = rateFor(card, line.unit());
                if (rate != null) {
                    // the same line by hand, in decimals only
                    assertThat(line.cost().amount()).isEqualByComparingTo(rate.of(line.quantity()));
                }
                sum = sum.add(line.cost().amount());
            }
            if (charge.cost() != null) {
                assertThat(charge.cost().amount()).isEqualByComparingTo(sum);
                assertThat(charge.cost().signum()).isNotNegative();
            }
            if (picos == PriceTable.NO_PICOS) {
                slow++;
            } else {
                fast++;
                assertThat(charge.unpriced()).isNull();
                assertThat(charge.cost()).isEqualTo(Money.ofSteps(picos, Money.USD));
            }
        }
        assertThat(fast).isGreaterThan(5_000);
        assertThat(slow).isGreaterThan(10_000);
    }

    @Test
    void aLargerCountNeverCostsLess() {
        SplittableRandom random = new SplittableRandom(7);
        int compared = 0;
        for (int i = 0; i < 50_000 * CASES; i++) {
            RateCard card = ascending(random);
            Usage usage = consistent(random);
            Unit more = usage.unit(random.nextInt(usage.size()));
            // ancestors grow with their part: counts are inclusive
            Charge before = card.charge(usage);
            Charge after = card.charge(grown(usage, more, 1 + random.nextLong(1_000)));
            if (before.cost() != null && after.cost() != null && before.unpriced() == null) {
                compared++;
                assertThat(after.cost()).as(usage + " + " + more).isGreaterThanOrEqualTo(before.cost());
            }
        }
        assertThat(compared).isGreaterThan(10_000);
    }

    /** Two requests cost what their sum does, as long as there is no fee, no minimum and no cliff between them. */
    @Test
    void splittingAUsageNeitherSavesNorCosts() {
        SplittableRandom random = new SplittableRandom(11);
        int compared = 0;
        for (int i = 0; i < 50_000 * CASES; i++) {
            RateCard card = terminating(random);
            Usage one = consistent(random);
            Usage.Builder other = Usage.builder();
            Usage.Builder both = Usage.builder();
            long factor = 1 + random.nextLong(5);
            for (int j = 0; j < one.size(); j++) {
                Unit unit = one.unit(j);
                other.set(unit, one.count(unit) * factor);
                both.set(unit, one.count(unit) * (factor + 1));
            }
            Charge first = card.charge(one);
            Charge second = card.charge(other.build());
            Charge sum = card.charge(both.build());
            if (first.cost() != null && second.cost() != null && sum.cost() != null) {
                compared++;
                assertThat(first.cost().plus(second.cost())).isEqualTo(sum.cost());
            }
        }
        assertThat(compared).isGreaterThan(10_000);
    }

    /** Across a cliff it does: exactly at the boundary, and nowhere else. */
    @Test
    void onlyACliffMakesTwoHalvesCheaper() {
        PriceTable table = PriceTable.builder("t")
                .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                        .above(200_000, Map.of(Unit.INPUT_TOKENS, Rate.parse("2 per 1M"))))
                .build();
        for (long tokens : new long[] {2, 100_000, 199_998, 200_000, 200_002, 400_000, 400_002}) {
            Money whole = cost(table, tokens);
            Money halves = cost(table, tokens / 2).times(2);
            boolean between = tokens > 200_000 && tokens / 2 <= 200_000;
            assertThat(whole.compareTo(halves)).as(tokens + " tokens").isEqualTo(between ? 1 : 0);
        }
    }

    private static Money cost(PriceTable table, long tokens) {
        Money cost = table.charge("p", "m", Usage.of(Unit.INPUT_TOKENS, tokens), Instant.EPOCH)
                .cost();
        assertThat(cost).isNotNull();
        return cost;
    }

    private static RateCard card(SplittableRandom random) {
        Map<Unit, Billing> rates = new HashMap<>();
        int size = 1 + random.nextInt(6);
        for (int i = 0; i < size; i++) {
            rates.put(UNITS.get(random.nextInt(UNITS.size())), Billing.of(rate(random)));
        }
        return new RateCard(rates, Money.USD);
    }

    /** Parts that are dearer than their whole, so that moving a count into a part cannot save. */
    private static RateCard ascending(SplittableRandom random) {
        Map<Unit, Billing> rates = new HashMap<>();
        for (Unit unit : UNITS) {
            if (random.nextBoolean() && !unit.equals(Unit.REQUESTS)) {
                rates.put(unit, Billing.of(Rate.parse((unit.unitName().length() + 1) * 10L + " per 1M")));
            }
        }
        rates.put(Unit.INPUT_TOKENS, Billing.of(Rate.parse("1 per 1M")));
        rates.put(Unit.OUTPUT_TOKENS, Billing.of(Rate.parse("1 per 1M")));
        return new RateCard(rates, Money.USD);
    }

    private static RateCard terminating(SplittableRandom random) {
        Map<Unit, Billing> rates = new HashMap<>();
        int size = 1 + random.nextInt(6);
        for (int i = 0; i < size; i++) {
            Unit unit = UNITS.get(random.nextInt(UNITS.size() - 1));
            rates.put(unit, Billing.of(Rate.parse(RATES[random.nextInt(RATES.length - 1)])));
        }
        return new RateCard(rates, Money.USD);
    }

    private static Rate rate(SplittableRandom random) {
        return Rate.parse(RATES[random.nextInt(RATES.length)]);
    }

    private static @Nullable Rate rateFor(RateCard card, Unit unit) {
        String text = card.describe().get(unit.unitName());
        return text == null ? null : Rate.parse(text);
    }

    /** Any counts, contradictions and overflows included. */
    private static Usage usage(SplittableRandom random) {
        Usage.Builder usage = Usage.builder();
        int size = 1 + random.nextInt(6);
        for (int i = 0; i < size; i++) {
            long count =
                    switch (random.nextInt(10)) {
                        case 0 -> 0;
                        case 1 -> random.nextLong(Long.MAX_VALUE / 1_000_000_000);
                        case 2 -> random.nextLong(1_000_000_000_000L);
                        default -> random.nextLong(200_000);
                    };
            usage.set(UNITS.get(random.nextInt(UNITS.size())), count);
        }
        return usage.build();
    }

    /** Counts that contain each other as providers report them. */
    private static Usage consistent(SplittableRandom random) {
        long cachedAudio = random.nextLong(1_000);
        long cached = cachedAudio + random.nextLong(1_000);
        long audio = cachedAudio + random.nextLong(1_000);
        long written = random.nextLong(1_000);
        long longer = written == 0 ? 0 : random.nextLong(written);
        long input = cached + audio + written + random.nextLong(10_000);
        long reasoning = random.nextLong(1_000);
        Usage.Builder usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, input)
                .set(Unit.OUTPUT_TOKENS, reasoning + random.nextLong(1_000));
        if (random.nextBoolean()) {
            usage.set(Unit.CACHE_READ_TOKENS, cached);
        }
        if (random.nextBoolean()) {
            usage.set(Unit.CACHE_WRITE_TOKENS, written).set(Unit.CACHE_WRITE_1H_TOKENS, longer);
        }
        if (random.nextBoolean()) {
            usage.set(Unit.REASONING_TOKENS, reasoning);
        }
        if (random.nextBoolean()) {
            usage.set(Unit.of("web_searches"), random.nextLong(5));
        }
        return usage.build();
    }

    private static Usage grown(Usage usage, Unit part, long by) {
        Usage.Builder grown = Usage.builder();
        for (Unit unit : usage.units()) {
            grown.set(unit, usage.count(unit) + (unit.equals(part) || unit.contains(part) ? by : 0));
        }
        return grown.build();
    }
}

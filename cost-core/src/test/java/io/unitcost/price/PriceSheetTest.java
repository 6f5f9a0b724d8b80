package io.unitcost.price;

import static io.unitcost.price.Unit.CACHE_READ_TOKENS;
import static io.unitcost.price.Unit.INPUT_TOKENS;
import static io.unitcost.price.Unit.OUTPUT_TOKENS;
import static io.unitcost.price.Unit.REQUESTS;
import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Service tiers, regions, times, minimum and graduated billing: one model of all of them. */
class PriceSheetTest {

    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");
    private static final Usage MILLION = Usage.of(INPUT_TOKENS, 1_000_000);
    private static final Set<DayOfWeek> EVERY_DAY = EnumSet.allOf(DayOfWeek.class);

    @ParameterizedTest
    @CsvSource({
        ", 2.5",
        "batch, 1.25",
        "BATCH, 1.25",
        "default, 2.5",
        "standard, 2.5",
        "on_demand, 2.5",
        "nobody-knows, 2.5", // a tier without prices costs what the standard does
    })
    void theTierThatServedIsPriced(String tier, String cost) {
        PriceTable table = table(m -> m.sheet(sheet -> sheet.rate(INPUT_TOKENS, "2.5 per 1M")
                .tier("batch", batch -> batch.rate(INPUT_TOKENS, "1.25 per 1M"))));
        assertThat(table.charge("p", "m", tier, null, MILLION, AT.toEpochMilli())
                        .cost())
                .isEqualTo(Money.usd(cost));
    }

    @ParameterizedTest
    @CsvSource({
        "100000, 0, 0.2", // priority input: 100,000 × 2
        "300000, 0, 1.2", // above the step, priority: 300,000 × 4
        "300000, 100000, 0.95", // cached has no priority price above the step: the standard one of that step
        "100000, 100000, 0.02", // and below it the standard one below
    })
    void whatATierDoesNotSetCostsTheStandardAtTheSameStep(long input, long cached, String cost) {
        PriceTable table = table(m -> m.sheet(sheet -> sheet.rate(INPUT_TOKENS, "1 per 1M")
                .rate(CACHE_READ_TOKENS, "0.2 per 1M")
                .above(
                        200_000,
                        Map.of(INPUT_TOKENS, Rate.parse("3 per 1M"), CACHE_READ_TOKENS, Rate.parse("1.5 per 1M")))
                .tier("priority", priority -> priority.rate(INPUT_TOKENS, "2 per 1M")
                        .above(200_000, Map.of(INPUT_TOKENS, Rate.parse("4 per 1M"))))));
        Usage usage = Usage.of(INPUT_TOKENS, input, CACHE_READ_TOKENS, cached);
        assertThat(table.charge("p", "m", "priority", null, usage, AT.toEpochMilli())
                        .cost())
                .isEqualTo(Money.usd(cost));
    }

    /** A unit that a tier's step does not set keeps its base price, as in the standard. */
    @Test
    void stepsOfATierDoNotAddUp() {
        PriceTable table = table(m -> m.sheet(sheet -> sheet.rate(INPUT_TOKENS, "9 per 1")
                .rate(OUTPUT_TOKENS, "9 per 1")
                .tier("t", tier -> tier.rate(INPUT_TOKENS, "1 per 1")
                        .rate(OUTPUT_TOKENS, "1 per 1")
                        .above(100, Map.of(INPUT_TOKENS, Rate.parse("2 per 1")))
                        .above(200, Map.of(OUTPUT_TOKENS, Rate.parse("3 per 1"))))));
        // 300 × 1 + 1 × 3
        assertThat(table.charge("p", "m", "t", null, Usage.tokens(300, 1), AT.toEpochMilli())
                        .cost())
                .isEqualTo(Money.usd("303"));
    }

    @Test
    void aRegionHasAName() {
        assertThatThrownBy(() -> table(m ->
                        m.sheet(sheet -> sheet.rate(INPUT_TOKENS, "1 per 1M").region("default", "1.5"))))
                .hasMessageContaining("region 'default' is what providers call none; give its name");
    }

    @Test
    void aRegionMultipliesTokensAndNoFee() {
        PriceTable table = table(m -> m.sheet(sheet -> sheet.rate(INPUT_TOKENS, "2.5 per 1M")
                .rate(REQUESTS, "10 per 1k")
                .tier("flex", flex -> flex.rate(INPUT_TOKENS, "1.25 per 1M"))
                .region("eu", "1.1")));
        Usage usage = Usage.of(INPUT_TOKENS, 1_000_000, REQUESTS, 1);
        // 2.5 × 1.1 + 0.01; 1.25 × 1.1 + 0.01; elsewhere 2.5 + 0.01
        assertThat(cost(table, null, "EU", usage)).isEqualTo(Money.usd("2.76"));
        assertThat(cost(table, "flex", "eu", usage)).isEqualTo(Money.usd("1.385"));
        assertThat(cost(table, null, "us", usage)).isEqualTo(Money.usd("2.51"));
        assertThat(cost(table, null, null, usage)).isEqualTo(Money.usd("2.51"));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T23:59:59.999Z, 10", // before
        "2026-02-01T00:00:00Z, 8", // from is included
        "2026-05-31T23:59:59.999Z, 8",
        "2026-06-01T00:00:00Z, 10", // to is not
        "2026-11-30T23:59:59Z, 10",
        "2026-12-01T00:00:00Z, 6", // a price known beforehand
        "2036-01-01T00:00:00Z, 6",
    })
    void pricesChangeWithTime(String at, String cost) {
        PriceTable table = table(m -> m.rate(INPUT_TOKENS, "10 per 1M")
                .between(day("2026-02-01"), day("2026-06-01"), s -> s.rate(INPUT_TOKENS, "8 per 1M"))
                .between(day("2026-12-01"), null, s -> s.rate(INPUT_TOKENS, "6 per 1M")));
        assertThat(table.charge("p", "m", MILLION, Instant.parse(at)).cost()).isEqualTo(Money.usd(cost));
    }

    @ParameterizedTest
    @CsvSource({
        "2025-06-01T00:29:59Z, 0.135", // outside 00:30–16:30 UTC: discount
        "2025-06-01T00:30:00Z, 0.27",
        "2025-06-01T16:29:59Z, 0.27",
        "2025-06-01T16:30:00Z, 0.135",
    })
    void someHoursAreCheaperEachDay(String at, String cost) {
        PriceTable table = table(m -> m.rate(INPUT_TOKENS, "0.27 per 1M")
                .weekly(
                        null,
                        null,
                        ZoneOffset.UTC,
                        EVERY_DAY,
                        time("16:30"),
                        time("00:30"),
                        s -> s.rate(INPUT_TOKENS, "0.135 per 1M")));
        assertThat(table.charge("p", "m", MILLION, Instant.parse(at)).cost()).isEqualTo(Money.usd(cost));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-08-21T15:59:59Z, 2", // Friday 23:59:59 in Shanghai
        "2026-08-21T16:00:00Z, 1", // Saturday
        "2026-08-23T15:59:59Z, 1", // Sunday
        "2026-08-23T16:00:00Z, 2", // Monday
        "2026-08-16T02:00:00Z, 9", // a weekend before it began
    })
    void weekendsAreMeantInTheirZoneAndWithinTheirDates(String at, String cost) {
        PriceTable table = table(m -> m.rate(INPUT_TOKENS, "9 per 1M")
                .between(day("2026-08-17"), null, s -> s.rate(INPUT_TOKENS, "2 per 1M"))
                .weekly(
                        day("2026-08-17"),
                        null,
                        ZoneId.of("Asia/Shanghai"),
                        Set.of(SATURDAY, SUNDAY),
                        LocalTime.MIDNIGHT,
                        LocalTime.MIDNIGHT,
                        s -> s.rate(INPUT_TOKENS, "1 per 1M")));
        assertThat(table.charge("p", "m", MILLION, Instant.parse(at)).cost()).isEqualTo(Money.usd(cost));
    }

    @Test
    void aNightBelongsToTheDayItStartsOn() {
        PriceTable table = table(m -> m.rate(INPUT_TOKENS, "2 per 1M")
                .weekly(
                        null,
                        null,
                        ZoneOffset.UTC,
                        Set.of(FRIDAY),
                        time("22:00"),
                        time("06:00"),
                        s -> s.rate(INPUT_TOKENS, "1 per 1M")));
        assertThat(table.charge("p", "m", MILLION, Instant.parse("2026-08-22T05:59:59Z"))
                        .cost())
                .as("Saturday early, of Friday's night")
                .isEqualTo(Money.usd("1"));
        assertThat(table.charge("p", "m", MILLION, Instant.parse("2026-08-21T05:59:59Z"))
                        .cost())
                .as("Friday early, of Thursday's")
                .isEqualTo(Money.usd("2"));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 0.000308333333333333333333333333",
        "0.25, 0.000308333333333333333333333333",
        "12.5, 0.000400833333333333333333333333",
        "0, 0"
    })
    void atLeastAMinimumAndInWholeIncrements(String seconds, String cost) {
        Unit audio = Unit.of("audio_seconds");
        PriceTable table = table(m -> m.sheet(
                s -> s.rate(audio, "0.111 per hour").minimum(audio, "10").increment(audio, "1")));
        Usage usage =
                Usage.builder().set(audio, new java.math.BigDecimal(seconds)).build();
        // 0.111 ÷ 3600 × 10, × 10, × 13, × 0
        Money charged = table.charge("p", "m", usage, AT).cost();
        assertThat(charged).isNotNull();
        assertThat(charged.toPlainString()).startsWith(cost);
    }

    @ParameterizedTest
    @CsvSource({"100000, 10", "150000, 12.5", "600000, 31"})
    void volumeContractsChargeSliceBySlice(long tokens, String cost) {
        // 100,000 at 100 per million, 400,000 at 50, the rest at 10
        PriceTable table = table(m -> m.sheet(s -> s.rate(INPUT_TOKENS, "100 per 1M")
                .slice(INPUT_TOKENS, "100000", Rate.parse("50 per 1M"))
                .slice(INPUT_TOKENS, "500000", Rate.parse("10 per 1M"))));
        assertThat(table.charge("p", "m", Usage.of(INPUT_TOKENS, tokens), AT).cost())
                .isEqualTo(Money.usd(cost));
    }

    @Test
    void everythingCanComeTogether() {
        PriceTable table = table(m -> m.rate(INPUT_TOKENS, "9 per 1M")
                .between(day("2026-11-01"), null, s -> s.rate(INPUT_TOKENS, "2 per 1M")
                        .rate(OUTPUT_TOKENS, "8 per 1M")
                        .above(200_000, Map.of(INPUT_TOKENS, Rate.parse("4 per 1M")))
                        .tier("batch", b -> b.rate(INPUT_TOKENS, "1 per 1M")
                                .above(200_000, Map.of(INPUT_TOKENS, Rate.parse("2 per 1M"))))
                        .region("eu", "1.1")));
        // 300,000 × 2 × 1.1 + 1,000 × 8 × 1.1, per million
        assertThat(cost(table, "batch", "eu", Usage.tokens(300_000, 1_000))).isEqualTo(Money.usd("0.6688"));
        assertThat(table.convertedTo(java.util.Currency.getInstance("EUR"), "0.5")
                        .charge("p", "m", "batch", "eu", Usage.tokens(300_000, 1_000), AT.toEpochMilli())
                        .cost())
                .isEqualTo(Money.of("0.3344", java.util.Currency.getInstance("EUR")));
    }

    @Test
    void theTablesIdKnowsAllOfIt() {
        PriceTable plain = table(m -> m.rate(INPUT_TOKENS, "1 per 1M"));
        assertThat(plain.id())
                .isNotEqualTo(
                        table(m -> m.sheet(s -> s.rate(INPUT_TOKENS, "1 per 1M").region("eu", "1.1")))
                                .id())
                .isNotEqualTo(table(m -> m.rate(INPUT_TOKENS, "1 per 1M")
                                .between(day("2026-12-01"), null, s -> s.rate(INPUT_TOKENS, "1 per 1M")))
                        .id())
                .isNotEqualTo(
                        table(m -> m.sheet(s -> s.rate(INPUT_TOKENS, "1 per 1M").minimum(INPUT_TOKENS, "10")))
                                .id())
                .isNotEqualTo(table(m -> m.sheet(s ->
                                s.rate(INPUT_TOKENS, "1 per 1M").tier("batch", b -> b.rate(INPUT_TOKENS, "1 per 1M"))))
                        .id());
        PriceTable one = table(m ->
                m.sheet(s -> s.rate(INPUT_TOKENS, "1 per 1M").tier("batch", b -> b.rate(INPUT_TOKENS, "2 per 1M"))));
        PriceTable other = table(m ->
                m.sheet(s -> s.rate(INPUT_TOKENS, "1 per 1M").tier("batch", b -> b.rate(INPUT_TOKENS, "3 per 1M"))));
        assertThat(one.id()).isNotEqualTo(other.id());
    }

    @Test
    void refusesTimesThatContradictEachOther() {
        assertThatThrownBy(() -> table(m -> m.rate(INPUT_TOKENS, "1 per 1M")
                        .between(day("2026-01-01"), day("2026-03-01"), s -> s.rate(INPUT_TOKENS, "2 per 1M"))
                        .between(day("2026-02-01"), null, s -> s.rate(INPUT_TOKENS, "3 per 1M"))))
                .isInstanceOf(PriceTableException.class)
                .hasMessage("price table t: p/m: period from 2026-02-01T00:00:00Z to null overlaps the one from"
                        + " 2026-01-01T00:00:00Z to 2026-03-01T00:00:00Z; end one where the other starts");
        assertThatThrownBy(() -> table(m -> m.rate(INPUT_TOKENS, "1 per 1M")
                        .weekly(
                                null,
                                null,
                                ZoneOffset.UTC,
                                Set.of(MONDAY),
                                time("08:00"),
                                time("12:00"),
                                s -> s.rate(INPUT_TOKENS, "2 per 1M"))
                        .weekly(
                                null,
                                null,
                                ZoneOffset.UTC,
                                Set.of(MONDAY),
                                time("11:00"),
                                time("13:00"),
                                s -> s.rate(INPUT_TOKENS, "3 per 1M"))))
                .hasMessageContaining("overlaps");
        assertThatThrownBy(() -> table(m ->
                        m.rate(INPUT_TOKENS, "1 per 1M").between(null, null, s -> s.rate(INPUT_TOKENS, "2 per 1M"))))
                .hasMessageContaining("it says no time");
        assertThatThrownBy(() -> table(m -> m.rate(INPUT_TOKENS, "1 per 1M")
                        .between(day("2026-02-01"), day("2026-02-01"), s -> s.rate(INPUT_TOKENS, "2 per 1M"))))
                .hasMessageContaining("is not before");
        assertThatThrownBy(() -> table(m -> m.sheet(
                        s -> s.rate(INPUT_TOKENS, "1 per 1M").tier("standard", t -> t.rate(INPUT_TOKENS, "1 per 1M")))))
                .hasMessageContaining("that is the standard; set its rates without a tier");
        assertThatThrownBy(() -> table(m -> m.sheet(s -> s.minimum(INPUT_TOKENS, "10"))))
                .hasMessageContaining("unit input_tokens has no rate yet; set its rate first");
    }

    private static Money cost(PriceTable table, String tier, String region, Usage usage) {
        Money cost =
                table.charge("p", "m", tier, region, usage, AT.toEpochMilli()).cost();
        assertThat(cost).isNotNull();
        return cost;
    }

    private static PriceTable table(Consumer<PriceTable.Model> prices) {
        return PriceTable.builder("t").model("p", "m", prices).build();
    }

    private static Instant day(String day) {
        return Instant.parse(day + "T00:00:00Z");
    }

    private static LocalTime time(String time) {
        return LocalTime.parse(time);
    }
}

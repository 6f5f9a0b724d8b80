package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PriceChangesTest {

    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");

    @Test
    void saysWhatChangedInWords() {
        PriceTable before = table(m -> m.rate(Unit.INPUT_TOKENS, "2.5 per 1M").rate(Unit.OUTPUT_TOKENS, "10 per 1M"));
        PriceTable after = table(m -> m.rate(Unit.INPUT_TOKENS, "2 per 1M").rate(Unit.OUTPUT_TOKENS, "0.00001 per 1"));
        PriceChange change = only(PriceChanges.between(before, after));
        assertThat(change).hasToString("p/m input_tokens 2.5 per 1M -> 2 per 1M (x 0.8)");
        assertThat(change.provider()).isEqualTo("p");
        assertThat(change.model()).isEqualTo("m");
        assertThat(change.item()).isEqualTo("input_tokens");
        assertThat(change.before()).isEqualTo("2.5 per 1M");
        assertThat(change.after()).isEqualTo("2 per 1M");
        assertThat(change.ratio()).isEqualByComparingTo("0.8");
        assertThat(change.isBeyond(10)).isFalse();
    }

    @Test
    void theSameTableIsNoChange_howeverItIsWritten() {
        PriceTable before = table(m -> m.rate(Unit.INPUT_TOKENS, "2.50 per 1M"));
        PriceTable after = table(m -> m.rate(Unit.INPUT_TOKENS, "0.0025 per 1k"));
        PriceChanges none = PriceChanges.between(before, after);
        assertThat(none.isEmpty()).isTrue();
        assertThat(none).hasToString("0 prices changed, 0 models added, 0 models removed");
        assertThat(none.held(any -> true)).isNull();
    }

    @Test
    void findsEveryPlaceWhereAPriceCanChange() {
        PriceTable before = sheet(s -> s.rate(Unit.INPUT_TOKENS, "1 per 1M")
                .rate(Unit.of("audio_seconds"), "0.36 per hour")
                .minimum(Unit.of("audio_seconds"), "10")
                .increment(Unit.of("audio_seconds"), "1")
                .slice(Unit.INPUT_TOKENS, "1000000", Rate.parse("0.8 per 1M"))
                .above(200_000, Map.of(Unit.INPUT_TOKENS, Rate.parse("2 per 1M")))
                .tier("batch", t -> t.rate(Unit.INPUT_TOKENS, "0.5 per 1M"))
                .region("eu", "1.1"));
        PriceTable after = sheet(s -> s.rate(Unit.INPUT_TOKENS, "1 per 1M")
                .rate(Unit.of("audio_seconds"), "0.36 per hour")
                .minimum(Unit.of("audio_seconds"), "20")
                .increment(Unit.of("audio_seconds"), "2")
                .slice(Unit.INPUT_TOKENS, "1000000", Rate.parse("0.7 per 1M"))
                .above(200_000, Map.of(Unit.INPUT_TOKENS, Rate.parse("3 per 1M")))
                .tier("batch", t -> t.rate(Unit.INPUT_TOKENS, "0.4 per 1M"))
                .region("eu", "1.2"));
        assertThat(PriceChanges.between(before, after).changed().stream().map(PriceChange::toString))
                .containsExactly(
                        "p/m audio_seconds increment 1 -> 2 (x 2)",
                        "p/m audio_seconds minimum 10 -> 20 (x 2)",
                        "p/m input_tokens beyond 1000000 0.8 per 1M -> 0.7 per 1M (x 0.875)",
                        "p/m input_tokens from 200001 input 2 per 1M -> 3 per 1M (x 1.5)",
                        "p/m input_tokens, tier batch 0.5 per 1M -> 0.4 per 1M (x 0.8)",
                        "p/m region eu 1.1 -> 1.2 (x 1.09)");
    }

    @Test
    void findsChangesInPeriods() {
        Instant change = Instant.parse("2026-12-01T00:00:00Z");
        PriceTable before = table(m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                .between(change, null, s -> s.rate(Unit.INPUT_TOKENS, "2 per 1M")));
        PriceTable after = table(m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                .between(change, null, s -> s.rate(Unit.INPUT_TOKENS, "3 per 1M")));
        assertThat(only(PriceChanges.between(before, after)))
                .hasToString("p/m input_tokens, from 2026-12-01 2 per 1M -> 3 per 1M (x 1.5)");
        PriceTable without = table(m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"));
        assertThat(only(PriceChanges.between(without, after)))
                .hasToString("p/m input_tokens, from 2026-12-01 1 per 1M -> 3 per 1M (x 3)");
    }

    @Test
    void findsChangesAtTimesOfTheWeek() {
        PriceTable before = nights("0.5 per 1M");
        PriceTable after = nights("0.4 per 1M");
        assertThat(only(PriceChanges.between(before, after)))
                .hasToString("p/m input_tokens, from 2026-12-01 weekly mon fri 16:30-00:30 Asia/Shanghai"
                        + " 0.5 per 1M -> 0.4 per 1M (x 0.8)");
    }

    private static PriceTable nights(String rate) {
        return table(m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                .weekly(
                        Instant.parse("2026-12-01T00:00:00Z"),
                        null,
                        ZoneId.of("Asia/Shanghai"),
                        Set.of(DayOfWeek.FRIDAY, DayOfWeek.MONDAY),
                        LocalTime.of(16, 30),
                        LocalTime.of(0, 30),
                        s -> s.rate(Unit.INPUT_TOKENS, rate)));
    }

    @Test
    void comparesARateThatAppearsWithWhatItsUsageCostBefore() {
        PriceTable plain = table(m -> m.rate(Unit.INPUT_TOKENS, "2 per 1M"));
        PriceTable cached =
                table(m -> m.rate(Unit.INPUT_TOKENS, "2 per 1M").rate(Unit.CACHE_READ_TOKENS, "0.1 per 1M"));
        PriceTable free = table(m -> m.rate(Unit.INPUT_TOKENS, "2 per 1M").rate(Unit.CACHE_READ_TOKENS, "0 per 1M"));
        PriceTable other = table(m -> m.rate(Unit.INPUT_TOKENS, "2 per 1M").rate(Unit.REQUESTS, "1 per 1k"));
        PriceChange discount = only(PriceChanges.between(plain, cached));
        assertThat(discount)
                .hasToString("p/m cache_read_tokens 2 per 1M as input_tokens -> 0.1 per 1M (x 0.05)")
                .matches(change -> !change.isBeyond(10), "a cache discount of its own is nothing to hold back");
        assertThat(only(PriceChanges.between(plain, free))).matches(change -> change.isBeyond(10), "free now");
        assertThat(only(PriceChanges.between(free, plain))).matches(change -> change.isBeyond(10), "was free");
        PriceChange fee = only(PriceChanges.between(plain, other));
        assertThat(fee).hasToString("p/m requests none -> 1 per 1k");
        assertThat(fee.before()).isNull();
        assertThat(fee.ratio()).isNull();
        assertThat(fee.isBeyond(10)).isFalse();
    }

    @Test
    void tenTimesIsWithin_andMoreIsBeyond_bothWays() {
        assertThat(beyond("1", "10")).isFalse();
        assertThat(beyond("1", "10.01")).isTrue();
        assertThat(beyond("10", "1")).isFalse();
        assertThat(beyond("10.01", "1")).isTrue();
        assertThat(beyond("1", "0")).isTrue();
        assertThat(beyond("0", "0.000001")).isTrue();
    }

    @Test
    void aRateByLargeIncrementsIsNotBeyond_whenTheFirstUnitCostsTheSame() {
        Unit searches = Unit.of("web_searches");
        PriceTable each = sheet(s -> s.rate(searches, "35 per 1k"));
        PriceTable oncePerRequest = sheet(s -> s.rate(searches, "0.035 per 1M").increment(searches, "1000000"));
        PriceTable slip = sheet(s -> s.rate(searches, "0.035 per 1M"));
        assertThat(PriceChanges.between(each, oncePerRequest).changed())
                .extracting(PriceChange::toString)
                .containsExactly(
                        "p/m web_searches 35 per 1k -> 0.035 per 1M by 1000000 (x 0.000001)",
                        "p/m web_searches increment none -> 1000000");
        assertThat(PriceChanges.between(each, oncePerRequest).changed()).noneMatch(change -> change.isBeyond(10));
        assertThat(only(PriceChanges.between(each, slip)).isBeyond(10)).isTrue();
    }

    @Test
    void saysWhenAPriceIsOver() {
        Instant end = Instant.parse("2026-01-01T00:00:00Z");
        PriceTable before = table(m ->
                m.rate(Unit.INPUT_TOKENS, "1 per 1M").between(null, end, s -> s.rate(Unit.INPUT_TOKENS, "20 per 1M")));
        PriceTable after = table(m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"));
        PriceChange change = only(PriceChanges.between(before, after));
        assertThat(change).hasToString("p/m input_tokens, until 2026-01-01 20 per 1M -> 1 per 1M (x 0.05)");
        assertThat(change.until()).isEqualTo(end);
        assertThat(change.isBeyond(10)).isTrue();
    }

    @Test
    void aTierOrARegionThatAppearsIsComparedWithTheStandard() {
        PriceTable before = table(m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"));
        PriceTable after = sheet(s -> s.rate(Unit.INPUT_TOKENS, "1 per 1M")
                .tier("flex", t -> t.rate(Unit.INPUT_TOKENS, "0.05 per 1M"))
                .region("eu", "20"));
        assertThat(PriceChanges.between(before, after).changed())
                .hasSize(2)
                .allMatch(change -> change.isBeyond(10))
                .extracting(PriceChange::toString)
                .containsExactly(
                        "p/m input_tokens, tier flex 1 per 1M -> 0.05 per 1M (x 0.05)", "p/m region eu 1 -> 20 (x 20)");
    }

    @Test
    void termsOfAProviderAreChangesOfAllItsModels() {
        PriceTable before = PriceTable.builder("t")
                .provider("p", p -> p.discount("0.1"))
                .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .build();
        PriceTable after = PriceTable.builder("t")
                .provider("*", p -> p.discount("1").fee("0.5"))
                .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .build();
        PriceChanges changes = PriceChanges.between(before, after);
        assertThat(changes.changed().stream().map(PriceChange::toString))
                .containsExactly("p/* discount and margin 0.9 -> 0 (x 0)", "p/* fee 0 -> 0.5");
        assertThat(changes.changed()).allMatch(change -> change.isBeyond(10));
        // 1 per million less 10 %
        assertThat(million(held(changes).over(after), "m")).isEqualTo(Money.usd("0.9"));
        assertThat(million(after, "m")).isEqualTo(Money.usd("0.5"));
    }

    @Test
    void modelsComeAndGo_andOnesThatMovedIntoAnAliasAreCompared() {
        PriceTable before = PriceTable.builder("t")
                .model("p", "big", m -> m.rate(Unit.INPUT_TOKENS, "5 per 1M"))
                .model("p", "big-2026-01-01", m -> m.rate(Unit.INPUT_TOKENS, "6 per 1M"))
                .model("p", "gone", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .build();
        PriceTable after = PriceTable.builder("t")
                .model("P", "Big", m -> m.alias("big-2026-01-01").rate(Unit.INPUT_TOKENS, "5 per 1M"))
                .model("p", "new", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .build();
        PriceChanges changes = PriceChanges.between(before, after);
        assertThat(changes.added()).containsExactly("p/new");
        assertThat(changes.removed()).containsExactly("p/gone");
        assertThat(only(changes)).hasToString("p/big-2026-01-01 input_tokens 6 per 1M -> 5 per 1M (x 0.833)");
        assertThat(changes)
                .hasToString("1 price changed, 1 model added, 1 model removed:"
                        + " p/big-2026-01-01 input_tokens 6 per 1M -> 5 per 1M (x 0.833)");
    }

    @Test
    void aModelThatIsHeldKeepsAllOfItsOldPrice_andNoOtherModelDoes() {
        PriceTable before = PriceTable.builder("t")
                .model("p", "a", m -> m.alias("a-2026")
                        .alias("a-2025")
                        .rate(Unit.INPUT_TOKENS, "1 per 1M")
                        .rate(Unit.OUTPUT_TOKENS, "4 per 1M"))
                .model("p", "b", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .build();
        PriceTable after = PriceTable.builder("t")
                .model("p", "a", m -> m.alias("a-latest")
                        .rate(Unit.INPUT_TOKENS, "100 per 1M")
                        .rate(Unit.OUTPUT_TOKENS, "5 per 1M"))
                .model("p", "a-2026", m -> m.rate(Unit.INPUT_TOKENS, "2 per 1M"))
                .model("p", "b", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M"))
                .build();
        PriceTable held = held(PriceChanges.between(before, after)).over(after);
        assertThat(held.id()).startsWith("held+t@");
        assertThat(million(held, "a")).isEqualTo(Money.usd("1"));
        assertThat(million(held, "a-latest")).isEqualTo(Money.usd("1"));
        assertThat(held.charge("p", "a", Usage.of(Unit.OUTPUT_TOKENS, 1_000_000), NOON)
                        .cost())
                .isEqualTo(Money.usd("4"));
        assertThat(million(held, "a-2026")).isEqualTo(Money.usd("2"));
        assertThat(million(held, "b")).isEqualTo(Money.usd("3"));
    }

    @Test
    void aRowThatMovedIntoAnAliasOfAFarCheaperModelIsHeldUnderItsOwnIds() {
        PriceTable before = PriceTable.builder("t")
                .model("p", "dear", m -> m.alias("dear-2").alias("dear-3").rate(Unit.INPUT_TOKENS, "50 per 1M"))
                .build();
        PriceTable after = PriceTable.builder("t")
                .model("p", "cheap", m -> m.alias("dear").alias("dear-2").rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .model("p", "dear-3", m -> m.rate(Unit.INPUT_TOKENS, "40 per 1M"))
                .build();
        PriceTable held = held(PriceChanges.between(before, after)).over(after);
        assertThat(million(held, "dear")).isEqualTo(Money.usd("50"));
        assertThat(million(held, "dear-2")).isEqualTo(Money.usd("50"));
        assertThat(million(held, "dear-3")).isEqualTo(Money.usd("40"));
        assertThat(million(held, "cheap")).isEqualTo(Money.usd("1"));
    }

    @Test
    void tablesInTwoCurrenciesCannotBeCompared() {
        PriceTable dollars = table(m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"));
        PriceTable euros = dollars.convertedTo(Currency.getInstance("EUR"), "0.9");
        assertThatThrownBy(() -> PriceChanges.between(dollars, euros))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is in EUR but")
                .hasMessageContaining("convertedTo(currency, rate)");
    }

    @Test
    void theBundledTableIsTheSameAsItself_andAsItselfTwice() {
        PriceTable bundled = PriceTable.bundled();
        assertThat(PriceChanges.between(bundled, bundled).isEmpty()).isTrue();
        assertThat(PriceChanges.between(bundled, bundled.over(bundled)).isEmpty())
                .isTrue();
        PriceTable half = PriceTable.builder("half")
                .provider("*", p -> p.discount("0.5"))
                .build()
                .over(bundled);
        List<PriceChange> changes = PriceChanges.between(bundled, half).changed();
        assertThat(changes).isNotEmpty().allMatch(change -> change.model().equals("*"));
        assertThat(changes.get(0).ratio()).isEqualByComparingTo(new BigDecimal("0.5"));
    }

    private static PriceTable held(PriceChanges changes) {
        return Objects.requireNonNull(changes.held(change -> change.isBeyond(10)));
    }

    private static boolean beyond(String before, String after) {
        return only(PriceChanges.between(
                        table(m -> m.rate(Unit.INPUT_TOKENS, before + " per 1M")),
                        table(m -> m.rate(Unit.INPUT_TOKENS, after + " per 1M"))))
                .isBeyond(10);
    }

    private static Money million(PriceTable table, String model) {
        return table.charge("p", model, Usage.of(Unit.INPUT_TOKENS, 1_000_000), NOON)
                .cost();
    }

    private static PriceChange only(PriceChanges changes) {
        assertThat(changes.changed()).hasSize(1);
        return changes.changed().get(0);
    }

    private static PriceTable table(Consumer<PriceTable.Model> model) {
        return PriceTable.builder("t").model("p", "m", model).build();
    }

    private static PriceTable sheet(Consumer<PriceSheet> sheet) {
        return table(m -> m.sheet(sheet));
    }
}

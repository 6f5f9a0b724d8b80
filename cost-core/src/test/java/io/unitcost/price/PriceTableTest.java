package io.unitcost.price;

import static io.unitcost.price.Unit.INPUT_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import org.junit.jupiter.api.Test;

class PriceTableTest {

    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");

    private static final Usage MILLION = Usage.of(INPUT_TOKENS, 1_000_000);

    @Test
    void findsAModelByIdAndAliasWhateverTheCase() {
        PriceTable table = PriceTable.builder("t")
                .model("OpenAI", "GPT-4o", m -> m.alias("gpt-4o-2024-08-06").rate(INPUT_TOKENS, "2.5 per 1M"))
                .build();
        assertThat(table.charge("OpenAI", "GPT-4o", MILLION, AT).cost()).isEqualTo(Money.usd("2.5"));
        assertThat(table.charge("openai", "gpt-4o", MILLION, AT).cost()).isEqualTo(Money.usd("2.5"));
        assertThat(table.charge("openai", " GPT-4O-2024-08-06 ", MILLION, AT).cost())
                .isEqualTo(Money.usd("2.5"));
    }

    @Test
    void hasNoPrefixMatch() {
        PriceTable table = PriceTable.builder("t")
                .model("cohere", "command-a", m -> m.rate(INPUT_TOKENS, "2.5 per 1M"))
                .build();
        assertThat(table.charge("cohere", "command-a-plus", MILLION, AT).unpriced())
                .isEqualTo(Unpriced.UNKNOWN_MODEL);
        assertThat(table.charge("cohere", "command-a-plus", MILLION, AT).cost()).isNull();
        assertThat(table.charge("openai", "command-a", MILLION, AT).unpriced()).isEqualTo(Unpriced.UNKNOWN_PROVIDER);
        assertThat(table.has("cohere", "command")).isFalse();
    }

    @Test
    void theIdChangesWithThePricesAndWithNothingElse() {
        PriceTable one = prices("1 per 1M").build();
        assertThat(prices("1 per 1M").asOf(LocalDate.of(2020, 1, 1)).build().id())
                .isEqualTo(one.id());
        assertThat(prices("1.0 per 1M").build().id()).isEqualTo(one.id());
        assertThat(prices("2 per 1M").build().id()).isNotEqualTo(one.id());
        assertThat(prices("1 per 1M")
                        .currency(Currency.getInstance("EUR"))
                        .build()
                        .id())
                .isNotEqualTo(one.id());
        assertThat(one.id()).matches("t@[0-9a-f]{12}");
    }

    @Test
    void aTableLiesOverAnother() {
        PriceTable list = PriceTable.builder("list")
                .asOf(LocalDate.of(2026, 9, 1))
                .model("p", "small", m -> m.alias("small-2026-01-01").rate(INPUT_TOKENS, "1 per 1M"))
                .model("p", "large", m -> m.alias("large-2026-01-01")
                        .alias("large-2026-06-01")
                        .rate(INPUT_TOKENS, "10 per 1M"))
                .build();
        PriceTable ours = PriceTable.builder("ours")
                .asOf(LocalDate.of(2026, 11, 1))
                .model("p", "large", m -> m.rate(INPUT_TOKENS, "7 per 1M"))
                .model("p", "large-2026-01-01", m -> m.rate(INPUT_TOKENS, "8 per 1M"))
                .model("q", "own", m -> m.rate(INPUT_TOKENS, "3 per 1M"))
                .build()
                .over(list);

        assertThat(ours.charge("p", "small", MILLION, AT).cost()).isEqualTo(Money.usd("1"));
        assertThat(ours.charge("p", "large", MILLION, AT).cost()).isEqualTo(Money.usd("7"));
        assertThat(ours.charge("p", "large-2026-06-01", MILLION, AT).cost())
                .as("a dated snapshot follows its model")
                .isEqualTo(Money.usd("7"));
        assertThat(ours.charge("p", "large-2026-01-01", MILLION, AT).cost())
                .as("unless it has its own row")
                .isEqualTo(Money.usd("8"));
        assertThat(ours.charge("q", "own", MILLION, AT).cost()).isEqualTo(Money.usd("3"));
        assertThat(ours.id()).matches("ours\\+list@[0-9a-f]{12}");
        assertThat(ours.asOf()).isEqualTo(list.asOf());
        assertThat(list.charge("p", "large", MILLION, AT).cost())
                .as("the list itself is not touched")
                .isEqualTo(Money.usd("10"));
    }

    @Test
    void isConvertedAtAStatedRateOnly() {
        Currency eur = Currency.getInstance("EUR");
        PriceTable converted = prices("2 per 1M").build().convertedTo(eur, "0.875");
        assertThat(converted.charge("p", "m", MILLION, AT).cost()).isEqualTo(Money.of("1.75", eur));
        assertThatThrownBy(() -> prices("1 per 1M").build().over(converted))
                .hasMessageContaining("is in USD but")
                .hasMessageContaining("convertedTo(currency, rate)");
        assertThatThrownBy(() -> prices("1 per 1M").build().convertedTo(eur, "0"))
                .hasMessage("exchange rate: 0 is not above zero; say how much one USD is in EUR");
    }

    @Test
    void aLayeredTableIsConvertedAsItIs() {
        PriceTable list = PriceTable.builder("t")
                .model("p", "m", m -> m.alias("m-1").alias("m-2").rate(INPUT_TOKENS, "10 per 1M"))
                .build();
        PriceTable own = PriceTable.builder("t")
                .model("p", "m-1", m -> m.rate(INPUT_TOKENS, "4 per 1M"))
                .build();
        Currency eur = Currency.getInstance("EUR");
        PriceTable converted = own.over(list).convertedTo(eur, "0.5");
        assertThat(converted.charge("p", "m-1", MILLION, AT).cost()).isEqualTo(Money.of("2", eur));
        assertThat(converted.charge("p", "m-2", MILLION, AT).cost()).isEqualTo(Money.of("5", eur));
        assertThat(own.over(list).id())
                .as("which lies over which")
                .isNotEqualTo(list.over(own).id());
    }

    @Test
    void refusesWhatContradictsItself() {
        assertThatThrownBy(() -> PriceTable.builder("t").model("p", "m", m -> {}))
                .isInstanceOf(PriceTableException.class)
                .hasMessage("price table t: p/m: no rates; give at least one, such as input_tokens '0.15 per 1M'"
                        + " ('0 per 1M' if it is free)");
        assertThatThrownBy(() -> prices("1 per 1M").model("p", "m", m -> m.rate(INPUT_TOKENS, "2 per 1M")))
                .hasMessage("price table t: p/m is there twice; remove one of them");
        assertThatThrownBy(() -> prices("1 per 1M")
                        .model("p", "n", m -> m.alias("M").rate(INPUT_TOKENS, "2 per 1M"))
                        .build())
                .hasMessage("price table: 'M' of provider p names both m and n; remove it from one of them");
        assertThatThrownBy(() -> prices("1 million"))
                .hasMessage("price table t: p/m: rate: '1 million' is not a price; write an amount and a count, like"
                        + " '0.15 per 1M', '20 per 1k' or '3 per hour'");
        assertThatThrownBy(() -> PriceTable.builder("no blanks")).hasMessageContaining("'no blanks' is not a name");
    }

    private static PriceTable.Builder prices(String input) {
        return PriceTable.builder("t").model("p", "m", m -> m.rate(INPUT_TOKENS, input));
    }
}

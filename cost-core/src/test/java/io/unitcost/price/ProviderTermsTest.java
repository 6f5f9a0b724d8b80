package io.unitcost.price;

import static io.unitcost.price.Unit.INPUT_TOKENS;
import static io.unitcost.price.Unit.OUTPUT_TOKENS;
import static io.unitcost.price.Unit.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Discount first, then margin, then a fixed fee; list and net both kept. */
class ProviderTermsTest {

    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");
    private static final Usage USAGE = Usage.tokens(1_000_000, 100_000);

    @ParameterizedTest
    @CsvSource({
        // list 2 + 0.8 = 2.8; discount, margin, fee, net
        ", , , 2.8",
        "0.05, , , 2.66",
        ", 0.1, , 3.08",
        "0.05, 0.1, , 2.926", // 2.8 × 0.95 × 1.1
        "0.05, 0.1, 0.001, 2.927",
        "1, , 0.25, 0.25",
        "0, 0, 0, 2.8",
    })
    void discountComesBeforeMarginAndTheFeeLast(String discount, String margin, String fee, String net) {
        PriceTable table = table(terms(discount, margin, fee));
        Charge charge = table.charge("p", "m", USAGE, AT);
        assertThat(charge.cost()).isEqualTo(Money.usd(net));
        assertThat(charge.list()).isEqualTo(Money.usd("2.8"));
        // the lines are net and add up
        Money.Sum sum = Money.sum(Money.USD);
        charge.lines().forEach(line -> sum.add(line.cost()));
        assertThat(sum.toMoney()).isEqualTo(charge.cost());
        assertThat(table.picos("p", "m", null, null, USAGE, AT.toEpochMilli()))
                .isEqualTo(new BigDecimal(net).movePointRight(12).longValueExact());
    }

    @Test
    void everyStepTierAndPeriodIsOnTheSameTerms() {
        PriceTable table = PriceTable.builder("t")
                .provider("p", terms("0.5", null, "0.01"))
                .model("p", "m", m -> m.sheet(s -> s.rate(INPUT_TOKENS, "2 per 1M")
                                .above(1_000_000, Map.of(INPUT_TOKENS, Rate.parse("4 per 1M")))
                                .tier("batch", b -> b.rate(INPUT_TOKENS, "1 per 1M")))
                        .between(null, Instant.parse("2026-01-01T00:00:00Z"), s -> s.rate(INPUT_TOKENS, "8 per 1M")))
                .build();
        long at = AT.toEpochMilli();
        Usage million = Usage.of(INPUT_TOKENS, 1_000_000);
        assertThat(table.charge("p", "m", null, null, million, at).cost()).isEqualTo(Money.usd("1.01"));
        assertThat(table.charge("p", "m", "batch", null, million, at).cost()).isEqualTo(Money.usd("0.51"));
        assertThat(table.charge("p", "m", null, null, Usage.of(INPUT_TOKENS, 2_000_000), at)
                        .cost())
                .isEqualTo(Money.usd("4.01"));
        assertThat(table.charge("p", "m", million, Instant.parse("2025-12-31T23:59:59Z"))
                        .cost())
                .isEqualTo(Money.usd("4.01"));
    }

    @Test
    void theFeeComesOnTopOfARequestFeeAndIsConverted() {
        PriceTable table = PriceTable.builder("t")
                .provider("p", terms(null, null, "0.01"))
                .model("p", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M").rate(REQUESTS, "5 per 1k"))
                .build();
        Usage million = Usage.of(INPUT_TOKENS, 1_000_000);
        assertThat(table.charge("p", "m", million, AT).cost()).isEqualTo(Money.usd("1.015"));
        assertThat(table.charge("p", "m", million, AT).list()).isEqualTo(Money.usd("1.005"));
        PriceTable euros = table.convertedTo(Currency.getInstance("EUR"), "0.9");
        assertThat(euros.charge("p", "m", million, AT).cost())
                .isEqualTo(Money.of("0.9135", Currency.getInstance("EUR")));
    }

    /** Once for each attempt, however many requests or what kind of them the usage counts, and only when anything is priced. */
    @Test
    void theFeeIsOneLineOfItsOwn() {
        PriceTable table = PriceTable.builder("t")
                .provider("p", terms(null, null, "0.1"))
                .model("p", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M")
                        .rate(Unit.of("requests/low"), "5 per 1k")
                        .rate(REQUESTS, "10 per 1k"))
                .build();
        Usage million = Usage.of(INPUT_TOKENS, 1_000_000);
        Usage low = Usage.of(INPUT_TOKENS, 1_000_000, Unit.of("requests/low"), 1);
        Usage three = Usage.of(INPUT_TOKENS, 1_000_000, REQUESTS, 3);
        assertThat(table.charge("p", "m", million, AT).cost()).isEqualTo(Money.usd("1.11"));
        assertThat(table.charge("p", "m", low, AT).cost()).isEqualTo(Money.usd("1.105"));
        assertThat(table.charge("p", "m", three, AT).cost()).isEqualTo(Money.usd("1.13"));
        assertThat(table.charge("p", "m", three, AT).list()).isEqualTo(Money.usd("1.03"));
        assertThat(table.charge("p", "m", three, AT).lines())
                .filteredOn(line -> line.unit().equals(Unit.FEE))
                .singleElement()
                .satisfies(line -> assertThat(line.cost()).isEqualTo(Money.usd("0.1")));
        assertThat(table.picos("p", "m", null, null, three, AT.toEpochMilli())).isEqualTo(1_130_000_000_000L);
    }

    @Test
    void whatHasNoPriceHasNoFee() {
        PriceTable table = table(terms(null, null, "0.01"));
        assertThat(table.charge("p", "other", USAGE, AT).cost()).isNull();
        assertThat(table.charge("p", "other", USAGE, AT).list()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "5, , , discount: 5 is not a share from 0 to 1; write 5 % as 0.05",
        "-0.1, , , discount: -0.1 is not a share from 0 to 1; write 5 % as 0.05",
        ", 11, , margin: 11 is not a share from 0 to 10; write 5 % as 0.05",
        ", , -1, fee: -1 is negative; give 0 or more",
    })
    void refusesWhatIsNoShare(String discount, String margin, String fee, String says) {
        assertThatThrownBy(() -> table(terms(discount, margin, fee)))
                .isInstanceOf(PriceTableException.class)
                .hasMessage("price table t: provider p: " + says);
    }

    private static Consumer<ProviderTerms> terms(String discount, String margin, String fee) {
        return terms -> {
            if (discount != null) {
                terms.discount(discount);
            }
            if (margin != null) {
                terms.margin(margin);
            }
            if (fee != null) {
                terms.fee(fee);
            }
        };
    }

    private static PriceTable table(Consumer<ProviderTerms> terms) {
        return PriceTable.builder("t")
                .provider("p", terms)
                .model("p", "m", m -> m.rate(INPUT_TOKENS, "2 per 1M").rate(OUTPUT_TOKENS, "8 per 1M"))
                .build();
    }
}

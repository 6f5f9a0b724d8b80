package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a cost that the provider itself reports. */
class ReportedCostTest {

    private static final PriceTable PRICES = PriceTable.builder("test")
            .model("router", "known", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M").rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .build();

    private final RecordedCosts costs = new RecordedCosts();

    @ParameterizedTest
    @CsvSource({
        // 900 × 1/1e6 + 50 × 2/1e6 = 0.001 computed
        "USE, known, 0.0161, 0.0161, 0.001",
        "USE, known, 0.001, 0.001, 0.001",
        "USE, known, 0, 0, 0.001", // the provider's word, even if it is nothing
        "USE, unknown, 0.02, 0.02, ",
        "COMPARE, known, 0.0161, 0.001, 0.001",
        "COMPARE, unknown, 0.02, 0.02, ", // the only price there is
        "COMPARE, unknown, 0, , ", // gateways report zero for models they do not know
        "IGNORE, known, 0.0161, 0.001, 0.001",
        "IGNORE, unknown, 0.02, , ",
    })
    void thePolicyDecides(ReportedCost policy, String model, String reported, String cost, String computed) {
        Charge charge = charge(policy, model, attempt(model).reportedCost(Money.usd(reported)));
        assertThat(charge.cost()).isEqualTo(cost == null ? null : Money.usd(cost));
        assertThat(charge.computed()).isEqualTo(computed == null ? null : Money.usd(computed));
        assertThat(charge.reported()).isEqualTo(policy == ReportedCost.IGNORE ? null : Money.usd(reported));
        assertThat(charge.unpriced()).isEqualTo(cost == null ? Unpriced.UNKNOWN_MODEL : null);
        Money.Sum sum = Money.sum(Money.USD);
        charge.lines().forEach(line -> sum.add(line.cost()));
        assertThat(sum.toMoney()).isEqualTo(cost == null ? Money.zero(Money.USD) : charge.cost());
    }

    @Test
    void theSameAmountKeepsItsLines() {
        Charge same = charge(ReportedCost.USE, "known", attempt("known").reportedCost(Money.usd("0.001")));
        assertThat(same.lines()).hasSize(2);
        assertThat(same.isReported()).isFalse();
        Charge other = charge(ReportedCost.USE, "known", attempt("known").reportedCost(Money.usd("0.002")));
        assertThat(other.lines()).singleElement().satisfies(line -> assertThat(line.unit())
                .isEqualTo(Unit.REPORTED));
        assertThat(other.isReported()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.004, 0.004", // the gateway bills nothing, the provider behind it the rest
        "0.0002, 0.004, 0.0042",
        "0, , 0.001", // not known: what the table says
    })
    void anOwnKeyCostsFeeAndUpstream(String fee, String upstream, String cost) {
        Attempt.Builder attempt =
                attempt("known").reportedCostOfOwnKey(Money.usd(fee), upstream == null ? null : Money.usd(upstream));
        assertThat(charge(ReportedCost.USE, "known", attempt).cost()).isEqualTo(Money.usd(cost));
    }

    @Test
    void theDefaultComparesAndAProviderCanBeTrusted() {
        try (CostMeter meter = CostMeter.builder()
                .prices(PRICES)
                .reportedCost("router", ReportedCost.USE)
                .listener(costs)
                .build()) {
            assertThat(record(meter, attempt("known").reportedCost(Money.usd("0.5")))
                            .total())
                    .isEqualTo(Money.usd("0.5"));
        }
        try (CostMeter meter =
                CostMeter.builder().prices(PRICES).listener(costs).build()) {
            assertThat(record(meter, attempt("known").reportedCost(Money.usd("0.5")))
                            .total())
                    .isEqualTo(Money.usd("0.001"));
        }
    }

    @Test
    void whatCannotBeACostIsCountedAndNotUsed() {
        for (Money odd : new Money[] {Money.usd("-1"), Money.of("1", Currency.getInstance("EUR"))}) {
            try (CostMeter meter = CostMeter.builder()
                    .prices(PRICES)
                    .reportedCost(ReportedCost.USE)
                    .listener(costs)
                    .build()) {
                assertThat(record(meter, attempt("known").reportedCost(odd)).total())
                        .isEqualTo(Money.usd("0.001"));
                assertThat(meter.errors(CostMeter.Site.PRICING)).isEqualTo(1);
            }
        }
    }

    private Charge charge(ReportedCost policy, String model, Attempt.Builder attempt) {
        try (CostMeter meter = CostMeter.builder()
                .prices(PRICES)
                .reportedCost(policy)
                .listener(costs)
                .build()) {
            return record(meter, attempt).attempts().get(0).charge();
        }
    }

    private RequestCost record(CostMeter meter, Attempt.Builder attempt) {
        RequestMeter request = meter.open("chat");
        request.record(attempt.build());
        request.end(Outcome.DELIVERED);
        return costs.take();
    }

    private static Attempt.Builder attempt(String model) {
        return Attempt.of("router", model).usage(Usage.tokens(900, 50));
    }
}

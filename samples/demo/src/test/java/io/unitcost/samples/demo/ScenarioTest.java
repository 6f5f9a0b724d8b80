package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.samples.demo.Scenario.Route;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScenarioTest {

    private final Scenario full = Scenario.full();

    @Test
    void theSwapGoesToAModelAtExactlyThreeTimesThePriceOfEveryUnit() {
        for (Unit unit : new Unit[] {Unit.INPUT_TOKENS, Unit.CACHE_READ_TOKENS, Unit.OUTPUT_TOKENS}) {
            Usage usage = Usage.of(unit, 1_000_000);
            Money before = cost(full.route(Features.CODE_ASSIST), usage);
            assertThat(cost(full.swapTo(), usage)).as("%s", unit).isEqualTo(before.times(3));
            assertThat(before.signum()).isPositive();
        }
        assertThat(full.swaps()).isTrue();
    }

    @Test
    void everythingThatIsAskedHasAPrice_butTheCanary() {
        assertThat(cost(full.route(Features.CHAT), Usage.tokens(1_000_000, 1_000_000)))
                .isEqualTo(Money.usd("0.75"));
        // 20 per 1M reads and 0.02 per 1M embedded tokens: 0.00002 + 100 × 0.00000002 = 0.000022 a request
        assertThat(cost(Scenario.VECTOR_READ, Usage.of(Unit.REQUESTS, 1))
                        .plus(cost(Scenario.EMBEDDING, Usage.of(Unit.INPUT_TOKENS, Scenario.EMBEDDED_TOKENS))))
                .isEqualTo(Money.usd("0.000022"));
        assertThat(full.prices().has("openai", Scenario.CANARY)).isFalse();
    }

    @Test
    void plainHasOnePriceForAllAndNothingElse() {
        Scenario plain = Scenario.plain();
        for (String feature : Features.ALL) {
            assertThat(plain.perMillion(plain.route(feature), Unit.INPUT_TOKENS))
                    .isEqualTo("0.15");
            assertThat(plain.perMillion(plain.route(feature), Unit.OUTPUT_TOKENS))
                    .isEqualTo("0.6");
            assertThat(plain.route(feature).retrieval()).isFalse();
        }
        assertThat(plain.pools()).isEmpty();
        assertThat(plain.swaps()).isFalse();
        assertThat(new Faults(plain.faults(), 1).fate(1, Features.CHAT)).isEqualTo(Faults.Fate.GOOD);
    }

    private Money cost(Route route, Usage usage) {
        Money cost = full.prices()
                .charge(route.provider(), route.model(), usage, Instant.now())
                .cost();
        assertThat(cost).isNotNull();
        return cost;
    }
}

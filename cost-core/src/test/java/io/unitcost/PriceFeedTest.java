package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.price.source.PriceSources;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A meter whose prices change under it. */
class PriceFeedTest {

    private static final PriceTable FIXED = PriceTable.builder("fixed")
            .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "9 per 1M"))
            .build();

    private final RecordedCosts costs = new RecordedCosts();

    @TempDir
    private Path folder;

    private PriceSources prices;

    @BeforeEach
    void build() throws IOException {
        write("1");
        prices = PriceSources.builder()
                .file(folder.resolve("acme.json"))
                .bundled(false)
                .background(false)
                .build();
    }

    @AfterEach
    void close() {
        prices.close();
        costs.assertNothingLeft();
    }

    @Test
    void aRequestIsPricedByTheTableInForceWhenItCloses() throws IOException {
        try (CostMeter meter = meter()) {
            assertThat(meter.priceSources()).isSameAs(prices);
            String first = meter.prices().id();
            record(meter);
            RequestCost cost = costs.take();
            assertThat(cost.total()).isEqualTo(Money.usd("1"));
            assertThat(cost.priceTable()).isEqualTo(first);
            RequestMeter open = meter.open("chat");
            change("2");
            assertThat(meter.prices()).isSameAs(prices.current());
            open.record(million());
            open.end(Outcome.DELIVERED);
            cost = costs.take();
            assertThat(cost.total()).isEqualTo(Money.usd("2"));
            assertThat(cost.priceTable()).isEqualTo(prices.current().id()).isNotEqualTo(first);
        }
    }

    @Test
    void pricesThatFollowAreNotSetByHand() {
        try (CostMeter meter = meter();
                CostMeter other = CostMeter.builder().prices(FIXED).build()) {
            assertThatThrownBy(() -> meter.prices(FIXED))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "price table " + FIXED.id() + ": this meter follows its PriceSources; change one of their"
                                    + " files, or give it there as override");
            other.prices(prices.current());
            assertThat(other.prices()).isSameAs(prices.current());
            assertThat(other.priceSources()).isNull();
        }
    }

    @Test
    void theLastPricesGivenCount() {
        try (CostMeter fixed = CostMeter.builder().prices(prices).prices(FIXED).build();
                CostMeter following =
                        CostMeter.builder().prices(FIXED).prices(prices).build()) {
            assertThat(fixed.prices()).isSameAs(FIXED);
            assertThat(following.prices()).isSameAs(prices.current());
        }
    }

    @Test
    void aClosedMeterKeepsItsPrices_andTheSourcesGoOnForOthers() throws IOException {
        CostMeter first = meter();
        try (CostMeter second = meter()) {
            first.close();
            change("2");
            record(first);
            assertThat(costs.take().total()).isEqualTo(Money.usd("1"));
            record(second);
            assertThat(costs.take().total()).isEqualTo(Money.usd("2"));
        }
    }

    @Test
    void aMeterThatNobodyHasAnyMoreIsLetGo() throws IOException {
        @Nullable CostMeter meter = meter();
        WeakReference<CostMeter> gone = new WeakReference<>(meter);
        meter = null;
        for (int i = 0; i < 200 && gone.get() != null; i++) {
            System.gc();
        }
        assertThat(gone.get()).isNull();
        change("2");
        change("3");
        assertThat(prices.subscriberFailures()).isZero();
    }

    private CostMeter meter() {
        return CostMeter.builder().prices(prices).listener(costs).build();
    }

    private static void record(CostMeter meter) {
        RequestMeter request = meter.open("chat");
        request.record(million());
        request.end(Outcome.DELIVERED);
    }

    private static Attempt million() {
        return Attempt.of("p", "m")
                .usage(Usage.of(Unit.INPUT_TOKENS, 1_000_000))
                .build();
    }

    private void change(String price) throws IOException {
        write(price);
        assertThat(prices.refresh()).isTrue();
    }

    private void write(String price) throws IOException {
        Files.writeString(folder.resolve("acme.json"), """
                { "format": "unitcost-prices/1", "name": "acme", "date": "2026-11-01", "currency": "USD",
                  "providers": { "p": { "models": { "m": { "rates": { "input_tokens": "%s per 1M" } } } } } }
                """.formatted(price));
    }
}

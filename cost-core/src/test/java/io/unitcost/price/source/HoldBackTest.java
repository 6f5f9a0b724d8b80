package io.unitcost.price.source;

import static io.unitcost.price.source.Lists.json;
import static io.unitcost.price.source.Lists.price;
import static io.unitcost.price.source.Lists.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.ManualTicker;
import io.unitcost.price.PriceChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Prices that look like slips wait; everything else goes on. */
class HoldBackTest {

    private final ManualTicker ticker = new ManualTicker();
    private final PriceServer server = new PriceServer();
    private final PriceSources prices = PriceSources.builder()
            .remote(server.uri("/list.json"))
            .fallback(table("base", "a", "1", "b", "1", "below", "1"))
            .background(false)
            .ticker(ticker)
            .clock(ticker.clock())
            .build();

    @AfterEach
    void close() {
        prices.close();
        server.close();
    }

    @Test
    void theFirstListIsHeldAgainstTheLayerBelow() {
        publish("a", "10.5", "b", "9", "new", "5000");
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(price(prices, "b")).isEqualTo("9");
        assertThat(price(prices, "new")).isEqualTo("5000");
        assertThat(prices.held())
                .extracting(PriceChange::toString)
                .containsExactly("p/a input_tokens 1 per 1M -> 10.5 per 1M (x 10.5)");
        assertThat(prices.layers().get(0)).matches(layer -> layer.held() == 1 && layer.updated() == 1);
        assertThat(prices.current().id()).startsWith("held+list+base@");
    }

    @Test
    void laterListsAreHeldAgainstTheOneBefore() {
        publish("a", "8");
        publish("a", "60");
        assertThat(price(prices, "a")).isEqualTo("60");
        publish("a", "0.6");
        assertThat(price(prices, "a")).isEqualTo("60");
        publish("a", "0");
        assertThat(price(prices, "a")).isEqualTo("60");
        assertThat(held()).containsExactly("p/a input_tokens 60 per 1M -> 0 per 1M (x 0)");
    }

    @Test
    void aPriceThatIsHeldStaysHeld_untilTheListComesBackToItsSenses() {
        publish("a", "0");
        ask();
        publish("a", "0", "b", "2");
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(price(prices, "b")).isEqualTo("2");
        assertThat(prices.held()).hasSize(1);
        publish("a", "2", "b", "2");
        assertThat(price(prices, "a")).isEqualTo("2");
        assertThat(prices.held()).isEmpty();
        assertThat(prices.layers().get(0).held()).isZero();
        assertThat(prices.current().id()).startsWith("list+base@");
    }

    @Test
    void confirmedIsTakenAtOnce_andIsWhatTheNextListIsHeldAgainst() {
        List<String> told = new ArrayList<>();
        prices.subscribe(table -> told.add(price(table, "a")));
        publish("a", "100", "b", "100");
        assertThat(prices.confirm("p", "other")).isFalse();
        assertThat(prices.confirm("P", " A ")).isTrue();
        assertThat(prices.confirm("p", "a")).isFalse();
        assertThat(price(prices, "a")).isEqualTo("100");
        assertThat(price(prices, "b")).isEqualTo("1");
        assertThat(held()).containsExactly("p/b input_tokens 1 per 1M -> 100 per 1M (x 100)");
        publish("a", "200", "b", "100");
        assertThat(price(prices, "a")).isEqualTo("200");
        assertThat(price(prices, "b")).isEqualTo("1");
        publish("a", "1", "b", "1");
        assertThat(held()).containsExactly("p/a input_tokens 200 per 1M -> 1 per 1M (x 0.005)");
        assertThat(told).containsExactly("1", "1", "100", "200");
    }

    @Test
    void everythingCanBeConfirmedAtOnce() {
        assertThat(prices.confirmAll()).isZero();
        publish("a", "100", "b", "0");
        assertThat(prices.confirm("p", "b")).isTrue();
        assertThat(prices.confirmAll()).isEqualTo(1);
        assertThat(price(prices, "a")).isEqualTo("100");
        assertThat(price(prices, "b")).isEqualTo("0");
        assertThat(prices.held()).isEmpty();
        assertThat(prices.current().id()).startsWith("list+base@");
        assertThat(prices.confirmAll()).isZero();
        ask();
        assertThat(price(prices, "a")).isEqualTo("100");
    }

    @Test
    void aModelThatVanishesFallsToTheLayerBelow_andIsHeldAgainstThatWhenItComesBack() {
        publish("a", "5", "b", "2");
        publish("b", "2");
        assertThat(price(prices, "a")).isEqualTo("1");
        publish("a", "11", "b", "2");
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(prices.held()).hasSize(1);
        publish("b", "2");
        assertThat(prices.held()).isEmpty();
    }

    @Test
    void aModelThatVanishesIsHeldToo_whenTheLayerBelowSaysSomethingElseEntirely() {
        publish("a", "9", "b", "9");
        publish("a", "81", "b", "9");
        publish("b", "9");
        assertThat(price(prices, "a")).isEqualTo("81");
        assertThat(held()).containsExactly("p/a input_tokens 81 per 1M -> 1 per 1M (x 0.0123)");
        prices.confirm("p", "a");
        assertThat(price(prices, "a")).isEqualTo("1");
    }

    @Test
    void aModelThatNothingBelowHasIsUnpricedWhenItVanishes() {
        publish("new", "9", "b", "9");
        publish("b", "9");
        assertThat(price(prices, "new")).isEqualTo("none");
        assertThat(prices.held()).isEmpty();
    }

    @Test
    void pricesOfThePastAreNotHeld_andThoseOfTheFutureAre() {
        publish("a", "1");
        String periods = """
                "rates": { "input_tokens": "1 per 1M" }, "periods": [
                  { "to": "2026-11-02", "rates": { "input_tokens": "100 per 1M" } } ]""";
        says(periods);
        assertThat(prices.held()).isEmpty();
        says(periods.replace("\"to\": \"2026-11-02\"", "\"from\": \"2026-11-03\""));
        assertThat(held()).containsExactly("p/a input_tokens, from 2026-11-03 1 per 1M -> 100 per 1M (x 100)");
    }

    private void says(String rates) {
        server.says(200, json("list", "a", "1").replace("\"rates\": { \"input_tokens\": \"1 per 1M\" }", rates));
        assertThat(prices.refresh()).isTrue();
    }

    @Test
    void filesAndOverridesAreNeverHeld_andCoverWhatIs() {
        try (PriceSources own = PriceSources.builder()
                .override(table("mine", "a", "5000"))
                .remote(server.uri("/list.json"))
                .fallback(table("base", "a", "1"))
                .background(false)
                .build()) {
            server.publishes(json("list", "a", "900"), "\"x\"");
            own.refresh();
            assertThat(price(own, "a")).isEqualTo("5000");
            assertThat(own.held()).hasSize(1);
        }
    }

    @Test
    void discountsOfTheListAreHeldToo() {
        publish("a", "1");
        server.says(200, json("list", "a", "1").replace("\"models\"", "\"discount\": \"0.99\", \"models\""));
        prices.refresh();
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(held()).containsExactly("p/* discount and margin 1 -> 0.01 (x 0.01)");
        assertThat(prices.confirm("p", "*")).isTrue();
        // 1 less 99 %, and the same discount on the layer below
        assertThat(price(prices, "a")).isEqualTo("0.01");
        assertThat(price(prices, "below")).isEqualTo("0.01");
    }

    private List<String> held() {
        return prices.held().stream().map(PriceChange::toString).toList();
    }

    private void publish(String... modelsAndPrices) {
        server.publishes(json("list", modelsAndPrices), "\"" + String.join("-", modelsAndPrices) + "\"");
        ask();
        assertThat(prices.layers().get(0).failed()).isZero();
    }

    private void ask() {
        prices.refresh();
    }
}

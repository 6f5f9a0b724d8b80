package io.unitcost.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.CostMeter;
import io.unitcost.price.PriceTable;
import io.unitcost.price.PriceTableException;
import io.unitcost.price.source.PriceSources;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/prices.md}; the files they name are the reader's. */
class PricesExamplesTest {

    @Test
    void thePageShowsThisCode() {
        MarkdownExamples.assertCompiled(
                Path.of("../docs/prices.md"), Path.of("src/test/java/io/unitcost/docs/PricesExamplesTest.java"));
    }

    @Test
    void theExamplesAskForTheReadersFile() {
        assertThatThrownBy(PricesExamplesTest::once)
                .isInstanceOf(PriceTableException.class)
                .hasMessageContaining("prices-acme.json does not exist");
        assertThatThrownBy(PricesExamplesTest::followed)
                .isInstanceOf(PriceTableException.class)
                .hasMessageContaining("prices-acme.json does not exist");
    }

    private static void once() {
        PriceTable prices = PriceTable.read(Path.of("prices-acme.json")).over(PriceTable.bundled());
        assertThat(prices.name()).startsWith("acme+");
    }

    private static void followed() {
        PriceSources prices = PriceSources.builder()
                .file(Path.of("prices-acme.json"))
                .remote(URI.create("https://prices.example/prices.json"))
                .build();
        CostMeter meter = CostMeter.builder().prices(prices).build();
        assertThat(meter.priceSources()).isSameAs(prices);
    }
}

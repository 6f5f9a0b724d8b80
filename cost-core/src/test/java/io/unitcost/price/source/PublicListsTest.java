package io.unitcost.price.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import io.unitcost.price.PriceChange;
import io.unitcost.price.PriceTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lists that people would name as their remote one, as they were published. */
class PublicListsTest {

    @ParameterizedTest
    @CsvSource({
        "litellm-2026-08-01.json, cohere/embed-multilingual-light-v3.0 input_tokens 0.1 per 1M -> 100 per 1M (x 1000)",
        "genai-prices-v2-2026-08-21.json, deepseek/deepseek-chat cache_read_tokens",
        "models-dev-costs-2026-07-02.json, openai/gpt-3.5-turbo cache_read_tokens 0.5 per 1M as input_tokens -> 0 per 1M"
    })
    void areTakenOverTheBundledTable_butForFewModels(String name, String slip) throws IOException {
        Path file = SharedData.file("prices/" + name);
        assumeTrue(file != null, "the published lists lie beside the project");
        byte[] list = PriceServer.zipped(Files.readAllBytes(Objects.requireNonNull(file)));
        try (PriceServer server = new PriceServer();
                PriceSources prices = PriceSources.builder()
                        .remote(server.uri("/" + name))
                        .background(false)
                        .build()) {
            server.answer = exchange -> {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                PriceServer.send(exchange, 200, list);
            };
            assertThat(prices.refresh()).isTrue();
            LayerStatus status = prices.layers().get(0);
            assertThat(status.lastFailure()).isNull();
            int models = PriceTable.read(file).size();
            assertThat(models).isGreaterThan(1_000);
            assertThat(status.held()).isBetween(1, models / 50);
            assertThat(prices.held()).extracting(PriceChange::toString).anyMatch(change -> change.startsWith(slip));
            assertThat(prices.confirmAll()).isEqualTo(status.held());
            assertThat(prices.held()).isEmpty();
        }
    }
}

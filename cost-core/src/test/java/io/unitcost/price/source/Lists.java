package io.unitcost.price.source;

import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;

/** Price files for tests. */
final class Lists {

    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");

    private Lists() {}

    /** A price file: provider {@code p}, pairs of a model and what a million input tokens cost. */
    static String json(String name, String... modelsAndPrices) {
        StringBuilder models = new StringBuilder();
        for (int i = 0; i < modelsAndPrices.length; i += 2) {
            models.append(i == 0 ? "" : ",\n")
                    .append("  \"")
                    .append(modelsAndPrices[i])
                    .append("\": { \"rates\": { \"input_tokens\": \"")
                    .append(modelsAndPrices[i + 1])
                    .append(" per 1M\" } }");
        }
        return """
                { "format": "unitcost-prices/1", "name": "%s", "date": "2026-11-01", "currency": "USD",
                  "providers": { "p": { "models": {
                %s
                } } } }
                """.formatted(name, models);
    }

    static PriceTable table(String name, String... modelsAndPrices) {
        PriceTable.Builder table = PriceTable.builder(name);
        for (int i = 0; i < modelsAndPrices.length; i += 2) {
            String rate = modelsAndPrices[i + 1] + " per 1M";
            table.model("p", modelsAndPrices[i], m -> m.rate(Unit.INPUT_TOKENS, rate));
        }
        return table.build();
    }

    /** What a million input tokens of a model cost, or {@code none}. */
    static String price(PriceTable table, String model) {
        Money cost = table.charge("p", model, Usage.of(Unit.INPUT_TOKENS, 1_000_000), NOON)
                .cost();
        return cost == null ? "none" : cost.amount().stripTrailingZeros().toPlainString();
    }

    static String price(PriceSources prices, String model) {
        return price(prices.current(), model);
    }

    /** As editors and deployments do it: another file takes the name. */
    static void replace(Path file, String content) {
        try {
            Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

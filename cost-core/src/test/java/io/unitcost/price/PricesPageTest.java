package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every piece of a price file that {@code docs/prices.md} shows is one. */
class PricesPageTest {

    private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    private static final String FILE = """
            {"format": "unitcost-prices/1", "name": "page", "date": "2026-11-01", "currency": "USD", "providers": {%s}}
            """;

    @Test
    void everyExampleCanBeRead() throws IOException {
        String page = Files.readString(Path.of("../docs/prices.md"));
        List<String> blocks =
                BLOCK.matcher(page).results().map(match -> match.group(1)).toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
        for (String block : blocks) {
            PriceTable table = read(whole(block));
            assertThat(table.size() + table.providers().size()).as(block).isPositive();
        }
    }

    private static String whole(String block) {
        if (block.startsWith("{")) {
            return block;
        }
        if (block.contains("\"fallback\"")) {
            return FILE.formatted(block);
        }
        String models = block.contains("\"rates\"") ? block : rates(block);
        return FILE.formatted("\"p\": {\"models\": {" + models + "}}");
    }

    /** Lines of rates, one model each. */
    private static String rates(String block) {
        StringBuilder models = new StringBuilder();
        block.lines().forEach(line -> models.append(models.isEmpty() ? "" : ",")
                .append("\"m")
                .append(models.length())
                .append("\": {\"rates\": {")
                .append(line)
                .append("}}"));
        return models.toString();
    }

    private static PriceTable read(String json) {
        return PriceTable.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "docs/prices.md");
    }
}

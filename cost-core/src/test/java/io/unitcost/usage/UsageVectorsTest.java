package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recorded answers of providers and what they used, in pieces of every size. */
class UsageVectorsTest {

    private static final int[] SIZES = {1, 2, 3, 7, 64, 4096, Integer.MAX_VALUE};

    @Test
    void readsEveryAnswer() throws IOException {
        Path file = SharedData.file("vectors/usage.jsonl");
        assumeTrue(file != null, "no shared data beside the project: usage vectors skipped");
        int checked = 0;
        StringBuilder wrong = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            JsonNode vector = JsonMapper.shared().readTree(line);
            for (int size : SIZES) {
                String difference = difference(vector, size);
                if (difference != null) {
                    wrong.append(vector.path("id").asString())
                            .append(" in pieces of ")
                            .append(size)
                            .append(": ")
                            .append(difference)
                            .append('\n');
                    break;
                }
            }
            checked++;
        }
        assertThat(checked).isGreaterThan(100);
        assertThat(wrong.toString()).isEmpty();
    }

    private static String difference(JsonNode vector, int size) {
        UsageReader reader = reader(vector);
        for (byte[] part : parts(vector)) {
            for (int i = 0; i < part.length; ) {
                int length = Math.min(size, part.length - i);
                reader.read(part, i, length);
                i += length;
            }
        }
        UsageReport report = reader.report();
        Map<String, BigDecimal> expected = new TreeMap<>();
        vector.path("expected_usage")
                .properties()
                .forEach(e ->
                        expected.put(e.getKey(), new BigDecimal(e.getValue().asString())));
        Map<String, BigDecimal> read = new TreeMap<>();
        Usage usage = report.usage();
        for (Unit unit : usage.units()) {
            read.put(unit.unitName(), usage.quantity(unit).stripTrailingZeros());
        }
        expected.values().removeIf(v -> v.signum() == 0);
        read.values().removeIf(v -> v.signum() == 0);
        expected.replaceAll((k, v) -> v.stripTrailingZeros());
        String model = vector.path("expected_model").isNull()
                ? null
                : vector.path("expected_model").asString();
        if (!vector.path("expected_error").isNull()) {
            return null;
        }
        if (!expected.equals(read)) {
            return "read " + read + " instead of " + expected;
        }
        if (model != null && !model.equals(report.model())) {
            return "model " + report.model() + " instead of " + model;
        }
        return null;
    }

    /** The flavour is how genai-prices asks for what the body alone does not say. */
    private static UsageReader reader(JsonNode vector) {
        UsageReader reader = UsageReader.of(vector.path("provider").asString());
        return switch (vector.path("api_flavor").asString()) {
            case "tokens" -> reader.rawTokens();
            case "ocr_annotated" -> reader.annotatedPages();
            default -> reader;
        };
    }

    private static List<byte[]> parts(JsonNode vector) {
        if (vector.has("sse")) {
            return List.of(vector.path("sse").asString().getBytes(StandardCharsets.UTF_8));
        }
        if (vector.has("events")) {
            return vector.path("events")
                    .valueStream()
                    .map(e -> e.path("payload").toString().getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
        return List.of(vector.path("body").toString().getBytes(StandardCharsets.UTF_8));
    }
}

package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prices as the public lists write them, with usage and the exact cost that the list's own engine gives: what is read is
 * charged alike, to the last digit.
 */
class PublicVectorsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    private static final Instant ANY_TIME = Instant.parse("2026-09-24T12:00:00Z");

    @Test
    void chargesWhatLiteLlmCharges() throws IOException {
        List<JsonNode> vectors = vectors(vector -> vector.has("litellm_model_info")
                || vector.path("format").asString("").equals("litellm"));
        assertThat(vectors).hasSizeGreaterThan(50);
        for (JsonNode vector : vectors) {
            check(vector, liteLlm(vector));
        }
    }

    @Test
    void chargesWhatGenAiPricesCharges() throws IOException {
        List<JsonNode> vectors = vectors(vector -> !vector.has("litellm_model_info")
                && vector.path("prices").isObject()
                && vector.path("expected_usd").isString()
                && isPricedByCard(vector));
        assertThat(vectors).hasSizeGreaterThan(100);
        for (JsonNode vector : vectors) {
            check(vector, genAiPrices(vector));
        }
    }

    @Test
    void chargesWhatModelsDevMeans() throws IOException {
        List<JsonNode> vectors =
                vectors(vector -> vector.path("format").asString("").equals("models.dev"));
        assertThat(vectors).hasSizeGreaterThanOrEqualTo(2);
        for (JsonNode vector : vectors) {
            ObjectNode document = JSON.createObjectNode();
            document.putObject("p").set("m", vector.path("raw_prices"));
            check(vector, read(document));
        }
    }

    /** Not a contract's margin or slices, not a bill of several models, not what only a correction of the vector says. */
    private static boolean isPricedByCard(JsonNode vector) {
        String group = vector.path("group").asString();
        boolean oneCard = vector.path("prices").properties().stream()
                .allMatch(
                        price -> price.getValue().isString() || price.getValue().has("base"));
        return oneCard
                && !vector.has("correct_usd")
                && !Set.of("margin", "graduated").contains(group);
    }

    private static List<JsonNode> vectors(Predicate<JsonNode> wanted) throws IOException {
        Path file = SharedData.file("vectors/pricing.jsonl");
        assumeTrue(file != null, "no shared data beside the project: vectors of public lists skipped");
        List<JsonNode> vectors = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode vector = JSON.readTree(line);
            if (wanted.test(vector)) {
                vectors.add(vector);
            }
        }
        return vectors;
    }

    private static PriceTable liteLlm(JsonNode vector) {
        JsonNode info = vector.has("raw_prices") ? vector.path("raw_prices") : vector.path("litellm_model_info");
        ObjectNode entry = info.deepCopy().asObject();
        entry.put("litellm_provider", provider(vector));
        ObjectNode document = JSON.createObjectNode();
        document.set(model(vector), entry);
        return read(document);
    }

    private static PriceTable genAiPrices(JsonNode vector) {
        ArrayNode document = JSON.createArrayNode();
        ObjectNode provider = document.addObject().put("id", provider(vector));
        ObjectNode model = provider.putArray("models").addObject().put("id", model(vector));
        model.putObject("match").put("equals", model(vector));
        model.set("prices", vector.path("prices"));
        return read(document);
    }

    private static PriceTable read(JsonNode document) {
        byte[] json = document.toString().getBytes(StandardCharsets.UTF_8);
        return PriceFormat.read(new ByteArrayInputStream(json), "vector", TODAY);
    }

    private static void check(JsonNode vector, PriceTable table) {
        String id = vector.path("id").asString();
        Charge charge = table.charge(
                provider(vector),
                model(vector),
                tier(vector),
                region(vector),
                usage(vector),
                at(vector).toEpochMilli());
        assertThat(charge.cost()).as(id).isNotNull();
        BigDecimal cost = charge.cost().amount();
        String expected = vector.path("expected_usd").asString();
        if (vector.path("expected_repeating").asBoolean(false)) {
            assertThat(cost.toPlainString()).as(id).startsWith(expected);
        } else {
            assertThat(cost).as(id).isEqualByComparingTo(expected);
        }
    }

    /** Where images are counted and no text is, LiteLLM takes the prompt for the images. */
    private static Usage usage(JsonNode vector) {
        Usage.Builder usage = Usage.builder();
        vector.path("usage")
                .properties()
                .forEach(count -> usage.set(
                        Unit.of(count.getKey()), new BigDecimal(count.getValue().asString())));
        JsonNode prompt = vector.path("raw_usage").path("prompt_tokens_details");
        if (prompt.has("image_count") && !prompt.has("text_tokens")) {
            usage.set(
                    Unit.of("input_image_tokens"),
                    vector.path("raw_usage").path("prompt_tokens").asLong());
        }
        return usage.build();
    }

    private static String provider(JsonNode vector) {
        return vector.path("provider").asString("p");
    }

    private static String model(JsonNode vector) {
        return vector.path("model").asString("m").strip();
    }

    private static @Nullable String tier(JsonNode vector) {
        JsonNode tier = vector.path("options").path("service_tier");
        return tier.isString() ? tier.asString() : null;
    }

    private static @Nullable String region(JsonNode vector) {
        for (String option : new String[] {"data_residency", "inference_geo", "vertex_location"}) {
            JsonNode region = vector.path("options").path(option);
            if (region.isString()) {
                return region.asString();
            }
        }
        return null;
    }

    private static Instant at(JsonNode vector) {
        return vector.path("at").isString()
                ? OffsetDateTime.parse(vector.path("at").asString()).toInstant()
                : ANY_TIME;
    }
}

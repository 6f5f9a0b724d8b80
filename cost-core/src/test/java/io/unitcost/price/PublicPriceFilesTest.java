package io.unitcost.price;

import static io.unitcost.price.PublicLists.NOON;
import static io.unitcost.price.PublicLists.TODAY;
import static io.unitcost.price.PublicLists.cost;
import static io.unitcost.price.PublicLists.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public lists themselves, as published: read completely, and each entry accounted for. */
class PublicPriceFilesTest {

    private static final Map<String, PriceTable> READ = new HashMap<>();

    private static final Usage USAGE = Usage.tokens(100_000, 1_000);

    @Test
    void readsLiteLlmsListCompletely() {
        PriceTable table = liteLlm();
        LoadReport report = table.report();

        assertThat(table.asOf()).isEqualTo(LocalDate.parse("2026-08-01"));
        assertThat(report.format()).isEqualTo("LiteLLM");
        assertThat(report.entries()).isEqualTo(2_985);
        assertThat(report.priced()).isEqualTo(2_872);
        assertThat(report.leftOut()).isEqualTo(113).isEqualTo(LiteLlmReaderTest.leftOut(report));
        assertThat(table.size()).isBetween(2_800, report.priced());
        assertThat(note(table, "left out: no price").count()).isEqualTo(101);
        assertThat(note(table, "left out: each of its ids").count()).isEqualTo(11);
        assertThat(note(table, "left out: no provider").examples()).containsExactly("fallback_generalizations");
        assertThat(report.toString()).startsWith("LiteLLM: 2985 entries, 2872 priced, 113 left out\n");
    }

    @Test
    void chargesByLiteLlmsListAsLiteLlmDoes() throws IOException {
        PriceTable table = liteLlm();
        Path vectors = SharedData.file("vectors/pricing.jsonl");
        assumeTrue(vectors != null, "no shared data beside the project: vectors skipped");
        int checked = 0;
        for (String line : Files.readAllLines(vectors)) {
            JsonNode vector = JsonMapper.shared().readTree(line);
            if (vector.path("group").asString().equals("litellm-data")) {
                Usage.Builder usage = Usage.builder();
                vector.path("usage")
                        .properties()
                        .forEach(count -> usage.set(
                                Unit.of(count.getKey()), count.getValue().asLong()));
                BigDecimal cost = cost(
                        table,
                        vector.path("provider").asString(),
                        vector.path("model").asString(),
                        null,
                        vector.path("options").path("data_residency").asString(""),
                        usage.build(),
                        Instant.parse(vector.path("at").asString()));
                assertThat(cost)
                        .as(vector.path("id").asString())
                        .isEqualByComparingTo(vector.path("expected_usd").asString());
                checked++;
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo(12);
    }

    @Test
    void keepsWhatLiteLlmsListSaysBeyondTokens() {
        PriceTable table = liteLlm();

        // gpt-5 in tiers: 100k × 1.25e-6 + 1k × 1e-5, half of it, twice of it
        assertThat(in(table, "openai", "gpt-5", null, USAGE)).isEqualByComparingTo("0.135");
        assertThat(in(table, "openai", "gpt-5", "flex", USAGE)).isEqualByComparingTo("0.0675");
        assertThat(in(table, "openai", "gpt-5", "fast", USAGE)).isEqualByComparingTo("0.27");
        // Gemini of Google AI and of Vertex AI are two prices
        assertThat(table.has("google", "gemini-2.5-pro")).isTrue();
        assertThat(table.has("google-vertex", "gemini-2.5-pro")).isTrue();
        // xAI's step begins with exactly 200,000
        assertThat(cost(table, "x-ai", "grok-4.3", Usage.tokens(199_999, 0))).isEqualByComparingTo("0.24999875");
        assertThat(cost(table, "x-ai", "grok-4.3", Usage.tokens(200_000, 0))).isEqualByComparingTo("0.5");
        // 1024 × 1792 × 6.539e-8
        assertThat(units(table, "openai", "dall-e-3", "output_images/hd/1024x1792", 1))
                .isEqualByComparingTo("0.11999117312");
        assertThat(units(table, "openai", "dall-e-3", "output_images", 1)).isEqualByComparingTo("0.04");
        assertThat(units(table, "gemini", "veo-3.1-lite-generate-preview", "output_video_seconds/1080p", 8))
                .isEqualByComparingTo("0.64");
        assertThat(units(table, "soniox", "stt-async-v5", "audio_seconds", 100)).isEqualByComparingTo("0.00277778");
        assertThat(units(table, "mistral", "mistral-ocr-latest", "input_document_pages", 3))
                .isEqualByComparingTo("0.012");
        assertThat(units(table, "aws", "amazon.rerank-v1:0", "rerank_searches", 3))
                .isEqualByComparingTo("0.003");
        assertThat(units(table, "tavily", "search", "requests", 1)).isEqualByComparingTo("0.008");
    }

    @Test
    void readsGenAiPricesListCompletely() {
        PriceTable table = read("genai-prices-v2-2026-08-21.json");
        LoadReport report = table.report();

        assertThat(table.asOf()).isEqualTo(LocalDate.parse("2026-08-21"));
        assertThat(report.entries()).isEqualTo(1_466);
        assertThat(report.priced()).isEqualTo(1_309);
        assertThat(table.size()).isEqualTo(1_309);
        assertThat(note(table, "left out: no price").count()).isEqualTo(157);
        assertThat(report.leftOut()).isEqualTo(157);
        assertThat(report.notes()).noneMatch(note -> note.kind().contains("not known"));

        // the old price of o3, and the long context that Claude Sonnet 4.6 no longer pays
        assertThat(cost(table, "openai", "o3", null, null, USAGE, Instant.parse("2025-06-09T23:59:59Z")))
                .isEqualByComparingTo("1.04");
        assertThat(cost(table, "openai", "o3", USAGE)).isEqualByComparingTo("0.208");
        Usage large = Usage.tokens(300_000, 1_000);
        assertThat(cost(
                        table,
                        "anthropic",
                        "claude-sonnet-4-6",
                        null,
                        null,
                        large,
                        Instant.parse("2026-03-01T00:00:00Z")))
                .isEqualByComparingTo("1.8225");
        assertThat(cost(table, "anthropic", "claude-sonnet-4-6", large)).isEqualByComparingTo("0.915");
        assertThat(cost(table, "azure", "claude-opus-5", USAGE)).isEqualByComparingTo("0.525");
        assertThat(cost(table, null, "gpt-4o", USAGE)).isEqualByComparingTo("0.26");
        assertThat(cost(table, "cohere", "command-a-plus-05-2026", USAGE)).isNull();
    }

    @Test
    void readsModelsDevsListCompletely() {
        PriceTable table = read("models-dev-costs-2026-07-02.json");
        LoadReport report = table.report();

        assertThat(table.asOf()).isEqualTo(LocalDate.parse("2026-07-02"));
        assertThat(report.entries()).isEqualTo(4_703);
        assertThat(report.priced()).isEqualTo(4_703);
        assertThat(report.leftOut()).isZero();
        assertThat(note(table, "one model twice").count()).isEqualTo(12);
        assertThat(table.size()).isEqualTo(4_691);
        assertThat(cost(table, "amazon-bedrock", "google.gemma-3-12b-it", USAGE))
                .isEqualByComparingTo("0.0051");
        assertThat(cost(table, "openai", "gpt-4o", USAGE)).isEqualByComparingTo("0.26");
    }

    @Test
    void theListsGoOverEachOtherUnderOneIdForEachProvider() {
        PriceTable both = liteLlm().over(read("genai-prices-v2-2026-08-21.json"));

        assertThat(both.report().entries()).isEqualTo(2_985 + 1_466);
        assertThat(both.asOf()).isEqualTo(LocalDate.parse("2026-08-01"));
        assertThat(cost(both, "openai", "gpt-5", USAGE)).isEqualByComparingTo("0.135");
        assertThat(cost(both, "avian", "meta-llama-3.1-8b-instruct", USAGE)).isNotNull();
    }

    private static PriceTable liteLlm() {
        return read("litellm-2026-08-01.json");
    }

    private static PriceTable read(String name) {
        Path file = SharedData.file("prices/" + name);
        assumeTrue(file != null, "no shared data beside the project: public price lists skipped");
        return READ.computeIfAbsent(name, n -> {
            try (InputStream in = Files.newInputStream(file)) {
                return PriceFormat.read(in, n, TODAY);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static @Nullable BigDecimal units(
            PriceTable table, String provider, String model, String unit, long count) {
        return cost(table, provider, model, Usage.of(Unit.of(unit), count));
    }

    private static @Nullable BigDecimal in(
            PriceTable table, String provider, String model, @Nullable String tier, Usage usage) {
        return cost(table, provider, model, tier, null, usage, NOON);
    }
}

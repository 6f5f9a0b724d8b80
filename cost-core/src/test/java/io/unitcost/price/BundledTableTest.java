package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import io.unitcost.price.PriceMatch.How;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Facts of the table that comes with the library, and the whole of it against independent prices and real bills. */
class BundledTableTest {

    private static final PriceTable TABLE = PriceTable.bundled();
    private static final String THEN = "2026-09-24T12:00:00Z";

    private static final Usage MILLION_AND_MILLION = Usage.tokens(1_000_000, 1_000_000);

    /** Inputs short of every context step. */
    private static final Usage SMALL = Usage.tokens(1000, 1000);

    /** Vectors whose provider and model are looked up here; the others state rates or raw formats of their own. */
    private static final Set<String> GROUPS = Set.of(
            "simple",
            "cache",
            "tier",
            "date",
            "offpeak",
            "reasoning",
            "modality",
            "unit",
            "match",
            "billed",
            "unknown");

    /** Where the table is right not to follow a vector, and why. */
    private static final Map<String, String> EXCEPTIONS =
            Map.of("billed-041", "the bill of a dearer route than the listed one; its rates follow from cost_details");

    /** Recorded answers whose list price the table does not follow, and why. */
    private static final Map<String, String> USAGE_EXCEPTIONS = Map.of(
            "usage-0104",
                    "mistral-large-latest is Mistral Large 3 since 2025-12-02; the list still has its predecessor",
            "usage-0156", "audio tokens have a price of their own; the list has the text rates only",
            "usage-0181", "deepseek-v4-flash is served by and billed as Flash since 2026-09-10; the list is older",
            "usage-0182", "as usage-0181",
            "usage-0184",
                    "deepseek-reasoner was served by V4 Flash from 2026-04-24 on; the list has the price of 2025");

    @Test
    void isReadAsStated_andIsSmallEnoughToShip() throws IOException {
        try (InputStream in = Objects.requireNonNull(PriceTable.class.getResourceAsStream("prices.json"))) {
            byte[] bytes = in.readAllBytes();
            assertThat(bytes.length).isLessThan(400_000);
            JsonNode file = JsonMapper.shared().readTree(bytes);
            file.path("providers").properties().forEach(provider -> {
                boolean sourced = provider.getValue().path("source").isString();
                assertThat(sourced || provider.getValue().path("models").isEmpty())
                        .as(provider.getKey())
                        .isTrue();
            });
        }
        assertThat(TABLE.size()).isGreaterThan(500);
        assertThat(TABLE.asOf()).isEqualTo("2026-09-24");
    }

    @Test
    void knowsWhatThingsCostBeforeAPriceChange() {
        // 10 + 40 until the cut of 2025-06-10, then 2 + 8
        assertThat(cost("openai", "o3", MILLION_AND_MILLION, "2025-06-09T23:59:59Z"))
                .isEqualTo("50");
        assertThat(cost("openai", "o3", MILLION_AND_MILLION, "2025-06-10T00:00:00Z"))
                .isEqualTo("10");
        // above 200,000 tokens twice the input and half as much again for output, until 2026-03-13: 6 + 22.5, then 3 +
        // 15
        assertThat(cost("anthropic", "claude-sonnet-4-6", MILLION_AND_MILLION, "2026-03-01T00:00:00Z"))
                .isEqualTo("28.5");
        assertThat(cost("anthropic", "claude-sonnet-4-6", MILLION_AND_MILLION, "2026-03-13T00:00:00Z"))
                .isEqualTo("18");
        // a name that moved: Mistral Medium 3.1 at 0.4 + 2, then 3.5 at 1.5 + 7.5
        assertThat(cost("mistral", "mistral-medium-latest", MILLION_AND_MILLION, "2026-06-15T00:00:00Z"))
                .isEqualTo("2.4");
        assertThat(cost("mistral", "mistral-medium-latest", MILLION_AND_MILLION, THEN))
                .isEqualTo("9");
    }

    @Test
    void knowsAnAnnouncedPriceBeforeItIsInForce() {
        // 0.75 + 3.75, doubled in 2027
        assertThat(cost("google", "gemini-3.6-flash", MILLION_AND_MILLION, "2026-12-31T23:59:59Z"))
                .isEqualTo("4.5");
        assertThat(cost("google", "gemini-3.6-flash", MILLION_AND_MILLION, "2027-01-01T00:00:00Z"))
                .isEqualTo("9");
    }

    @Test
    void halvesAtNightAndOnWeekends() {
        // DeepSeek, Monday 2026-08-24: peak 1.32 + 3.96 from 01:00 to 04:00 and from 06:00 to 10:00 UTC, else 0.66 +
        // 1.98
        assertThat(cost("deepseek", "deepseek-v4-pro", MILLION_AND_MILLION, "2026-08-24T02:00:00Z"))
                .isEqualTo("5.28");
        assertThat(cost("deepseek", "deepseek-v4-pro", MILLION_AND_MILLION, "2026-08-24T05:00:00Z"))
                .isEqualTo("2.64");
        assertThat(cost("deepseek", "deepseek-v4-pro", MILLION_AND_MILLION, "2026-08-24T10:00:00Z"))
                .isEqualTo("2.64");
        // the Sunday before
        assertThat(cost("deepseek", "deepseek-v4-pro", MILLION_AND_MILLION, "2026-08-23T02:00:00Z"))
                .isEqualTo("2.64");
        // before there were peaks: 0.435 + 0.87, whatever the hour
        assertThat(cost("deepseek", "deepseek-v4-pro", MILLION_AND_MILLION, "2026-08-10T02:00:00Z"))
                .isEqualTo("1.305");
        // V4 Flash is billed as V4.1 Flash since 2026-09-10: 0.3 + 1.2 at peak
        assertThat(cost("deepseek", "deepseek-v4-flash", MILLION_AND_MILLION, "2026-09-10T03:59:59Z"))
                .isEqualTo("1.76");
        assertThat(cost("deepseek", "deepseek-v4-flash", MILLION_AND_MILLION, "2026-09-11T03:59:59Z"))
                .isEqualTo("1.5");
    }

    @Test
    void pricesServiceTiers() {
        // (1000 × 0.25 + 1000 × 2) / 1M = 0.00225
        assertThat(cost("openai", "gpt-5-mini", null, null, SMALL)).isEqualTo("0.00225");
        assertThat(cost("openai", "gpt-5-mini", "flex", null, SMALL)).isEqualTo("0.001125");
        // 1000 × 0.45 + 1000 × 3.6
        assertThat(cost("openai", "gpt-5-mini", "priority", null, SMALL)).isEqualTo("0.00405");
        // GPT-5.5 costs two and a half times: 12.5 + 75
        assertThat(cost("openai", "gpt-5.5", "fast", null, SMALL)).isEqualTo("0.0875");
        // half of 4 + 20, twice 4 + 20
        assertThat(cost("anthropic", "claude-opus-5-5", "batch", null, SMALL)).isEqualTo("0.012");
        assertThat(cost("anthropic", "claude-opus-5-5", "fast", null, SMALL)).isEqualTo("0.048");
        // above 272,000 tokens batch is half of that step: (300,000 × 10 + 1000 × 37.5) / 1M
        assertThat(cost("openai", "gpt-6-astra", "batch", null, Usage.tokens(300_000, 1000)))
                .isEqualTo("3.0375");
        // what has no price of the tier costs the standard
        assertThat(cost("openai", "gpt-4", "flex", null, SMALL)).isEqualTo("0.09");
    }

    @Test
    void pricesRegions() {
        // 1.1 × (2.5 + 15)
        assertThat(cost("openai", "gpt-5.4", null, "eu", SMALL)).isEqualTo("0.01925");
        assertThat(cost("openai", "gpt-5.4", null, "somewhere", SMALL)).isEqualTo("0.0175");
        // Vertex AI: 3 + 15 at the global endpoint, 10 % more at any other
        assertThat(cost("google", "claude-sonnet-4-5@20250929", null, "global", SMALL))
                .isEqualTo("0.018");
        assertThat(cost("google", "claude-sonnet-4-5@20250929", null, "europe-west1", SMALL))
                .isEqualTo("0.0198");
        // Bedrock: geographic profiles 3.3 + 16.5, the global one 3 + 15
        assertThat(cost("aws", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", null, null, SMALL))
                .isEqualTo("0.0198");
        assertThat(cost("aws", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", null, null, SMALL))
                .isEqualTo("0.018");
        assertThat(cost("aws", "eu.amazon.nova-lite-v1:0", null, null, SMALL)).isEqualTo("0.00039");
    }

    @Test
    void pricesWhatIsNotTokens() {
        // at least ten seconds: 10 × 0.111 / 3600
        assertThat(TABLE.charge("groq", "whisper-large-v3", seconds("7"), Instant.parse(THEN))
                        .cost())
                .asString()
                .startsWith("0.00030833333333333333");
        assertThat(cost("openai", "dall-e-3", count("output_images", 2))).isEqualTo("0.08");
        assertThat(cost("openai", "dall-e-3", count("output_images/hd/1792x1024", 2)))
                .isEqualTo("0.24");
        assertThat(cost("openai", "dall-e-3", count("output_images/standard/1792x1024", 2)))
                .isEqualTo("0.16");
        assertThat(cost("openai", "gpt-image-1-per-image", count("output_images/high/1024x1024", 1)))
                .isEqualTo("0.167");
        // 4 per thousand pages, 5 when annotated
        assertThat(cost("mistral", "mistral-ocr-4-1", count("input_document_pages", 3)))
                .isEqualTo("0.012");
        assertThat(cost("mistral", "mistral-ocr-4-1", count("input_annotated_document_pages", 3)))
                .isEqualTo("0.015");
        assertThat(cost("openai", "tts-1", count("input_characters", 1000))).isEqualTo("0.015");
        assertThat(cost("openai", "sora-2", count("output_video_seconds", 8))).isEqualTo("0.8");
        assertThat(cost("anthropic", "claude-opus-5", count("web_searches", 3))).isEqualTo("0.03");
        assertThat(cost("cohere", "rerank-v3.5", count("rerank_searches", 2))).isEqualTo("0.004");
        assertThat(cost("tavily", "search", count("requests", 1))).isEqualTo("0.008");
    }

    @Test
    void chargesTheFeeOfTheSearchThatWasMade_andTheDearestWhereNobodySays() {
        // 1000 × 3 + 1000 × 15 = 0.018, and 14 or 6 per thousand requests
        assertThat(cost("perplexity", "sonar-pro", SMALL, THEN)).isEqualTo("0.032");
        Usage low = Usage.builder()
                .set(Unit.INPUT_TOKENS, 1000)
                .set(Unit.OUTPUT_TOKENS, 1000)
                .set(Unit.REQUESTS, 1)
                .set(Unit.of("requests/low"), 1)
                .build();
        assertThat(cost("perplexity", "sonar-pro", low, THEN)).isEqualTo("0.024");
    }

    @Test
    void findsModelsByTheNamesThatFrameworksUse() {
        Map<String, String> names = Map.ofEntries(
                Map.entry("gcp.vertex_ai", "gemini-2.5-flash"),
                Map.entry("gcp.gemini", "models/gemini-2.5-flash"),
                Map.entry("gcp.gen_ai", "publishers/google/models/gemini-2.5-pro"),
                Map.entry("google_genai", "gemini-2.5-pro"),
                Map.entry("aws.bedrock", "apac.anthropic.claude-haiku-4-5-20251001-v1:0"),
                Map.entry("bedrock_converse", "amazon.nova-pro-v1:0"),
                Map.entry("azure.ai.openai", "gpt-4o-2024-08-06"),
                Map.entry("azure.ai.inference", "Phi-4"),
                Map.entry("mistral_ai", "mistral-small-latest"),
                Map.entry("x_ai", "grok-4.7"),
                Map.entry("xai", "grok-4.3-latest"),
                Map.entry("fireworks_ai", "accounts/fireworks/models/kimi-k2p6"),
                Map.entry("together_ai", "openai/gpt-oss-20b"),
                Map.entry("ibm.watsonx.ai", "ibm/granite-4-h-small"),
                Map.entry("moonshot", "kimi-k3"),
                Map.entry("voyage", "voyage-4-large"),
                Map.entry("z-ai", "GLM-5.3"),
                Map.entry("dashscope", "qwen3-max"));
        names.forEach(
                (provider, model) -> assertThat(TABLE.find(provider, model).isFound())
                        .as("%s / %s", provider, model)
                        .isTrue());
        assertThat(TABLE.find("openai", "ft:gpt-4o-mini-2024-07-18:acme::abc").how())
                .isEqualTo(How.PATTERN);
    }

    @Test
    void fallsBackRoutesAndFindsMakers() {
        assertThat(TABLE.find("azure", "claude-opus-5").how()).isEqualTo(How.FALLBACK);
        assertThat(TABLE.find("litellm", "anthropic/claude-haiku-4-5").how()).isEqualTo(How.ROUTED);
        assertThat(TABLE.find(null, "claude-sonnet-5").how()).isEqualTo(How.MAKER);
        assertThat(TABLE.find(null, "command-r-plus").how()).isEqualTo(How.MAKER);
        // OpenRouter is no router here: it has prices of its own
        assertThat(TABLE.find("openrouter", "openai/gpt-4o").how()).isEqualTo(How.EXACT);
        // Azure's own price of a model that OpenAI has too
        assertThat(cost("azure", "gpt-5-mini", null, "eu", SMALL)).isEqualTo("0.002475");
        assertThat(cost("openai", "gpt-5-mini", null, "eu", SMALL)).isEqualTo("0.00225");
    }

    @Test
    void leavesWhatItDoesNotKnowUnpriced() {
        assertThat(TABLE.find("cohere", "command-a-plus-05-2026").isFound()).isFalse();
        assertThat(TABLE.find("cohere", "command-a-plus").isFound()).isFalse();
        assertThat(TABLE.find("openai", "openai/gpt-4o").isFound()).isFalse();
        assertThat(TABLE.find("openai", "gpt-4o-ultra").isFound()).isFalse();
        assertThat(TABLE.find(null, "my-private-model").unpriced()).isEqualTo(Unpriced.UNKNOWN_PROVIDER);
        assertThat(TABLE.charge("openai", "gpt-9", SMALL, Instant.parse(THEN)).cost())
                .isNull();
    }

    @Test
    void keepsTheMakersApart() {
        List<String> doubtful = new ArrayList<>();
        for (ModelPrice price : TABLE.models()) {
            PriceMatch match = TABLE.find(null, price.id());
            boolean own = Objects.requireNonNull(TABLE.providers().getOrDefault(price.provider(), Provider.of("x")))
                    .maker();
            if (own && !match.isFound()) {
                doubtful.add(price.provider() + "/" + price.id());
            }
        }
        assertThat(doubtful).isEmpty();
    }

    @Test
    void agreesWithIndependentPricesAndRealBills() throws IOException {
        Path file = SharedData.file("vectors/pricing.jsonl");
        assumeTrue(file != null, "no shared data beside the project: bundled table not compared with pricing vectors");
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (String line : Files.readAllLines(file)) {
            JsonNode vector = JsonMapper.shared().readTree(line);
            if (GROUPS.contains(vector.path("group").asString())
                    && vector.path("model").isString()) {
                compared++;
                compare(vector, "model", "usage", EXCEPTIONS, differences);
            }
        }
        assertThat(compared).isGreaterThan(100);
        assertThat(differences).isEmpty();
    }

    @Test
    void agreesWithTheListPricesOfRecordedAnswers() throws IOException {
        Path file = SharedData.file("vectors/usage.jsonl");
        assumeTrue(file != null, "no shared data beside the project: bundled table not compared with usage vectors");
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (String line : Files.readAllLines(file)) {
            JsonNode vector = JsonMapper.shared().readTree(line);
            if (vector.path("expected_model").isString()
                    && vector.path("expected_usd").isString()) {
                compared++;
                compare(vector, "expected_model", "expected_usage", USAGE_EXCEPTIONS, differences);
            }
        }
        assertThat(compared).isGreaterThan(60);
        assertThat(differences).isEmpty();
    }

    /** Notes a difference that is not an exception, and an exception that is no difference any more. */
    private static void compare(
            JsonNode vector, String model, String counts, Map<String, String> exceptions, List<String> differences) {
        String id = vector.path("id").asString();
        Usage.Builder usage = Usage.builder();
        vector.path(counts)
                .properties()
                .forEach(count -> usage.set(
                        Unit.of(count.getKey()), new BigDecimal(count.getValue().asString())));
        String provider =
                vector.path("provider").isString() ? vector.path("provider").asString() : null;
        String at = vector.path("at").isString() ? vector.path("at").asString() : THEN;
        Charge charge = TABLE.charge(
                provider,
                vector.path(model).asString(),
                usage.build(),
                OffsetDateTime.parse(at).toInstant());
        JsonNode expected = vector.has("correct_usd") ? vector.path("correct_usd") : vector.path("expected_usd");
        if (isEqual(charge, expected, vector.path("expected_repeating").asBoolean(false))
                == exceptions.containsKey(id)) {
            differences.add(id + ": " + expected + " expected, " + charge + " here");
        }
    }

    private static boolean isEqual(Charge charge, JsonNode expected, boolean repeating) {
        Money cost = charge.cost();
        if (!expected.isString()) {
            return cost == null && charge.unpriced() != null;
        }
        if (cost == null || charge.unpriced() != null) {
            return false;
        }
        return repeating
                ? cost.toPlainString().startsWith(expected.asString())
                : cost.amount().compareTo(new BigDecimal(expected.asString())) == 0;
    }

    private static String cost(String provider, String model, Usage usage) {
        return cost(provider, model, usage, THEN);
    }

    private static String cost(String provider, String model, Usage usage, String at) {
        return cost(provider, model, null, null, usage, Instant.parse(at));
    }

    private static String cost(
            String provider, String model, @Nullable String tier, @Nullable String region, Usage usage) {
        return cost(provider, model, tier, region, usage, Instant.parse(THEN));
    }

    private static String cost(
            String provider, String model, @Nullable String tier, @Nullable String region, Usage usage, Instant at) {
        Charge charge = TABLE.charge(provider, model, tier, region, usage, at.toEpochMilli());
        assertThat(charge.unpriced()).as("%s/%s", provider, model).isNull();
        return Objects.requireNonNull(charge.cost())
                .amount()
                .stripTrailingZeros()
                .toPlainString();
    }

    private static Usage count(String unit, long count) {
        return Usage.builder().set(Unit.of(unit), BigDecimal.valueOf(count)).build();
    }

    private static Usage seconds(String seconds) {
        return Usage.builder()
                .set(Unit.of("audio_seconds"), new BigDecimal(seconds))
                .build();
    }
}

package io.unitcost.price;

import static io.unitcost.price.PriceFormatTest.quoted;
import static io.unitcost.price.PublicLists.NOON;
import static io.unitcost.price.PublicLists.cost;
import static io.unitcost.price.PublicLists.kinds;
import static io.unitcost.price.PublicLists.note;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiteLlmReaderTest {

    private static final Usage IN = Usage.of(Unit.INPUT_TOKENS, 1);
    private static final Usage OUT = Usage.of(Unit.OUTPUT_TOKENS, 1);

    @ParameterizedTest
    @CsvSource({
        "input_cost_per_token, input_cost_per_token, 0, ''",
        "cache_creation_input_token_cost_above_1hr, cache_creation_input_token_cost_above_1hr, 0, ''",
        "cache_creation_input_token_cost_above_1hr_above_200k_tokens_flex, cache_creation_input_token_cost_above_1hr, 200000, flex",
        "input_cost_per_token_above_500_tokens_batches, input_cost_per_token, 500, batch",
        "input_cost_per_token_ultrafast, input_cost_per_token, 0, ultrafast",
        "input_cost_per_token_fast, input_cost_per_token_fast, 0, ''",
        "input_cost_per_token_above_k_tokens, input_cost_per_token_above_k_tokens, 0, ''",
        "input_cost_per_token_above_8s_interval, input_cost_per_token_above_8s_interval, 0, ''"
    })
    void takesACostKeyApart(String key, String base, long above, String tier) {
        assertThat(LiteLlmKey.of(key)).isEqualTo(new LiteLlmKey(base, above, tier));
    }

    @ParameterizedTest
    @CsvSource({
        "chat, input_cost_per_token, input_tokens",
        "chat, input_cost_per_audio_token, input_audio_tokens",
        "chat, input_cost_per_token_cache_hit, cache_read_tokens",
        "chat, citation_cost_per_token, output_citation_tokens",
        "chat, input_cost_per_request, requests",
        "chat, input_cost_per_image, input_images",
        "chat, input_cost_per_second, accelerator_seconds",
        "image_generation, input_cost_per_image, output_images",
        "image_generation, output_cost_per_image, output_images",
        "image_generation, input_cost_per_pixel, output_pixels",
        "embedding, input_cost_per_character, input_characters",
        "embedding, input_cost_per_video_per_second, input_video_seconds",
        "audio_transcription, input_cost_per_second, audio_seconds",
        "audio_transcription, output_cost_per_second, audio_seconds",
        "audio_speech, output_cost_per_second, output_audio_seconds",
        "video_generation, output_cost_per_second, output_video_seconds",
        "video_generation, output_cost_per_second_1080p, output_video_seconds/1080p",
        "rerank, input_cost_per_query, rerank_searches",
        "search, input_cost_per_query, requests",
        "ocr, ocr_cost_per_page, input_document_pages",
        "ocr, annotation_cost_per_page, input_annotated_document_pages",
        "chat, code_interpreter_cost_per_session, sessions",
        "chat, file_search_cost_per_gb_per_day, storage_gb_days"
    })
    void aKeySaysWhatIsCounted(String mode, String key, String unit) {
        PriceTable table = entry("'mode': '" + mode + "', '" + key + "': 0.5");

        assertThat(cost(table, "p", "m", Usage.of(Unit.of(unit), 3))).isEqualByComparingTo("1.5");
    }

    @Test
    void searchesOfFilesCostPerThousandAndOfTheWebByTheSizeOfTheirContext() {
        PriceTable table = entry("""
                'file_search_cost_per_1k_calls': 2.5, 'search_context_cost_per_query':
                { 'search_context_size_low': 0.01, 'search_context_size_medium': 0.025, 'search_context_size_high': 0.025 }
                """);

        assertThat(cost(table, "p", "m", Usage.of(Unit.of("storage_searches"), 2)))
                .isEqualByComparingTo("0.005");
        assertThat(cost(table, "p", "m", Usage.of(Unit.of("web_searches"), 2))).isEqualByComparingTo("0.05");
        assertThat(cost(table, "p", "m", Usage.of(Unit.of("web_searches/low"), 2)))
                .isEqualByComparingTo("0.02");
        assertThat(cost(table, "p", "m", Usage.of(Unit.of("web_searches/high"), 2)))
                .isEqualByComparingTo("0.05");
    }

    @Test
    void geminiSearchesOncePerPromptUnlessTheEntrySaysPerQuery() {
        String search = "'search_context_cost_per_query': { 'search_context_size_medium': 0.035 }";
        PriceTable table = list("""
                'gemini/gemini-2': { 'litellm_provider': 'gemini', %s },
                'gemini/gemini-3': { 'litellm_provider': 'gemini', 'web_search_billing_unit': 'per_query', %s },
                'claude': { 'litellm_provider': 'anthropic', %s }
                """.formatted(search, search, search));
        Usage three = Usage.of(Unit.of("web_searches"), 3);

        assertThat(cost(table, "google", "gemini-2", three)).isEqualByComparingTo("0.035");
        assertThat(cost(table, "google", "gemini-3", three)).isEqualByComparingTo("0.105");
        assertThat(cost(table, "anthropic", "claude", three)).isEqualByComparingTo("0.105");
        assertThat(note(table, "web search costs once").examples()).containsExactly("gemini/gemini-2");
    }

    /** Nothing free by accident: Soniox states its price under output and 0 under input. */
    @Test
    void ofTwoStatementsOfATimeTheOneThatIsNotZeroCounts() {
        String mode = "'mode': 'audio_transcription', ";
        PriceTable output = entry(mode + "'input_cost_per_second': 0.0, 'output_cost_per_second': 0.25");
        PriceTable input = entry(mode + "'output_cost_per_second': 0.0, 'input_cost_per_second': 0.25");
        PriceTable neither = entry(mode + "'output_cost_per_second': 0.0, 'input_cost_per_second': 0");
        Usage second = Usage.of(Unit.of("audio_seconds"), 1);

        assertThat(cost(output, "p", "m", second)).isEqualByComparingTo("0.25");
        assertThat(cost(input, "p", "m", second)).isEqualByComparingTo("0.25");
        assertThat(cost(neither, "p", "m", second)).isEqualByComparingTo("0");
        assertThat(kinds(output)).contains("input_cost_per_second: charged by output_cost_per_second");
    }

    @Test
    void anImageChargedByTokensIsNotChargedPerImageAsWell() {
        PriceTable table = entry("""
                'mode': 'image_generation', 'input_cost_per_token': 2e-6, 'output_cost_per_token': 1.2e-5,
                'output_cost_per_image_token': 1.2e-4, 'output_cost_per_image': 0.134
                """);
        Usage usage = Usage.builder()
                .set(Unit.OUTPUT_TOKENS, 1_120)
                .set(Unit.of("output_image_tokens"), 1_120)
                .build();

        assertThat(cost(table, "p", "m", usage)).isEqualByComparingTo("0.1344");
        assertThat(note(table, "output_cost_per_image: charged by tokens").count())
                .isEqualTo(1);
    }

    @Test
    void aPricePerImageThatIsOnePerTokenIsTakenAsThat() {
        PriceTable table = entry("'mode': 'realtime', 'input_cost_per_token': 4e-6, 'input_cost_per_image': 5e-6");
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, 1_000)
                .set(Unit.of("input_image_tokens"), 400)
                .build();

        // 600 × 4e-6 + 400 × 5e-6
        assertThat(cost(table, "p", "m", usage)).isEqualByComparingTo("0.0044");
        assertThat(kinds(table)).contains("price per image as small as one per token: taken as that");
    }

    @Test
    void eachUnitTakesTheHighestThresholdThatHasAPriceForTheTier() {
        PriceTable table = entry("""
                'input_cost_per_token': 1, 'output_cost_per_token': 10, 'input_cost_per_token_flex': 0.5,
                'input_cost_per_token_above_90k_tokens': 2, 'input_cost_per_token_above_128k_tokens': 3,
                'output_cost_per_token_above_128k_tokens_flex': 7, 'output_cost_per_token_above_200k_tokens': 30
                """);

        assertThat(at(table, 90_000, null)).isEqualByComparingTo("90010");
        assertThat(at(table, 90_001, null)).isEqualByComparingTo("180012");
        assertThat(at(table, 128_001, null)).isEqualByComparingTo("384013");
        assertThat(at(table, 200_001, null)).isEqualByComparingTo("600033");
        assertThat(at(table, 90_000, "flex")).isEqualByComparingTo("45010");
        assertThat(at(table, 90_001, "flex")).isEqualByComparingTo("180012");
        assertThat(at(table, 128_001, "flex")).isEqualByComparingTo("384010");
        assertThat(at(table, 200_001, "flex")).isEqualByComparingTo("600033");
    }

    @Test
    void whatATierDoesNotSetAtAThresholdStaysTheTiersOwn() {
        PriceTable table = entry("""
                'input_cost_per_token': 1, 'output_cost_per_token': 10, 'input_cost_per_token_priority': 2,
                'output_cost_per_token_priority': 20, 'input_cost_per_token_above_200k_tokens': 3
                """);

        assertThat(at(table, 200_001, "priority")).isEqualByComparingTo("600023");
        assertThat(at(table, 200_001, "fast")).isEqualByComparingTo("600023");
        assertThat(at(table, 200_001, "ultrafast")).isEqualByComparingTo("600013");
    }

    @Test
    void batchIsATierAndWhatItDoesNotSetCostsTheStandard() {
        PriceTable table = entry(
                "'input_cost_per_token': 4, 'input_cost_per_token_batches': 2, 'cache_read_input_token_cost': 1, 'output_cost_per_token': 8");
        Usage cached = Usage.builder()
                .set(Unit.INPUT_TOKENS, 10)
                .set(Unit.CACHE_READ_TOKENS, 5)
                .set(Unit.OUTPUT_TOKENS, 1)
                .build();

        assertThat(cost(table, "p", "m", "batch", null, cached, NOON)).isEqualByComparingTo("23");
    }

    @Test
    void rangesAreAllOrNothingAndBeyondTheLastIsTheLast() {
        PriceTable table = entry("""
                'cache_read_input_token_cost': 0.5, 'tiered_pricing': [
                    { 'range': [128000, 256000.0], 'input_cost_per_token': 3, 'output_cost_per_token': 30 },
                    { 'range': [0, 32000.0], 'input_cost_per_token': 1, 'output_cost_per_token': 10, 'cache_read_input_token_cost': 0.1 },
                    { 'range': [32000.0, 128000], 'input_cost_per_token': '2e0', 'output_cost_per_token': 20 } ]
                """);

        assertThat(cost(table, "p", "m", Usage.tokens(0, 1))).isEqualByComparingTo("10");
        assertThat(at(table, 32_000, null)).isEqualByComparingTo("32010");
        assertThat(at(table, 32_001, null)).isEqualByComparingTo("64022");
        assertThat(at(table, 128_001, null)).isEqualByComparingTo("384033");
        assertThat(at(table, 300_000, null)).isEqualByComparingTo("900030");
        assertThat(cached(table, 100)).isEqualByComparingTo("10");
        assertThat(cached(table, 40_000)).isEqualByComparingTo("80000");
    }

    @Test
    void aGapBetweenRangesCostsTheLastAndOneWithoutInputTheEntrysOwn() {
        PriceTable table = entry("""
                'input_cost_per_token': 9, 'tiered_pricing': [
                    { 'range': [0, 10], 'input_cost_per_token': 1 },
                    { 'range': [19, 20], 'input_cost_per_token': 2 },
                    { 'range': [20, 30], 'output_cost_per_token': 5 },
                    { 'range': [30, Infinity], 'input_cost_per_token': 3 } ]
                """);

        assertThat(cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, 10))).isEqualByComparingTo("10");
        assertThat(cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, 11))).isEqualByComparingTo("33");
        assertThat(cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, 20))).isEqualByComparingTo("40");
        assertThat(cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, 21))).isEqualByComparingTo("189");
        assertThat(cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, 31))).isEqualByComparingTo("93");
    }

    @Test
    void xAiReachesAThresholdWithExactlyThatManyTokens() {
        String prices = "'input_cost_per_token': 1, 'input_cost_per_token_above_200k_tokens': 2";
        PriceTable table = list("'xai/grok': { 'litellm_provider': 'xai', " + prices
                + " }, 'm': { 'litellm_provider': 'p', " + prices + " }");

        assertThat(cost(table, "x-ai", "grok", Usage.of(Unit.INPUT_TOKENS, 199_999)))
                .isEqualByComparingTo("199999");
        assertThat(cost(table, "x-ai", "grok", Usage.of(Unit.INPUT_TOKENS, 200_000)))
                .isEqualByComparingTo("400000");
        assertThat(cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, 200_000))).isEqualByComparingTo("200000");
    }

    @Test
    void reasoningFollowsTheOutputOfAThresholdWhereItCostsTheSame() {
        String output = "'output_cost_per_token': 10, 'output_cost_per_token_above_200k_tokens': 15, ";
        PriceTable same = entry(output + "'output_cost_per_reasoning_token': 10");
        PriceTable other = entry(output + "'output_cost_per_reasoning_token': 4");
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, 300_000)
                .set(Unit.OUTPUT_TOKENS, 3)
                .set(Unit.REASONING_TOKENS, 2)
                .build();

        assertThat(cost(same, "p", "m", usage)).isEqualByComparingTo("45");
        assertThat(cost(other, "p", "m", usage)).isEqualByComparingTo("23");
        assertThat(kinds(same)).anyMatch(kind -> kind.startsWith("reasoning costs what output costs"));
    }

    @Test
    void cachedTokensCostTheCachedPriceWhateverTheirModality() {
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, 10)
                .set(Unit.INPUT_AUDIO_TOKENS, 6)
                .set(Unit.CACHE_READ_TOKENS, 5)
                .set(Unit.of("cache_audio_read_tokens"), 4)
                .build();
        String prices =
                "'input_cost_per_token': 10, 'input_cost_per_audio_token': 100, 'cache_read_input_token_cost': 1";

        // 3 text × 10 + 2 audio × 100 + 5 cached × 1, or 4 of them × 7
        assertThat(cost(entry(prices), "p", "m", usage)).isEqualByComparingTo("235");
        assertThat(cost(entry(prices + ", 'cache_read_input_audio_token_cost': 7"), "p", "m", usage))
                .isEqualByComparingTo("259");
    }

    @ParameterizedTest
    @CsvSource({
        "'UTC', 2026-08-28T16:30:00Z, false", // Friday
        "'UTC', 2026-08-29T16:30:00Z, true",
        "'Asia/Shanghai', 2026-08-28T16:30:00Z, true", // Saturday there
        "'Asia/Shanghai', 2026-08-29T16:30:00Z, false",
        "'Asia/Shanghai', 2026-08-29T15:30:00Z, true",
        "'America/New_York', 2026-08-29T04:59:00Z, false", // still Friday there
        "'America/New_York', 2026-08-30T03:59:00Z, true",
        "'America/New_York', 2026-08-30T04:59:00Z, true",
        "'Nowhere/Land', 2026-08-29T16:30:00Z, true"
    })
    void offPeakHoursAreUtcAndWeekdaysThoseOfTheZone(String zone, Instant at, boolean offPeak) {
        PriceTable table = entry("""
                'input_cost_per_token': 2, 'off_peak_pricing': { 'weekday_timezone': '%s', 'input_cost_per_token': 1,
                    'windows': [ { 'hours_utc': ['15:00-17:00', '03:30-05:00'], 'weekdays': [6] } ] }
                """.formatted(zone));

        assertThat(cost(table, "p", "m", null, null, IN, at)).isEqualByComparingTo(offPeak ? "1" : "2");
    }

    @Test
    void offPeakReplacesThresholdsAndTiersAndWrapsMidnightOnTheDayItself() {
        PriceTable table = entry("""
                'input_cost_per_token': 4, 'output_cost_per_token': 8, 'input_cost_per_token_above_10_tokens': 6, 'input_cost_per_token_flex': 3,
                'off_peak_pricing': { 'windows': [ { 'hours_utc': '22:00-02:00', 'weekdays': ['mon', 'Friday'] } ], 'input_cost_per_token': '1e0' }
                """);
        Usage usage = Usage.tokens(20, 1);

        // Friday evening, Friday morning, Saturday morning
        assertThat(cost(table, "p", "m", "flex", null, usage, Instant.parse("2026-08-28T22:00:00Z")))
                .isEqualByComparingTo("28");
        assertThat(cost(table, "p", "m", null, null, usage, Instant.parse("2026-08-28T01:59:59Z")))
                .isEqualByComparingTo("28");
        assertThat(cost(table, "p", "m", null, null, usage, Instant.parse("2026-08-29T01:59:59Z")))
                .isEqualByComparingTo("128");
    }

    @Test
    void whatIsNotUnderstoodOfOffPeakHoursIsNoted() {
        PriceTable table = entry("""
                'input_cost_per_token': 2, 'off_peak_pricing': { 'weekday_timezone': 'America/New_York', 'input_cost_per_token': 1,
                    'hours_utc': 'night', 'windows': [ { 'hours_utc': '03:30-05:30', 'weekdays': [6, 9] } ] }
                """);

        assertThat(kinds(table))
                .contains(
                        "off-peak hours that are not like 16:30-00:30",
                        "off-peak weekdays that are not 1 (Monday) to 7 or names",
                        "off-peak weekdays in a zone that changes its clocks: winter's hours all year");
        assertThat(kinds(entry("'input_cost_per_token': 2, 'off_peak_pricing': { 'input_cost_per_token': 1 }")))
                .contains("off-peak prices without hours");
    }

    @Test
    void multipliersAreRegionsAndTheFastTier() {
        PriceTable table = list("""
                'gpt': { 'litellm_provider': 'openai', 'input_cost_per_token': 10,
                    'regional_processing_uplift_multiplier_eu': 1.1, 'regional_processing_uplift_multiplier_us': 1.2 },
                'claude': { 'litellm_provider': 'anthropic', 'input_cost_per_token': 10, 'input_cost_per_token_above_5_tokens': 20,
                    'provider_specific_entry': { 'us': 1.1, 'fast': 6.0, 'schema': 'x' } },
                'vertex_ai/claude': { 'litellm_provider': 'vertex_ai-anthropic_models', 'input_cost_per_token': 10,
                    'regional_endpoint_uplift_multiplier': 1.1 }
                """);

        assertThat(cost(table, "openai", "gpt", null, "EU", IN, NOON)).isEqualByComparingTo("11");
        assertThat(cost(table, "openai", "gpt", null, "us", IN, NOON)).isEqualByComparingTo("12");
        assertThat(cost(table, "anthropic", "claude", "fast", null, IN, NOON)).isEqualByComparingTo("60");
        assertThat(cost(table, "anthropic", "claude", "fast", "us", Usage.of(Unit.INPUT_TOKENS, 6), NOON))
                .isEqualByComparingTo("792");
        assertThat(cost(table, "google-vertex", "claude", null, "us-east5", IN, NOON))
                .isEqualByComparingTo("11");
        assertThat(cost(table, "google-vertex", "claude", null, "global", IN, NOON))
                .isEqualByComparingTo("10");
        assertThat(cost(table, "google-vertex", "claude", IN)).isEqualByComparingTo("10");
        assertThat(kinds(table)).contains("not a multiplier: provider_specific_entry.schema");
    }

    @Test
    void aKeyIsAProviderAndAModelAndTheWholeKeyIsAnAlias() {
        PriceTable table = list("""
                'azure/eu/gpt-4o': { 'litellm_provider': 'azure', 'input_cost_per_token': 1 },
                'azure_ai/gpt-4o': { 'litellm_provider': 'azure_ai', 'input_cost_per_token': 2 },
                'gemini/flash': { 'litellm_provider': 'gemini', 'input_cost_per_token': 3 },
                'flash': { 'litellm_provider': 'vertex_ai-language-models', 'input_cost_per_token': 4 },
                'bedrock/us-east-1/nova': { 'litellm_provider': 'bedrock_converse', 'input_cost_per_token': 5 },
                'openrouter/openai/gpt-4o': { 'litellm_provider': 'openrouter', 'input_cost_per_token': 6 }
                """);

        assertThat(cost(table, "azure", "eu/gpt-4o", IN)).isEqualByComparingTo("1");
        assertThat(cost(table, "azure", "azure/eu/gpt-4o", IN)).isEqualByComparingTo("1");
        assertThat(cost(table, "azure-ai", "gpt-4o", IN)).isEqualByComparingTo("2");
        assertThat(cost(table, "azure_ai", "gpt-4o", IN)).isEqualByComparingTo("2");
        assertThat(cost(table, "google", "flash", IN)).isEqualByComparingTo("3");
        assertThat(cost(table, "gemini", "gemini/flash", IN)).isEqualByComparingTo("3");
        assertThat(cost(table, "vertex_ai", "flash", IN)).isEqualByComparingTo("4");
        assertThat(cost(table, "aws", "us-east-1/nova", IN)).isEqualByComparingTo("5");
        assertThat(cost(table, "bedrock", "bedrock/us-east-1/nova", IN)).isEqualByComparingTo("5");
        assertThat(cost(table, "openrouter", "openai/gpt-4o", IN)).isEqualByComparingTo("6");
        assertThat(cost(table, "litellm", "openrouter/openai/gpt-4o", IN)).isEqualByComparingTo("6");
    }

    @Test
    void ofABareKeyAndOneWithTheProviderTheLatterHasTheId() {
        PriceTable table = list("""
                'chat': { 'litellm_provider': 'deepseek', 'input_cost_per_token': 1 },
                'deepseek/chat': { 'litellm_provider': 'deepseek', 'input_cost_per_token': 2 },
                'v4': { 'litellm_provider': 'deepseek', 'input_cost_per_token': 3 },
                'deepseek/v4': { 'litellm_provider': 'deepseek', 'input_cost_per_token': 3.0 },
                'bedrock_mantle/oss': { 'litellm_provider': 'bedrock_mantle', 'input_cost_per_token': 4 },
                'oss': { 'litellm_provider': 'bedrock_converse', 'input_cost_per_token': 5 }
                """);

        assertThat(cost(table, "deepseek", "chat", IN)).isEqualByComparingTo("2");
        assertThat(cost(table, "deepseek", "v4", IN)).isEqualByComparingTo("3");
        assertThat(cost(table, "aws", "oss", IN)).isEqualByComparingTo("5");
        assertThat(cost(table, "aws", "bedrock_mantle/oss", IN)).isEqualByComparingTo("4");
        assertThat(note(table, "left out: each of its ids").examples()).containsExactly("chat");
        assertThat(note(table, "one model twice").count()).isEqualTo(1);
        assertThat(table.report().priced()).isEqualTo(5);
        assertThat(table.size()).isEqualTo(4);
    }

    @Test
    void imagesBySizeAreRowsOfTheirOwnAndUnitsOfTheModel() {
        PriceTable table = list("""
                'dall-e-3': { 'litellm_provider': 'openai', 'mode': 'image_generation', 'input_cost_per_image': 0.04 },
                'hd/1024-x-1792/dall-e-3': { 'litellm_provider': 'openai', 'mode': 'image_generation', 'input_cost_per_pixel': 1e-7, 'output_cost_per_pixel': 0.0 },
                'standard/1024-x-1024/dall-e-3': { 'litellm_provider': 'openai', 'mode': 'image_generation', 'input_cost_per_pixel': 2e-8 },
                'azure/low/10-x-10/new': { 'litellm_provider': 'azure', 'mode': 'image_generation', 'input_cost_per_pixel': 0.01 },
                'gpt-image': { 'litellm_provider': 'openai', 'mode': 'image_generation', 'input_cost_per_token': 1e-6 },
                'low/1024-x-1024/gpt-image': { 'litellm_provider': 'openai', 'mode': 'image_generation', 'input_cost_per_image': 0.011 }
                """);
        Usage image = Usage.of(Unit.of("output_images"), 1);

        // 1024 × 1792 × 1e-7, 1024 × 1024 × 2e-8, 10 × 10 × 0.01
        assertThat(cost(table, "openai", "hd/1024-x-1792/dall-e-3", image)).isEqualByComparingTo("0.1835008");
        assertThat(cost(table, "openai", "dall-e-3", Usage.of(Unit.of("output_images/1024x1792/hd"), 1)))
                .isEqualByComparingTo("0.1835008");
        assertThat(cost(table, "openai", "dall-e-3", Usage.of(Unit.of("output_images/1024x1024"), 1)))
                .isEqualByComparingTo("0.02097152");
        assertThat(cost(table, "openai", "dall-e-3", Usage.of(Unit.of("output_images/512x512"), 1)))
                .isEqualByComparingTo("0.04");
        assertThat(cost(table, "openai", "dall-e-3", image)).isEqualByComparingTo("0.04");
        assertThat(cost(table, "azure", "new", Usage.of(Unit.of("output_images/low/10x10"), 1)))
                .isEqualByComparingTo("1");
        assertThat(cost(table, "azure", "new", image)).isNull();
        assertThat(cost(table, "openai", "low/1024-x-1024/gpt-image", image)).isEqualByComparingTo("0.011");
        assertThat(cost(table, "openai", "gpt-image", Usage.of(Unit.of("output_images/1024x1024/low"), 1)))
                .isNull();
        assertThat(kinds(table))
                .contains("images by size: a row of their own only, since the model is charged by tokens");
    }

    @Test
    void anEntryThatSaysSomethingThatIsNoPriceIsLeftOut() {
        PriceTable table = list("""
                'sample_spec': { 'litellm_provider': 'one of many', 'input_cost_per_token': 'text' },
                'good': { 'litellm_provider': 'p', 'input_cost_per_token': '3e-7', 'output_cost_per_token': null, 'max_tokens': 'many' },
                'negative': { 'litellm_provider': 'p', 'input_cost_per_token': -1e-6 },
                'nan': { 'litellm_provider': 'p', 'input_cost_per_token': 1, 'output_cost_per_token': NaN },
                'huge': { 'litellm_provider': 'p', 'input_cost_per_token': 1e999999 },
                'free-region': { 'litellm_provider': 'p', 'input_cost_per_token': 1, 'regional_processing_uplift_multiplier_eu': 0 },
                'twice': { 'litellm_provider': 'p', 'input_cost_per_token': 1,
                           'input_cost_per_token_above_1k_tokens': 2, 'input_cost_per_token_above_1000_tokens': 3 },
                'backwards': { 'litellm_provider': 'p', 'tiered_pricing': [ { 'range': [9, 3], 'input_cost_per_token': 1 } ] },
                'none': { 'litellm_provider': 'p', 'mode': 'chat' },
                'nobody': { 'input_cost_per_token': 1 },
                'text': 'text'
                """);
        LoadReport report = table.report();

        assertThat(cost(table, "p", "good", IN)).isEqualByComparingTo("0.0000003");
        assertThat(cost(table, "p", "good", OUT)).isNull();
        assertThat(report.entries()).isEqualTo(10);
        assertThat(report.priced()).isEqualTo(1);
        assertThat(report.leftOut()).isEqualTo(leftOut(report));
        assertThat(note(table, "left out: a value is negative").examples())
                .containsExactly("negative input_cost_per_token = -0.000001");
        assertThat(note(table, "left out: a value is not a number").examples())
                .containsExactly("nan output_cost_per_token = NaN", "huge input_cost_per_token = 1e999999");
        assertThat(note(table, "left out: a value makes everything free").count())
                .isEqualTo(1);
        assertThat(note(table, "left out: a value contradicts another key").count())
                .isEqualTo(1);
        assertThat(note(table, "left out: a value has a range that ends").count())
                .isEqualTo(1);
        assertThat(note(table, "left out: no price").examples()).containsExactly("none");
        assertThat(note(table, "left out: no provider").examples()).containsExactly("nobody", "text = text");
    }

    @Test
    void keysThatSpeakOfMoneyAreListedAndOthersAreNot() {
        PriceTable table = entry(
                "'input_cost_per_token': 1, 'supports_vision': true, 'max_tokens': 5, 'input_dbu_cost_per_token': 7, 'surge_price': 'x'");

        assertThat(note(table, "price without a unit here: input_dbu_cost_per_token")
                        .examples())
                .containsExactly("m = 7");
        assertThat(note(table, "price without a unit here: surge_price").examples())
                .containsExactly("m = x");
        assertThat(table.report().notes()).hasSize(3); // and the date
    }

    @Test
    void theSourceOfAnEntryIsKept() {
        PriceTable table = PublicLists.table(
                quoted(
                        "{ 'm': { 'litellm_provider': 'p', 'input_cost_per_token': 1, 'source': 'https://example.com/prices' } }"),
                "list-2026-08-01.json");

        ModelPrice price = table.find("p", "m").price();

        assertThat(price).isNotNull();
        assertThat(price.source()).isEqualTo("litellm, https://example.com/prices, 2026-08-01");
    }

    static int leftOut(LoadReport report) {
        return report.notes().stream()
                .filter(note -> note.kind().startsWith("left out: "))
                .mapToInt(LoadReport.Note::count)
                .sum();
    }

    private static PriceTable entry(String fields) {
        return list("'m': { 'litellm_provider': 'p', " + fields + " }");
    }

    private static PriceTable list(String entries) {
        return PublicLists.table(quoted("{ " + entries + " }"));
    }

    private static @Nullable BigDecimal at(PriceTable table, long prompt, @Nullable String tier) {
        return cost(table, "p", "m", tier, null, Usage.tokens(prompt, 1), NOON);
    }

    private static @Nullable BigDecimal cached(PriceTable table, long tokens) {
        return cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, tokens, Unit.CACHE_READ_TOKENS, tokens));
    }
}

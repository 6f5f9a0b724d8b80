package io.unitcost.price;

import static io.unitcost.price.PublicLists.cost;
import static io.unitcost.price.PublicLists.kinds;
import static io.unitcost.price.PublicLists.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenAiPricesReaderTest {

    private static final Usage MILLION = Usage.of(Unit.INPUT_TOKENS, 1_000_000);

    @ParameterizedTest
    @CsvSource({
        "input_mtok, input_tokens, 1000000",
        "cache_audio_write_1h_mtok, cache_audio_write_1h_tokens, 1000000",
        "output_video_citation_mtok, output_video_citation_tokens, 1000000",
        "input_mchars, input_characters, 1000000",
        "input_text_messages_kcount, input_text_messages, 1000",
        "audio_hours, audio_seconds, 3600",
        "input_gpixels, input_pixels, 1000000000",
        "input_document_kpages, input_document_pages, 1000",
        "rerank_searches_kcount, rerank_searches, 1000",
        "requests_kcount, requests, 1000",
        "input_image_each, input_images, 1"
    })
    void aPriceKeySaysTheUnitAndForHowManyOfIt(String key, String unit, long per) {
        PriceTable table = prices("{ '" + key + "': 2.5 }");

        assertThat(cost(table, "p", "m", Usage.of(Unit.of(unit), per))).isEqualByComparingTo("2.5");
    }

    @Test
    void knowsEveryUnitOfTheRegistry() throws IOException {
        Path registry = SharedData.file("prices/genai-prices-units.yml");
        assumeTrue(registry != null, "no shared data beside the project: registry of units skipped");
        Matcher units = Pattern.compile("(?m)^([a-z0-9_]+):\\n +per: ([0-9_]+)\\n +price_key: ([a-z0-9_]+)$")
                .matcher(Files.readString(registry));
        int found = 0;
        while (units.find()) {
            PriceTable table = prices("{ '" + units.group(3) + "': 1 }");
            Usage usage = Usage.of(
                    Unit.of(units.group(1)), Long.parseLong(units.group(2).replace("_", "")));
            assertThat(cost(table, "p", "m", usage)).as(units.group(3)).isEqualByComparingTo("1");
            found++;
        }
        assertThat(found).isEqualTo(59);
    }

    @Test
    void stepsOfDifferentUnitsAccumulate() {
        PriceTable table = prices("""
                { 'input_mtok': { 'base': 1, 'tiers': [ { 'start': 1000, 'price': 2 }, { 'start': 5000, 'price': 4 } ] },
                  'output_mtok': { 'base': 10, 'tiers': [ { 'start': 3000, 'inclusive': true, 'price': 20 } ] } }
                """);

        assertThat(cost(table, "p", "m", Usage.tokens(1_000, 1_000))).isEqualByComparingTo("0.011");
        assertThat(cost(table, "p", "m", Usage.tokens(1_001, 1_000))).isEqualByComparingTo("0.012002");
        assertThat(cost(table, "p", "m", Usage.tokens(2_999, 1_000))).isEqualByComparingTo("0.015998");
        assertThat(cost(table, "p", "m", Usage.tokens(3_000, 1_000))).isEqualByComparingTo("0.026");
        assertThat(cost(table, "p", "m", Usage.tokens(5_001, 1_000))).isEqualByComparingTo("0.040004");
    }

    @Test
    void aDateHoldsFromMidnightUtcUntilTheNext() {
        PriceTable table = prices("""
                [ { 'prices': { 'input_mtok': 10 } },
                  { 'constraint': { 'start_date': '2026-06-10' }, 'prices': { 'input_mtok': 2 } },
                  { 'constraint': { 'start_date': '2027-01-01' }, 'prices': { 'input_mtok': 3 } } ]
                """);

        assertThat(at(table, "2026-06-09T23:59:59.999Z")).isEqualByComparingTo("10");
        assertThat(at(table, "2026-06-10T00:00:00Z")).isEqualByComparingTo("2");
        assertThat(at(table, "2026-12-31T23:59:59Z")).isEqualByComparingTo("2");
        assertThat(at(table, "2027-01-01T00:00:00Z")).isEqualByComparingTo("3");
        assertThat(table.asOf()).isEqualTo("2026-06-10");
    }

    /** The last that holds counts: a later entry with an earlier date hides the one before it. */
    @Test
    void datesOutOfOrderEndAtTheEarliestThatComesAfterThem() {
        PriceTable table = prices("""
                [ { 'prices': { 'input_mtok': 1 } },
                  { 'constraint': { 'start_date': '2026-06-01' }, 'prices': { 'input_mtok': 2 } },
                  { 'constraint': { 'start_date': '2026-03-01' }, 'prices': { 'input_mtok': 3 } } ]
                """);

        assertThat(at(table, "2026-02-28T00:00:00Z")).isEqualByComparingTo("1");
        assertThat(at(table, "2026-07-01T00:00:00Z")).isEqualByComparingTo("3");
        assertThat(kinds(table)).contains("price that a later one with an earlier date always hides");
    }

    /** DeepSeek in 2026: a new price with peak hours, which must not reach back before its date. */
    @Test
    void aTimeOfDayBelongsToTheDateBeforeItInTheList() {
        PriceTable table = prices("""
                [ { 'prices': { 'input_mtok': 0.14 } },
                  { 'constraint': { 'start_date': '2026-08-17' }, 'prices': { 'input_mtok': 0.22 } },
                  { 'constraint': { 'start_time': '01:00:00Z', 'end_time': '04:00:00Z' }, 'prices': { 'input_mtok': 0.44 } },
                  { 'constraint': { 'start_time': '06:00:00Z', 'end_time': '10:00:00Z' }, 'prices': { 'input_mtok': 0.45 } },
                  { 'constraint': { 'start_date': '2026-12-01' }, 'prices': { 'input_mtok': 0.3 } } ]
                """);

        assertThat(at(table, "2026-07-01T02:00:00Z")).isEqualByComparingTo("0.14");
        assertThat(at(table, "2026-08-24T00:59:59Z")).isEqualByComparingTo("0.22");
        assertThat(at(table, "2026-08-24T01:00:00Z")).isEqualByComparingTo("0.44");
        assertThat(at(table, "2026-08-24T04:00:00Z")).isEqualByComparingTo("0.22");
        assertThat(at(table, "2026-08-24T09:59:59Z")).isEqualByComparingTo("0.45");
        assertThat(at(table, "2026-12-01T02:00:00Z")).isEqualByComparingTo("0.3");
    }

    @Test
    void timesOfDayWrapMidnightAndTheLaterOneInTheListCounts() {
        PriceTable table = prices("""
                [ { 'prices': { 'input_mtok': 1 } },
                  { 'constraint': { 'start_time': '16:30:00Z', 'end_time': '00:30:00Z' }, 'prices': { 'input_mtok': 2 } },
                  { 'constraint': { 'start_time': '22:00:00+02:00', 'end_time': '23:00:00+02:00' }, 'prices': { 'input_mtok': 3 } },
                  { 'constraint': { 'start_time': '05:00:00Z', 'end_time': '05:00:00Z' }, 'prices': { 'input_mtok': 4 } } ]
                """);

        assertThat(at(table, "2026-08-24T16:29:59Z")).isEqualByComparingTo("1");
        assertThat(at(table, "2026-08-24T16:30:00Z")).isEqualByComparingTo("2");
        assertThat(at(table, "2026-08-24T20:00:00Z")).isEqualByComparingTo("3");
        assertThat(at(table, "2026-08-24T21:00:00Z")).isEqualByComparingTo("2");
        assertThat(at(table, "2026-08-25T00:29:59Z")).isEqualByComparingTo("2");
        assertThat(at(table, "2026-08-25T00:30:00Z")).isEqualByComparingTo("1");
        assertThat(at(table, "2026-08-25T05:00:00Z")).isEqualByComparingTo("1");
        assertThat(kinds(table)).contains("time of day without a minute of its own");
    }

    @Test
    void clausesBecomeExactNamesAndNeverOpenPrefixes() {
        PriceTable table = models("""
                { 'id': 'nova', 'prices': { 'input_mtok': 1 }, 'match': { 'or': [
                    { 'equals': 'nova-1' }, { 'or': [ { 'equals': 'nova-one' } ] }, { 'starts_with': 'nova-pro' },
                    { 'contains': 'nova.x' }, { 'regex': '^(us|eu)\\\\.nova-[12]$' },
                    { 'regex': '^nova-lite-\\\\d{4}-\\\\d{2}-\\\\d{2}$' }, { 'regex': '^nova.*' },
                    { 'and': [ { 'contains': 'n' }, { 'contains': 'o' } ] } ] } }
                """);

        for (String name : new String[] {
            "nova",
            "NOVA-1",
            "nova-one",
            "nova-pro",
            "nova-pro-2026-01-31",
            "nova.x",
            "us.nova-1",
            "eu.nova-2",
            "nova-lite-2026-01-31"
        }) {
            assertThat(table.has("p", name)).as(name).isTrue();
        }
        for (String name : new String[] {"nova-pro-max", "nova.xl", "ap.nova-1", "nova-lite-max", "novation", "no"}) {
            assertThat(table.has("p", name)).as(name).isFalse();
        }
        assertThat(note(table, "match by 'starts_with'").examples()).containsExactly("p/nova = nova-pro");
        assertThat(note(table, "match by 'regex': not taken over").examples()).containsExactly("p/nova = ^nova.*");
        assertThat(note(table, "match by 'regex': the texts").count()).isEqualTo(1);
        assertThat(note(table, "match by 'and'").count()).isEqualTo(1);
    }

    @Test
    void aNameStaysWithTheFirstModelThatHasIt() {
        PriceTable table = models("""
                { 'id': 'a', 'prices': { 'input_mtok': 1 }, 'match': { 'or': [ { 'equals': 'x' }, { 'equals': 'b' } ] } },
                { 'id': 'b', 'prices': { 'input_mtok': 2 }, 'match': { 'or': [ { 'equals': 'x' }, { 'equals': 'y' } ] } },
                { 'id': 'a', 'prices': { 'input_mtok': 3 }, 'match': { 'equals': 'x' } },
                { 'id': 'a', 'prices': { 'input_mtok': 1 }, 'match': { 'equals': 'z' } }
                """);

        assertThat(cost(table, "p", "x", MILLION)).isEqualByComparingTo("1");
        assertThat(cost(table, "p", "b", MILLION)).isEqualByComparingTo("1");
        assertThat(cost(table, "p", "y", MILLION)).isEqualByComparingTo("2");
        assertThat(cost(table, "p", "z", MILLION)).isEqualByComparingTo("1");
        assertThat(note(table, "left out: each of its ids").count()).isEqualTo(1);
        assertThat(table.report().priced()).isEqualTo(3);
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void providersKnowTheirOtherNamesFallbacksAndWhoMakesModels() {
        PriceTable table = PublicLists.table(PriceFormatTest.quoted("""
                [ { 'id': 'openai', 'model_match': { 'starts_with': 'gpt-' }, 'provider_match': { 'contains': 'openai' },
                    'models': [ { 'id': 'gpt-5', 'match': { 'equals': 'gpt-5' }, 'prices': { 'input_mtok': 1 } } ] },
                  { 'id': 'google', 'provider_match': { 'or': [ { 'contains': 'google' }, { 'contains': 'vertex' }, { 'equals': 'palm' } ] },
                    'models': [ { 'id': 'gemini', 'match': { 'equals': 'gemini' }, 'prices': { 'input_mtok': 2 } } ] },
                  { 'id': 'azure', 'fallback_model_providers': [ 'openai' ],
                    'models': [ { 'id': 'phi', 'match': { 'equals': 'phi' }, 'prices': { 'input_mtok': 3 } } ] } ]
                """));

        assertThat(cost(table, "google-gla", "gemini", MILLION)).isEqualByComparingTo("2");
        assertThat(cost(table, "vertex_ai", "gemini", MILLION)).isEqualByComparingTo("2");
        assertThat(cost(table, "palm", "gemini", MILLION)).isEqualByComparingTo("2");
        assertThat(cost(table, "azure", "gpt-5", MILLION)).isEqualByComparingTo("1");
        assertThat(cost(table, "azure", "gemini", MILLION)).isNull();
        assertThat(cost(table, "litellm", "openai/gpt-5", MILLION)).isEqualByComparingTo("1");
        assertThat(kinds(table))
                .contains(
                        "provider_match: the well-known names it matches",
                        "model_match: asked for every model named without a provider");
    }

    @Test
    void groqBillsAtLeastTenSeconds() {
        String model = "{ 'id': 'whisper', 'match': { 'equals': 'whisper' }, 'prices': { 'audio_hours': 0.36 } }";
        PriceTable groq = PublicLists.table(PriceFormatTest.quoted("[ { 'id': 'groq', 'models': [" + model + "] } ]"));

        assertThat(cost(groq, "groq", "whisper", Usage.of(Unit.of("audio_seconds"), 3)))
                .isEqualByComparingTo("0.001");
        assertThat(cost(models(model), "p", "whisper", Usage.of(Unit.of("audio_seconds"), 3)))
                .isEqualByComparingTo("0.0003");
    }

    @Test
    void noiseIsTakenOffAndWhatIsNotKnownIsListed() {
        PriceTable table = models("""
                { 'id': 'm', 'match': { 'equals': 'm' }, 'colour': 'red',
                  'prices': { 'input_mtok': 0.18000000000000002, 'output_mtok': 0.2833333333333333, 'input_smell_mtok': 1 } },
                { 'id': 'bad', 'match': { 'equals': 'bad' }, 'prices': { 'input_mtok': NaN } },
                { 'id': 'worse', 'match': { 'equals': 'worse' }, 'prices': { 'input_mtok': { 'base': 1, 'tiers': [ { 'start': 5 } ] } } },
                { 'id': 'twice', 'match': { 'equals': 'twice' }, 'prices': { 'input_mtok':
                    { 'base': 1, 'tiers': [ { 'start': 5, 'price': 1 }, { 'start': 5, 'price': 2 } ] } } },
                { 'id': 'free', 'match': { 'equals': 'free' }, 'prices': { 'input_mtok': 0 } },
                { 'id': 'none', 'match': { 'equals': 'none' }, 'prices': {} },
                { 'match': { 'equals': 'none' }, 'prices': {} }
                """);

        assertThat(cost(table, "p", "m", MILLION)).isEqualByComparingTo("0.18");
        assertThat(cost(table, "p", "m", Usage.of(Unit.OUTPUT_TOKENS, 1_000_000)))
                .isEqualByComparingTo("0.2833333333333333");
        assertThat(cost(table, "p", "free", MILLION)).isEqualByComparingTo("0");
        assertThat(note(table, "floating-point noise").examples())
                .containsExactly("p/m input_mtok = 0.18000000000000002 → 0.18");
        assertThat(note(table, "key that is not known: colour").examples()).containsExactly("p/m = red");
        assertThat(note(table, "price key that is not known: input_smell_mtok").count())
                .isEqualTo(1);
        assertThat(note(table, "left out: a value is not a number").examples())
                .containsExactly("p/bad input_mtok = NaN", "p/worse input_mtok.tiers.price = null");
        assertThat(note(table, "left out: a value has two prices").count()).isEqualTo(1);
        assertThat(note(table, "left out: no id").count()).isEqualTo(1);
        assertThat(table.report().entries()).isEqualTo(7);
        assertThat(table.report().priced()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    ^a$ ; a
                    ^(us|eu)\\.x$ ; us.x,eu.x
                    ^(?:a|b(c|d))e?$ ; ae,a,bce,bc,bde,bd
                    ^x[1-3]y$ ; x1y,x2y,x3y
                    ^x[ab.]$ ; xa,xb,x.
                    ^[a-z][a-z]$ ;
                    ^a.c$ ;
                    ^a+$ ;
                    ^a\\d$ ;
                    a$ ;
                    ^a ;
                    ^(a$ ;
                    ^a)$ ;
                    ^(?=a)$ ;
                    ^[^a]$ ;
                    """)
    void expandsARegularExpressionThatStandsForAFewTexts(String regex, @Nullable String texts) {
        assertThat(FiniteRegex.expand(regex.replace("\\\\", "\\")))
                .containsExactly(texts == null ? new String[0] : texts.split(","));
    }

    private static PriceTable prices(String prices) {
        return models("{ 'id': 'm', 'match': { 'equals': 'm' }, 'prices': " + prices + " }");
    }

    private static PriceTable models(String models) {
        return PublicLists.table(PriceFormatTest.quoted("[ { 'id': 'p', 'name': 'P', 'models': [" + models + "] } ]"));
    }

    private static @Nullable BigDecimal at(PriceTable table, String instant) {
        return cost(table, "p", "m", null, null, MILLION, Instant.parse(instant));
    }
}

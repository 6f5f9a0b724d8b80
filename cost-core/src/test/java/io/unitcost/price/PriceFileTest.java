package io.unitcost.price;

import static io.unitcost.price.Unit.INPUT_TOKENS;
import static io.unitcost.price.Unit.OUTPUT_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PriceFileTest {

    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");

    private static final String GOOD = """
            {
              "format": "unitcost-prices/1",
              "name": "ours",
              "date": "2026-11-01",
              "currency": "USD",
              "sources": {"contract": {"title": "Our contract", "date": "2026-10-01"}},
              "providers": {
                "openai": {
                  "source": "contract",
                  "models": {
                    "gpt-4o-mini": {
                      "aliases": ["gpt-4o-mini-2024-07-18"],
                      "rates": {"input_tokens": "0.12 per 1M", "output_tokens": "0.48 per 1M"},
                      "context": [{"above": 100000, "rates": {"input_tokens": "0.24 per 1M"}}]
                    }
                  }
                },
                "pinecone": {"models": {"query": {"note": "serverless", "rates": {"requests": "20 per 1M"}}}}
              }
            }
            """;

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(resource("prices-1.schema.json"));

    @Test
    void readsModelsAndServices() {
        PriceTable table = read(GOOD);
        assertThat(table.name()).isEqualTo("ours");
        assertThat(table.asOf()).isEqualTo(LocalDate.of(2026, 11, 1));
        assertThat(table.size()).isEqualTo(2);
        // 1000 × 0.12/1e6 + 100 × 0.48/1e6
        assertThat(table.charge("openai", "gpt-4o-mini-2024-07-18", Usage.tokens(1_000, 100), AT)
                        .cost())
                .isEqualTo(Money.usd("0.000168"));
        // beyond 100,000 tokens: 200000 × 0.24/1e6 + 100 × 0.48/1e6
        assertThat(table.charge("openai", "gpt-4o-mini", Usage.tokens(200_000, 100), AT)
                        .cost())
                .isEqualTo(Money.usd("0.048048"));
        assertThat(table.charge("pinecone", "query", Usage.of(Unit.REQUESTS, 1), AT)
                        .cost())
                .isEqualTo(Money.usd("0.00002"));
        assertThat(isValid(GOOD)).isTrue();
    }

    private static final String FULL = """
            {
              "format": "unitcost-prices/1", "name": "full", "date": "2026-11-01", "currency": "USD",
              "providers": {"p": {"models": {"m": {
                "rates": {
                  "input_tokens": {"rate": "1 per 1M", "slices": [{"above": "1000000", "rate": "0.5 per 1M"}]},
                  "audio_seconds": {"rate": "3.6 per hour", "minimum": "10", "increment": "1"}
                },
                "context": [{"from": 2000000, "rates": {"input_tokens": "2 per 1M"}}],
                "tiers": {"batch": {"rates": {"input_tokens": "0.25 per 1M"}}},
                "regions": {"eu": "1.1"},
                "periods": [
                  {"from": "2026-12-01", "to": "2027-01-01T00:00:00Z", "rates": {"input_tokens": "7 per 1M"}},
                  {"from": "2026-01-01", "to": "2026-12-01", "weekly": {"zone": "Asia/Shanghai",
                    "windows": [{"days": ["sat", "sun"]}, {"start": "22:00", "end": "06:00"}]},
                    "rates": {"input_tokens": "0.1 per 1M"}}
                ]
              }}}}
            }
            """;

    @Test
    void readsTiersRegionsTimesAndBilling() {
        PriceTable table = read(FULL);
        assertThat(isValid(FULL)).isTrue();
        // a Monday, 20:00 in Shanghai
        assertThat(full(table, null, null, "2026-11-02T12:00:00Z", 1_500_000)).isEqualTo(Money.usd("1.25"));
        assertThat(full(table, null, null, "2026-11-02T12:00:00Z", 2_000_000)).isEqualTo(Money.usd("4"));
        assertThat(full(table, "batch", "eu", "2026-11-02T12:00:00Z", 1_000_000))
                .isEqualTo(Money.usd("0.275"));
        assertThat(full(table, null, null, "2026-11-02T14:00:00Z", 1_000_000)).isEqualTo(Money.usd("0.1"));
        assertThat(full(table, null, null, "2026-10-31T12:00:00Z", 1_000_000)).isEqualTo(Money.usd("0.1"));
        assertThat(full(table, "batch", "eu", "2026-12-05T12:00:00Z", 1_000_000))
                .isEqualTo(Money.usd("7"));
        assertThat(full(table, null, null, "2027-01-01T00:00:00Z", 1_000_000)).isEqualTo(Money.usd("1"));
        // at least ten seconds at 0.001
        Usage second = Usage.of(Unit.of("audio_seconds"), 1);
        assertThat(table.charge("p", "m", second, AT).cost()).isEqualTo(Money.usd("0.01"));
    }

    private static Money full(PriceTable table, String tier, String region, String at, long input) {
        Money cost = table.charge(
                        "p",
                        "m",
                        tier,
                        region,
                        Usage.of(INPUT_TOKENS, input),
                        Instant.parse(at).toEpochMilli())
                .cost();
        assertThat(cost).isNotNull();
        return cost;
    }

    static Stream<Arguments> mistakesInFull() {
        return Stream.of(
                mistake(
                        "\"2026-12-01\", \"to\"",
                        "\"soon\", \"to\"",
                        "$.providers.p.models.m.periods[0].from: 'soon' is not a time; write a day (UTC), 2026-12-01, or an instant, 2026-12-01T00:00:00Z"),
                mistake(
                        "\"sat\"",
                        "\"sabbath\"",
                        "$.providers.p.models.m.periods[1].weekly.windows[0].days[0]: 'sabbath' is not a day; give mon, tue, wed, thu, fri, sat or sun"),
                mistake(
                        "22:00",
                        "10 pm",
                        "$.providers.p.models.m.periods[1].weekly.windows[1].start: '10 pm' is not a time of day; write it like 16:30"),
                mistake("\"1.1\"", "\"0\"", "$.providers.p.models.m.regions.eu: region eu: 0 is not above zero"),
                mistake(
                        "\"batch\"",
                        "\"standard\"",
                        "$.providers.p.models.m.tiers.standard: tier 'standard': that is the standard; set its rates without a tier"),
                mistake(
                        "\"minimum\": \"10\"",
                        "\"minimum\": \"-1\"",
                        "$.providers.p.models.m.rates.audio_seconds: minimum: -1 is not above zero"),
                mistake(
                        "\"to\": \"2026-12-01\", \"weekly\": {",
                        "\"to\": \"2025-12-01\", \"weekly\": {",
                        "$.providers.p.models.m.periods[1]: period: from 2026-01-01T00:00:00Z is not before to 2025-12-01T00:00:00Z"),
                mistake(
                        "Asia/Shanghai",
                        "Shanghai",
                        "$.providers.p.models.m.periods[1].weekly.zone: 'Shanghai' is not a time zone; give one like UTC or Asia/Shanghai"));
    }

    @ParameterizedTest
    @MethodSource("mistakesInFull")
    void saysWhatIsWrongWithTiersRegionsAndTimes(String right, String wrong, String message) {
        assertThat(FULL).contains(right);
        assertThatThrownBy(() -> read(FULL.replace(right, wrong)))
                .isInstanceOf(PriceTableException.class)
                .hasMessageStartingWith("our-prices.json:")
                .hasMessageContaining(message);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        "\"0.12 per 1M\"",
                        "0.12",
                        "13: $.providers.openai.models.gpt-4o-mini.rates.input_tokens: found '0.12'; give a text in quotes"),
                mistake(
                        "0.12 per 1M",
                        "0.12",
                        "13: $.providers.openai.models.gpt-4o-mini.rates.input_tokens: rate: '0.12' is not a price; write an amount and a count, like '0.15 per 1M', '20 per 1k' or '3 per hour'"),
                mistake(
                        "0.12 per 1M",
                        "-0.12 per 1M",
                        "13: $.providers.openai.models.gpt-4o-mini.rates.input_tokens: rate: a price of -0.12 is negative or not a price; give 0 or more"),
                mistake(
                        "\"input_tokens\": \"0.12",
                        "\"prompt_tokens\": \"0.12",
                        "13: $.providers.openai.models.gpt-4o-mini.rates.prompt_tokens: unit: there is no unit 'prompt_tokens'; use one of"),
                mistake(
                        "\"above\": 100000, ",
                        "",
                        "14: $.providers.openai.models.gpt-4o-mini.context[0]: a context step says neither \"above\" nor \"from\"; give"),
                mistake(
                        "unitcost-prices/1",
                        "unitcost-prices/9",
                        "2: $.format: 'unitcost-prices/9' is not a format this version reads; give \"unitcost-prices/1\""),
                mistake("2026-11-01", "11/01/2026", "4: $.date: '11/01/2026' is not a date; write it like 2026-11-01"),
                mistake(
                        "\"USD\"",
                        "\"DOLLAR\"",
                        "5: $.currency: 'DOLLAR' is not a currency; give an ISO 4217 code, like USD"),
                mistake(
                        "\"source\": \"contract\"",
                        "\"source\": \"hearsay\"",
                        "9: $.providers.openai.source: there is no source 'hearsay'; name it under \"sources\", before \"providers\""),
                mistake(
                        "\"note\"",
                        "\"notes\"",
                        "18: $.providers.pinecone.models.query.notes: unknown key; use one of aliases, patterns, rates, context, tiers, regions, periods, source, note"),
                mistake("  \"name\": \"ours\",\n", "", "\"name\" is missing; add \"name\": \"our-prices\""),
                mistake(
                        "\"output_tokens\"",
                        "\"input_tokens\"",
                        "not valid JSON: Duplicate Object property \"input_tokens\""),
                mistake("\"USD\",", "\"USD\"", "6: $: not valid JSON: "),
                mistake("\n}\n", "\n", "not valid JSON: "));
    }

    private static Arguments mistake(String right, String wrong, String message) {
        return Arguments.of(right, wrong, message);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatIsWrongWhereAndWhatToDo(String right, String wrong, String message) {
        assertThat(GOOD).contains(right);
        String bad = GOOD.replaceFirst(
                java.util.regex.Pattern.quote(right), java.util.regex.Matcher.quoteReplacement(wrong));
        assertThatThrownBy(() -> read(bad))
                .isInstanceOf(PriceTableException.class)
                .hasMessageStartingWith("our-prices.json:")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void theSchemaRefusesTheSame(String right, String wrong, String message) {
        if (message.contains("not valid JSON")
                || wrong.contains("hearsay")
                || wrong.contains("DOLLAR")
                || wrong.contains("prompt_tokens")) {
            return; // what a schema cannot say
        }
        assertThat(isValid(GOOD.replaceFirst(
                        java.util.regex.Pattern.quote(right), java.util.regex.Matcher.quoteReplacement(wrong))))
                .isFalse();
    }

    @Test
    void namesAFileThatCannotBeRead(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("prices.json");
        assertThatThrownBy(() -> PriceTable.read(missing))
                .isInstanceOf(PriceTableException.class)
                .hasMessage(
                        "price file " + missing
                                + " does not exist; name a file in the format unitcost-prices/1, or one of LiteLLM, genai-prices or models.dev");
        assertThatThrownBy(() -> PriceTable.read(folder))
                .isInstanceOf(PriceTableException.class)
                .hasMessageContaining(folder.toString());
        Path file = Files.writeString(folder.resolve("good.json"), GOOD);
        assertThat(PriceTable.read(file).id()).isEqualTo(read(GOOD).id());
    }

    @Test
    void theBundledTableIsValidAndPricesTheMainModels() throws IOException {
        PriceTable table = PriceTable.bundled();
        assertThat(table.size()).isGreaterThan(100);
        assertThat(table.currency()).isEqualTo(Money.USD);
        assertThat(table).isSameAs(PriceTable.bundled());
        assertThat(isValid(resource("prices.json"))).isTrue();
        // 0.15 + 0.60 a million
        assertThat(table.charge(
                                "openai",
                                "gpt-4o-mini",
                                Usage.of(INPUT_TOKENS, 1_000_000, OUTPUT_TOKENS, 1_000_000),
                                AT)
                        .cost())
                .isEqualTo(Money.usd("0.75"));
        for (String provider :
                new String[] {"openai", "anthropic", "google", "mistral", "deepseek", "x-ai", "cohere", "aws"}) {
            assertThat(resource("prices.json")).contains("\"" + provider + "\"");
        }
    }

    private static PriceTable read(String text) {
        return PriceTable.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "our-prices.json");
    }

    private static boolean isValid(String json) {
        return SCHEMA.validate(json, InputFormat.JSON).isEmpty();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(PriceTable.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

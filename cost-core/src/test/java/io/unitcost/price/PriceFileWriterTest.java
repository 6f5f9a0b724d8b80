package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.unitcost.SharedData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceFileWriterTest {

    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");

    /** Everything that the format can say. */
    private static final String FULL = """
            {
              "format": "unitcost-prices/1",
              "name": "full",
              "date": "2026-11-01",
              "currency": "USD",
              "sources": {
                "openai": {
                  "title": "Agreement \\"4711\\"",
                  "url": "https://example.com/prices",
                  "date": "2026-10-15"
                },
                "openai-2": {
                  "title": "A letter"
                }
              },
              "providers": {
                "*": {
                  "discount": "0.05"
                },
                "OpenAI": {
                  "source": "openai",
                  "aliases": ["open-ai", "open_ai"],
                  "fallback": ["other"],
                  "maker": true,
                  "router": true,
                  "deployments": { "prod-chat": "chat", "test-chat": "chat" },
                  "discount": "0.1",
                  "margin": "0.2",
                  "fee": "0.001",
                  "models": {
                    "chat": {
                      "aliases": ["Chat-2026", "chat-latest"],
                      "patterns": ["ft:chat:*"],
                      "rates": { "input_tokens": "1.25 per 1M", "cache_read_tokens": "0.125 per 1M", "output_tokens": "10 per 1M", "web_searches": "10 per 1k" },
                      "context": [
                        { "above": 200000, "rates": { "input_tokens": "2.5 per 1M" } },
                        { "from": 1000000, "rates": { "input_tokens": "5 per 1M" } }
                      ],
                      "tiers": {
                        "batch": { "rates": { "input_tokens": "0.6 per 1M" } },
                        "priority": { "context": [{ "above": 200000, "rates": { "input_tokens": "4 per 1M" } }] }
                      },
                      "regions": { "*": "1.1", "global": "1" },
                      "periods": [
                        {
                          "from": "2026-01-01",
                          "to": "2026-12-01T12:30:00Z",
                          "weekly": {
                            "zone": "Asia/Shanghai",
                            "windows": [{ "days": ["sat", "sun"], "start": "00:00", "end": "00:00" }, { "start": "22:00", "end": "06:30" }]
                          },
                          "rates": { "input_tokens": "0.1 per 1M" }
                        },
                        { "from": "2026-12-01", "rates": { "input_tokens": "7 per 1M" } }
                      ]
                    },
                    "whisper": {
                      "source": "openai-2",
                      "rates": {
                        "input_tokens": { "rate": "100 per 1M", "slices": [{ "above": "100000", "rate": "50 per 1M" }] },
                        "audio_seconds": { "rate": "0.29 per hour", "minimum": "10", "increment": "0.5" },
                        "output_images/1024x1024/hd": { "rate": "0.08 per 1", "steps": [{ "from": "10", "rate": "0.07 per 1" }] },
                        "custom:read_units": "16 per 1M",
                        "requests": "0.5 per 3"
                      }
                    }
                  }
                },
                "other": {
                  "models": {
                    "free": {
                      "rates": { "input_tokens": "0 per 1M" }
                    }
                  }
                }
              }
            }
            """;

    @Test
    void everythingTheFormatSaysComesBackAsItWas() {
        PriceTable table = read(FULL);
        String written = written(table);
        assertSame(read(written), table);
        assertThat(written(read(written))).isEqualTo(written);
        // the document above is in the writer's own order, but for the order of units and what is wider than a page
        assertThat(sorted(written)).isEqualTo(sorted(FULL));
        assertThat(isValid(written)).isTrue();
    }

    private static List<Character> sorted(String text) {
        return text.chars()
                .filter(c -> !Character.isWhitespace(c))
                .sorted()
                .mapToObj(c -> (char) c)
                .toList();
    }

    @Test
    void theBundledTableComesBackAsItWas() {
        PriceTable table = PriceTable.bundled();
        String written = written(table);
        assertSame(read(written), table);
        assertThat(isValid(written)).isTrue();
        assertThat(written.lines()).hasSizeGreaterThan(500).allSatisfy(line -> assertThat(line.length())
                .isLessThanOrEqualTo(140));
    }

    @Test
    void layersAreWrittenAsOneTableThatSaysWhichLayerAPriceIsFrom() {
        PriceTable own = read("""
                {"format": "unitcost-prices/1", "name": "acme", "date": "2026-11-01", "currency": "USD", "providers": {
                  "openai": {"discount": "0.05", "deployments": {"prod-chat": "gpt-4o"}, "models": {
                    "gpt-4o-mini": {"rates": {"input_tokens": "0.1 per 1M", "output_tokens": "0.4 per 1M"}},
                    "gpt-4o-2024-08-06": {"rates": {"input_tokens": "2 per 1M", "output_tokens": "8 per 1M"}}}}}}
                """);
        PriceTable layered = own.over(PriceTable.bundled());
        PriceTable back = read(written(layered));
        assertSame(back, layered);
        assertThat(back.name()).isEqualTo("acme-bundled");
        // the bundled alias of a price of one's own
        ModelPrice mini = back.find("openai", "gpt-4o-mini-2024-07-18").price();
        assertThat(mini).isNotNull();
        assertThat(mini.source()).isEqualTo("acme, 2026-11-01");
        assertThat(back.find("openai", "gpt-4o-2024-08-06").price().id()).isEqualTo("gpt-4o-2024-08-06");
        assertThat(back.find("openai", "gpt-4o").price().source()).contains("OpenAI, API pricing");
    }

    @Test
    void anotherCurrencyIsWrittenInThatCurrency() {
        PriceTable euros = PriceTable.bundled().convertedTo(Currency.getInstance("EUR"), "0.9137");
        PriceTable back = read(written(euros));
        assertSame(back, euros);
        assertThat(back.currency().getCurrencyCode()).isEqualTo("EUR");
    }

    /** Real lists of thousands of models, where they lie beside the project. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "prices/litellm-2026-08-01.json",
                "prices/genai-prices-v2-2026-08-21.json",
                "prices/models-dev-costs-2026-07-02.json"
            })
    void realListsComeBackAsTheyWere(String name) {
        Path file = SharedData.file(name);
        assumeTrue(file != null, "no shared data beside the project");
        PriceTable table = PriceTable.read(file);
        assertThat(table.size()).isGreaterThan(1_000);
        assertSame(read(written(table)), table);
    }

    @Test
    void pricesPerTokenAreWrittenPerMillionAndTimeByItsName() {
        PriceTable table = PriceTable.builder("units")
                .asOf(LocalDate.of(2026, 11, 1))
                .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "0.0000025 per 1")
                        .rate(Unit.OUTPUT_TOKENS, "10 per 3")
                        .rate(Unit.of("audio_seconds"), "0.0001 per 1")
                        .rate(Unit.of("input_characters"), "0.000015 per 1")
                        .rate(Unit.of("web_searches"), "0.010 per 1")
                        .rate(Unit.REQUESTS, "20 per 1k"))
                .build();
        assertThat(written(table)).isEqualTo("""
                {
                  "format": "unitcost-prices/1",
                  "name": "units",
                  "date": "2026-11-01",
                  "currency": "USD",
                  "providers": {
                    "p": {
                      "models": {
                        "m": {
                          "rates": {
                            "input_tokens": "2.5 per 1M",
                            "output_tokens": "10 per 3",
                            "requests": "20 per 1k",
                            "audio_seconds": "0.0001 per second",
                            "input_characters": "15 per 1M",
                            "web_searches": "0.01 per 1"
                          }
                        }
                      }
                    }
                  }
                }
                """);
        assertSame(read(written(table)), table);
    }

    @Test
    void renamedAndFilteredTablesKeepWhatTheySay() {
        PriceTable table = PriceTable.bundled();
        PriceTable some =
                table.only(price -> price.provider().equals("anthropic")).named("claude", LocalDate.of(2026, 11, 1));
        assertThat(some.models()).isNotEmpty().allMatch(price -> price.provider()
                .equals("anthropic"));
        assertThat(some.id()).startsWith("claude@");
        assertSame(read(written(some)), some);
        assertThat(some.has("anthropic", "claude-opus-5")).isTrue();
        assertThat(some.has("openai", "gpt-4o")).isFalse();
    }

    private static void assertSame(PriceTable back, PriceTable table) {
        assertThat(hash(back)).isEqualTo(hash(table));
        assertThat(back.asOf()).isEqualTo(table.asOf());
        assertThat(back.models()).hasSameSizeAs(table.models());
        for (int i = 0; i < table.models().size(); i++) {
            ModelPrice was = table.models().get(i);
            ModelPrice is = back.models().get(i);
            assertThat(is).hasToString(was.toString());
            assertThat(is.definition().patterns()).isEqualTo(was.definition().patterns());
            assertThat(is.definition().canonical()).isEqualTo(was.definition().canonical());
            if (was.source() != null) {
                assertThat(is.source()).isEqualTo(was.source());
            }
            Usage usage = Usage.tokens(250_000, 1_000);
            assertThat(is.charge(usage, "batch", "eu", AT))
                    .hasToString(was.charge(usage, "batch", "eu", AT).toString());
        }
    }

    private static String hash(PriceTable table) {
        return table.id().substring(table.id().indexOf('@'));
    }

    private static String written(PriceTable table) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            table.writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static PriceTable read(String json) {
        return PriceTable.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "written.json");
    }

    private static boolean isValid(String json) {
        try (InputStream schema =
                Objects.requireNonNull(PriceTable.class.getResourceAsStream("prices-1.schema.json"))) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema)
                    .validate(json, InputFormat.JSON)
                    .isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.unitcost.price;

import static io.unitcost.price.Unit.INPUT_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From what a provider's answer calls a model to the one price of it, or to the reason why there is none. */
class ResolutionTest {

    /** A million in profile {@code long}. */
    private static final int HOSTILE = Boolean.getBoolean("unitcost.long") ? 1_000_000 : 100_000;

    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");
    private static final Usage MILLION = Usage.of(INPUT_TOKENS, 1_000_000);

    private static final PriceTable TABLE = PriceTable.builder("t")
            .model("openai", "gpt-4o", m -> m.rate(INPUT_TOKENS, "2.5 per 1M"))
            .model("openai", "gpt-4o-2024-05-13", m -> m.rate(INPUT_TOKENS, "5 per 1M"))
            .model("openai", "gpt-4o-mini", m -> m.pattern("ft:gpt-4o-mini:*")
                    .pattern("ft:gpt-4o-mini:acme:*")
                    .rate(INPUT_TOKENS, "0.15 per 1M"))
            .model("openai", "gpt-4o-mini-acme", m -> m.pattern("ft:gpt-4o-mini:acme:legal*")
                    .rate(INPUT_TOKENS, "0.3 per 1M"))
            .model("anthropic", "claude-3-5-haiku-20241022", m -> m.alias("claude-3-5-haiku")
                    .rate(INPUT_TOKENS, "0.8 per 1M"))
            .model("anthropic", "claude-sonnet-4-5", m -> m.rate(INPUT_TOKENS, "3 per 1M"))
            .model("google", "gemini-2.5-pro", m -> m.rate(INPUT_TOKENS, "1.25 per 1M"))
            .model("cohere", "command-a", m -> m.alias("command-a-03-2025").rate(INPUT_TOKENS, "2.5 per 1M"))
            .model(
                    "aws",
                    "anthropic.claude-sonnet-4-5",
                    m -> m.sheet(s ->
                            s.rate(INPUT_TOKENS, "3 per 1M").region("eu", "1.1").region("us", "1.1")))
            .model("aws", "eu.amazon.nova-pro-v1:0", m -> m.rate(INPUT_TOKENS, "1.05 per 1M"))
            .model("aws", "amazon.nova-pro-v1:0", m -> m.rate(INPUT_TOKENS, "0.8 per 1M"))
            .model("x-ai", "grok-4.6", m -> m.rate(INPUT_TOKENS, "2 per 1M"))
            .model("two", "a.b", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
            .model("two", "a-b", m -> m.rate(INPUT_TOKENS, "2 per 1M"))
            .provider("openai", p -> p.maker())
            .provider("anthropic", p -> p.maker())
            .provider("google", p -> p.alias("google-vertex")
                    .alias("gcp.vertex_ai")
                    .fallback("anthropic")
                    .maker())
            .provider("x-ai", p -> p.alias("xai"))
            .model("both", "own", m -> m.rate(INPUT_TOKENS, "9 per 1M"))
            .provider("both", p -> p.router().fallback("anthropic"))
            .provider("azure", p -> p.alias("azure.openai")
                    .fallback("openai", "anthropic")
                    .deployment("prod-chat", "gpt-4o")
                    .deployment("gpt-4o-mini", "gpt-4o")
                    .deployment("gone", "gpt-9"))
            .provider("litellm", ProviderTerms::router)
            .build();

    @ParameterizedTest
    @CsvSource({
        // provider, model, cost of a million input tokens, how
        "openai, gpt-4o, 2.5, EXACT",
        "OpenAI, ' GPT-4O ', 2.5, EXACT",
        "openai, gpt-4o-2024-05-13, 5, EXACT", // a snapshot with a price of its own
        "openai, gpt-4o-20240513, 5, SPELLING", // its date without dashes
        "openai, gpt-4o-2024-11-20, 2.5, SPELLING", // a snapshot without one
        "openai, gpt-4o-latest, 2.5, SPELLING",
        "anthropic, claude-3.5-haiku, 0.8, SPELLING", // dots for dashes
        "anthropic, claude-3-5-haiku-latest, 0.8, SPELLING",
        "anthropic, claude-3-5-haiku@20241022, 0.8, SPELLING",
        "anthropic, claude-sonnet-4-5-20250929, 3, SPELLING",
        "google, models/gemini-2.5-pro, 1.25, SPELLING",
        "google, publishers/google/models/gemini-2.5-pro, 1.25, SPELLING",
        "google, projects/p/locations/l/publishers/google/models/gemini-2.5-pro-001, 1.25, SPELLING",
        "google, gemini-2.5-pro-preview-05-06, , ", // a preview is another name, not a date
        "gcp.vertex_ai, gemini-2.5-pro, 1.25, EXACT",
        "google-vertex, claude-sonnet-4-5@20250929, 3, FALLBACK",
        "cohere, command-a-08-2025, 2.5, SPELLING", // month and year
        "aws, anthropic.claude-sonnet-4-5-20250929-v1:0, 3, SPELLING",
        "aws, eu.anthropic.claude-sonnet-4-5-20250929-v1:0, 3.3, REGION", // the prefix is the region
        "aws, apac.anthropic.claude-sonnet-4-5-20250929-v1:0, 3, REGION",
        "aws, arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5, 3, SPELLING",
        "aws, arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5, 3.3, REGION",
        "aws, eu.amazon.nova-pro-v1:0, 1.05, EXACT", // a row of its own wins
        "aws, amazon.nova-pro-v1:0:300k, 0.8, SPELLING",
        "azure-openai, gpt-4o, 2.5, FALLBACK", // an alias with a dot and an underscore, asked with dashes
        "both, own, 9, EXACT",
        "both, openai/gpt-4o, 2.5, ROUTED",
        "both, claude-sonnet-4-5, 3, FALLBACK", // a router that falls back, too
        "xai, grok-4.6, 2, EXACT",
        "x_ai, grok-4.6, 2, EXACT",
        "azure, prod-chat, 2.5, DEPLOYMENT",
        "azure, gpt-4o-mini, 2.5, DEPLOYMENT", // the operator's name wins over a model of that name
        "azure, claude-sonnet-4-5, 3, FALLBACK",
        "azure, gpt-4o-2024-05-13, 5, FALLBACK",
        "litellm, anthropic/claude-3-5-haiku, 0.8, ROUTED",
        "litellm, azure/claude-sonnet-4-5, 3, ROUTED",
        ", gpt-4o, 2.5, MAKER",
        ", claude-sonnet-4-5, 3, MAKER",
        "openai, ft:gpt-4o-mini:other::abc, 0.15, PATTERN",
        "openai, ft:gpt-4o-mini:acme:legal:abc, 0.3, PATTERN", // the longest pattern first
    })
    void findsThePrice(String provider, String model, String cost, PriceMatch.How how) {
        PriceMatch match = TABLE.find(provider, model);
        if (cost == null) {
            assertThat(match.isFound()).isFalse();
            return;
        }
        assertThat(match.how()).isEqualTo(how);
        assertThat(TABLE.charge(provider, model, MILLION, AT).cost()).isEqualTo(Money.usd(cost));
        // and the second time, from what is remembered
        assertThat(TABLE.charge(provider, model, MILLION, AT).cost()).isEqualTo(Money.usd(cost));
    }

    @ParameterizedTest
    @CsvSource({
        "cohere, command-a-plus, UNKNOWN_MODEL",
        "cohere, command-a-plus-05-2026, UNKNOWN_MODEL",
        "cohere, command, UNKNOWN_MODEL",
        "openai, openai/gpt-4o, UNKNOWN_MODEL", // a router's id under a provider that is none
        "openai, gpt-4o-2024-13-45, UNKNOWN_MODEL", // no date
        "openai, gpt-4o-v2, UNKNOWN_MODEL", // another generation
        "openai, ft:gpt-4o-mini:, UNKNOWN_MODEL",
        "two, a_b, UNKNOWN_MODEL", // two models fold to the same name
        "azure, gone, UNKNOWN_MODEL",
        "aws, eu.amazon.nova-premier-v1:0, UNKNOWN_MODEL",
        "litellm, nobody/gpt-4o, UNKNOWN_MODEL",
        "litellm, gpt-4o, UNKNOWN_MODEL",
        "pinecone, query, UNKNOWN_PROVIDER",
        ", my-private-model, UNKNOWN_PROVIDER",
        ", grok-4.6, UNKNOWN_PROVIDER", // not declared a maker
        ", openai/gpt-4o, UNKNOWN_PROVIDER",
    })
    void saysWhyThereIsNone(String provider, String model, Unpriced reason) {
        assertThat(TABLE.find(provider, model).unpriced()).isEqualTo(reason);
        assertThat(TABLE.charge(provider, model, MILLION, AT).cost()).isNull();
        assertThat(TABLE.charge(provider, model, MILLION, AT).unpriced()).isEqualTo(reason);
        assertThat(TABLE.picos(provider, model, null, null, MILLION, AT.toEpochMilli()))
                .isEqualTo(PriceTable.NO_PICOS);
    }

    @Test
    void twoMakersOfOneIdAreNotGuessedBetween() {
        PriceTable table = PriceTable.builder("t")
                .model("a", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
                .model("b", "m", m -> m.rate(INPUT_TOKENS, "2 per 1M"))
                .provider("a", ProviderTerms::maker)
                .provider("b", ProviderTerms::maker)
                .build();
        assertThat(table.find(null, "m").unpriced()).isEqualTo(Unpriced.UNKNOWN_PROVIDER);
        assertThat(table.find("b", "m").isFound()).isTrue();
    }

    @Test
    void hostileIdsAreNotRemembered() {
        PriceTable table = PriceTable.builder("t")
                .model("p", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
                .build();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < HOSTILE; i++) {
            String id = Long.toHexString(random.nextLong()) + "-2026-01-" + (10 + i % 20);
            assertThat(table.charge("p", id, MILLION, AT).unpriced()).isSameAs(Unpriced.UNKNOWN_MODEL);
        }
        assertThat(table.remembered()).isLessThanOrEqualTo(10_000);
        assertThat(table.find("p", "m".repeat(1_000_000)).isFound()).isFalse();
        assertThat(table.find("p".repeat(1_000_000), "m").isFound()).isFalse();
        assertThat(table.charge("p", "M", MILLION, AT).cost()).isEqualTo(Money.usd("1"));
    }

    @Test
    void termsOfAnUpperTableHoldForModelsOfTheLower() {
        PriceTable contract = PriceTable.builder("contract")
                .provider("openai", p -> p.discount("0.1").deployment("prod", "gpt-4o"))
                .provider("*", p -> p.margin("0.5"))
                .build();
        PriceTable table = contract.over(TABLE);
        // 2.5 × 0.9
        assertThat(table.charge("openai", "prod", MILLION, AT).cost()).isEqualTo(Money.usd("2.25"));
        assertThat(table.charge("openai", "prod", MILLION, AT).list()).isEqualTo(Money.usd("2.5"));
        // 1.25 × 1.5: no terms of its own
        assertThat(table.charge("google", "gemini-2.5-pro", MILLION, AT).cost()).isEqualTo(Money.usd("1.875"));
        assertThat(table.id()).isNotEqualTo(TABLE.id());
        // a fallback is priced on the terms of the provider whose price it is
        assertThat(table.charge("azure", "prod-chat", MILLION, AT).cost()).isEqualTo(Money.usd("2.25"));
    }

    @Test
    void theGeographyInTheIdWinsOverTheRegionOfTheCall() {
        // eu × 1.1, whatever region the call went to; and without a geography the call's region counts
        String model = "anthropic.claude-sonnet-4-5";
        assertThat(inRegion("eu." + model, "eu-west-1")).isEqualTo(Money.usd("3.3"));
        assertThat(inRegion("global." + model, "eu")).isEqualTo(Money.usd("3"));
        assertThat(inRegion(model, "eu")).isEqualTo(Money.usd("3.3"));
    }

    private static Money inRegion(String model, String region) {
        return TABLE.charge("aws", model, null, region, MILLION, AT.toEpochMilli())
                .cost();
    }

    @Test
    void anUpperTableTakesThePatternsAndSpellingsOfTheLower() {
        PriceTable table = PriceTable.builder("ours")
                .model("openai", "gpt-4o-mini", m -> m.rate(INPUT_TOKENS, "7 per 1M"))
                .model("anthropic", "claude-sonnet-4.5", m -> m.rate(INPUT_TOKENS, "8 per 1M"))
                .build()
                .over(TABLE);
        assertThat(cost(table, "openai", "ft:gpt-4o-mini:other::abc")).isEqualTo(Money.usd("7"));
        assertThat(cost(table, "anthropic", "claude-sonnet-4-5")).isEqualTo(Money.usd("8"));
        assertThat(cost(table, "anthropic", "claude-sonnet-4.5")).isEqualTo(Money.usd("8"));
        assertThat(cost(table, "anthropic", "claude_sonnet_4_5")).isEqualTo(Money.usd("8"));
    }

    private static Money cost(PriceTable table, String provider, String model) {
        return table.charge(provider, model, MILLION, AT).cost();
    }

    @Test
    void theIdSaysEverythingThatAPriceDependsOn() {
        assertThat(PriceTable.builder("t")
                        .model("p", "m", m -> m.pattern("ft:m:*").rate(INPUT_TOKENS, "1 per 1M"))
                        .build()
                        .id())
                .isNotEqualTo(PriceTable.builder("t")
                        .model("p", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
                        .build()
                        .id());
        assertThat(halfPrice(p -> p.discount("0")).id())
                .isNotEqualTo(halfPrice(p -> p.maker()).id());
        assertThat(halfPrice(p -> p.discount("0")).charge("p", "m", MILLION, AT).cost())
                .isEqualTo(Money.usd("1"));
    }

    private static PriceTable halfPrice(Consumer<ProviderTerms> terms) {
        return PriceTable.builder("t")
                .model("p", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
                .provider("*", p -> p.discount("0.5"))
                .provider("p", terms)
                .build();
    }

    @Test
    void aNameStandsForOneThing() {
        assertThatThrownBy(() -> PriceTable.builder("t")
                        .model("p", "m", m -> m.pattern("ft:m:*").rate(INPUT_TOKENS, "1 per 1M"))
                        .model("p", "n", m -> m.pattern("FT:m:*").rate(INPUT_TOKENS, "9 per 1M"))
                        .build())
                .isInstanceOf(PriceTableException.class)
                .hasMessage("price table t: the pattern 'FT:m:*' of provider p stands for both m and n; remove it from"
                        + " one of them");
        assertThatThrownBy(() -> PriceTable.builder("t")
                        .provider("a", p -> p.alias("x"))
                        .provider("b", p -> p.alias("X"))
                        .build())
                .hasMessageContaining("; remove it from one of them");
        assertThatThrownBy(() -> PriceTable.builder("t")
                        .model("a", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
                        .provider("b", p -> p.alias("A"))
                        .build())
                .hasMessage("price table t: 'A' is an alias of provider b and a provider itself; remove it from one of"
                        + " them");
        assertThatThrownBy(() -> PriceTable.builder("t")
                        .model("*", "m", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
                        .build())
                .hasMessageContaining("provider * has models");
    }

    @Test
    void aProviderIsTheSameUnderEachOfItsNames() {
        PriceTable table = PriceTable.builder("ours")
                .model("xai", "grok-4.6", m -> m.rate(INPUT_TOKENS, "1 per 1M"))
                .provider("gcp.vertex_ai", p -> p.discount("0.5"))
                .build()
                .over(TABLE);
        assertThat(table.charge("x-ai", "grok-4.6", MILLION, AT).cost()).isEqualTo(Money.usd("1"));
        assertThat(table.charge("xai", "grok-4.6", MILLION, AT).cost()).isEqualTo(Money.usd("1"));
        assertThat(table.charge("google", "gemini-2.5-pro", MILLION, AT).cost()).isEqualTo(Money.usd("0.625"));
        assertThat(table.charge("google-vertex", "gemini-2.5-pro", MILLION, AT).cost())
                .isEqualTo(Money.usd("0.625"));
    }

    @ParameterizedTest
    @CsvSource({
        "*, star",
        "ft:, no star",
        "ft:x*a*b*c, three stars",
    })
    void refusesOpenPatterns(String glob, String because) {
        assertThatThrownBy(() -> PriceTable.builder("t")
                        .model("p", "m", m -> m.pattern(glob).rate(INPUT_TOKENS, "1 per 1M")))
                .isInstanceOf(PriceTableException.class)
                .hasMessageContaining("start with at least 4 characters");
    }
}

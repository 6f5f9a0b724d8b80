package io.unitcost.price;

import static io.unitcost.price.PublicLists.NOON;
import static io.unitcost.price.PublicLists.cost;
import static io.unitcost.price.PublicLists.kinds;
import static io.unitcost.price.PublicLists.note;
import static io.unitcost.price.PublicLists.table;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelsDevReaderTest {

    private static final Usage SMALL = Usage.tokens(1_000_000, 0);

    @Test
    void pricesEachKindOfTokenPerMillion() {
        PriceTable table = table("""
                { "p": { "m": { "input": 1, "output": 2, "cache_read": 0.1, "cache_write": 1.25, "reasoning": 3,
                                "input_audio": 4, "output_audio": 5 } } }
                """);
        Usage usage = Usage.builder()
                .set(Unit.INPUT_TOKENS, 1_000_000)
                .set(Unit.CACHE_READ_TOKENS, 100_000)
                .set(Unit.CACHE_WRITE_TOKENS, 200_000)
                .set(Unit.INPUT_AUDIO_TOKENS, 300_000)
                .set(Unit.OUTPUT_TOKENS, 1_000_000)
                .set(Unit.REASONING_TOKENS, 100_000)
                .set(Unit.OUTPUT_AUDIO_TOKENS, 200_000)
                .build();

        // 0.4 × 1 + 0.1 × 0.1 + 0.2 × 1.25 + 0.3 × 4 + 0.7 × 2 + 0.1 × 3 + 0.2 × 5
        assertThat(cost(table, "p", "m", usage)).isEqualByComparingTo("4.56");
    }

    @Test
    void aTierHoldsAboveItsSizeAndKeepsWhatItDoesNotSay() {
        PriceTable table = table("""
                { "p": { "m": { "input": 1, "output": 2, "tiers": [
                    { "tier": { "size": 500000 }, "input": 4 },
                    { "tier": { "type": "context", "size": 200000 }, "input": 2, "output": 3 } ] } } }
                """);

        assertThat(cost(table, "p", "m", Usage.tokens(200_000, 1_000_000))).isEqualByComparingTo("2.2");
        assertThat(cost(table, "p", "m", Usage.tokens(200_001, 1_000_000))).isEqualByComparingTo("3.400002");
        assertThat(cost(table, "p", "m", Usage.tokens(1_000_000, 1_000_000))).isEqualByComparingTo("7");
    }

    @Test
    void theOlderOver200kCountsOnlyWhereThereAreNoTiers() {
        PriceTable table = table("""
                { "p": {
                    "old": { "input": 1, "output": 2, "context_over_200k": { "input": 2, "output": 3 } },
                    "new": { "input": 1, "output": 2, "context_over_200k": { "input": 2, "output": 3 },
                             "tiers": [ { "tier": { "type": "context", "size": 272000 }, "input": 2, "output": 3 } ] } } }
                """);

        assertThat(cost(table, "p", "old", Usage.tokens(200_000, 0))).isEqualByComparingTo("0.2");
        assertThat(cost(table, "p", "old", Usage.tokens(250_000, 0))).isEqualByComparingTo("0.5");
        assertThat(cost(table, "p", "new", Usage.tokens(250_000, 0))).isEqualByComparingTo("0.25");
        assertThat(note(table, "older context_over_200k").count()).isEqualTo(1);
    }

    @Test
    void aModeWithACostIsAServiceTier() {
        PriceTable table = table("""
                { "openai": { "models": { "m": { "cost": { "input": 1, "output": 2 }, "experimental": { "modes": {
                    "fast": { "cost": { "input": 2, "output": 4 }, "provider": { "body": { "service_tier": "priority" } } },
                    "slow": { "provider": {} } } } } } } }
                """);

        assertThat(cost(table, "openai", "m", "fast", null, SMALL, NOON)).isEqualByComparingTo("2");
        assertThat(cost(table, "openai", "m", "priority", null, SMALL, NOON)).isEqualByComparingTo("2");
        assertThat(cost(table, "openai", "m", "slow", null, SMALL, NOON)).isEqualByComparingTo("1");
        assertThat(kinds(table)).contains("mode without a cost");
    }

    @Test
    void providersHaveOneIdInAllLists() {
        PriceTable table = table("""
                { "xai": { "grok": { "input": 1, "output": 2 } },
                  "amazon-bedrock": { "nova": { "input": 2, "output": 2 } },
                  "google-vertex-anthropic": { "claude": { "input": 3, "output": 2 } } }
                """);

        assertThat(cost(table, "x-ai", "grok", SMALL)).isEqualByComparingTo("1");
        assertThat(cost(table, "xai", "grok", SMALL)).isEqualByComparingTo("1");
        assertThat(cost(table, "aws.bedrock", "nova", SMALL)).isEqualByComparingTo("2");
        assertThat(cost(table, "vertex_ai", "claude", SMALL)).isEqualByComparingTo("3");
    }

    @Test
    void whatIsNoPriceIsLeftOutAndCounted() {
        PriceTable table = table("""
                { "p": { "good": { "input": 1, "output": 2, "image": 120 },
                         "negative": { "input": -1, "output": 2 },
                         "text": { "input": "cheap", "output": 2 },
                         "size": { "input": 1, "tiers": [ { "tier": { "size": 0.5 }, "input": 2 } ] },
                         "none": {} } }
                """);
        LoadReport report = table.report();

        assertThat(report.entries()).isEqualTo(5);
        assertThat(report.priced()).isEqualTo(1);
        assertThat(table.size()).isEqualTo(1);
        assertThat(note(table, "left out: a value is negative").examples()).containsExactly("p/negative input = -1");
        assertThat(note(table, "left out: a value is not a number of tokens").count())
                .isEqualTo(1);
        assertThat(note(table, "left out: a value is not a number").examples()).containsExactly("p/text input = cheap");
        assertThat(note(table, "left out: no price").examples()).containsExactly("p/none");
        assertThat(note(table, "price without a unit here: image").examples()).containsExactly("p/good = 120");
    }
}

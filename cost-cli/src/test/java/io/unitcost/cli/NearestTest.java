package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "gpt-4o,gpt-4o,0",
        "gpt4o,gpt-4o,1",
        "gtp-4o,gpt-4o,1",
        "gpt-4,gpt-4o,1",
        "abcd,wxyz,3",
        "abc,abcdefgh,3"
    })
    void countsEditsAsFarAsTheBound(String one, String other, int edits) {
        assertThat(Nearest.edits(one, other, 2)).isEqualTo(edits);
        assertThat(Nearest.edits(other, one, 2)).isEqualTo(edits);
    }

    @Test
    void findsTyposPartsAndAliases() {
        PriceTable table = PriceTable.builder("t")
                .model("acme", "sonnet-large", m -> m.alias("biggest").rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .model("acme", "haiku", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                .build();
        assertThat(Nearest.to("sonet-large", table)).containsExactly("acme/sonnet-large");
        assertThat(Nearest.to("SONNET", table)).containsExactly("acme/sonnet-large");
        assertThat(Nearest.to("bigest", table)).containsExactly("acme/sonnet-large");
        assertThat(Nearest.to("acme/haikou", table)).containsExactly("acme/haiku");
        assertThat(Nearest.to("something else", table)).isEmpty();
        assertThat(Nearest.to("x".repeat(1_000), table)).isEmpty();
    }
}

package io.unitcost.price;

import static io.unitcost.price.PublicLists.TODAY;
import static io.unitcost.price.PublicLists.note;
import static io.unitcost.price.PublicLists.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceFormatTest {

    private static final String OWN = """
            { "name": "acme", "format": "unitcost-prices/1", "date": "2026-11-01", "currency": "EUR",
              "providers": { "p": { "models": { "m": { "rates": { "input_tokens": "1 per 1M" } } } } } }
            """;

    @Test
    void tellsTheFormatsByTheirContent() {
        String liteLlm = "{'m': {'mode': 'chat', 'input_cost_per_token': 1e-6, 'litellm_provider': 'p'}}";
        String genAi =
                "[{'id': 'p', 'name': 'P', 'models': [{'id': 'm', 'match': {'equals': 'm'}, 'prices': {'input_mtok': 1}}]}]";
        String published =
                "{'p': {'id': 'p', 'env': ['KEY'], 'models': {'m': {'id': 'm', 'cost': {'input': 1, 'output': 2}}}}}";
        String extract = "{'p': {'n': {}, 'm': {'input': 1, 'output': 2}}}";

        assertThat(table(quoted(liteLlm)).report().format()).isEqualTo("LiteLLM");
        assertThat(table(quoted(genAi)).report().format()).isEqualTo("genai-prices v2");
        assertThat(table(quoted(published)).report().format()).isEqualTo("models.dev");
        assertThat(table(quoted(extract)).report().format()).isEqualTo("models.dev");
        for (String json : new String[] {liteLlm, genAi, published, extract}) {
            assertThat(table(quoted(json))
                            .charge("p", "m", Usage.of(Unit.INPUT_TOKENS, 2_000_000), PublicLists.NOON)
                            .cost())
                    .as(json)
                    .isEqualTo(Money.of("2", Money.USD));
        }
    }

    @Test
    void readsOurOwnFormatWhereverItsFormatKeyStands() {
        PriceTable loaded =
                PriceFormat.read(new ByteArrayInputStream(OWN.getBytes(StandardCharsets.UTF_8)), "acme.json", TODAY);

        assertThat(loaded.currency().getCurrencyCode()).isEqualTo("EUR");
        assertThat(loaded.report().format()).isEqualTo("unitcost-prices/1");
        assertThat(loaded.report().entries()).isEqualTo(1);
        assertThat(loaded.report().leftOut()).isZero();
    }

    @Test
    void anErrorInOurOwnFormatIsLocated() {
        assertThatThrownBy(() -> table(OWN.replace("per 1M", "pro 1M"), "acme.json"))
                .isInstanceOf(PriceTableException.class)
                .hasMessageStartingWith("acme.json:2: $.providers.p.models.m.rates.input_tokens");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[]", "17", "null", "{\"a\": 1}", "{\"a\": {\"b\": {\"c\": 1}}}", "[{\"id\": 1}]", "[[]]"})
    void refusesJsonThatIsNoPriceListAndSaysWhatIs(String json) {
        assertThatThrownBy(() -> table(json, "odd.json"))
                .isInstanceOf(PriceTableException.class)
                .hasMessageStartingWith("odd.json:1: this JSON is no price list that is known")
                .hasMessageContaining("unitcost-prices/1")
                .hasMessageContaining("LiteLLM")
                .hasMessageContaining("genai-prices")
                .hasMessageContaining("models.dev");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "\n\n<html>",
                "{\"m\": {\"litellm_provider\": \"p\",\n \"input_cost_per_token\": 1e-6}",
                "{\"m\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 1e-6}} {}"
            })
    void refusesWhatIsNoJsonAndNamesTheSource(String text) {
        assertThatThrownBy(() -> table(text, "broken.json"))
                .isInstanceOf(PriceTableException.class)
                .hasMessageMatching("(?s)broken\\.json:[0-9]+: .*");
    }

    @Test
    void namesTheLineOfWhatIsNoJson() {
        assertThatThrownBy(() -> table("{\"m\":\n{\"litellm_provider\": \"p\",\n\"x\": nope}}", "broken.json"))
                .hasMessageStartingWith("broken.json:3: not valid JSON");
    }

    @Test
    void refusesAListWithoutAnyPriceAndSaysWhy() {
        assertThatThrownBy(() ->
                        table("{\"m\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": -1}}", "empty.json"))
                .isInstanceOf(PriceTableException.class)
                .hasMessageContaining("empty.json")
                .hasMessageContaining("left out: a value is negative");
    }

    @Test
    void aStreamThatBreaksIsAnErrorOfThePriceTable() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        };

        assertThatThrownBy(() -> PriceFormat.read(broken, "pipe", TODAY))
                .isInstanceOf(PriceTableException.class)
                .hasMessage("pipe cannot be read: gone; name a readable file");
    }

    @Test
    void theDateIsThatOfTheNameElseTheNewestInsideThatIsPastElseToday() {
        String dated = """
                { "p": { "models": {
                    "m": { "last_updated": "2026-09-01", "cost": { "input": 1, "output": 1 } },
                    "n": { "last_updated": "2027-09-01", "cost": { "input": 1, "output": 1 } } } } }
                """;

        assertThat(table(dated, "/data/api-2026-08-01.json").asOf()).isEqualTo(LocalDate.parse("2026-08-01"));
        assertThat(table(dated, "api.json").asOf()).isEqualTo(LocalDate.parse("2026-09-01"));
        assertThat(table(dated.replace("last_updated", "release"), "2026-99-01.json")
                        .asOf())
                .isEqualTo(TODAY);
        assertThat(note(table(dated, "api.json"), "date of the prices").examples())
                .containsExactly("2026-09-01 = the newest day in the list that is not to come");
    }

    @Test
    void ofAKeyThatStandsTwiceTheLastOneCountsAndIsNoted() {
        PriceTable table =
                table(quoted("{'m': {'litellm_provider': 'p', 'input_cost_per_token': 1, 'input_cost_per_token': 2}}"));

        assertThat(PublicLists.cost(table, "p", "m", Usage.of(Unit.INPUT_TOKENS, 1)))
                .isEqualByComparingTo("2");
        assertThat(note(table, "key that stands twice").examples()).containsExactly("input_cost_per_token");
    }

    @Test
    void aReportAddsUpWhenOneTableGoesOverAnother() {
        PriceTable one = table(
                quoted("{'m': {'litellm_provider': 'p', 'input_cost_per_token': 1}, 'n': {'litellm_provider': 'p'}}"));
        PriceTable two = table(quoted("{'p': {'m': {'input': 1, 'output': 2, 'odd': 3}}}"));
        LoadReport both = one.report().and(two.report());

        assertThat(both.format()).isEqualTo("LiteLLM + models.dev");
        assertThat(both.entries()).isEqualTo(3);
        assertThat(both.priced()).isEqualTo(2);
        assertThat(both.notes())
                .extracting(LoadReport.Note::kind)
                .contains("left out: no price", "price without a unit here: odd");
        assertThat(LoadReport.NONE.and(both)).isSameAs(both);
        assertThat(both.and(LoadReport.NONE)).isSameAs(both);
        assertThat(both.toString()).startsWith("LiteLLM + models.dev: 3 entries, 2 priced, 1 left out\n");
    }

    static String quoted(String json) {
        return json.replace('\'', '"');
    }
}

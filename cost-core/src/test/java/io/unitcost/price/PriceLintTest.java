package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.PriceLint.Finding;
import io.unitcost.price.PriceLint.Severity;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PriceLintTest {

    private static final String GOOD =
            "\"rates\": {\"input_tokens\": \"2 per 1M\", \"cache_read_tokens\": \"0.2 per 1M\", \"output_tokens\": \"10 per 1M\"}";

    static Stream<Arguments> models() {
        return Stream.of(
                model(
                        "\"rates\": {\"input_tokens\": \"2.5 per 1\", \"output_tokens\": \"10 per 1M\"}",
                        "error: p/m rates.input_tokens: 2500000 per 1M looks like a price per million entered as per token; write '2.5 per 1M' if that is what it costs",
                        "warning: p/m rates.output_tokens: 10 per 1M is less than a tenth of input at 2500000 per 1M; check that the two are not swapped, and in the same unit"),
                model(
                        "\"rates\": {\"output_tokens\": \"0.0000025 per 1M\"}",
                        "error: p/m rates.output_tokens: 0.0000025 per 1M looks like a price per token entered as per million; write '0.0000025 per 1' if that is what it costs"),
                model(
                        "\"rates\": {\"input_characters\": \"15 per 1k\"}",
                        "error: p/m rates.input_characters: 0.015 each looks like a price per million entered as per token; write '0.015 per 1M' if that is what it costs"),
                model(
                        "\"rates\": {\"web_searches\": \"10 per 1\"}",
                        "warning: p/m rates.web_searches: 10 for each looks like a price per thousand or hour entered as per piece or second; write '10 per 1k' if that is what it costs"),
                model(
                        "\"rates\": {\"audio_seconds\": \"3.6 per second\"}",
                        "warning: p/m rates.audio_seconds: 3.6 for each looks like a price per thousand or hour entered as per piece or second; write '3.6 per hour' if that is what it costs"),
                model(
                        "\"rates\": {\"input_tokens\": {\"rate\": \"2 per 1M\", \"slices\": [{\"above\": \"1000\", \"rate\": \"1 per 1\"}]}}",
                        "error: p/m rates.input_tokens: 1000000 per 1M looks like a price per million entered as per token; write '1 per 1M' if that is what it costs"),
                model(
                        "\"rates\": {\"input_tokens\": \"0.5 per 1M\", \"cache_read_tokens\": \"1.25 per 1M\"}",
                        "warning: p/m rates.cache_read_tokens: 1.25 per 1M from the cache is dearer than input_tokens at 0.5 per 1M; check that the two are not swapped"),
                model(
                        "\"rates\": {\"input_tokens\": \"2 per 1M\", \"cache_write_tokens\": \"0 per 1M\"}",
                        "warning: p/m rates.cache_write_tokens: is free while other tokens of the model are not; leave it out if it is not charged separately; keep it if it really is free"),
                model(
                        "\"rates\": {\"input_tokens\": \"2 per 1M\", \"cache_read_tokens\": \"0.2 per 1M\", \"input_audio_tokens\": \"30 per 1M\"}",
                        "warning: p/m rates: has cache_read_tokens and input_audio_tokens but not cache_audio_read_tokens, which is both and costs the dearer one now; add cache_audio_read_tokens"),
                model(
                        GOOD + ", \"tiers\": {\"priority\": {\"rates\": {\"input_tokens\": \"50 per 1M\"}}}",
                        "warning: p/m tiers.priority.rates.input_tokens: 50 per 1M is more than ten times away from the ordinary 2 per 1M; check the decimal point"),
                model(
                        GOOD + ", \"context\": [{\"above\": 200000, \"rates\": {\"output_tokens\": \"0.9 per 1M\"}}]",
                        "warning: p/m context[0].rates.output_tokens: 0.9 per 1M is more than ten times away from the ordinary 10 per 1M; check the decimal point"),
                model(
                        GOOD + ", \"context\": [{\"above\": 200, \"rates\": {\"output_tokens\": \"20 per 1M\"}}]",
                        "warning: p/m context[0]: begins at 200 input tokens, so nearly every request pays it; give the number of tokens, 200000 for 200k"),
                model(
                        GOOD
                                + ", \"tiers\": {\"flex\": {\"context\": [{\"above\": 200000000000, \"rates\": {\"output_tokens\": \"20 per 1M\"}}]}}",
                        "warning: p/m tiers.flex.context[0]: begins at 200000000000 input tokens, which no model takes; give the number of tokens, 200000 for 200k"),
                model(
                        GOOD + ", \"regions\": {\"eu\": \"110\"}",
                        "warning: p/m regions.eu: multiplies token prices by 110; give the factor, 1.1 for 10 % more"),
                model(
                        GOOD + ", \"periods\": [{\"to\": \"2026-01-01\", " + GOOD + "}, {\"from\": \"2026-01-01\", "
                                + GOOD.replace("\"10 ", "\"10000000 ") + "}]",
                        "error: p/m periods[1].rates.output_tokens: 10000000 per 1M looks like a price per million entered as per token; write '10 per 1M' if that is what it costs",
                        "warning: p/m rates: are never in force, because periods cover all time; give the last or the first period's rates here instead"));
    }

    private static Arguments model(String sheet, String... findings) {
        return Arguments.of(sheet, List.of(findings));
    }

    @ParameterizedTest
    @MethodSource("models")
    void saysWhatIsProbablyWrongWithAModel(String sheet, List<String> findings) {
        PriceTable table = table("\"p\": {\"models\": {\"m\": {" + sheet + "}}}");
        assertThat(PriceLint.check(table)).extracting(Finding::toString).containsExactlyElementsOf(findings);
    }

    static Stream<Arguments> providers() {
        return Stream.of(
                model(
                        "\"p\": {\"deployments\": {\"prod\": \"nothing\"}, \"models\": {\"m\": {" + GOOD + "}}}",
                        "error: p deployments.prod: 'nothing' has no price; name a model of p or of its fallbacks"),
                model(
                        "\"p\": {\"deployments\": {\"n\": \"m\"}, \"models\": {\"m\": {" + GOOD + "}, \"n\": {" + GOOD
                                + "}}}",
                        "warning: p deployments.n: is also the name of p/n, which is not found under it now; choose another name for the deployment, or remove the model"),
                model(
                        "\"p\": {\"fallback\": [\"opneai\"], \"models\": {\"m\": {" + GOOD + "}}}",
                        "warning: p fallback: names 'opneai', which has no prices here; check the spelling, or add it"),
                model(
                        "\"opneai\": {\"discount\": \"0.1\"}, \"p\": {\"models\": {\"m\": {" + GOOD + "}}}",
                        "warning: opneai: is described but has no model; check the spelling, or add its models"));
    }

    /** One table refuses such names; two tables may bring them together. */
    @Test
    void saysWhatLayersBringTogether() {
        PriceTable upper =
                table("\"p\": {\"aliases\": [\"q\"], \"models\": {\"m\": {\"patterns\": [\"ft:m:*\"], " + GOOD + "}}}");
        PriceTable lower = table("\"p\": {\"models\": {\"n\": {\"patterns\": [\"FT:m:*\"], " + GOOD
                + "}}}, \"q\": {\"models\": {\"m\": {" + GOOD + "}}}");
        assertThat(PriceLint.check(upper.over(lower)))
                .extracting(Finding::toString)
                .contains(
                        "error: p/n patterns: 'FT:m:*' stands at m too; keep one of them",
                        "warning: p aliases: 'q' is a provider of its own here; remove the alias or the provider");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void saysWhatNamesNothing(String providers, List<String> findings) {
        assertThat(PriceLint.check(table(providers)))
                .extracting(Finding::toString)
                .containsExactlyElementsOf(findings);
    }

    @Test
    void namesAreLookedForInTheTableUnderneathToo() {
        PriceTable table = table("\"openai\": {\"discount\": \"0.1\", \"deployments\": {\"prod\": \"gpt-4o\"}}");
        assertThat(PriceLint.check(table)).hasSize(1);
        assertThat(PriceLint.check(table, PriceTable.bundled())).isEmpty();
    }

    @Test
    void pricesTenTimesAwayFromKnownOnesAreSaid() {
        PriceTable known = table("\"p\": {\"models\": {\"m\": {" + GOOD + "}}}");
        PriceTable slip = table("\"p\": {\"models\": {\"m\": {" + GOOD.replace("\"2 ", "\"0.19 ") + "}}}");
        assertThat(PriceLint.check(slip, known))
                .extracting(Finding::toString)
                .contains(
                        "warning: p/m input_tokens: 0.19 per 1M is far from 2 per 1M in ours; check the decimal point and the unit");
        assertThat(PriceLint.check(known, known)).isEmpty();
        PriceTable moved = table("\"p\": {\"models\": {\"m\": {" + GOOD.replace("\"2 ", "\"0.2 ") + "}}}");
        assertThat(PriceLint.check(moved, known)).isEmpty();
        // another currency has other numbers
        assertThat(PriceLint.check(slip, known.convertedTo(Currency.getInstance("EUR"), "0.9")))
                .noneMatch(finding -> finding.what().contains("far from"));
    }

    @Test
    void anAliasThatALayerAboveTookIsSaid() {
        PriceTable lower = table("\"p\": {\"models\": {\"m\": {\"aliases\": [\"m-1\"], " + GOOD + "}}}");
        PriceTable upper = table("\"p\": {\"models\": {\"m-1\": {" + GOOD + "}}}");
        assertThat(PriceLint.check(upper.over(lower)))
                .extracting(Finding::toString)
                .containsExactly(
                        "warning: p/m aliases: 'm-1' is priced as m-1 by a layer above; remove the alias, or the row above it");
    }

    @Test
    void magnitudesAreNotJudgedInACurrencyOfAnotherSize() {
        String model = "\"p\": {\"models\": {\"m\": {\"rates\": {\"input_tokens\": \"40000 per 1M\"}}}}";
        assertThat(PriceLint.check(table(model))).hasSize(1);
        assertThat(PriceLint.check(table(model, "JPY"))).isEmpty();
    }

    @Test
    void anEmbeddingModelMayHaveAFreeOutputAndImagesNoPriceByToken() {
        assertThat(
                        PriceLint.check(
                                table(
                                        "\"p\": {\"models\": {\"m\": {\"rates\": {\"input_tokens\": \"0.02 per 1M\","
                                                + " \"output_tokens\": \"0 per 1M\", \"input_images\": \"0.0001 per 1\", \"input_image_tokens\": \"0 per 1M\"}}}}")))
                .isEmpty();
    }

    /** Both are what the provider's page says. */
    @Test
    void theBundledTableHasNoErrorAndFewWarnings() {
        List<Finding> findings = PriceLint.check(PriceTable.bundled());
        assertThat(findings)
                .noneMatch(finding -> finding.severity() == Severity.ERROR)
                .hasSizeLessThan(5);
    }

    private static PriceTable table(String providers) {
        return table(providers, null);
    }

    private static PriceTable table(String providers, @Nullable String currency) {
        String json =
                "{\"format\": \"unitcost-prices/1\", \"name\": \"ours\", \"date\": \"2026-11-01\", \"currency\": \""
                        + (currency == null ? "USD" : currency) + "\", \"providers\": {" + providers + "}}";
        return PriceTable.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "ours.json");
    }
}

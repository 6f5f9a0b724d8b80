package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceCommandTest {

    @TempDir
    private Path folder;

    private String file = "";

    @BeforeEach
    void writePrices() {
        file = PriceFiles.write(folder, "acme.json", PriceFiles.ACME).toString();
    }

    private Shell.Result price(String... args) {
        List<String> all = new ArrayList<>(List.of("price", "--prices", file, "--no-bundled"));
        all.addAll(List.of(args));
        return Shell.run(all.toArray(new String[0]));
    }

    private Map<String, Object> json(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        return Json.object(price(all.toArray(new String[0])).out().strip());
    }

    @Test
    void printsTheLinesTheSumAndWhereThePriceIsFrom() {
        Shell.Result result = price("large", "--input", "1200", "--cached", "400", "--output", "300");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        // 800 × 2 + 400 × 0.2 + 300 × 10 per million
        assertThat(result.out().replaceAll("@[0-9a-f]{12}", "@…")).isEqualTo("""
                acme/large

                  input_tokens       800  x 2 per 1M    0.00160
                  cache_read_tokens  400  x 0.2 per 1M  0.00008
                  output_tokens      300  x 10 per 1M   0.00300
                  total                                 0.00468 USD

                  found   by its maker
                  at      2026-11-02T12:00:00Z
                  source  Agreement 4711, 2026-10-15
                  prices  acme@…, 2026-11-01
                """);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void saysWhichTierRegionAndContextStepItUsed() {
        Shell.Result result = price(
                "acme/large", "-i", "250k", "-o", "1k", "--tier", "batch", "--region", "EU", "--at", "2026-06-01");
        // batch has no prices of its own above 200,000: 250000 × 4 × 1.1 + 1000 × 15 × 1.1 per million
        assertThat(result.out())
                .contains("250,000  x 4.4 per 1M   1.1000", "1,000  x 16.5 per 1M  0.0165", "1.1165 USD")
                .contains("  tier     batch\n", "  region   EU\n")
                .contains("  context  prices for requests from 200,001 input tokens on\n")
                .contains("  at       2026-06-01T00:00:00Z\n");
        assertThat(price("large", "-i", "1", "--tier", "flex").out())
                .contains("tier    flex has no prices of its own here: the standard ones (there is batch)");
    }

    @Test
    void ratesThatAFactorChangedAreShownWithoutZerosAtTheEnd() {
        // 10 × 1.1, 10 × 1.1 per thousand stays a fee: 10
        assertThat(price("large", "-o", "1000", "-u", "web_searches=1", "--region", "eu")
                        .out())
                .contains("x 11 per 1M ", "x 10 per 1k ");
    }

    @Test
    void pricesThePastAtThePricesOfThePast() {
        // 1M × 3 per million
        assertThat(json("large", "-i", "1M", "--at", "2025-12-31T23:59:59Z").get("amount"))
                .isEqualTo("3");
        assertThat(json("large", "-i", "100k", "--at", "2026-01-01").get("amount"))
                .isEqualTo("0.2");
    }

    @Test
    void showsListPriceAndWhatItIsOnOnesTerms() {
        Shell.Result result = price("reseller/large", "-i", "1M");
        // 2 × 0.95 × 1.1 + 0.001
        assertThat(result.out()).contains("list price", "2.000\n").contains("on your terms", "2.091 USD");
        Map<String, Object> json = json("reseller/large", "-i", "1M");
        assertThat(json.get("amount")).isEqualTo("2.091");
        assertThat(json.get("list_amount")).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "acme/large          | exact      | acme/large           | exact id",
                "large               | maker      | acme/large           | by its maker",
                "LARGE-2026-10-01    | maker      | acme/large           | 'LARGE-2026-10-01', by its maker",
                "acme/large-2026-10-01 | exact    | acme/large           | alias 'large-2026-10-01'",
                "acme/large-20261001 | spelling   | acme/large           | 'large-20261001' is another spelling of it",
                "acme/prod-chat      | deployment | acme/large           | deployment 'prod-chat'",
                "reseller/small      | fallback   | acme/small           | reseller has no price of its own for it",
                "other/large         | exact      | reseller/other/large | exact id"
            })
    void findsAModelAsPeopleNameIt(String model, String found, String entry, String how) {
        Map<String, Object> json = json(model, "-i", "1");
        assertThat(json.get("entry")).isEqualTo(entry);
        assertThat(json.get("found")).isEqualTo(found);
        assertThat(price(model, "-i", "1").out()).contains("  found   " + how + "\n");
    }

    @Test
    void withoutCountsPrintsThePricesOfTheModel() {
        Shell.Result result = price("large");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith("""
                acme/large

                                     USD         from 200,001 input  batch
                  input_tokens       2 per 1M    4 per 1M            1 per 1M
                  cache_read_tokens  0.2 per 1M  0.2 per 1M          0.2 per 1M
                  output_tokens      10 per 1M   15 per 1M           5 per 1M
                  web_searches       10 per 1k   10 per 1k           10 per 1k

                  found    by its maker
                  aliases  large-2026-10-01
                """);
        assertThat(json("large").get("context_from")).asString().contains("200001={", "output_tokens=15 per 1M");
        assertThat(price("small").out()).contains("                 USD\n  input_tokens   0.1 per 1M\n");
        assertThat(json("large").get("rates"))
                .isEqualTo(Map.of(
                        "input_tokens", "2 per 1M",
                        "cache_read_tokens", "0.2 per 1M",
                        "output_tokens", "10 per 1M",
                        "web_searches", "10 per 1k"));
    }

    @Test
    void whatHasNoPriceIsSaidAndIsNotFree() {
        Shell.Result result = price("embed", "-i", "1M", "-o", "10");
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.out())
                .contains("known part", "0.02 USD")
                .contains("No price for output_tokens: the request costs more than the part above.");
        Map<String, Object> json = json("embed", "-o", "10");
        assertThat(json.get("amount")).isNull();
        assertThat(json.get("unpriced")).isEqualTo("unknown_unit");
        assertThat(json.get("unpriced_units")).isEqualTo(List.of("output_tokens"));
    }

    @Test
    void aModelThatIsNotThereIsAnsweredWithTheNearest() {
        Shell.Result result = price("larg", "-i", "1");
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("No price for 'larg' in acme@", "Did you mean acme/large", "--prices FILE");
        Map<String, Object> json = json("larg", "-i", "1");
        assertThat(json.get("unpriced")).isEqualTo("unknown_provider");
        assertThat(json.get("nearest")).asString().contains("acme/large");
        assertThat(price("acme/nothing-like-it", "-i", "1").err()).doesNotContain("Did you mean");
    }

    @Test
    void aModelThatSeveralSellIsNotGuessed() {
        Shell.Result result = price("shared", "-i", "1");
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.err())
                .isEqualTo("Several providers have 'shared': fourth/shared, third/shared. Say which.\n");
    }

    @Test
    void countsAnyUnitAndAppliesMinimumBilling() {
        // ten seconds at least: 0.111 × 10 ÷ 3600, which repeats
        assertThat(price("speech", "--unit", "audio_seconds=7").out())
                .contains("audio_seconds  7  x 0.111 per hour, at least 10  0.000308333333\n", "0.000308333333 USD");
        assertThat(json("speech", "--unit", "audio_seconds=7.5").get("amount"))
                .asString()
                .startsWith("0.000308333333333333333333333333");
        // 3 × 10 per thousand
        assertThat(json("large", "-u", "web_searches=3").get("amount")).isEqualTo("0.03");
        assertThat(price("large", "-u", "web_serches=3").err())
                .contains("there is no unit 'web_serches'")
                .doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--input=x      | 'x' is not a count; give a number like 1200, 250k or 1.5M",
                "--input=-5     | '-5' is not a count",
                "--input=1.5    | --input: 1.5 is not a count of input_tokens; give a whole number",
                "--at=soon      | 'soon' is not a time; write a day (UTC), 2026-11-01, or an instant",
                "--at=2026-11-01T10:00 | is not a time"
            })
    void refusesWhatIsNoCountAndNoTime(String option, String message) {
        Shell.Result result = price("large", option);
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err()).contains(message).doesNotContain("Exception");
    }

    @Test
    void refusesPartsThatAreLargerThanTheWhole() {
        Shell.Result result = price("large", "-i", "100", "-c", "200");
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err()).contains("a part is larger than its whole", "--input contains --cached");
    }

    @Test
    void filesLieOverTheBundledPrices() {
        Shell.Result own = Shell.run("price", "acme/small", "-i", "1M", "--prices", file);
        assertThat(own.out()).contains("0.10 USD", "prices  acme, 2026-11-01 (in acme+bundled@");
        assertThat(Shell.run("price", "openai/gpt-4o", "-i", "1M", "--prices", file)
                        .code())
                .isEqualTo(ExitCode.OK);
        assertThat(price("openai/gpt-4o", "-i", "1M").code()).isEqualTo(ExitCode.FOUND);
        assertThat(Shell.run("price", "gpt-4o", "--no-bundled").err())
                .contains("--no-bundled: there are no prices left");
    }

    @Test
    void theJsonHasTheExactAmountsOfEachLine() {
        Map<String, Object> json = json("large", "-i", "1200", "-c", "400", "-o", "300");
        List<?> lines = (List<?>) json.get("lines");
        assertThat(lines).hasSize(3);
        BigDecimal sum = BigDecimal.ZERO;
        for (Object line : lines) {
            sum = sum.add(new BigDecimal(((Map<?, ?>) line).get("amount").toString()));
        }
        assertThat(sum).isEqualByComparingTo("0.00468");
        assertThat(json.get("currency")).isEqualTo("USD");
        assertThat(json.get("source")).isEqualTo("Agreement 4711, 2026-10-15");
        assertThat(json.get("price_table")).asString().startsWith("acme@");
    }
}

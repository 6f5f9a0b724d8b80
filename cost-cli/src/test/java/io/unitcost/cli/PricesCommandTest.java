package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.price.PriceTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesCommandTest {

    @TempDir
    private Path folder;

    private String file = "";

    @BeforeEach
    void writePrices() {
        file = PriceFiles.write(folder, "acme.json", PriceFiles.ACME).toString();
    }

    private Shell.Result prices(String input) {
        return Shell.piped(input, "prices", "--prices", file, "--no-bundled");
    }

    private Map<String, Object> answer(String line) {
        return Json.object(prices(line).out().strip());
    }

    @Test
    void answersWithTheExactAmountItsLinesTheEntryAndItsSource() {
        Shell.Result result = prices(
                "{\"id\":\"a\",\"provider\":\"acme\",\"model\":\"large\",\"usage\":{\"input_tokens\":1200,\"output_tokens\":300,\"cache_read_tokens\":400}}\n");
        // 800 × 2 + 400 × 0.2 + 300 × 10 per million
        assertThat(result.out().replaceAll("@[0-9a-f]{12}", "@…"))
                .isEqualTo(
                        "{\"id\":\"a\",\"usd\":\"0.00468\",\"lines\":["
                                + "{\"unit\":\"input_tokens\",\"count\":800,\"usd\":\"0.0016\"},"
                                + "{\"unit\":\"cache_read_tokens\",\"count\":400,\"usd\":\"0.00008\"},"
                                + "{\"unit\":\"output_tokens\",\"count\":300,\"usd\":\"0.003\"}],"
                                + "\"entry\":\"acme/large\",\"source\":\"Agreement 4711, 2026-10-15\",\"price_table\":\"acme@…\"}\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void answersInOrderAndTheExitCodeIsTheWorst() {
        String good = "{\"id\":1,\"model\":\"large\",\"usage\":{\"input_tokens\":1}}\n";
        String unpriced = "{\"id\":2,\"model\":\"nothing\",\"usage\":{\"input_tokens\":1}}\n";
        String wrong = "{\"id\":3\n";
        assertThat(prices("").code()).isEqualTo(ExitCode.OK);
        assertThat(prices(good + "\n  \n" + good).code()).isEqualTo(ExitCode.OK);
        assertThat(prices(good + unpriced).code()).isEqualTo(ExitCode.FOUND);
        Shell.Result result = prices(wrong + unpriced + good);
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        List<String> answers = result.out().lines().toList();
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0)).startsWith("{\"id\":null,\"error\":\"not valid JSON");
        assertThat(answers.get(1))
                .isEqualTo(
                        "{\"id\":2,\"unpriced\":\"NO_PRICE\",\"detail\":\"no maker, or more than one, has the model 'nothing'\"}");
        assertThat(answers.get(2)).startsWith("{\"id\":1,\"usd\":\"0.000002\"");
    }

    @Test
    @Timeout(60)
    void answersALineBeforeTheNextOneIsWritten() throws IOException {
        PipedOutputStream driver = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(driver);
        PipedWriter out = new PipedWriter();
        BufferedReader answers = new BufferedReader(new PipedReader(out));
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> Main.run(
                in,
                new PrintWriter(out),
                new PrintWriter(new StringWriter()),
                Clock.fixed(Shell.NOW, ZoneOffset.UTC),
                "prices"));
        for (int i = 0; i < 3; i++) {
            String line = "{\"id\":" + i + ",\"prices\":{\"base_usd\":\"0.1\"},\"usage\":null}\n";
            driver.write(line.getBytes(StandardCharsets.UTF_8));
            driver.flush();
            assertThat(answers.readLine()).startsWith("{\"id\":" + i + ",\"usd\":\"0.1\"");
        }
        driver.close();
        assertThat(code.join()).isEqualTo(ExitCode.OK);
    }

    @Test
    void stopsWhenNobodyListensAnyMore() {
        Writer broken = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        StringWriter err = new StringWriter();
        // an input without end
        java.io.InputStream endless = new java.io.InputStream() {
            private final byte[] line = "{\"id\":1}\n".getBytes(StandardCharsets.UTF_8);
            private int next;

            @Override
            public int read() {
                return line[next++ % line.length];
            }
        };
        int code = Main.run(
                endless,
                new PrintWriter(broken),
                new PrintWriter(err),
                Clock.fixed(Shell.NOW, ZoneOffset.UTC),
                "prices");
        assertThat(code).isEqualTo(ExitCode.WRONG);
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model':'large','usage':{'input_tokens':-1}          | INVALID_USAGE | input_tokens: -1 is negative",
                "'model':'large','usage':{'input_tokens':1.5}         | INVALID_USAGE | input_tokens: 1.5 is not whole",
                "'model':'large','usage':{'input_tokens':'12'}        | INVALID_USAGE | input_tokens: \"12\" is not a number",
                "'model':'large','usage':{'input_tokens':NaN}         | INVALID_USAGE | input_tokens: \"NaN\" is not a number",
                "'model':'large','usage':{'input_tokens':1e30}        | INVALID_USAGE | a count is too large",
                "'model':'large','usage':{'input_tokens':1,'cache_read_tokens':2} | INVALID_USAGE | a part is larger than its whole",
                "'model':'large','usage':{'input_tokens':1,'foo':2}   | NO_PRICE | there is no unit 'foo'",
                "'model':'embed','usage':{'input_tokens':1,'output_tokens':2} | NO_PRICE | acme/embed has no price for output_tokens",
                "'model':'large','usage':{}                           | NO_PRICE | nothing is said of what was used",
                "'model':'large','usage':null                         | NO_PRICE | nothing is said of what was used",
                "'model':'large','usage':{'input_tokens':null}        | NO_PRICE | nothing is said of what was used",
                "'provider':'acme','model':'largest','usage':{'input_tokens':1} | NO_PRICE | provider 'acme' has no price for the model 'largest'",
                "'provider':'nobody','model':'large','usage':{'input_tokens':1} | NO_PRICE | there are no prices of the provider 'nobody'",
                "'prices':{},'usage':{'input_tokens':1}               | NO_PRICE | the prices of the line are empty",
                "'litellm_model_info':{'mode':'chat'},'usage':{'input_tokens':1} | NO_PRICE | litellm_model_info has no price"
            })
    void saysWhyALineHasNoPrice(String fields, String reason, String detail) {
        Map<String, Object> answer = answer(line(fields));
        assertThat(answer.get("unpriced")).isEqualTo(reason);
        assertThat(answer.get("detail")).asString().contains(detail);
        assertThat(answer).doesNotContainKeys("usd", "error").containsEntry("id", "x");
        assertThat(prices(line(fields)).code()).isEqualTo(ExitCode.FOUND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'usage':{'input_tokens':1}                               | model is missing; name one, or give \"prices\"",
                "'model':'large'                                          | usage is missing; give {",
                "'model':7,'usage':{'input_tokens':1}                     | model: 7 is not a text; put it in quotes",
                "'model':'large','usage':[1]                              | usage: [1] is not an object; give {...}",
                "'model':'large','usage':{'input_tokens':1},'at':'soon'   | at: 'soon' is not a time; write a day (UTC)",
                "'model':'large','usage':{'input_tokens':1},'at':'2026-11-01T10:00' | is not a time",
                "'prices':{'mode':'cliff'},'usage':{'input_tokens':1}     | the mode \"cliff\" is not known; give \"graduated\"",
                "'prices':{'mode':'graduated','ranges':[[5,10,'1']]},'usage':{'input_tokens':1} | does not begin at 0, where the one before it ends",
                "'prices':{'base_usd':'much'},'usage':null                | base_usd: \"much\" is not an amount",
                "'prices':{'base_usd':'1','discount_fraction':'2'},'usage':null | discount: 2 is not a share from 0 to 1",
                "'format':'stone','raw_prices':{'a':1},'usage':{'input_tokens':1} | format: 'stone' is not known; give litellm",
                "'format':'openrouter','raw_prices':{'promt':'1'},'usage':{'input_tokens':1} | 'promt' is not a price that is known; leave it out or use one of",
                "'model':'large','usage':{'input_tokens':1},'usage':{}    | not valid JSON: Duplicate"
            })
    void saysWhatCannotBeUnderstood(String fields, String message) {
        Shell.Result result = prices(line(fields));
        assertThat(Json.object(result.out().strip()).get("error")).asString().contains(message);
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
    }

    private static String line(String fields) {
        return ("{'id':'x'," + fields + "}").replace('\'', '"');
    }

    @Test
    void usesTierRegionAndTimeOfTheLineOrOfItsOptions() {
        String start = "{\"model\":\"large\",\"usage\":{\"input_tokens\":1000000},";
        assertThat(answer(start + "\"at\":\"2025-06-01\"}").get("usd")).isEqualTo("3");
        // above 200,000: 4, and 10 % more in the region
        assertThat(answer(start + "\"region\":\"eu\"}").get("usd")).isEqualTo("4.4");
        assertThat(answer(start + "\"options\":{\"inference_geo\":\"EU\"}}").get("usd"))
                .isEqualTo("4.4");
        String small = start.replace("1000000", "100000");
        assertThat(answer(small + "\"tier\":\"batch\"}").get("usd")).isEqualTo("0.1");
        assertThat(answer(small + "\"options\":{\"service_tier\":\"batch\"}}").get("usd"))
                .isEqualTo("0.1");
        assertThat(answer(small + "\"options\":{\"batch\":true}}").get("usd")).isEqualTo("0.1");
        assertThat(answer(small + "\"raw_usage\":{\"service_tier\":\"batch\"}}").get("usd"))
                .isEqualTo("0.1");
        assertThat(answer(
                                small
                                        + "\"options\":{\"service_tier\":\"default\"},\"raw_usage\":{\"service_tier\":\"batch\"}}")
                        .get("usd"))
                .isEqualTo("0.2");
        Map<String, Object> none = answer(small + "\"tier\":\"flex\"}");
        assertThat(none.get("usd")).isEqualTo("0.2");
        assertThat(none.get("tier")).isEqualTo("standard");
        // a zone's midnight is not midnight in UTC: 2026-01-01T00:30+08:00 is still 2025
        assertThat(answer(small + "\"at\":\"2026-01-01T00:30:00+08:00\"}").get("usd"))
                .isEqualTo("0.3");
    }

    @Test
    void saysTheListPriceWhereTermsChangeIt() {
        Map<String, Object> answer =
                answer("{\"provider\":\"reseller\",\"model\":\"large\",\"usage\":{\"input_tokens\":100000}}");
        // 0.2 × 0.95 × 1.1 + 0.001
        assertThat(answer.get("usd")).isEqualTo("0.21");
        assertThat(answer.get("list_usd")).isEqualTo("0.2");
    }

    @Test
    void aTableInAnotherCurrencyIsRefused() {
        Path euros = PriceFiles.write(folder, "eur.json", PriceFiles.ACME.replace("\"USD\"", "\"EUR\""));
        Shell.Result result = Shell.piped("", "prices", "--prices", euros.toString(), "--no-bundled");
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err()).contains("is in EUR, and this command answers in USD");
    }

    @Test
    void bundledPricesAreUsedUnlessOthersAreGiven() {
        Shell.Result result = Shell.piped(
                "{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"usage\":{\"input_tokens\":1200,\"output_tokens\":300}}",
                "prices");
        assertThat(result.out())
                .contains("\"usd\":\"0.006\"", PriceTable.bundled().id());
    }
}

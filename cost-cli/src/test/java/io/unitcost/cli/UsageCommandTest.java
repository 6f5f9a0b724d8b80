package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told about a saved answer. */
class UsageCommandTest {

    @TempDir
    private Path folder;

    private String prices = "";

    @BeforeEach
    void writePrices() {
        prices = PriceFiles.write(folder, "acme.json", PriceFiles.ACME).toString();
    }

    private Shell.Result usage(byte[] answer, String... options) throws IOException {
        Path file = Files.write(folder.resolve("answer"), answer);
        List<String> args = new ArrayList<>(List.of("usage", file.toString(), "--prices", prices, "--no-bundled"));
        args.addAll(List.of(options));
        Shell.Result result = Shell.run(args.toArray(new String[0]));
        return new Shell.Result(result.code(), result.out().replaceAll("@[0-9a-f]{12}", "@…"), result.err());
    }

    private Shell.Result usage(String answer, String... options) throws IOException {
        return usage(answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8), options);
    }

    @Test
    void explainsWhatEachCountIsMadeOf_howWellItIsKnown_andWhatItCosts() throws IOException {
        Shell.Result result = usage("""
                event: message_start
                data: {'type':'message_start','message':{'id':'msg_1','model':'large','usage':{'input_tokens':200,'cache_read_input_tokens':1000,'cache_creation_input_tokens':0,'output_tokens':1,'service_tier':'batch'}}}

                event: content_block_delta
                data: {'type':'content_block_delta','delta':{'text':'Good morning'}}

                event: message_delta
                data: {'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':300}}

                event: message_stop
                data: {'type':'message_stop'}

                """);
        // batch: 1,200 × 1 + 300 × 5 per million; the ordinary price of what is read from the cache stays
        assertThat(result.out()).isEqualTo("""
                large

                  input_tokens       1,200  input_tokens 200 + cache_read_input_tokens 1,000
                  cache_read_tokens  1,000  cache_read_input_tokens
                  output_tokens        300  output_tokens

                  form     server-sent events, 493 bytes
                  counts   Anthropic: input without what was read from or written to a cache
                  id       msg_1
                  tier     batch
                  text     12 characters
                  zero     cache_write_tokens
                  quality  reported: it came to its end and says what it used

                acme/large

                  input_tokens         200  x 1 per 1M    0.0002
                  cache_read_tokens  1,000  x 0.2 per 1M  0.0002
                  output_tokens        300  x 5 per 1M    0.0015
                  total                                   0.0019 USD

                  found   by its maker
                  tier    batch
                  at      2026-11-02T12:00:00Z
                  source  Agreement 4711, 2026-10-15
                  prices  acme@…, 2026-11-01

                Who is paid was guessed from the model's name; --provider says it.
                """);
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void putsTheProvidersOwnCostBesideOurs() throws IOException {
        Shell.Result result = usage(
                "{'model':'large','usage':{'prompt_tokens':1000,'completion_tokens':100,'cost':0.0035}}",
                "--provider",
                "acme");
        // 1,000 × 2 + 100 × 10 per million
        assertThat(result.out())
                .contains("found   exact id")
                .doesNotContain("guessed")
                .endsWith("""

                          by these prices  0.0030 USD
                          by the answer    0.0035 USD
                          difference       0.0005 USD
                        """);
        Shell.Result ownKey = usage(
                "{'model':'large','usage':{'prompt_tokens':1000,'cost':0,'is_byok':true,'cost_details':{'upstream_inference_cost':0.0015}}}");
        assertThat(ownKey.out()).endsWith("""
                  by these prices                             0.0020 USD
                  by the answer, for the gateway              0.0000 USD
                  by the answer, for the provider behind it   0.0015 USD
                  difference                                 -0.0005 USD
                """);
    }

    @Test
    void theModelsThatWorkedOnAnAnswerArePricedEach() throws IOException {
        Shell.Result result = usage("""
                {'type':'message','model':'large','usage':{'input_tokens':1000,'output_tokens':100,'iterations':[
                {'type':'message','input_tokens':1000,'output_tokens':100},
                {'type':'advisor_message','model':'small','input_tokens':5000,'output_tokens':50}]}}""");
        // 1,000 × 2 + 100 × 10, and 5,000 × 0.1 + 50 × 0.4 per million
        assertThat(result.out())
                .contains("small, which worked on it too\n\n  input_tokens   5,000\n  output_tokens     50\n")
                .contains("acme/large\n", "0.003 USD", "acme/small\n", "0.00052 USD")
                .endsWith("  by these prices  0.00352 USD\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void whatTheAnswerDoesNotSayCanBeSaid() throws IOException {
        String bedrock = "{'usage':{'inputTokens':1000,'outputTokens':100}}";
        Shell.Result silent = usage(bedrock);
        assertThat(silent.out())
                .startsWith("A model that the answer does not name\n")
                .contains("Amazon Bedrock")
                .endsWith("No price, because the answer does not name its model: say it with --model.\n");
        assertThat(silent.code()).isEqualTo(ExitCode.FOUND);
        Shell.Result said = usage(
                bedrock,
                "--provider",
                "acme",
                "--model",
                "large",
                "--tier",
                "batch",
                "--region",
                "eu",
                "--at",
                "2026-11-01");
        // (1,000 × 1 + 100 × 5 per million) × 1.1
        assertThat(said.out()).contains("0.00165 USD", "tier    batch", "region  eu", "at      2026-11-01T00:00:00Z");
        assertThat(said.code()).isEqualTo(ExitCode.OK);
        // what served wins over what was asked
        assertThat(usage("{'model':'small','usage':{'prompt_tokens':1,'completion_tokens':1}}", "--model", "large")
                        .out())
                .contains("acme/small");
    }

    @Test
    void aModelWithoutAPriceIsSaidAndNeverFree() throws IOException {
        Shell.Result unknown = usage("{'model':'lrage','usage':{'prompt_tokens':1,'completion_tokens':1,'cost':0.5}}");
        assertThat(unknown.out())
                .contains("No price for 'lrage' in acme@…", "Did you mean acme/large")
                .endsWith("  by the answer  0.50 USD\n");
        assertThat(unknown.code()).isEqualTo(ExitCode.FOUND);
        assertThat(usage("{'model':'shared','usage':{'prompt_tokens':1}}").out())
                .endsWith("Several providers have 'shared': fourth/shared, third/shared. Say which.\n");
        Shell.Result part = usage("{'model':'embed','usage':{'prompt_tokens':1,'completion_tokens':1}}");
        assertThat(part.out()).contains("known part", "No price for output_tokens");
        assertThat(part.code()).isEqualTo(ExitCode.FOUND);
    }

    @Test
    void usageThatIsNotKnownHasNoCost() throws IOException {
        String stream = "data: {'model':'large','choices':[{'delta':{'content':'Hi there.'}}]}\n\n";
        Shell.Result silent = usage(stream + "data: [DONE]\n\n");
        assertThat(silent.out())
                .contains("unknown: it came to its end and says nothing of usage;"
                        + " a request asks for it with stream_options.include_usage; --estimate guesses from the text")
                .endsWith("\nWhat it cost is not known, which is not the same as nothing.\n")
                .doesNotContain("total");
        assertThat(silent.code()).isEqualTo(ExitCode.FOUND);
        assertThat(usage(stream).out()).contains("unknown: it breaks off before it says anything of usage");
        assertThat(usage("{'error':{'type':'overloaded_error'}}").out())
                .contains("unknown: it is an error, and says nothing of usage");
        Shell.Result zeros = usage(
                "{'model':'large','choices':[{'message':{'content':'Hi'}}],'usage':{'prompt_tokens':0,'completion_tokens':0}}");
        assertThat(zeros.out())
                .contains("  input_tokens   0  prompt_tokens\n", "unknown: it counts nothing but zeros beside a text")
                .doesNotContain("total");
        assertThat(zeros.code()).isEqualTo(ExitCode.FOUND);
    }

    @Test
    void aGuessIsMarkedAndSaysWhatItLeavesOut() throws IOException {
        String stream = "data: {'model':'large','choices':[{'delta':{'content':'Hi there.'}}]}\n\n";
        Shell.Result result = usage(stream, "--estimate");
        // nine characters of ASCII are three tokens, × 10 per million
        assertThat(result.out())
                .contains(
                        "  output_tokens  3  estimated from the text\n",
                        "quality  estimated: from the text that was seen; what was sent is not known",
                        "0.00003 USD",
                        "The input is not known, and comes on top.");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        String started =
                "data: {'type':'message_start','message':{'model':'large','usage':{'input_tokens':25,'output_tokens':1}}}\n\n"
                        + "data: {'type':'content_block_delta','delta':{'text':'Hi there.'}}\n\n";
        assertThat(usage(started).out())
                .contains(
                        "  output_tokens   1  output_tokens\n", "what was generated after the last count is not in it");
        assertThat(usage(started, "--estimate").out())
                .contains(
                        "  output_tokens   3  estimated from the text\n",
                        "partial: it breaks off before its end; the output is what the text comes to at least");
    }

    @Test
    void aTerminalDoesNotObeyWhatAnAnswerSays() throws IOException {
        assertThat(usage("{'model':'\\u001b[2Jlarge','usage':{'prompt_tokens':1}}")
                        .out())
                .startsWith("?[2Jlarge\n")
                .doesNotContain("\u001b");
    }

    @Test
    void countsThatContradictEachOtherAreSaid() throws IOException {
        assertThat(usage("{'model':'large','usage':{'prompt_tokens':10,'prompt_tokens_details':{'cached_tokens':20}}}")
                        .out())
                .contains("The counts contradict each other");
        assertThat(usage("{'model':'large','usage':{'prompt_tokens':-10,'completion_tokens':2}}")
                        .out())
                .contains("left out  a count that cannot be");
    }

    @Test
    void knowsWhatAnAnswerComesIn() throws IOException {
        String last = "{'model':'large','usageMetadata':{'promptTokenCount':10,'candidatesTokenCount':4}}";
        assertThat(usage(last).out()).contains("form     JSON body, 82 bytes", "  input_tokens   10  promptTokenCount");
        assertThat(usage(last + "\n" + last).out()).contains("form     lines of JSON");
        assertThat(usage("[" + last + ",\n" + last + "]").out()).contains("form     array of JSON");
        assertThat(usage(frame("{\"usage\":{\"inputTokens\":5,\"outputTokens\":3,\"cacheReadInputTokens\":2}}"))
                        .out())
                .contains(
                        "form     Amazon's binary event stream",
                        "  input_tokens       7  inputTokens 5 + cacheReadInputTokens 2\n");
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(last.getBytes(StandardCharsets.UTF_8));
        }
        Shell.Result compressed = usage(zipped.toByteArray());
        assertThat(compressed.out())
                .contains("compressed with gzip; unpack it first", "unknown: no answer can be read in it");
        assertThat(compressed.code()).isEqualTo(ExitCode.FOUND);
        assertThat(usage("HTTP/1.1 200 OK\n\n" + last).out()).contains("save the body of the answer, without headers");
        assertThat(usage("").out()).contains("form     nothing, 0 bytes");
    }

    private static byte[] frame(String json) {
        byte[] payload = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(16 + payload.length)
                .putInt(16 + payload.length)
                .putInt(0)
                .putInt(0)
                .put(payload)
                .putInt(0)
                .array();
    }

    @Test
    void readsStandardInputToo() {
        StringWriter out = new StringWriter();
        int code = Main.run(
                new ByteArrayInputStream(
                        "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":1}}".getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out),
                new PrintWriter(new StringWriter()),
                Clock.fixed(Shell.NOW, ZoneOffset.UTC),
                "usage",
                "-",
                "--chunk",
                "1");
        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("gpt-4o").contains("openai/gpt-4o");
    }
}

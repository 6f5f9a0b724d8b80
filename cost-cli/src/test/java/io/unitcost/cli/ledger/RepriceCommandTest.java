package io.unitcost.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.Golden;
import io.unitcost.cli.Shell;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepriceCommandTest {

    @TempDir
    private Path folder;

    private Path ledger = Path.of("");
    private Path prices = Path.of("");

    @BeforeEach
    void writeLedger() {
        ledger = Ledgers.write(folder.resolve("week.jsonl"));
        prices = Ledgers.prices(folder, "new", """
                {"acme": {"models": {
                   "large": {"rates": {"input_tokens": "2 per 1M", "cache_read_tokens": "0.2 per 1M", "output_tokens": "10 per 1M"}}}},
                 "beta": {"models": {"big": {"rates": {"input_tokens": "5 per 1M", "output_tokens": "25 per 1M"}}}}}
                """);
    }

    private Shell.Result reprice(String... args) {
        List<String> all = new ArrayList<>(
                List.of("reprice", "--ledger", ledger.toString(), "--prices", prices.toString(), "--no-bundled"));
        all.addAll(List.of(args));
        Shell.Result result = Shell.run(all.toArray(new String[0]));
        return new Shell.Result(
                result.code(),
                result.out().replace(folder.toString(), "FOLDER"),
                result.err().replace(folder.toString(), "FOLDER"));
    }

    private static List<LedgerRecord> read(Path file) {
        List<LedgerRecord> records = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(file)) {
            reader.forEach(records::add);
        }
        return records;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void showsWhatEachFeatureWasAndWouldBe() throws IOException {
        Shell.Result result = reprice();
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        Golden.assertMatches("ledger/reprice.txt", result.out());
    }

    @Test
    void anotherModelComesWithItsCaveats_andMayMissTheObjective() throws IOException {
        Shell.Result result = reprice("--map", "acme/large=beta/big");
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        Golden.assertMatches("ledger/reprice-map.txt", result.out());
    }

    @Test
    void statedTokenRatiosAreSaid() {
        Shell.Result result = reprice("--map", "acme/large=beta/big", "--token-ratio", "in=1.08,out=0.9");
        assertThat(result.out())
                .contains(
                        "note: 5 calls count with stated token ratios (in 1.08, out 0.9), rounded half-even: estimated.")
                .contains("latencies are the recorded ones")
                .doesNotContain("--token-ratio");
        assertThat(reprice("--token-ratio", "input=2").err())
                .isEqualTo("--token-ratio: there is no 'input'; write in=1.08,out=0.9\n");
        assertThat(reprice("--token-ratio", "in=0").code()).isEqualTo(ExitCode.WRONG);
    }

    @Test
    void writesANewLedger() {
        Path out = folder.resolve("new.jsonl.gz");
        Shell.Result result = reprice("--out", out.toString());
        assertThat(result.out()).endsWith("  5 records written to FOLDER/new.jsonl.gz\n");
        List<LedgerRecord> repriced = read(out);
        assertThat(repriced).hasSize(5).allSatisfy(record -> {
            assertThat(record.priceTable()).startsWith("new@");
            assertThat(record.repricedFrom()).isEqualTo("recorded@1");
        });
        // 1600 × 2 + 2400 × 0.2 + 600 × 10 per million, and 0.00002 kept
        assertThat(repriced.get(0).total()).isEqualTo(Money.usd("0.0097"));
    }

    @Test
    void overwritesNothing_andRefusesItsOwnInput() throws IOException {
        byte[] before = Files.readAllBytes(ledger);
        Shell.Result result = reprice("--out", ledger.toString());
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err())
                .isEqualTo("--out: there is a file FOLDER/week.jsonl, and nothing is overwritten; name a new one\n");
        assertThat(Files.readAllBytes(ledger)).isEqualTo(before);
        Shell.Result within = Shell.run(
                "reprice",
                "--ledger",
                folder.toString(),
                "--out",
                folder.resolve("b.jsonl").toString());
        assertThat(within.code()).isEqualTo(ExitCode.WRONG);
        assertThat(within.err()).contains("would be read as a part of the ledger");
    }

    @Test
    void leavesNothingBehindWhenItFailsMidway() throws IOException {
        Files.writeString(ledger, Files.readString(ledger) + "{\"v\":1}\n");
        List<String> before = files();
        Shell.Result result = reprice("--out", folder.resolve("new.jsonl").toString());
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err()).contains("week.jsonl:6");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aPartOfAKilledRunIsNotWrittenTo() throws IOException {
        Files.writeString(folder.resolve("new.jsonl.part"), "{");
        Shell.Result result = reprice("--out", folder.resolve("new.jsonl").toString());
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err()).contains("new.jsonl.part").contains("delete it");
        assertThat(Files.readString(folder.resolve("new.jsonl.part"))).isEqualTo("{");
    }

    @Test
    void strictRefusesCallsWithoutAPrice_andWritesNothing() throws IOException {
        List<String> before = files();
        Shell.Result result =
                reprice("--strict", "--out", folder.resolve("new.jsonl").toString());
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err())
                .startsWith("--strict: calls have no price in new@")
                .endsWith(": acme/mystery (unknown_model, 1 call); add prices, or leave --strict out\n");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void anObjectiveThatHoldsOnlyAsFarAsThereArePrices_isNotKept() throws IOException {
        Path slo = Files.writeString(folder.resolve("slo.json"), """
                {"v":1,"currency":"USD","features":{"search":{"ceilingPerRequest":"0.01"},"chat":{"ceilingPerRequest":"0.03"}}}
                """);
        Shell.Result result = reprice("--slo", slo.toString());
        assertThat(result.code()).isEqualTo(ExitCode.UNDECIDED);
        assertThat(result.out()).contains("unknown, calls have no price");
        Files.writeString(slo, "{\"v\":1,\"currency\":\"USD\",\"features\":{\"other\":{\"ceilingPerRequest\":\"1\"}}}");
        assertThat(reprice("--slo", slo.toString()).err()).contains("the ledger has none of these features");
    }

    @Test
    void aMapThatMatchesNothingIsAnError() {
        Shell.Result result = reprice("--map", "acme/larg=beta/big");
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err())
                .isEqualTo("--map: no call is at acme/larg; write PROVIDER/MODEL as the ledger does, such as"
                        + " acme/large, gpu/own, acme/mystery\n");
        assertThat(reprice("--map", "acme/large=beta/bog").err()).contains("has no price for beta/bog");
    }

    @Test
    void theJsonHasExactAmountsAndAllModels() {
        Map<String, Object> tree =
                Json.object(reprice("--json", "--map", "acme/large=beta/big").out());
        assertThat(tree.get("caveats")).isEqualTo(List.of("tokens", "cache", "latency"));
        Map<?, ?> chat = (Map<?, ?>) ((List<?>) tree.get("features")).get(0);
        // 4000 × 5 + 600 × 25 per million, five times, and 4 × 0.00002
        assertThat(chat.get("would_be")).isEqualTo("0.17508");
        // 5 × 0.01452 + 4 × 0.00002
        assertThat(chat.get("was")).isEqualTo("0.07268");
        // 0.05 × 0.4, of three delivered
        assertThat(chat.get("allowance")).isEqualTo("0.06");
        assertThat(chat.get("objective")).isEqualTo("missed");
        Map<?, ?> big = (Map<?, ?>) ((List<?>) chat.get("models")).get(0);
        // (0.06 − 0.075 − 0.00008) is below zero; (0.06 − 0.00008) ÷ 0.175
        assertThat(big.get("break_even_input_per_million")).isNull();
        assertThat(big.get("break_even_factor")).isEqualTo("0.3424");
    }

    @Test
    void halfWrittenLastLinesAreLeftOutAndNamed() throws IOException {
        Files.writeString(ledger, Files.readString(ledger) + "{\"v\":1,\"id\":\"r-9");
        assertThat(reprice().out()).contains("  left out, half written: FOLDER/week.jsonl:6\n");
    }

    @Test
    void noRecordsAndTwoCurrenciesAreErrors() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        Shell.Result nothing = Shell.run("reprice", "--ledger", empty.toString());
        assertThat(nothing.code()).isEqualTo(ExitCode.WRONG);
        assertThat(nothing.err()).contains("there are no records in");
        Files.writeString(ledger, Files.readString(ledger).replaceFirst("\"USD\"", "\"EUR\""));
        Shell.Result mixed = reprice();
        assertThat(mixed.code()).isEqualTo(ExitCode.WRONG);
        assertThat(mixed.err()).contains("r-0 is in EUR");
    }
}

package io.unitcost.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.Shell;
import io.unitcost.cli.shell.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

/** Ledgers and arguments that nobody wrote on purpose. Each ends with an exit code and a sentence, and never with a trace. */
class HostileLedgerTest {

    private static final String TABLE = "feature,bucket,currency,requests,delivered,cost,allowance\n";

    @TempDir
    private Path folder;

    private String slo;
    private String good;

    @BeforeEach
    void files() throws IOException {
        slo = write("slo.json", """
                {"v":1,"currency":"USD","features":{"chat":{"ceilingPerRequest":"0.002"}}}
                """);
        good = write("good.jsonl", lines(40, "chat", "0.001", line -> line));
    }

    static Stream<String> names() {
        return Stream.of(
                "a|b",
                "a\\|b",
                "a`b``c",
                "```\n# x",
                "</script><script>alert(1)</script><!--",
                "]]>&amp;<&>\"'",
                "a\nGATE PASSED\r\nc",
                "\u001b[31mred\u001b[0m\u0007",
                "\u0000",
                "\u00e9\u2603\uD83D\uDE00\u202Eabc",
                "\uD800",
                "\uFFFE\uFFFF",
                "a,b;\"c\"",
                "%s%n{}${x}",
                "x".repeat(10_000));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameIsShownAndObeyedNowhere(String name) throws Exception {
        String dear = write("dear.jsonl", lines(40, name, "0.003", line -> line));
        String cheap = write("cheap.jsonl", lines(40, name, "0.001", line -> line));
        Shell.Result gate = run(
                "gate",
                "--candidate",
                dear,
                "--baseline",
                cheap,
                "--junit",
                path("g.xml"),
                "--markdown",
                path("g.md"),
                "--json",
                path("g.json"));
        assertThat(gate.code()).as(gate.err()).isEqualTo(1);
        assertThat(gate.out().lines().filter(line -> line.startsWith("GATE")))
                .as("the verdict is the gate's own")
                .containsExactly("GATE FAILED: 1 failed");
        assertThat(gate.out()).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");

        Element suites = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("g.xml").toFile())
                .getDocumentElement();
        assertThat(suites.getElementsByTagName("failure").getLength()).isEqualTo(1);
        assertThat(Json.object(Files.readString(folder.resolve("g.json")))).containsEntry("verdict", "fail");
        List<String> rows = Files.readAllLines(folder.resolve("g.md")).stream()
                .filter(line -> line.startsWith("| "))
                .toList();
        assertThat(rows).hasSize(2);
        assertThat(rows).allSatisfy(row -> assertThat(cells(row)).as(row).isEqualTo(6));

        Shell.Result why = run("explain", "--before", cheap, "--after", dear, "--by", "feature");
        assertThat(why.code()).isZero();
        assertThat(why.out()).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]").doesNotContainPattern("(?m)^GATE");
        Json.object(run("explain", "--before", cheap, "--after", dear, "--json").out());
        assertThat(run("export", "--ledger", dear, "--format", "buckets", "--out", path("b.csv"))
                        .code())
                .isZero();
        Shell.Result buckets = run("gate", "--candidate", path("b.csv"), "--baseline", path("b.csv"));
        assertThat(buckets.code()).as("the table is read back").isZero();
        assertThat(buckets.out()).contains(": 40 requests, 40 calls");
        assertThat(run("export", "--ledger", dear, "--format", "cells", "--out", path("c.csv"))
                        .code())
                .isZero();
        assertThat(run("explain", "--before", path("c.csv"), "--after", path("c.csv"))
                        .out())
                .contains("$0.003");
        assertThat(run("export", "--ledger", dear, "--format", "focus").code()).isZero();
        assertThat(run("report", "--ledger", dear, "--html", path("r.html")).code())
                .isZero();
        assertThat(Files.readString(folder.resolve("r.html")))
                .as("what is in a ledger runs in no page")
                .doesNotContain("<script>alert");
    }

    /** The cells of a row, as GitHub's dialect of Markdown counts them: a backslash takes the next sign with it. */
    private static int cells(String row) {
        int bars = 0;
        for (int i = 0; i < row.length(); i++) {
            if (row.charAt(i) == '\\') {
                i++;
            } else if (row.charAt(i) == '|') {
                bars++;
            }
        }
        return bars - 1;
    }

    @ParameterizedTest
    @CsvSource({
        "29, 3", "30, 0", "31, 0",
    })
    void aVerdictNeedsThirtyRequests(int count, int code) throws IOException {
        String ledger = write("some.jsonl", lines(count, "chat", "0.001", line -> line));
        assertThat(gate(ledger).code()).isEqualTo(code);
    }

    @Test
    void whatComesTwiceIsRefused() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("costs"));
        String part = Files.writeString(
                        directory.resolve("a.jsonl"),
                        lines(20, "chat", "0.001", line -> line.replace("\"case\"", "\"x\"")))
                .toString();
        assertThat(gate(part).code()).as("20 requests").isEqualTo(3);
        for (List<String> twice : List.of(
                List.of(part, part),
                List.of(directory.toString(), part),
                List.of(directory.toString(), folder.resolve("costs/../costs").toString()))) {
            Shell.Result result = run("gate", "-c", twice.get(0), "-c", twice.get(1), "--slo", slo);
            assertThat(result.code()).as("%s", twice).isEqualTo(2);
            assertThat(result.err()).contains("is given twice").contains("name each ledger once");
        }
        String table = write("t.csv", TABLE + rows("chat", "20", "20"));
        Shell.Result tables = run("gate", "-c", table, "-c", table, "--slo", slo);
        assertThat(tables.code()).isEqualTo(2);
        assertThat(tables.err()).contains("is given twice").contains("name each table once");
    }

    @Test
    void theSameLedgerOnBothSidesHasNotGrown() {
        Shell.Result result = run("gate", "-c", good, "-b", good);
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("pass  against baseline  +0.0 %");
    }

    @Test
    void aSessionOfManyCasesIsOneObservation() throws IOException {
        String session = write(
                "session.jsonl",
                lines(40, "chat", "0.001", line -> line.replace("\"case\"", "\"session\":\"s\",\"case\"")));
        Shell.Result result = run("gate", "-c", session, "-b", session);
        assertThat(result.code()).isEqualTo(3);
        assertThat(result.out()).contains("1 sessions: a verdict needs 10");
    }

    @Test
    void nothingDeliveredIsNotAPass() throws IOException {
        String failed = write(
                "failed.jsonl",
                lines(40, "chat", "0.001", line -> line.replace("\"delivered\",\"ms\"", "\"failed\",\"ms\"")));
        assertThat(gate(failed).code()).isEqualTo(3);
        assertThat(run("gate", "-c", good, "-b", failed).code()).isEqualTo(3);
        Shell.Result why = run("explain", "--before", good, "--after", failed);
        assertThat(why.code()).isEqualTo(2);
        assertThat(why.err()).contains("--after: no delivered request");
    }

    @Test
    void nothingAllowedIsNothingAllowed() throws IOException {
        String free = write(
                "free.jsonl",
                lines(
                        40,
                        "chat",
                        "0.001",
                        line -> line.replace("\"prices\"", "\"revenue\":0,\"allowance\":0,\"prices\"")));
        Shell.Result result = run("gate", "-c", free, "-b", good);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).contains("FAIL  cost per request  $0.001000  allowed $0 ");
    }

    @Test
    void amountsOfOtherWorldsAreShownOrRefused() throws IOException {
        assertThat(gate(write("huge.jsonl", lines(40, "chat", "1e30", line -> line)))
                        .code())
                .isEqualTo(1);
        assertThat(gate(write("zero.jsonl", lines(40, "chat", "0", line -> line)))
                        .code())
                .isZero();
        for (String amount : List.of("1e300", "1e-300", "1e999999999", "NaN", "0." + "1".repeat(3_000), "\"1,5\"")) {
            Shell.Result result = gate(write("odd.jsonl", lines(40, "chat", amount, line -> line)));
            assertThat(result.code()).as(amount).isEqualTo(2);
            assertThat(result.err()).contains("odd.jsonl:1: ").contains("; ");
        }
    }

    @Test
    void linesMayHaveAMarkABlankOrACarriageReturn() throws IOException {
        String text = lines(40, "chat", "0.001", line -> line);
        for (String odd :
                List.of("\uFEFF" + text, text.replace("\n", "\r\n"), "\n \n" + text.replace("\n", "\n\t\n"))) {
            Shell.Result result = gate(write("odd.jsonl", odd));
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.out()).contains("chat: 40 requests");
        }
    }

    @Test
    void aLineThatIsNoRecordIsNamed() throws IOException {
        for (String line : List.of("1", "[]", "hello", "{}", "[".repeat(100_000), "{\"v\":2}", "null", "\"\"")) {
            Shell.Result result = gate(write("odd.jsonl", line + "\n"));
            assertThat(result.code()).as(result.out()).isEqualTo(2);
            assertThat(result.err()).contains("odd.jsonl:1: ").contains("; ");
        }
    }

    @Test
    void gzipThatWasCutIsReadUpToThereAndThatIsSaid() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(lines(4_000, "chat", "0.001", line -> line).getBytes(StandardCharsets.UTF_8));
        }
        byte[] whole = bytes.toByteArray();
        Path file = folder.resolve("cut.jsonl.gz");
        for (int length : new int[] {1, 9, 11}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(gate(file.toString()).code()).as("%s bytes", length).isEqualTo(2);
        }
        for (int length : new int[] {whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            Shell.Result result = gate(file.toString());
            assertThat(result.code()).as("%s bytes", length).isZero();
            assertThat(result.out()).contains("left out of the candidate: ").contains("was not written to its end");
        }
    }

    @Test
    void aTableThatIsOddIsRefusedAndNotReadInPart() throws IOException {
        String rows = rows("chat", "10", "10");
        for (String odd : List.of(
                TABLE + rows + "chat,\"41,USD,10,10,900,0\nchat,42,USD,10,10,900,0\n",
                TABLE + rows.replace("USD,10,10", "USD,-10,10"),
                TABLE + rows.replace("USD,10,10", "USD,10,-10"),
                TABLE + rows.replace("USD,10,10", "USD,1e300,10"),
                TABLE + rows.replace("USD,10,10", "USD,10,11"),
                TABLE + rows.replace("0.01", "NaN"),
                TABLE + rows.replace("0.01", "\"0,01\""),
                TABLE + rows.replace("USD", "usd"),
                TABLE + "chat,1\n",
                TABLE.replace("bucket", "bucket,bucket") + rows,
                (TABLE + rows).replace(",", ";"),
                "")) {
            Shell.Result result = gate(write("odd.csv", odd));
            assertThat(result.code())
                    .as(odd.lines().limit(2).toList().toString())
                    .isEqualTo(2);
            assertThat(result.err()).contains("odd.csv").contains("; ").contains(" ");
        }
    }

    @Test
    void aTableMayComeFromASpreadsheet() throws IOException {
        String text = TABLE + rows("chat", "10", "10");
        for (String table : List.of("\uFEFF" + text, text.replace("\n", "\r\n"), "\n" + text.replace("\n", "\n\n"))) {
            Shell.Result result = gate(write("t.csv", table));
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.out()).contains("chat: 400 requests");
        }
        Shell.Result quoted = gate(write("t.csv", TABLE + rows("\"ch,a\"\"t\n x\"", "10", "10")));
        assertThat(quoted.out()).contains("ch,a\"t? x: 400 requests");
    }

    @Test
    void optionsThatContradictOrGoTooFarAreRefused() {
        for (List<String> odd : List.of(
                List.of("--confidence", "0.95", "--confidence", "0.99"),
                List.of("--confidence", "1"),
                List.of("--confidence", "0.5"),
                List.of("--confidence", "1e999"),
                List.of("--confidence", "0,95"),
                List.of("--tolerance", "-1%"),
                List.of("--tolerance", "1e99999"),
                List.of("--slo", folder.toString()),
                List.of("--unpriced-limit", "101%"),
                List.of("--latency", "boom"),
                List.of("--on-undecided", "ignore"),
                List.of("--feature", ""))) {
            List<String> all = new ArrayList<>(List.of("gate", "-c", good, "--slo", slo));
            all.addAll(odd);
            assertThat(run(all.toArray(new String[0])).code()).as("%s", odd).isEqualTo(2);
        }
    }

    @Test
    void repricingAnswersWhateverItIsGiven() throws IOException {
        String prices = write("prices.json", """
                {"format":"unitcost-prices/1","name":"new","date":"2026-11-01","currency":"USD","providers":{
                "acme":{"models":{"chat":{"rates":{"input_tokens":"2 per 1M"}}}}}}
                """);
        for (String name : names().toList()) {
            String ledger = write("odd.jsonl", lines(40, name, "0.001", line -> line));
            Shell.Result repriced = run("reprice", "--ledger", ledger, "--prices", prices, "--json");
            assertThat(repriced.code()).as(repriced.err()).isZero();
            Json.object(repriced.out());
            assertThat(run("reprice", "--ledger", ledger, "--prices", prices).out())
                    .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]")
                    .doesNotContainPattern("(?m)^GATE");
        }
        for (String amount : List.of("1e30", "0", "-0.001")) {
            run("reprice", "--ledger", write("odd.jsonl", lines(40, "chat", amount, line -> line)), "--prices", prices);
        }
        for (String tokens : List.of("0", "9007199254740993", "1e18", "0.5", "-1", "null", "\"many\"")) {
            String ledger = write(
                    "odd.jsonl",
                    lines(
                            40,
                            "chat",
                            "0.001",
                            line -> line.replace("\"input_tokens\":1200", "\"input_tokens\":" + tokens)));
            Shell.Result result = run("reprice", "--ledger", ledger, "--prices", prices);
            assertThat(result.out() + result.err()).as(tokens).isNotBlank();
        }
        String copy = path("copy.jsonl");
        assertThat(run("reprice", "--ledger", good, "--prices", prices, "--out", good)
                        .code())
                .isEqualTo(2);
        assertThat(run("reprice", "--ledger", good, "--prices", prices, "--out", copy)
                        .code())
                .isZero();
        assertThat(run("reprice", "--ledger", copy, "--prices", prices).out()).contains("chat");
        assertThat(run("reprice", "--ledger", good, "--prices", good).code()).isEqualTo(2);
        assertThat(run("reprice", "--ledger", good, "--map", "acme/chat").code())
                .isEqualTo(2);
    }

    @Test
    void whatIsReadIsNotWrittenOver() throws IOException {
        String before = Files.readString(Path.of(good));
        for (String option : List.of("--json", "--junit", "--markdown")) {
            Shell.Result result = run("gate", "-c", good, "--slo", slo, option, folder + "/./good.jsonl");
            assertThat(result.code()).as(option).isEqualTo(2);
            assertThat(result.err()).contains("would be written over; name another file");
            assertThat(run("gate", "-c", good, "--slo", slo, option, folder.toString())
                            .err())
                    .contains("cannot be written");
        }
        assertThat(run("export", "-l", good, "-f", "buckets", "-o", good).code())
                .isEqualTo(2);
        assertThat(run("report", "--ledger", good, "--html", good).code()).isEqualTo(2);
        assertThat(Files.readString(Path.of(good))).isEqualTo(before);
    }

    @Test
    void objectivesAreNotWrittenOver() throws IOException {
        String before = Files.readString(Path.of(slo));
        for (String option : List.of("--json", "--junit", "--markdown")) {
            Shell.Result result = run("gate", "-c", good, "--slo", slo, option, folder + "/./slo.json");
            assertThat(result.code()).as(option).isEqualTo(2);
            assertThat(result.err()).contains(option + ": ", "is read as --slo", "name another file");
        }
        for (String format : List.of("prometheus", "sloth")) {
            Shell.Result result = run("slo", "export", "-f", format, "--slo", slo, "--out", folder + "/./slo.json");
            assertThat(result.code()).as(format).isEqualTo(2);
            assertThat(result.err()).contains("--out: ", "is read as --slo", "name another file");
        }
        assertThat(Files.readString(Path.of(slo))).isEqualTo(before);
    }

    @Test
    void whatIsInADirectoryThatIsReadIsNotWrittenOverNorAddedTo() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("costs"));
        Path ledger = Files.copy(Path.of(good), directory.resolve("a.jsonl"));
        String before = Files.readString(ledger);
        for (String side : List.of("--candidate", "--baseline", "--production")) {
            String candidate = side.equals("--candidate") ? directory.toString() : good;
            for (String name : List.of("a.jsonl", "new.jsonl", "new.jsonl.gz", "../costs/./a.jsonl")) {
                List<String> all = new ArrayList<>(
                        List.of("gate", "-c", candidate, "--slo", slo, "--json", directory + "/" + name));
                if (!candidate.equals(directory.toString())) {
                    all.addAll(List.of(side, directory.toString()));
                }
                Shell.Result result = run(all.toArray(new String[0]));
                assertThat(result.code()).as("%s", all).isEqualTo(2);
                assertThat(result.err())
                        .contains(
                                "--json: ",
                                "would be read as a part of the ledger in ",
                                "name a file in another directory");
            }
        }
        assertThat(Files.readString(ledger)).isEqualTo(before);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(ledger);
        }
        assertThat(run("gate", "-c", directory.toString(), "--slo", slo, "--json", directory + "/gate.json")
                        .code())
                .as("what is no ledger may be beside one")
                .isZero();
    }

    @Test
    void aLinkToWhatIsReadIsNotWrittenThrough() throws IOException {
        String before = Files.readString(Path.of(good));
        Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic.json"), Path.of(good));
        Path hard = Files.createLink(folder.resolve("hard.json"), Path.of(good));
        for (Path link : List.of(symbolic, hard)) {
            Shell.Result result = run("gate", "-c", good, "--slo", slo, "--json", link.toString());
            assertThat(result.code()).as("%s", link).isEqualTo(2);
            assertThat(result.err()).contains("is read as --candidate");
        }
        assertThat(Files.readString(Path.of(good))).isEqualTo(before);
    }

    @Test
    void aLedgerThatWasCompressedSinceIsNotWrittenOver() throws IOException {
        Path file = folder.resolve("old.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(Files.readAllBytes(Path.of(good)));
        }
        byte[] before = Files.readAllBytes(file);
        Shell.Result result = run("gate", "-c", path("old.jsonl"), "--slo", slo, "--json", file.toString());
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("is read as --candidate");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(run("gate", "-c", path("old.jsonl"), "--slo", slo).code()).isZero();
    }

    @Test
    void twoReportsAreTwoFiles() {
        Shell.Result result =
                run("gate", "-c", good, "--slo", slo, "--json", path("g.txt"), "--junit", folder + "/./g.txt");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--json: ", "is what --junit writes, too; name a file for each");
        assertThat(Path.of(path("g.txt"))).doesNotExist();
    }

    private Shell.Result gate(String candidate) {
        return run("gate", "--candidate", candidate, "--slo", slo);
    }

    /** Whatever it was given, it did not fail by itself. */
    private static Shell.Result run(String... args) {
        Shell.Result result = Shell.run(args);
        assertThat(result.code()).as(result.err()).isBetween(0, 3);
        assertThat(result.err())
                .as("%s", List.of(args))
                .doesNotContain("its own fault")
                .doesNotContain("\tat ");
        return result;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String rows(String feature, String requests, String delivered) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            rows.append(feature + "," + i + ",USD," + requests + "," + delivered + ",0.01,0.02\n");
        }
        return rows.toString();
    }

    /** As somebody else's writer might have it: the feature is the model, too. */
    private static String lines(int count, String feature, String cost, UnaryOperator<String> edit) {
        StringBuilder lines = new StringBuilder();
        String name = Json.write((Object) feature);
        for (int i = 0; i < count; i++) {
            String line = """
                    {"v":1,"id":"r%1$d","time":"2026-11-21T10:00:%2$02dZ","kind":"request","feature":%3$s,"outcome":"delivered","ms":812.25,\
                    "latencyBudget":"none","currency":"USD","cost":%4$s,"inference":%4$s,"idle":0,"support":0,"retry":0,"prices":"p@1",\
                    "case":"case %1$d","unpricedAttempts":0,"estimatedAttempts":0,"attempts":[{"call":0,"provider":"acme","model":%3$s,\
                    "result":"delivered","part":"inference","usage":{"input_tokens":1200},"quality":"reported","ms":790,"cost":%4$s,\
                    "lines":[{"unit":"input_tokens","quantity":1200,"cost":%4$s}]}]}\
                    """.formatted(i, i % 60, name, cost);
            lines.append(edit.apply(line)).append('\n');
        }
        return lines.toString();
    }
}

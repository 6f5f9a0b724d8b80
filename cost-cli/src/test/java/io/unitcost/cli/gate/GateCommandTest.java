package io.unitcost.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.unitcost.cli.Golden;
import io.unitcost.cli.Shell;
import io.unitcost.cli.gate.Runs.Release;
import io.unitcost.cli.shell.Json;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateCommandTest {

    @TempDir
    private Path folder;

    private Runs runs;
    private String old;
    private String same;
    private String dearer;

    @BeforeEach
    void ledgers() {
        runs = new Runs(folder);
        old = runs.write("old.jsonl", Release.OLD, 400, 1);
        same = runs.write("same.jsonl", Release.OLD.output(1), 400, 2);
        dearer = runs.write("dearer.jsonl.gz", new Release("1.43.0", 1.4, 0.3, 0.08, 1), 400, 3);
    }

    @Test
    void pass() throws IOException {
        assertPrints("pass", 0, "--candidate", same, "--baseline", old, "--slo", runs.slo("0.0009"));
    }

    @Test
    void fail() throws IOException {
        assertPrints("fail", 1, "--candidate", dearer, "--baseline", old, "--slo", runs.slo("0.0009"));
    }

    @Test
    void undecided() throws IOException {
        String few = runs.write("few.jsonl", Release.OLD.output(1.05), 60, 4);
        assertPrints("undecided", 3, "--candidate", few, "--slo", runs.slo("0.00085"));
        assertThat(gate("--candidate", few, "--slo", runs.slo("0.00085"), "--on-undecided", "fail")
                        .code())
                .isEqualTo(1);
        Shell.Result warned = gate("--candidate", few, "--slo", runs.slo("0.00085"), "--on-undecided", "warn");
        assertThat(warned.code()).isZero();
        assertThat(warned.out()).endsWith("GATE UNDECIDED: 1 undecided\n--on-undecided warn: exit code 0\n");
    }

    @Test
    void tooFewRequestsAreUndecidedWhateverTheyCost() throws IOException {
        String few = runs.write("few.jsonl", Release.OLD.output(50), 29, 4);
        assertPrints("few", 3, "--candidate", few, "--slo", runs.slo("0.00085"));
    }

    @Test
    void noBaseline() throws IOException {
        assertPrints("no-baseline", 0, "--candidate", same, "--slo", runs.slo("0.0009"));
    }

    @Test
    void noDataIsNeverAPass() throws IOException {
        String empty = runs.file("empty.jsonl", "");
        assertPrints("no-data", 2, "--candidate", empty, "--slo", runs.slo("0.0009"));
        assertPrints(
                "no-such-feature", 2, "--candidate", same, "--slo", runs.slo("0.0009"), "--feature", "support.answer");
        assertPrints("no-limits", 2, "--candidate", same);
        assertPrints("no-baseline-data", 2, "--candidate", same, "--baseline", empty);
        assertThat(gate("--candidate", folder.resolve("none.jsonl").toString()).code())
                .isEqualTo(2);
        assertThat(gate("--candidate", empty, "--on-undecided", "warn").code()).isEqualTo(2);
    }

    @Test
    void unpricedCallsAreALowerBound() throws IOException {
        List<LedgerRecord> records = new ArrayList<>(Runs.records(Release.OLD, 400, 2, Money.USD, "small"));
        records.addAll(Runs.records(new Release("1.43.0", 1, 0.5, 0, 1), 4, 5, Money.USD, "tiny"));
        String unpriced = runs.write("unpriced.jsonl", records);
        assertPrints("unpriced", 2, "--candidate", unpriced, "--slo", runs.slo("0.0009"));
        assertThat(gate("--candidate", unpriced, "--slo", runs.slo("0.0009"), "--unpriced-limit", "1%")
                        .code())
                .isZero();
        assertThat(gate("--candidate", unpriced, "--slo", runs.slo("0.0004")).code())
                .as("what fails at the least fails")
                .isEqualTo(1);
    }

    @Test
    void mixedCurrenciesAreNotAddedUp() throws IOException {
        Currency eur = Currency.getInstance("EUR");
        String euros = runs.write("euros.jsonl", Runs.records(Release.OLD, 400, 2, eur, "small"));
        assertPrints("mixed-currency", 2, "--candidate", same, "--candidate", euros, "--slo", runs.slo("0.0009"));
        assertPrints("mixed-sides", 2, "--candidate", same, "--baseline", euros);
        assertPrints("mixed-objective", 2, "--candidate", euros, "--slo", runs.slo("0.0009"));
    }

    @Test
    void aHalfWrittenLastLineIsLeftOutAndSaid() throws IOException {
        Runs.append(same, "{\"v\":1,\"id\":\"cut-o");
        assertPrints("half-written", 0, "--candidate", same, "--slo", runs.slo("0.0009"));
    }

    @Test
    void aBrokenLineIsAnError() throws IOException {
        Runs.append(same, "{\"v\":1,\"id\":\"cut-o\n");
        assertPrints("broken", 2, "--candidate", same, "--slo", runs.slo("0.0009"));
    }

    @Test
    void whatATestCannotKnowComesFromProduction() throws IOException {
        String cells = runs.file("cells.csv", """
                feature,provider,model,delivered,support,attempts
                support.summarise,,,1000,0.3,
                """);
        assertPrints(
                "production",
                1,
                "--candidate",
                same,
                "--baseline",
                old,
                "--slo",
                runs.slo("0.0009"),
                "--production",
                cells);
    }

    @Test
    void casesCountAsOftenAsInProduction() throws IOException {
        String week = runs.write("week.jsonl", Runs.week());
        String[] judged = {"--candidate", dearer, "--baseline", old, "--slo", runs.slo("0.0009"), "--production"};
        assertPrints("case-mix", 1, with(judged, week));
        Path cells = folder.resolve("week-cells.csv");
        Path cases = folder.resolve("week-cases.csv");
        Shell.run("export", "--ledger", week, "--format", "cells", "--out", cells.toString());
        Shell.run("export", "--ledger", week, "--format", "cases", "--out", cases.toString());
        assertThat(gate(with(judged, cells.toString(), "--production", cases.toString())))
                .as("tables say what the ledger says")
                .isEqualTo(gate(with(judged, week)));
        String sql = runs.file("sql.csv", Files.readString(cases).replaceFirst("case", "caseId"));
        Shell.Result mixOnly = gate(with(judged, sql));
        assertThat(mixOnly.out())
                .contains("assumed: direct cost and planned capacity only: no cells of production were given\n")
                .contains("support.summarise: cases count as often as in production (");
        assertThat(gate(with(judged, cells.toString())).out())
                .as("cells know no cases")
                .doesNotContain("as often as");
    }

    @Test
    void aTableOfCasesIsReadStrictly() throws IOException {
        String[] judged = {"--candidate", same, "--slo", runs.slo("0.0009"), "--production"};
        Shell.Result negative =
                gate(with(judged, runs.file("cases.csv", "feature,case,requests\nsupport.summarise,a,-1\n")));
        assertThat(negative.code()).isEqualTo(2);
        assertThat(negative.err()).contains("cases.csv:2: requests '-1' is not a count");
        Shell.Result without = gate(with(judged, runs.file("cases.csv", "feature,case\nsupport.summarise,a\n")));
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("column 'requests' is missing; the table needs feature, case, requests");
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void theSameLedgersPrintTheSameBytes() throws IOException {
        String[] args = {"--candidate", dearer, "--baseline", old, "--slo", runs.slo("0.0009")};
        assertThat(gate(args)).isEqualTo(gate(args));
    }

    @Test
    void writesFilesForMachinesAndReviewers() throws IOException {
        Path xml = folder.resolve("gate.xml");
        Path markdown = folder.resolve("gate.md");
        Path json = folder.resolve("gate.json");
        Shell.Result result = gate(
                "--candidate",
                dearer,
                "--baseline",
                old,
                "--slo",
                runs.slo("0.0009"),
                "--junit",
                xml.toString(),
                "--markdown",
                markdown.toString(),
                "--json",
                json.toString());
        assertThat(result.code()).isEqualTo(1);
        Golden.assertMatches("gate/fail.xml", Files.readString(xml));
        Golden.assertMatches("gate/fail.md", Files.readString(markdown));
        Golden.assertMatches("gate/fail.json", Files.readString(json));
        assertThat(Json.object(Files.readString(json))).containsEntry("verdict", "fail");
        assertThat(schemaErrors(Files.readString(json))).isEmpty();
        Path undecided = folder.resolve("undecided.xml");
        gate(
                "--candidate",
                runs.write("few.jsonl", Release.OLD, 29, 4),
                "--slo",
                runs.slo("0.0009"),
                "--junit",
                undecided.toString());
        Golden.assertMatches("gate/undecided.xml", Files.readString(undecided));
        assertThat(gate(
                                "--candidate",
                                same,
                                "--slo",
                                runs.slo("0.0009"),
                                "--json",
                                folder.resolve("no/where").toString())
                        .err())
                .contains("cannot be written")
                .contains("name a file in a directory that is there");
    }

    @Test
    void mistakesAreNamed() {
        assertThat(gate("--candidate", same, "--confidence", "95").err()).contains("confidence: 95.0 is not between");
        assertThat(gate("--candidate", same, "--tolerance", "five").err())
                .contains("'five' is not a share; give one like 5%");
        assertThat(gate("--candidate", same, "--slo", "none.json").err()).contains("none.json: cannot be read");
        assertThat(gate().err()).contains("--candidate");
    }

    private static List<?> schemaErrors(String json) throws IOException {
        try (InputStream in = GateCommand.class.getResourceAsStream("gate-1.schema.json")) {
            String schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema, InputFormat.JSON)
                    .validate(json, InputFormat.JSON);
        }
    }

    private void assertPrints(String name, int code, String... args) throws IOException {
        Path report = folder.resolve(name + ".report.json");
        List<String> withJson = new ArrayList<>(List.of(args));
        withJson.addAll(List.of("--json", report.toString()));
        Shell.Result result = gate(withJson.toArray(new String[0]));
        if (Files.exists(report)) {
            assertThat(schemaErrors(Files.readString(report))).as(name).isEmpty();
        }
        Golden.assertMatches(
                "gate/" + name + ".txt",
                (result.out() + result.err()).replace(folder + "/", "").replace(folder + "\\", ""));
        assertThat(result.code()).as(name).isEqualTo(code);
    }

    private static Shell.Result gate(String... args) {
        List<String> all = new ArrayList<>(List.of("gate"));
        all.addAll(List.of(args));
        return Shell.run(all.toArray(new String[0]));
    }
}

package io.unitcost.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.cli.Golden;
import io.unitcost.cli.Shell;
import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.explain.CostCells.Use;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCommandTest {

    @TempDir
    private Path folder;

    private static Shell.Result export(Path ledger, String... args) {
        List<String> all = new ArrayList<>(List.of("export", "--ledger", ledger.toString()));
        all.addAll(List.of(args));
        return Shell.run(all.toArray(new String[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"buckets", "cells", "cases", "focus"})
    void theTablesAreThese(String format) throws IOException {
        Shell.Result result = export(Ledgers.write(folder.resolve("week.jsonl")), "--format", format);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        Golden.assertMatches("ledger/" + format + ".csv", result.out());
    }

    /** What a table says, row by row, by column. */
    private static List<Map<String, String>> table(Export export, List<LedgerRecord> records) {
        records.forEach(export::add);
        List<Map<String, String>> rows = new ArrayList<>();
        export.rows().forEach(cells -> {
            Map<String, String> row = new TreeMap<>();
            for (int i = 0; i < cells.size(); i++) {
                row.put(export.header().get(i), cells.get(i));
            }
            assertThat(row).hasSameSizeAs(cells);
            rows.add(row);
        });
        assertThat(rows).isNotEmpty();
        return rows;
    }

    private static BigDecimal sum(List<Map<String, String>> rows, String... columns) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map<String, String> row : rows) {
            for (String column : columns) {
                assertThat(row).containsKey(column);
                String cell = row.get(column);
                sum = cell.isEmpty() ? sum : sum.add(new BigDecimal(cell));
            }
        }
        return sum;
    }

    /** What no meter of the fixture writes: other services' work, work for them, contracts, costs without lines, late usage. */
    private static List<LedgerRecord> odd() {
        List<LedgerRecord> records = new ArrayList<>(Ledgers.records());
        Usage usage = Usage.tokens(1_000, 3);
        LedgerRecord.Builder gateway = LedgerRecord.builder("o-1", Ledgers.START, "a,\"b\"\n=1", Money.USD)
                .attempts(List.of(
                        LedgerAttempt.of("other-service", "answer")
                                .meteredElsewhere(true)
                                .cost(Money.usd("0.01"))
                                .build(),
                        LedgerAttempt.of("p", "contract")
                                .usage(usage, Quality.PARTIAL)
                                .tier("batch")
                                .region("eu")
                                .cost(Money.usd("0.0003"))
                                .listCost(Money.usd("0.0007"))
                                .lines(List.of(
                                        new Charge.Line(
                                                Unit.INPUT_TOKENS, BigDecimal.valueOf(1_000), Money.usd("0.0001")),
                                        new Charge.Line(Unit.REASONING_TOKENS, BigDecimal.ONE, Money.usd("0.0001")),
                                        new Charge.Line(
                                                Unit.OUTPUT_TOKENS, BigDecimal.valueOf(2), Money.usd("0.0001"))))
                                .build(),
                        LedgerAttempt.of("p", "bare").cost(Money.usd("0.5")).build(),
                        LedgerAttempt.of("p", "part")
                                .usage(usage, Quality.REPORTED)
                                .unpriced(Unpriced.UNKNOWN_UNIT)
                                .cost(Money.usd("0.25"))
                                .build()))
                .meteredElsewhere(Money.usd("0.01"));
        LedgerRecord whole = gateway.build();
        records.add(whole);
        records.add(whole.toBuilder()
                .parts(whole.inference().plus(Money.usd("7")), whole.idle(), whole.support(), whole.retry())
                .build());
        records.add(Ledgers.records().get(0).toBuilder().kind(Kind.SUBREQUEST).build());
        records.add(Ledgers.records().get(0).toBuilder().kind(Kind.LATE).build());
        return records;
    }

    private static BigDecimal total(List<LedgerRecord> records, boolean subrequests, boolean elsewhere) {
        Money total = Money.zero(Money.USD);
        for (LedgerRecord record : records) {
            if (subrequests || record.kind() != Kind.SUBREQUEST) {
                total = total.plus(record.total()).minus(elsewhere ? Money.zero(Money.USD) : record.meteredElsewhere());
            }
        }
        return total.amount();
    }

    @Test
    void bucketsAddUpToTheLedger() {
        List<Map<String, String>> rows = table(new BucketExport(Rows.MOST), odd());
        assertThat(sum(rows, "cost")).isEqualByComparingTo(total(odd(), false, true));
        assertThat(sum(rows, "requests")).isEqualByComparingTo("7");
        assertThat(sum(rows, "delivered")).isEqualByComparingTo("6");
        assertThat(rows).allSatisfy(row -> assertThat(Integer.parseInt(row.get("bucket")))
                .isBetween(0, 199));
        // the MD5 of r-4 begins with fde5: 64997 % 200
        assertThat(rows.stream().filter(row -> row.get("feature").equals("search")))
                .extracting(row -> row.get("bucket"))
                .containsExactly("197");
    }

    @Test
    void casesAddUpToTheLedgerButForWorkForOthers() {
        List<LedgerRecord> records = new ArrayList<>(odd());
        records.add(Ledgers.records().get(0).toBuilder().caseId("a, \"b\"").build());
        List<Map<String, String>> rows = table(new CaseExport(Rows.MOST), records);
        List<LedgerRecord> own = records.stream()
                .filter(record -> record.kind() != Kind.SUBREQUEST)
                .toList();
        BigDecimal cost = own.stream()
                .map(LedgerRecord::total)
                .reduce(Money.zero(Money.USD), Money::plus)
                .amount();
        assertThat(sum(rows, "cost")).isEqualByComparingTo(cost);
        assertThat(sum(rows, "requests").longValueExact())
                .isEqualTo(own.stream()
                        .filter(record -> record.kind() == Kind.REQUEST)
                        .count());
        assertThat(sum(rows, "delivered").longValueExact())
                .isEqualTo(own.stream().filter(LedgerRecord::isDelivered).count());
        assertThat(rows).extracting(row -> row.get("case")).contains("", "a, \"b\"");
    }

    @Test
    void cellsAddUpToTheLedger() {
        List<Map<String, String>> rows = table(new CellExport(Rows.MOST), odd());
        assertThat(sum(
                        rows,
                        "fresh_input_cost",
                        "cached_input_cost",
                        "cache_write_cost",
                        "output_cost",
                        "accelerator_cost",
                        "idle",
                        "fixed",
                        "support"))
                .isEqualByComparingTo(total(odd(), false, true));
        assertThat(sum(rows, "delivered")).isEqualByComparingTo("6");
        assertThat(rows.stream().filter(row -> !row.get("model").isEmpty()))
                .allSatisfy(row ->
                        assertThat(row.get("delivered") + row.get("support")).isEqualTo("00"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3", "1.4"})
    void effectiveCostsAddUpToWhatTheProcessesOfTheLedgerSpent(String version) {
        List<Map<String, String>> rows = table(new FocusExport(FocusVersion.of(version), Rows.MOST), odd());
        assertThat(sum(rows, "EffectiveCost")).isEqualByComparingTo(total(odd(), true, false));
        assertThat(sum(rows, "BilledCost", "x_IdleCost")).isEqualByComparingTo(total(odd(), true, false));
        assertThat(sum(rows, "x_Requests")).isEqualByComparingTo("7");
        assertThat(sum(rows, "ListCost").subtract(sum(rows, "BilledCost")))
                // 0.0007 − 0.0003, twice
                .isEqualByComparingTo("0.0008");
        assertThat(rows.stream().filter(row -> !row.get("x_UnpricedReason").isEmpty()))
                .hasSize(3)
                .allSatisfy(row -> assertThat(row.get("BilledCost")
                                + row.get("EffectiveCost")
                                + row.get("ListCost")
                                + row.get("ContractedCost")
                                + row.get("ContractedUnitPrice"))
                        .isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"1.2,true,false", "1.3,true,true", "1.4,false,true"})
    void eachVersionHasItsNames(String version, boolean publisher, boolean host) {
        List<String> header = new FocusExport(FocusVersion.of(version), 1).header();
        assertThat(header.contains("PublisherName")).isEqualTo(publisher);
        assertThat(header.contains("ProviderName")).isEqualTo(publisher);
        assertThat(header.contains("HostProviderName")).isEqualTo(host);
        assertThat(header.contains("ServiceProviderName")).isEqualTo(host);
        assertThat(header).doesNotHaveDuplicates().contains("x_Estimated", "Tags", "SkuMeter");
    }

    @Test
    void namesWithCommasQuotesAndLinesStandInQuotes() {
        assertThat(Cell.line(List.of("a,\"b\"\n=1", "", "x"))).isEqualTo("\"a,\"\"b\"\"\n=1\",,x");
    }

    /** The SQL of the samples goes by the names of units; the names and what they mean agree. */
    @Test
    void aUnitsNameSaysItsClass() {
        assertThat(Unit.standard()).hasSizeGreaterThan(50).allSatisfy(unit -> {
            String name = unit.unitName();
            Use byName = name.matches("cache.*read.*_tokens")
                    ? Use.CACHED_INPUT
                    : name.matches("cache.*write.*_tokens")
                            ? Use.CACHE_WRITE
                            : name.matches("input.*_tokens")
                                    ? Use.FRESH_INPUT
                                    : name.matches("output.*_tokens")
                                            ? Use.OUTPUT
                                            : name.equals("accelerator_seconds") ? Use.ACCELERATOR : null;
            assertThat(CellExport.use(unit)).as(name).isEqualTo(byName);
        });
    }

    @Test
    void tooManyRowsAreRefused() {
        BucketExport export = new BucketExport(3);
        assertThatThrownBy(() -> odd().forEach(export::add))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "the table would have more than 3 rows; export a part of the ledger, such as one day, or make"
                                + " the table with SQL");
    }

    @Test
    void writesANewFileOnly() throws IOException {
        Path ledger = Ledgers.write(folder.resolve("week.jsonl.gz"));
        Path out = folder.resolve("cells.csv");
        assertThat(export(ledger, "--format", "cells", "--out", out.toString()).code())
                .isEqualTo(ExitCode.OK);
        String table = Files.readString(out);
        assertThat(table).isEqualTo(export(ledger, "--format", "cells").out());
        Shell.Result again = export(ledger, "--format", "buckets", "--out", out.toString());
        assertThat(again.code()).isEqualTo(ExitCode.WRONG);
        assertThat(again.err()).contains("nothing is overwritten");
        assertThat(Files.readString(out)).isEqualTo(table);
    }

    @Test
    void dataErrorsAreErrors() throws IOException {
        Path ledger = Ledgers.write(folder.resolve("week.jsonl"));
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        assertThat(export(empty, "--format", "cells").code()).isEqualTo(ExitCode.WRONG);
        assertThat(export(empty, "--format", "cells").err()).contains("there are no records in");
        assertThat(export(ledger, "--format", "focus", "--focus-version", "2").err())
                .isEqualTo("--focus-version: '2' is not known; use 1.2, 1.3 or 1.4\n");
        assertThat(export(ledger, "--format", "nothing").code()).isEqualTo(ExitCode.WRONG);
        Files.writeString(ledger, Files.readString(ledger).replaceFirst("\"USD\"", "\"EUR\""));
        Shell.Result mixed = export(ledger, "--format", "cells");
        assertThat(mixed.code()).isEqualTo(ExitCode.WRONG);
        assertThat(mixed.err()).contains("week.jsonl:2: USD after EUR; export ledgers of one currency");
    }

    @Test
    void halfWrittenLastLinesAreLeftOutAndNamed() throws IOException {
        Path ledger = Ledgers.write(folder.resolve("week.jsonl"));
        String table = export(ledger, "--format", "cells").out();
        Files.writeString(ledger, Files.readString(ledger) + "{\"v\":1,\"id");
        Shell.Result result = export(ledger, "--format", "cells");
        assertThat(result.out()).isEqualTo(table);
        assertThat(result.err()).startsWith("left out, half written: ").endsWith("week.jsonl:6\n");
    }

    @Test
    void partsAreTold() {
        List<Map<String, String>> rows = table(new FocusExport(FocusVersion.V1_3, Rows.MOST), Ledgers.records());
        assertThat(rows).extracting(row -> row.get("x_Part")).contains(Part.RETRY.label(), Part.SUPPORT.label());
    }
}

package io.unitcost.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.unitcost.cli.Golden;
import io.unitcost.cli.Shell;
import io.unitcost.cli.gate.Runs.Release;
import io.unitcost.cli.shell.Json;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    @TempDir
    private Path folder;

    private Runs runs;
    private String before;
    private String after;

    @BeforeEach
    void windows() {
        runs = new Runs(folder);
        before = runs.write("before.jsonl", traffic(new Release("1.42.0", 1, 0.5, 0.02, 1), 300, 100));
        after = runs.write("after.jsonl", traffic(new Release("1.43.0", 1.4, 0.3, 0.08, 0.9), 200, 200));
    }

    /** Two features, of which the second one is dearer. */
    private static List<LedgerRecord> traffic(Release release, int summaries, int answers) {
        List<LedgerRecord> records =
                new ArrayList<>(session(Runs.records(release, summaries, 1, Money.USD, "small"), "s"));
        Release longer =
                new Release(release.name(), release.output() * 4, release.cached(), release.retries(), release.price());
        for (LedgerRecord record : session(Runs.records(longer, answers, 2, Money.USD, "small"), "a")) {
            records.add(LedgerRecord.builder("a-" + record.id(), record.openedAt(), "support.answer", Money.USD)
                    .session(record.session())
                    .attempts(record.attempts())
                    .build());
        }
        return records;
    }

    private static List<LedgerRecord> session(List<LedgerRecord> records, String prefix) {
        List<LedgerRecord> named = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            named.add(
                    records.get(i).toBuilder().caseId(null).session(prefix + i).build());
        }
        return named;
    }

    @Test
    void saysWhy() throws IOException {
        assertPrints("drivers", 0, "--before", before, "--after", after);
        assertPrints("by-feature", 0, "--before", before, "--after", after, "--by", "feature");
        assertPrints("one-feature", 0, "--before", before, "--after", after, "--feature", "support.summarise");
    }

    @Test
    void thePartsAddUpToTheChange() {
        Map<String, Object> why = Json.object(
                explain("--before", before, "--after", after, "--json").out());
        BigDecimal change = (BigDecimal) why.get("change");
        assertThat(change).isPositive();
        assertThat(sum(why.get("drivers"))).isCloseTo(change, offset(new BigDecimal("1e-15")));
        assertThat(sum(why.get("features"))).isCloseTo(change, offset(new BigDecimal("1e-15")));
    }

    private static BigDecimal sum(Object parts) {
        return ((List<?>) parts)
                .stream()
                        .map(part -> (BigDecimal) ((Map<?, ?>) part).get("amount"))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void whatIsNoLargerThanChanceIsNotExplained() throws IOException {
        String again = runs.write("again.jsonl", traffic(new Release("1.42.1", 1, 0.5, 0.02, 1), 301, 99));
        assertPrints("undecided", 0, "--before", before, "--after", again, "--by", "feature");
    }

    @Test
    void theSmallTablesOfAnExportSayTheSame() throws IOException {
        String cellsBefore = export(before, "cells", "before.csv");
        String cellsAfter = export(after, "cells", "after.csv");
        assertPrints("cells", 0, "--before", cellsBefore, "--after", cellsAfter);
        Map<String, Object> byRecords = Json.object(
                explain("--before", before, "--after", after, "--json").out());
        Map<String, Object> byCells = Json.object(explain("--before", cellsBefore, "--after", cellsAfter, "--json")
                .out());
        assertThat((BigDecimal) byCells.get("change"))
                .isCloseTo((BigDecimal) byRecords.get("change"), offset(new BigDecimal("1e-12")));
    }

    @Test
    void aGateOfBucketsJudgesLikeOneOfRecords() throws IOException {
        String slo = runs.slo("0.0009");
        Shell.Result records = Shell.run("gate", "--candidate", after, "--baseline", before, "--slo", slo);
        Shell.Result buckets = Shell.run(
                "gate",
                "--candidate",
                export(after, "buckets", "a.csv"),
                "--baseline",
                export(before, "buckets", "b.csv"),
                "--slo",
                slo);
        assertThat(records.code()).isEqualTo(1);
        assertThat(buckets.code()).isEqualTo(1);
        Golden.assertMatches("gate/buckets.txt", buckets.out());
    }

    @Test
    void noDataAndMixedCurrenciesAreErrors() throws IOException {
        String empty = runs.file("empty.jsonl", "");
        assertPrints("no-data", 2, "--before", before, "--after", empty);
        assertPrints("no-such-feature", 2, "--before", before, "--after", after, "--feature", "search");
        String euros = runs.write(
                "euros.jsonl",
                Runs.records(new Release("1", 1, 0.5, 0.02, 1), 50, 1, Currency.getInstance("EUR"), "small"));
        assertPrints("mixed-currency", 2, "--before", before, "--after", euros);
        assertThat(explain("--before", before).code()).isEqualTo(2);
        String table = runs.file("table.csv", "feature,model\na,b\n");
        assertThat(explain("--before", table, "--after", after).err())
                .contains("table.csv: column 'provider' is missing; the table needs feature, provider");
        String words = runs.file("words.csv", "feature,provider,model,delivered,attempts\nchat,p,m,many,1\n");
        assertThat(explain("--before", words, "--after", after).err())
                .contains("words.csv:2: delivered 'many' is not a number; correct it there");
    }

    private String export(String ledger, String format, String name) {
        Path file = folder.resolve(name);
        Shell.Result result = Shell.run("export", "--ledger", ledger, "--format", format, "--out", file.toString());
        assertThat(result.code()).as(result.err()).isZero();
        return file.toString();
    }

    private void assertPrints(String name, int code, String... args) throws IOException {
        Shell.Result result = explain(args);
        Golden.assertMatches(
                "explain/" + name + ".txt",
                (result.out() + result.err()).replace(folder + "/", "").replace(folder + "\\", ""));
        assertThat(result.code()).as(name).isEqualTo(code);
    }

    private static Shell.Result explain(String... args) {
        List<String> all = new ArrayList<>(List.of("explain"));
        all.addAll(List.of(args));
        return Shell.run(all.toArray(new String[0]));
    }
}

package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostObjective;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.slo.CostObjectives;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgersTest {

    @TempDir
    private Path folder;

    @Test
    void theHalvesAreLedgersThatAddUpToTheReport() {
        Path costs = folder.resolve("costs");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Demo.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "--json",
                "--requests",
                "600",
                "--ledger",
                costs.toString());
        assertThat(code).as(err.toString()).isZero();
        assertThat(err.toString()).contains("600 records").doesNotContain("lost");
        List<LedgerRecord> before = read(costs.resolve("before"));
        List<LedgerRecord> after = read(costs.resolve("after"));
        assertThat(before).isNotEmpty().allMatch(record -> "1.0".equals(record.release()));
        assertThat(after).isNotEmpty().allMatch(record -> "2.0".equals(record.release()));
        assertThat(before.size() + after.size()).isEqualTo(600);
        Json json = Json.parse(out.toString());
        for (String feature : Features.ALL) {
            assertThat(sum(before, feature).add(sum(after, feature)))
                    .as(feature)
                    .isEqualByComparingTo(json.amount("features", feature, "cost"));
        }
        assertThat(after.stream()
                        .filter(record -> record.feature().equals(Features.CODE_ASSIST))
                        .flatMap(record -> record.attempts().stream())
                        .map(attempt -> attempt.model())
                        .distinct())
                .containsExactly("claude-sonnet-4-6");
    }

    @Test
    void aDirectoryThatHoldsSomethingIsRefused() {
        StringWriter err = new StringWriter();
        int code = Demo.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "--ledger",
                folder.toAbsolutePath().getParent().toString());
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("is not empty; name a new directory");
    }

    @Test
    void theFileOfObjectivesSaysWhatTheScenarioDoes() {
        CostObjectives file = CostObjectives.read(Path.of("cost-slo.json"));
        List<CostObjective> scenario = Scenario.full().objectives();
        assertThat(file.features())
                .containsExactlyInAnyOrderElementsOf(
                        scenario.stream().map(CostObjective::feature).toList());
        assertThat(scenario).allSatisfy(objective -> {
            CostObjective written = file.find(objective.feature());
            assertThat(written.fixedRevenue()).isEqualTo(objective.fixedRevenue());
            assertThat(written.fixedAllowance()).isEqualTo(objective.fixedAllowance());
            assertThat(written.latencyBudget()).isEqualTo(objective.latencyBudget());
        });
    }

    private static List<LedgerRecord> read(Path ledger) {
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            return reader.stream().toList();
        }
    }

    private static BigDecimal sum(List<LedgerRecord> records, String feature) {
        return records.stream()
                .filter(record -> record.feature().equals(feature))
                .map(record -> record.total().amount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}

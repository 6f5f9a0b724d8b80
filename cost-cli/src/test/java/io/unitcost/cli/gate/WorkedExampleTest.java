package io.unitcost.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.cli.Shell;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An objective of 20 % of 0.002 USD, before and after an upgrade of an own model: 3 an hour, 18 requests a second, half of it used. */
class WorkedExampleTest {

    @TempDir
    private Path folder;

    @Test
    void anObjectiveOf20PercentPassesBeforeTheUpgradeAndFailsAfterIt() throws IOException {
        // 1/21600 x 2 (half idle) x 1.05 + 0.000022 = 0.000119222; work x 2, price of it x 2: 0.000410889
        String before = ledger("1.0", "3.00", 300);
        String after = ledger("2.0", "6.00", 900);
        Path slo = Files.writeString(folder.resolve("cost-slo.json"), """
                {"v":1,"currency":"USD","features":{"assistant":{"revenuePerRequest":"0.002","targetMargin":"0.80"}}}
                """);
        Shell.Result passed = Shell.run("gate", "--candidate", before, "--slo", slo.toString());
        assertThat(passed.out())
                .contains("pass  cost per request  $0.0001192  allowed $0.00040")
                .endsWith("GATE PASSED\n");
        assertThat(passed.code()).isZero();
        Shell.Result failed = Shell.run("gate", "--candidate", after, "--baseline", before, "--slo", slo.toString());
        assertThat(failed.out())
                .contains("FAIL  cost per request  $0.0004109  allowed $0.00040")
                .contains("FAIL  against baseline    +244.6 %")
                .endsWith("GATE FAILED: 2 failed\n");
        assertThat(failed.code()).isEqualTo(1);
    }

    private String ledger(String release, String hour, int output) {
        Path file = folder.resolve(release + ".jsonl");
        try (LedgerWriter writer = LedgerWriter.create(file);
                CostLedger ledger =
                        CostLedger.builder(writer::write).release(release).build();
                CostMeter meter = CostMeter.builder()
                        .prices(PriceTable.builder("support")
                                .model("vectors", "read", model -> model.rate(Unit.REQUESTS, "22 per 1M"))
                                .build())
                        .pool(CapacityPool.builder("gpu")
                                .pricePerHour(hour)
                                .plannedUtilization("0.5")
                                .calibrate("llama", own -> own.sustainedRequestsPerSecond("18")
                                        .reference(1_200, 300)
                                        .outputWeight("4"))
                                .build())
                        .listener(ledger)
                        .build()) {
            for (int i = 0; i < 400; i++) {
                RequestMeter request = meter.open("assistant");
                request.attribute("case", "case-" + i);
                request.recordSupport(
                        "retrieval",
                        Attempt.of("vectors", "read")
                                .usage(Usage.of(Unit.REQUESTS, 1))
                                .build());
                CallMeter call = request.call();
                for (int tries = i % 20 == 0 ? 2 : 1; tries > 0; tries--) {
                    call.record(Attempt.of("gpu", "llama")
                            .usage(Usage.tokens(1_200, output))
                            .build());
                }
                call.end();
                request.end(Outcome.DELIVERED);
            }
        }
        return file.toString();
    }
}

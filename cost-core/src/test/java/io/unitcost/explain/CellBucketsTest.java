package io.unitcost.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.explain.CostCells.Use;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.MemoryLedgerSink;
import io.unitcost.ledger.RandomTraffic;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CellBucketsTest {

    @Test
    void theCellsOfALedgerAreWhatItsRequestsCost() {
        MemoryLedgerSink sink = MemoryLedgerSink.create();
        CostCells.Builder direct = CostCells.builder();
        try (CostLedger ledger = CostLedger.builder(sink).build();
                CostMeter meter = RandomTraffic.meter(ledger, direct::add).build()) {
            new RandomTraffic(1).serve(meter, 3_000);
        }
        List<LedgerRecord> records = sink.records();
        double total = records.stream()
                .filter(record -> record.kind() != Kind.SUBREQUEST)
                .mapToDouble(record -> record.total().toDouble())
                .sum();
        double subrequests = records.stream()
                .filter(record -> record.kind() == Kind.SUBREQUEST)
                .mapToDouble(record -> record.total().toDouble())
                .sum();
        long delivered = records.stream().filter(LedgerRecord::isDelivered).count();
        assertThat(subrequests).isPositive();
        assertThat(delivered).isBetween(500L, 2_500L);

        CellBuckets buckets = CellBuckets.bySession();
        records.forEach(buckets::add);
        List<CostCells> built = buckets.build();
        assertThat(built).hasSize(CellBuckets.BUCKETS);
        assertThat(built.stream().mapToDouble(CostCells::spend).sum()).isCloseTo(total, within(1e-9 * total));
        assertThat(built.stream().mapToDouble(CostCells::delivered).sum()).isEqualTo(delivered);

        CostCells live = direct.build();
        CostCells read = cells(records);
        assertThat(live.features.keySet()).isEqualTo(read.features.keySet());
        live.models.forEach((feature, models) -> {
            assertThat(models.keySet()).isEqualTo(read.models.get(feature).keySet());
            models.forEach((model, sums) -> assertThat(read.models.get(feature).get(model))
                    .as("%s %s", feature, model)
                    .containsExactly(sums, within(1e-9)));
        });
    }

    @Test
    void tokensGoIntoTheirClasses() {
        LedgerRecord record = record("r", null, null, attempt("p", "m", 0.01));
        double[] cell = cells(List.of(record)).models.get("chat").get("p/m");
        assertThat(cell[CostCells.ATTEMPTS]).isEqualTo(1);
        assertThat(cell[CostCells.quantity(Use.FRESH_INPUT)]).isEqualTo(700);
        assertThat(cell[CostCells.quantity(Use.CACHED_INPUT)]).isEqualTo(200);
        assertThat(cell[CostCells.quantity(Use.CACHE_WRITE)]).isEqualTo(100);
        assertThat(cell[CostCells.quantity(Use.OUTPUT)]).isEqualTo(50);
        assertThat(cell[CostCells.spend(Use.OUTPUT)]).isEqualTo(0.002, within(1e-15));
        assertThat(cell[CostCells.FIXED]).isEqualTo(0.001, within(1e-15));
    }

    @Test
    void aTryThatCostNothingIsNoAttempt() {
        LedgerAttempt refused = LedgerAttempt.of("p", "m")
                .result(Result.FAILED)
                .billed(false)
                .cost(Money.usd("0"))
                .build();
        double[] cell = cells(List.of(record("r", null, null, refused, attempt("p", "m", 0.01))))
                .models
                .get("chat")
                .get("p/m");
        assertThat(cell[CostCells.ATTEMPTS]).isEqualTo(1);
    }

    @Test
    void modelsBeyondTheLimitAreOther() {
        CostCells.Builder cells = CostCells.builder().mostModels(2);
        for (int i = 0; i < 100; i++) {
            cells.add(record("r" + i, null, null, attempt("p", "m" + i, 0.01)));
        }
        CostCells built = cells.build();
        assertThat(built.models.get("chat").keySet()).containsExactly("other", "p/m0", "p/m1");
        assertThat(built.models.get("chat").get("other")[CostCells.ATTEMPTS]).isEqualTo(98);
        assertThat(built.spend()).isCloseTo(1, within(1e-12));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CostCells.builder().mostModels(0))
                .withMessage("most models: 0 is below 1; give 1 or more");
    }

    @Test
    void aSessionIsInOneBucketAndSessionsSpread() {
        CellBuckets buckets = CellBuckets.bySession();
        for (int i = 0; i < 3_000; i++) {
            buckets.add(record("r" + i, null, "s" + i % 1_000, attempt("p", "m", 0.01)));
        }
        List<CostCells> built = buckets.build();
        assertThat(built)
                .allSatisfy(bucket -> assertThat(bucket.delivered() % 3).isZero());
        assertThat(built.stream().filter(bucket -> bucket.delivered() > 0).count())
                .isGreaterThan(150);
    }

    @Test
    void casesArePairedByBucket() {
        CellBuckets before = CellBuckets.byCase();
        CellBuckets after = CellBuckets.byCase();
        for (int i = 0; i < 300; i++) {
            before.add(record("r" + i, "case " + i, "s", attempt("p", "m", 0.01)));
            after.add(record("q" + i, "case " + i, null, attempt("p", "m", 0.02)));
        }
        after.add(record("x", null, null, attempt("p", "m", 0.02)));
        assertThat(delivered(after.build())).isEqualTo(delivered(before.build()));
        assertThat(Arrays.stream(delivered(before.build(Set.of("case 1", "case 2", "case 500"))))
                        .sum())
                .isEqualTo(2);
        assertThatIllegalStateException()
                .isThrownBy(() -> CellBuckets.bySession().build(Set.of("a")))
                .withMessageContaining("byCase");
    }

    @Test
    void casesCountAsOftenAsTheirWeightSays() {
        CellBuckets buckets = CellBuckets.byCase();
        for (int i = 0; i < 3; i++) {
            buckets.add(record("r" + i, "case-" + i, null, attempt("p", "m", 0.01)));
        }
        List<CostCells> weighted =
                buckets.build(caseId -> caseId.equals("case-0") ? 2.5 : caseId.equals("case-1") ? 1 : 0);
        assertThat(weighted.stream().mapToDouble(CostCells::spend).sum()).isCloseTo(0.035, within(1e-12));
        assertThat(weighted.stream().mapToDouble(CostCells::delivered).sum()).isEqualTo(3.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> buckets.build(caseId -> Double.NaN))
                .withMessageContaining("weight: NaN of case 'case-");
    }

    @Test
    void moreCasesThanAreKeptAreNone() {
        CellBuckets buckets = CellBuckets.byCase();
        for (int i = 0; i < 20_001; i++) {
            buckets.add(record("r" + i, "case " + i, null, attempt("p", "m", 0.01)));
        }
        assertThat(Arrays.stream(delivered(buckets.build())).sum()).isZero();
    }

    private static double[] delivered(List<CostCells> buckets) {
        return buckets.stream().mapToDouble(CostCells::delivered).toArray();
    }

    private static CostCells cells(List<LedgerRecord> records) {
        CostCells.Builder cells = CostCells.builder();
        records.forEach(cells::add);
        return cells.build();
    }

    private static LedgerRecord record(String id, String caseId, String session, LedgerAttempt... attempts) {
        return LedgerRecord.builder(id, Instant.parse("2026-11-21T10:00:00Z"), "chat", Money.USD)
                .caseId(caseId)
                .session(session)
                .attempts(List.of(attempts))
                .build();
    }

    private static LedgerAttempt attempt(String provider, String model, double cost) {
        return LedgerAttempt.of(provider, model)
                .usage(Usage.tokens(1_000, 50), Quality.REPORTED)
                .cost(Money.usd(BigDecimal.valueOf(cost).toPlainString()))
                .lines(List.of(
                        new Charge.Line(Unit.INPUT_TOKENS, new BigDecimal(700), Money.usd("0.005")),
                        new Charge.Line(Unit.CACHE_READ_TOKENS, new BigDecimal(200), Money.usd("0.001")),
                        new Charge.Line(Unit.CACHE_WRITE_1H_TOKENS, new BigDecimal(100), Money.usd("0.001")),
                        new Charge.Line(Unit.of("output_audio_tokens"), new BigDecimal(20), Money.usd("0.001")),
                        new Charge.Line(Unit.OUTPUT_TOKENS, new BigDecimal(30), Money.usd("0.001")),
                        new Charge.Line(Unit.FEE, BigDecimal.ONE, Money.usd("0.001"))))
                .build();
    }
}

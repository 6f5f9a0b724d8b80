package io.unitcost.gate.junit;

import static io.unitcost.gate.CostAssertions.assertThatCost;
import static io.unitcost.gate.CostAssertions.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.gate.CostAssert.Undecided;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Test classes as users write them, run by JUnit's own kit. */
class CostGateTest {

    @Test
    void theWorkedExamplePassesBeforeTheUpgrade() {
        assertThat(run(BeforeUpgrade.class).getStatus()).isEqualTo(Status.SUCCESSFUL);
        List<LedgerRecord> costs = ledger(BeforeUpgrade.class);
        assertThat(costs).hasSize(200).allMatch(record -> record.caseId().startsWith("answers#"));
        assertThat(costs.stream().map(LedgerRecord::caseId).distinct()).hasSize(200);
        assertThat(perRequest(costs)).isEqualTo("0.000119222222");
    }

    @Test
    void whatATestCannotKnowComesFromProduction() throws IOException {
        Path production = Path.of("target", "ai-cost", "production.jsonl");
        Files.createDirectories(production.getParent());
        Files.deleteIfExists(production);
        try (LedgerWriter writer = LedgerWriter.create(production)) {
            for (int i = 0; i < 40; i++) {
                // users ask for the first half of the cases three times as often
                for (int k = 0; k < (i < 20 ? 3 : 1); k++) {
                    writer.write(LedgerRecord.builder(
                                    "p" + i + "-" + k, Instant.parse("2026-11-21T10:00:00Z"), "chat", Money.USD)
                            .caseId("answers#" + (i + 1))
                            .attempts(List.of(LedgerAttempt.of("search", "read")
                                    .service("search")
                                    .cost(Money.usd("0.0002"))
                                    .build()))
                            .build());
                }
            }
        }
        TestExecutionResult result = run(WithProduction.class);
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        assertThat(result.getThrowable().orElseThrow())
                .hasMessageContaining("chat: support of $0.0002000 a delivered request, as in production")
                .hasMessageContaining("chat: cases count as often as in production (80 requests)")
                .hasMessageContaining("40 requests that say as much as 32 of equal weight")
                .hasMessageContaining("FAIL  cost per request  $0.0006000  allowed $0.00030");
    }

    @Test
    void theWorkedExampleFailsAfterTheUpgrade() {
        run(BeforeUpgrade.class); // its baseline
        TestExecutionResult result = run(AfterUpgrade.class);
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        assertThat(result.getThrowable().orElseThrow())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("FAIL  cost per request  $0.0004109  allowed $0.00040")
                .hasMessageContaining("FAIL  against baseline    +244.6 %  limit +5.0 %")
                .hasMessageContaining("GATE FAILED: 2 failed");
        assertThat(perRequest(ledger(AfterUpgrade.class))).isEqualTo("0.000410888889");
    }

    @Test
    void aVerdictMethodDecides() {
        assertThat(run(OwnVerdict.class).getStatus()).isEqualTo(Status.SUCCESSFUL);
        TestExecutionResult failed = run(OwnVerdictFails.class);
        assertThat(failed.getStatus()).isEqualTo(Status.FAILED);
        assertThat(failed.getThrowable().orElseThrow()).hasMessageContaining("at most $0.00010 expected");
    }

    @Test
    void casesAreNamedAndNestedClassesBelongToTheirOuterOne() {
        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Named.class))
                .execute();
        results.testEvents().assertStatistics(all -> all.failed(0).succeeded(4));
        assertThat(ledger(Named.class))
                .extracting(LedgerRecord::caseId)
                .containsExactlyInAnyOrder("first", "plain", "own", "Inner.inner");
        assertThat(ledger(Named.class).stream()
                        .filter(record -> "first".equals(record.caseId()))
                        .findFirst()
                        .orElseThrow()
                        .session())
                .isEqualTo("s");
    }

    @Test
    void tooFewCasesAbortOrFail() {
        assertThat(run(TooFew.class).getStatus()).isEqualTo(Status.ABORTED);
        TestExecutionResult failed = run(TooFewFails.class);
        assertThat(failed.getStatus()).isEqualTo(Status.FAILED);
        assertThat(failed.getThrowable().orElseThrow()).hasMessageContaining("GATE UNDECIDED: ");
    }

    @Test
    void noRequestsFail() {
        TestExecutionResult result = run(Nothing.class);
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        assertThat(result.getThrowable().orElseThrow()).hasMessageContaining("no data is not a pass");
    }

    @Test
    void whatIsWrongIsSaidBeforeAnyCaseRuns() {
        assertThat(run(NoObjectives.class).getThrowable().orElseThrow())
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessageContaining("slo: there is no gate/none.json on the class path");
        assertThat(run(OtherFeature.class).getThrowable().orElseThrow())
                .hasMessageContaining("has no objective of 'search', only of [assistant]; add it there");
        assertThat(run(NoPrices.class).getThrowable().orElseThrow())
                .hasMessageContaining("prices: there is no gate/none.json");
        assertThat(run(WithoutItsProduction.class).getThrowable().orElseThrow())
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessageContaining("production: there is no gate/none.jsonl in ")
                .hasMessageContaining("fetch a ledger of production before the tests, or leave it out");
        assertThat(run(BadVerdict.class).getThrowable().orElseThrow()).hasMessageContaining("make it static");
    }

    private static TestExecutionResult run(Class<?> type) {
        List<Event> finished = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(type))
                .execute()
                .containerEvents()
                .finished()
                .filter(event -> event.getTestDescriptor()
                        .getUniqueId()
                        .getLastSegment()
                        .getType()
                        .equals("class"))
                .toList();
        assertThat(finished).hasSize(1);
        return finished.get(0).getRequiredPayload(TestExecutionResult.class);
    }

    private static List<LedgerRecord> ledger(Class<?> type) {
        try (LedgerReader reader = LedgerReader.open(Path.of("target", "ai-cost", type.getName() + ".jsonl"))) {
            return reader.stream().toList();
        }
    }

    private static String perRequest(List<LedgerRecord> records) {
        long delivered = records.stream().filter(LedgerRecord::isDelivered).count();
        return records.stream()
                .map(record -> record.total().amount())
                .reduce(java.math.BigDecimal::add)
                .orElseThrow()
                .divide(java.math.BigDecimal.valueOf(delivered), 12, java.math.RoundingMode.HALF_EVEN)
                .toPlainString();
    }

    /** 3 an hour, 18 requests a second sustained, half of it used; one in twenty tried twice; 0.000022 of support. */
    abstract static class Example {

        private static CostMeter meter;

        static void open(CostMeter.Builder builder, String hour, String outputWeight, int outputs) {
            meter = builder.prices(PriceTable.builder("support")
                            .model("vectors", "read", model -> model.rate(Unit.REQUESTS, "22 per 1M"))
                            .build())
                    .pool(CapacityPool.builder("gpu")
                            .pricePerHour(hour)
                            .plannedUtilization("0.5")
                            .calibrate("llama", own -> own.sustainedRequestsPerSecond("18")
                                    .reference(1_200, 300)
                                    .outputWeight(outputWeight))
                            .build())
                    .build();
            output = outputs;
        }

        private static int output;

        @AfterAll
        static void close() {
            meter.close();
        }

        @RepeatedTest(200)
        void answers(RepetitionInfo repetition) {
            RequestMeter request = meter.open("assistant");
            request.recordSupport(
                    "retrieval",
                    Attempt.of("vectors", "read")
                            .usage(Usage.of(Unit.REQUESTS, 1))
                            .build());
            CallMeter call = request.call();
            for (int tries = repetition.getCurrentRepetition() % 20 == 0 ? 2 : 1; tries > 0; tries--) {
                call.record(Attempt.of("gpu", "llama")
                        .usage(Usage.tokens(1_200, output))
                        .build());
            }
            call.end();
            request.end(Outcome.DELIVERED);
        }
    }

    @CostGate(value = "assistant", slo = "gate/cost-slo.json")
    static class BeforeUpgrade extends Example {
        @BeforeAll
        static void open(CostMeter.Builder builder) {
            open(builder, "3.00", "4", 300);
        }
    }

    /** The price of a unit of work doubles, and output triples: 2 x (1200 + 4 x 900) / (1200 + 4 x 300) = 4 times the cost. */
    @CostGate(
            value = "assistant",
            slo = "gate/cost-slo.json",
            baseline = "target/ai-cost/io.unitcost.gate.junit.CostGateTest$BeforeUpgrade.jsonl")
    static class AfterUpgrade extends Example {
        @BeforeAll
        static void open(CostMeter.Builder builder) {
            open(builder, "6.00", "4", 900);
        }
    }

    @CostGate(
            value = "chat",
            slo = "gate/chat-slo.json",
            prices = "gate/prices.json",
            production = "target/ai-cost/production.jsonl",
            undecided = Undecided.FAIL)
    static class WithProduction {
        @RepeatedTest(40)
        void answers(CostMeter meter) {
            ask(meter, "chat");
        }
    }

    @CostGate(value = "chat", slo = "gate/chat-slo.json", production = "gate/none.jsonl")
    static class WithoutItsProduction {
        @Test
        void answers() {}
    }

    @CostGate(value = "chat", slo = "gate/none.json", prices = "gate/prices.json")
    static class OwnVerdict {
        @RepeatedTest(40)
        void answers(CostMeter meter) {
            ask(meter, "chat");
        }

        @CostVerdict
        static void verdict(RecordedCosts costs) {
            assertThat(costs.records()).hasSize(40);
            assertThat(costs.records().get(0).priceTable()).startsWith("pinned@");
            assertThatCost(costs).perDeliveredRequest().isAtMost(usd("0.00045")).hasNoUnpricedCalls();
        }
    }

    @CostGate(value = "chat", slo = "gate/none.json", prices = "gate/prices.json")
    static class OwnVerdictFails {
        @RepeatedTest(40)
        void answers(CostMeter meter) {
            ask(meter, "chat");
        }

        @CostVerdict
        static void verdict(RecordedCosts costs) {
            assertThatCost(costs).perDeliveredRequest().isAtMost(usd("0.0001"));
        }
    }

    @CostGate(value = "chat", slo = "gate/none.json", prices = "gate/prices.json")
    static class Named {
        @Test
        void named(CostMeter meter, CostCase test) {
            test.id("first").session("s");
            ask(meter, "chat");
        }

        @Test
        void plain(CostMeter meter) {
            ask(meter, "chat");
        }

        @Test
        void saysItself(CostMeter meter) {
            RequestMeter request = meter.open("chat");
            request.attribute("case", "own");
            request.end(Outcome.DELIVERED);
        }

        @Nested
        class Inner {
            @Test
            void inner(CostMeter meter) {
                ask(meter, "chat");
            }
        }

        @CostVerdict
        static void verdict() {}
    }

    @CostGate(value = "assistant", slo = "gate/cost-slo.json", prices = "gate/prices.json")
    static class TooFew {
        @Test
        void answers(CostMeter meter) {
            ask(meter, "assistant");
        }
    }

    @CostGate(value = "assistant", slo = "gate/cost-slo.json", prices = "gate/prices.json", undecided = Undecided.FAIL)
    static class TooFewFails {
        @Test
        void answers(CostMeter meter) {
            ask(meter, "assistant");
        }
    }

    @CostGate(value = "assistant", slo = "gate/cost-slo.json")
    static class Nothing {
        @Test
        void asksNothing() {}
    }

    @CostGate(value = "assistant", slo = "gate/none.json")
    static class NoObjectives {
        @Test
        void never() {}
    }

    @CostGate(value = "search", slo = "gate/cost-slo.json")
    static class OtherFeature {
        @Test
        void never() {}
    }

    @CostGate(value = "assistant", slo = "gate/cost-slo.json", prices = "gate/none.json")
    static class NoPrices {
        @Test
        void never() {}
    }

    @CostGate(value = "assistant", slo = "gate/cost-slo.json")
    static class BadVerdict {
        @Test
        void never() {}

        @CostVerdict
        void verdict() {}
    }

    private static void ask(CostMeter meter, String feature) {
        RequestMeter request = meter.open(feature);
        request.record(
                Attempt.of("acme", "small").usage(Usage.tokens(1_000, 100)).build());
        request.end(Outcome.DELIVERED);
    }
}

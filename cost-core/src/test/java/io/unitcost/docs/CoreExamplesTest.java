package io.unitcost.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The examples of the module's README, from another package, so that the public API is shown to be enough. */
class CoreExamplesTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private CostMeter meter = CostMeter.builder().build();

    @Test
    void theReadmeShowsThisCode() {
        MarkdownExamples.assertCompiled(
                Path.of("README.md"), Path.of("src/test/java/io/unitcost/docs/CoreExamplesTest.java"));
    }

    @Test
    void theExamplesWork() {
        CostMeter meter = CostMeter.builder()
                .prices(PriceTable.bundled())
                .objective(CostObjective.of("chat")
                        .revenue("0.002")
                        .targetMargin("0.8")
                        .latencyBudget(Duration.ofSeconds(2))
                        .build())
                .listener(CostMetrics.create(registry))
                .build();
        this.meter = meter;
        serve(meter);
        // 1200 × 0.15 + 300 × 0.6 per million
        assertThat(registry.get("ai.cost").tag("feature", "chat").counter().count())
                .isEqualTo(0.00036);
        assertThat(registry.get("ai.requests")
                        .tag("outcome", "delivered")
                        .tag("latency.budget", "met")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("ai.unpriced")
                        .tags("feature", "chat", "reason", "unknown_provider")
                        .counter()
                        .count())
                .as("the vector store has no price in the bundled table")
                .isEqualTo(1);
        meter.close();
    }

    private void serve(CostMeter meter) {
        RequestMeter request = meter.open("chat");
        Outcome outcome = Outcome.FAILED;
        try (Scope scope = request.makeCurrent()) {
            answer();
            outcome = Outcome.DELIVERED;
        } finally {
            request.end(outcome);
        }
    }

    private static void callTheModel(CostMeter meter) {
        CallMeter call = meter.call();
        call.record(Attempt.of("openai", "gpt-4o-mini").failed().unbilled().build()); // a 503 before any token
        call.record(Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(1_200, 300))
                .duration(Duration.ofMillis(900))
                .build());
        call.end();
    }

    private static void support(CostMeter meter) {
        meter.recordSupport(
                "retrieval",
                Attempt.of("pinecone", "query")
                        .usage(Usage.of(Unit.REQUESTS, 1))
                        .build());
    }

    @Test
    void ownAcceleratorsAndOwnPrices() {
        CapacityPool pool = CapacityPool.builder("summarizer-gpu")
                .pricePerHour("3.00")
                .plannedUtilization("0.5")
                .calibrate("llama-8b", c -> c.sustainedRequestsPerSecond("18")
                        .reference(1_200, 300)
                        .outputWeight("4"))
                .build();
        assertThat(pool.models()).containsExactly("llama-8b");
    }

    static PriceTable ownPrices() {
        PriceTable prices = PriceTable.read(Path.of("prices.json")).over(PriceTable.bundled());
        return prices;
    }

    private void answer() {
        callTheModel(meter);
        support(meter);
    }
}

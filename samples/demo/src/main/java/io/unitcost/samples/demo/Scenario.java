package io.unitcost.samples.demo;

import io.unitcost.CostObjective;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is run: what things cost, what features earn, and which model each of them asks.
 *
 * @param prices of everything that is bought
 * @param pools of one's own
 * @param objectives one for each feature
 * @param routes by feature
 * @param faults how often things go wrong
 * @param swapTo what {@code code-assist} asks from half-way on
 */
record Scenario(
        PriceTable prices,
        List<CapacityPool> pools,
        List<CostObjective> objectives,
        Map<String, Route> routes,
        Faults.Rates faults,
        Route swapTo) {

    /**
     * Which model a feature asks, and whether it looks something up first.
     *
     * @param provider who is paid
     * @param model what is asked for
     * @param retrieval whether an embedding and a vector read support each request
     */
    record Route(String provider, String model, boolean retrieval) {}

    static final String POOL = "summary-gpus";
    static final String POOL_MODEL = "llama-3.1-8b";
    static final Route EMBEDDING = new Route("openai", "text-embedding-3-small", false);
    static final Route VECTOR_READ = new Route("vector-store", "read", false);
    static final int EMBEDDED_TOKENS = 100;

    /** Answers that come from this model have no price: nobody put it into the table. */
    static final String CANARY = "gpt-4o-mini-canary";

    /** The three features as the README describes them. */
    static Scenario full() {
        PriceTable own = PriceTable.builder("demo")
                .asOf(LocalDate.of(2026, 11, 1))
                .model(VECTOR_READ.provider, VECTOR_READ.model, m -> m.rate(Unit.REQUESTS, "20 per 1M"))
                .build();
        CapacityPool pool = CapacityPool.builder(POOL)
                .pricePerHour("3.00")
                .plannedUtilization("0.5")
                .calibrate(POOL_MODEL, c -> c.sustainedRequestsPerSecond("18")
                        .reference(1_200, 300)
                        .outputWeight("4"))
                .build();
        Map<String, Route> routes = Map.of(
                Features.CHAT, new Route("openai", "gpt-4o-mini", false),
                Features.CODE_ASSIST, new Route("anthropic", "claude-haiku-4-5", false),
                Features.SUMMARISE, new Route(POOL, POOL_MODEL, true));
        // three times the price of claude-haiku-4-5, for input, cached input and output
        Route swapTo = new Route("anthropic", "claude-sonnet-4-6", false);
        return new Scenario(
                own.over(PriceTable.bundled()), List.of(pool), madeUpObjectives(), routes, Faults.Rates.USUAL, swapTo);
    }

    /** Every feature at 0.15 and 0.60 USD per million input and output tokens, and nothing goes wrong. */
    static Scenario plain() {
        Route route = new Route("plain", "plain-model", false);
        PriceTable prices = PriceTable.builder("plain")
                .asOf(LocalDate.of(2026, 11, 1))
                .model(route.provider, route.model, m -> m.rate(Unit.INPUT_TOKENS, "0.15 per 1M")
                        .rate(Unit.OUTPUT_TOKENS, "0.60 per 1M"))
                .build();
        Map<String, Route> routes = new HashMap<>();
        Features.ALL.forEach(feature -> routes.put(feature, route));
        return new Scenario(prices, List.of(), madeUpObjectives(), routes, Faults.Rates.NONE, route);
    }

    /** Made up: what such a feature might earn, how much of it should remain, how long its users might wait. */
    private static List<CostObjective> madeUpObjectives() {
        return List.of(
                CostObjective.of(Features.CHAT)
                        .revenue("0.002")
                        .targetMargin("0.8")
                        .latencyBudget(Duration.ofSeconds(2))
                        .build(),
                CostObjective.of(Features.CODE_ASSIST)
                        .revenue("0.005")
                        .targetMargin("0.4")
                        .latencyBudget(Duration.ofMillis(800))
                        .build(),
                CostObjective.of(Features.SUMMARISE)
                        .revenue("0.002")
                        .targetMargin("0.8")
                        .latencyBudget(Duration.ofSeconds(4))
                        .build());
    }

    boolean swaps() {
        return !swapTo.equals(route(Features.CODE_ASSIST));
    }

    Route route(String feature) {
        return Objects.requireNonNull(routes.get(feature), feature);
    }

    /** What a million tokens cost, as decimal text. */
    String perMillion(Route route, Unit unit) {
        Money cost = prices.charge(route.provider, route.model, Usage.of(unit, 1_000_000), Instant.now())
                .cost();
        return cost == null ? "no price" : cost.toPlainString();
    }
}

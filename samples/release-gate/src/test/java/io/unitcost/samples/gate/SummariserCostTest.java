package io.unitcost.samples.gate;

import static io.unitcost.gate.CostAssertions.assertThatCost;
import static io.unitcost.gate.CostAssertions.percent;
import static io.unitcost.gate.CostAssertions.usd;
import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.gate.CostAssertions;
import io.unitcost.gate.junit.CostCase;
import io.unitcost.gate.junit.CostGate;
import io.unitcost.gate.junit.CostVerdict;
import io.unitcost.gate.junit.RecordedCosts;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.MeteredHttpClient;
import io.unitcost.samples.model.ModelServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Does a summary still cost what it may? The model is the system property {@code model}: {@code -Dmodel=gpt-4o} behind the README's command asks another one,
 * and the gate fails.
 *
 * <p>The provider is a stand-in, so no model runs and nothing is paid; tokens are counted from the text. With recorded answers of a real provider it is
 * the same test.
 */
@CostGate(value = "support.summarise", prices = "prices.json")
class SummariserCostTest {

    private static ModelServer server;

    @BeforeAll
    static void start() throws IOException {
        server = ModelServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/tickets.csv", numLinesToSkip = 1)
    void summarises(String id, String ticket, CostMeter meter, CostCase test) throws Exception {
        test.id(id);
        HttpCosts costs = HttpCosts.builder(meter)
                .provider(server.uri().getAuthority(), "openai")
                .build();
        HttpClient http = MeteredHttpClient.wrap(HttpClient.newHttpClient(), costs);
        Summariser summariser =
                new Summariser(http, server.uri().resolve("/v1/"), System.getProperty("model", "gpt-4o-mini"));

        // in a service a filter or an interceptor does this
        RequestMeter request = meter.open("support.summarise");
        Outcome outcome = Outcome.FAILED;
        try (Scope scope = request.makeCurrent()) {
            assertThat(summariser.summarise(ticket)).isNotBlank();
            outcome = Outcome.DELIVERED;
        } finally {
            request.end(outcome);
        }
    }

    @CostVerdict
    static void verdict(RecordedCosts costs) {
        assertThatCost(costs)
                .hasNoUnpricedCalls()
                .against(CostAssertions.baseline(Path.of("cost-baseline.jsonl")))
                .growsAtMost(percent(5))
                .perDeliveredRequest()
                .isAtMost(usd("0.0001"))
                .p95Latency()
                .isAtMost(Duration.ofSeconds(30));
    }
}

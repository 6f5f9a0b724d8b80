package io.unitcost.cli;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.gate.junit.CostCase;
import io.unitcost.gate.junit.CostGate;
import io.unitcost.price.Usage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The test that {@code docs/gate.md} shows. */
@CostGate(value = "support.summarise", prices = "prices.json", baseline = "cost-baseline.jsonl")
class SummariserCostTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/cases.csv")
    void summarises(String id, String ticket, CostMeter meter, CostCase test) {
        test.id(id);
        new Summariser(meter).summarise(ticket);
    }
}

/** An application: a token for each word. */
record Summariser(CostMeter meter) {

    void summarise(String ticket) {
        RequestMeter request = meter.open("support.summarise");
        request.record(Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(200 + ticket.split(" ").length, 60))
                .build());
        request.end(Outcome.DELIVERED);
    }
}

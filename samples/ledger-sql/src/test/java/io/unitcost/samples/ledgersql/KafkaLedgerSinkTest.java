package io.unitcost.samples.ledgersql;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.LedgerCounts;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.price.Usage;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaLedgerSinkTest {

    private final MockProducer<String, String> producer =
            new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());
    private final CostLedger ledger = CostLedger.to(new KafkaLedgerSink(producer, "ai-cost"));

    private void serve(int requests) {
        try (CostMeter meter = CostMeter.builder().listener(ledger).build()) {
            for (int i = 0; i < requests; i++) {
                RequestMeter request = meter.open("chat");
                request.record(Attempt.of("openai", "gpt-4o-mini")
                        .usage(Usage.tokens(1_200, 300))
                        .build());
                request.end(Outcome.DELIVERED);
            }
        }
    }

    @Test
    void sendsEachRecordAsALineKeyedByItsId() {
        serve(2);
        assertThat(producer.history()).hasSize(2).allSatisfy(sent -> {
            assertThat(sent.topic()).isEqualTo("ai-cost");
            assertThat(sent.key()).isEqualTo(LedgerReader.parse(sent.value()).id());
            assertThat(LedgerReader.parse(sent.value()).feature()).isEqualTo("chat");
        });
    }

    @Test
    void countsWhatIsAcknowledgedAndWhatFails() {
        serve(3);
        assertThat(ledger.counts()).isEqualTo(new LedgerCounts(0, 0, 0, 3));
        producer.completeNext();
        producer.errorNext(new TimeoutException("no broker"));
        assertThat(ledger.counts()).isEqualTo(new LedgerCounts(1, 0, 1, 1));
    }

    @Test
    void countsWhatTheProducerRefuses() {
        producer.sendException = new IllegalStateException("closed");
        serve(1);
        assertThat(ledger.counts()).isEqualTo(new LedgerCounts(0, 0, 1, 0));
    }

    @Test
    void closesTheProducer() {
        ledger.close();
        assertThat(producer.closed()).isTrue();
    }
}

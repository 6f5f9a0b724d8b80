package io.unitcost.samples.ledgersql;

import io.unitcost.ledger.LedgerCounts;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerSink;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Gives records to a Kafka topic, one JSON line each, keyed by its id. What cannot be sent or is not acknowledged is counted as failed.
 * Delivery is at least once: tell a line that came twice by its {@code id}. {@link Producer#send} may block for {@code max.block.ms} when
 * the brokers are away, so put a queue before it: {@code LedgerSink.queued(new KafkaLedgerSink(producer, "ai-cost"), 10_000)}.
 */
public final class KafkaLedgerSink implements LedgerSink {

    private final Producer<String, String> producer;
    private final String topic;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * @param producer with serializers of strings; closed with this sink
     * @param topic to send to
     */
    public KafkaLedgerSink(Producer<String, String> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of it
    public void accept(LedgerRecord record) {
        accepted.increment();
        try {
            producer.send(
                    new ProducerRecord<>(topic, record.id(), record.toJson()),
                    (metadata, failure) -> (failure == null ? acknowledged : failed).increment());
        } catch (RuntimeException refused) {
            failed.increment();
        }
    }

    @Override
    public LedgerCounts counts() {
        long done = acknowledged.sum() + failed.sum();
        return new LedgerCounts(acknowledged.sum(), 0, failed.sum(), Math.max(0, accepted.sum() - done));
    }

    /** Waits for what is on its way. */
    @Override
    public void close() {
        producer.close();
    }
}

package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A comparison is worth something when both sides did the work. */
class PublishedTest {

    private static final int ROUNDS = 20;

    private final Traffic traffic = Traffic.of(10);
    private final Turn turn = Turn.in(traffic);

    @Test
    void theFloorUpdatesTheMetersOfTheLibrary_andNoOthers() {
        Floor floor = new Floor();
        floor.register(traffic);
        Metered metered = new Metered();
        metered.start(traffic);
        for (int i = 0; i < traffic.size(); i++) {
            floor.request(traffic.series(i));
        }
        for (int i = 0; i < ROUNDS * traffic.size(); i++) {
            Traffic.Series series = turn.next();
            floor.request(series);
            metered.request(series.feature(), series.model());
        }
        Map<String, Double> expected = used(metered.registry);
        Map<String, Double> actual = used(floor.registry);
        assertThat(expected).hasSize(2 * 5 + 5 + 10 * 4);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (meter, value) -> assertThat(actual.get(meter)).as(meter).isCloseTo(value, offset(value * 1e-9)));
        assertThat(buckets(floor.registry)).isNotEmpty().isEqualTo(buckets(metered.registry));
    }

    @Test
    void theLibraryPublishesEveryRequest_howeverItIsCalled() {
        Metered metered = new Metered();
        metered.start(traffic);
        for (int i = 0; i < ROUNDS; i++) {
            Traffic.Series series = turn.next();
            metered.request(series.feature(), series.model());
            series = turn.next();
            metered.request(series.feature(), series.freshModel());
            series = turn.next();
            metered.requestWithScope(series.feature(), series.model());
            series = turn.next();
            metered.requestThroughTransport(series.feature(), series.model(), turn.responseId());
        }
        metered.check(traffic);
        turn.next();
        assertThatThrownBy(() -> metered.check(traffic)).hasMessageContaining("ai.requests says 90.0");
    }

    @Test
    void theFloorIsChecked() {
        Floor floor = new Floor();
        floor.register(traffic);
        assertThatThrownBy(() -> floor.check(traffic)).hasMessageContaining("no requests");
        floor.request(turn.next());
        floor.check(traffic);
        turn.next();
        assertThatThrownBy(() -> floor.check(traffic)).hasMessageContaining("ai.requests says 1.0");
    }

    @Test
    void theLibraryWithoutItsMetersIsChecked() {
        Accounted accounted = new Accounted();
        accounted.start(traffic);
        accounted.request(turn.next());
        accounted.check(traffic);
        turn.next();
        assertThatThrownBy(() -> accounted.check(traffic)).hasMessageContaining("1 costs came out of 2 requests");
    }

    @Test
    void theLibraryOnAPoolIsChecked() {
        Pooled pooled = new Pooled();
        pooled.start(traffic);
        pooled.request(turn.next());
        pooled.check(traffic);
        turn.next();
        assertThatThrownBy(() -> pooled.check(traffic)).hasMessageContaining("ai.requests says 11.0");
    }

    @Test
    void theObservationIsChecked() {
        Observed observed = new Observed();
        observed.start(traffic);
        observed.request(turn.next());
        observed.check(traffic);
        turn.next();
        assertThatThrownBy(() -> observed.check(traffic)).hasMessageContaining("ai.request says 11.0");
    }

    @Test
    void springAiIsChecked() {
        Chats chats = new Chats();
        chats.create(traffic);
        SpringAi spring = new SpringAi();
        spring.start(traffic, chats);
        spring.request(chats.of(turn.next()));
        spring.check(traffic);
        turn.next();
        assertThatThrownBy(() -> spring.check(traffic)).hasMessageContaining("gen_ai.client.operation says 11.0");
    }

    private static Map<String, Double> used(MeterRegistry registry) {
        Map<String, Double> used = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            double value = meter.getId().getName().equals("ai.price.age") ? 0 : Published.value(meter);
            if (value > 0) {
                used.put(meter.getId() + " " + meter.getId().getBaseUnit(), value);
            }
        }
        return used;
    }

    private static Map<String, String> buckets(MeterRegistry registry) {
        return registry.find("ai.request.cost").tag("outcome", "delivered").summaries().stream()
                .filter(summary -> summary.count() > 0)
                .collect(Collectors.toMap(summary -> summary.getId().toString(), PublishedTest::buckets));
    }

    private static String buckets(DistributionSummary summary) {
        return Arrays.stream(summary.takeSnapshot().histogramCounts())
                .map(CountAtBucket::toString)
                .collect(Collectors.joining());
    }
}

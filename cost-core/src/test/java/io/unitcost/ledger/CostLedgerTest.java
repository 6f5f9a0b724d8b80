package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostLedgerTest {

    private static final int REQUESTS = 100_000;
    private static final int THREADS = 8;
    private static final String SALT = "0123456789abcdef";

    private final MemoryLedgerSink sink = MemoryLedgerSink.create();

    @TempDir
    Path directory;

    @Test
    void theLedgerAddsUpToTheCounters() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        FileLedgerSink files = FileLedgerSink.builder(directory)
                .queueCapacity(2 * REQUESTS)
                .maxFileSize(16 << 20)
                .closeTimeout(Duration.ofMinutes(5))
                .build();
        CostLedger ledger = CostLedger.to(files);
        CostMeter meter = RandomTraffic.meter(
                        CostMetrics.builder(registry).ledger(ledger).build(), ledger)
                .build();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> served = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            RandomTraffic traffic = new RandomTraffic(t);
            served.add(pool.submit(() -> traffic.serve(meter, REQUESTS / THREADS)));
        }
        for (Future<?> one : served) {
            one.get();
        }
        pool.shutdown();
        meter.close();
        ledger.close();

        Map<String, Money> costs = new HashMap<>();
        Map<String, Money> revenues = new HashMap<>();
        Set<String> ids = new HashSet<>();
        long requests = 0;
        long unpriced = 0;
        try (LedgerReader reader = LedgerReader.open(directory)) {
            for (LedgerRecord record = reader.next(); record != null; record = reader.next()) {
                costs.merge(record.feature(), record.total().minus(record.meteredElsewhere()), Money::plus);
                if (record.revenue() != null) {
                    revenues.merge(record.feature(), record.revenue(), Money::plus);
                }
                requests += record.kind() == RequestCost.Kind.REQUEST ? 1 : 0;
                unpriced += record.attempts().stream()
                        .filter(attempt -> attempt.unpriced() != null && !attempt.isMeteredElsewhere())
                        .count();
                ids.add(record.id());
            }
            assertThat(reader.records()).isGreaterThan(REQUESTS).isEqualTo(ids.size());
            assertThat(ledger.counts()).isEqualTo(new LedgerCounts(ids.size(), 0, 0, 0));
            assertThat(reader.halfWritten()).isEmpty();
        }
        assertThat(costs).hasSize(5); // four features and unattributed
        costs.forEach((feature, cost) -> assertClose(sum(registry, "ai.cost", feature), cost));
        assertThat(revenues).isNotEmpty();
        revenues.forEach((feature, revenue) -> assertClose(sum(registry, "ai.revenue", feature), revenue));
        assertThat((double) requests).isEqualTo(sum(registry, "ai.requests", null));
        assertThat((double) unpriced).isEqualTo(sum(registry, "ai.unpriced", null));
        assertThat(registry.get("ai.ledger.records")
                        .tag("result", "written")
                        .functionCounter()
                        .count())
                .isEqualTo(ids.size());
    }

    private static double sum(SimpleMeterRegistry registry, String name, String feature) {
        return registry.get(name).counters().stream()
                .filter(counter ->
                        feature == null || feature.equals(counter.getId().getTag("feature")))
                .mapToDouble(Counter::count)
                .sum();
    }

    private static void assertClose(double counter, Money sum) {
        assertThat(counter).isCloseTo(sum.toDouble(), within(sum.toDouble() * 1e-9));
        assertThat(counter).isPositive();
    }

    @Test
    void saysWhoAndWhat_sessionAndTenantAsPseudonyms_theRestOnlyWhenNamed() {
        LedgerRecord record =
                one(CostLedger.builder(sink).salt(SALT).release("1.42.0").attributes("plan"));

        assertThat(record.release()).isEqualTo("1.42.0");
        assertThat(record.promptVersion()).isEqualTo("p7");
        assertThat(record.caseId()).isEqualTo("case-3");
        assertThat(record.session()).matches("h:[0-9a-f]{16}");
        assertThat(record.tenant()).matches("h:[0-9a-f]{16}").isNotEqualTo(record.session());
        assertThat(record.attributes()).containsExactly(Map.entry("plan", "pro"));
        assertThat(record.attempts().get(0).responseId()).isNull();
        assertThat(record.toJson())
                .doesNotContain("acme")
                .doesNotContain("anna@")
                .doesNotContain("resp_1");
        LedgerSchema.assertValid(record.toJson());
    }

    @Test
    void pseudonymsAreTheSameWithOneSaltAndOthersWithAnother() {
        LedgerRecord one = one(CostLedger.builder(sink).salt(SALT).responseIds());
        LedgerRecord two = one(CostLedger.builder(sink).salt(SALT).responseIds());
        LedgerRecord other = one(CostLedger.builder(sink).salt(SALT + "!"));
        LedgerRecord random = one(CostLedger.builder(sink));

        // the first 8 bytes of HMAC-SHA-256(key 0123456789abcdef, "tenant" 00 "acme")
        assertThat(one.tenant()).isEqualTo("h:69f64a9a2faa08de");
        assertThat(two.tenant()).isEqualTo(one.tenant());
        assertThat(two.attempts().get(0).responseId())
                .isEqualTo(one.attempts().get(0).responseId())
                .startsWith("h:");
        assertThat(Set.of(one.tenant(), other.tenant(), random.tenant())).hasSize(3);
        assertThat(Set.of(one.id(), two.id(), other.id(), random.id())).hasSize(4);
    }

    @Test
    void attributesMayHaveOtherNames() {
        LedgerRecord record = one(CostLedger.builder(sink)
                .salt(SALT)
                .sessionAttribute("tenant")
                .tenantAttribute("session")
                .releaseAttribute("plan")
                .promptVersionAttribute("case")
                .caseAttribute("prompt.version"));

        assertThat(record.release()).isEqualTo("pro");
        assertThat(record.promptVersion()).isEqualTo("case-3");
        assertThat(record.caseId()).isEqualTo("p7");
        assertThat(record.session()).isNotNull();
        assertThat(record.attributes()).isEmpty();
    }

    @Test
    void numbersCountUpSoThatAGapIsALoss() {
        CostMeter meter = CostMeter.builder().listener(CostLedger.to(sink)).build();
        for (int i = 0; i < 3; i++) {
            meter.open("chat").end(Outcome.DELIVERED);
        }
        assertThat(sink.records())
                .extracting(record -> record.id().replaceAll("^[0-9a-f]{16}-", ""))
                .containsExactly("1", "2", "3");
        meter.close();
    }

    @Test
    void refusesSettingsThatCannotBe() {
        CostLedger.Builder builder = CostLedger.builder(MemoryLedgerSink.create());
        assertThatThrownBy(() -> builder.salt("short"))
                .hasMessage(
                        "salt: 5 characters are too few to keep names secret; give 16 or more random ones, from where"
                                + " passwords are kept");
        assertThatThrownBy(() -> builder.attributes("plan", "tenant").build())
                .hasMessage(
                        "attributes: 'tenant' names a session or tenant, which is only written as a pseudonym; leave it out");
        assertThatThrownBy(() -> builder.caseAttribute(" ")).hasMessage("case attribute: ' ' is blank; give a name");
    }

    private LedgerRecord one(CostLedger.Builder builder) {
        CostMeter meter = CostMeter.builder().listener(builder.build()).build();
        RequestMeter request = meter.open("chat");
        request.attribute("session", "anna@example.com");
        request.attribute("tenant", "acme");
        request.attribute("prompt.version", "p7");
        request.attribute("case", "case-3");
        request.attribute("plan", "pro");
        request.attribute("color", "green");
        request.record(Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(1_200, 300))
                .responseId("resp_1")
                .build());
        request.end(Outcome.DELIVERED);
        meter.close();
        List<LedgerRecord> records = sink.records();
        assertThat(records).hasSize(1);
        sink.clear();
        return records.get(0);
    }
}

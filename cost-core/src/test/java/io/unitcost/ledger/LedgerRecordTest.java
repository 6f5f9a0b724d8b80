package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LedgerRecordTest {

    private static final Instant TIME = Instant.parse("2026-11-21T10:00:00Z");

    private final List<RequestCost> costs = new ArrayList<>();
    private final MemoryLedgerSink sink = MemoryLedgerSink.create();
    private final CostLedger ledger = CostLedger.builder(sink)
            .salt("a salt of sixteen characters")
            .attributes("plan")
            .responseIds()
            .build();

    @Test
    void everyLineIsAsTheSchemaSaysAndReadsBackEqual() {
        List<LedgerRecord> records = traffic(3_000);

        for (LedgerRecord record : records) {
            String line = record.toJson();
            LedgerSchema.assertValid(line);
            LedgerRecord read = LedgerReader.parse(line);
            assertThat(read).isEqualTo(record);
            assertThat(read.toJson()).isEqualTo(line);
            assertThat(line).doesNotContain("\n").doesNotContain("secret").doesNotContain("resp_");
        }
        assertThat(records.stream().map(LedgerRecord::kind).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(Kind.class));
        Set<String> written = records.stream()
                .flatMap(record -> record.attempts().stream())
                .flatMap(attempt -> attempt.lines().stream())
                .map(line -> line.unit().unitName())
                .collect(Collectors.toSet());
        assertThat(written).contains("input_tokens", "accelerator_seconds", "reported");
    }

    @Test
    void aRecordSaysWhatTheRequestCostSays() {
        List<LedgerRecord> records = traffic(1_000);

        assertThat(records).hasSameSizeAs(costs);
        for (int i = 0; i < costs.size(); i++) {
            RequestCost cost = costs.get(i);
            LedgerRecord record = LedgerReader.parse(records.get(i).toJson());
            for (Part part : Part.values()) {
                assertThat(record.part(part)).isEqualTo(cost.part(part));
            }
            assertThat(record.total()).isEqualTo(cost.total());
            assertThat(record.revenue()).isEqualTo(cost.revenue());
            assertThat(record.allowance()).isEqualTo(cost.allowance());
            assertThat(record.meteredElsewhere()).isEqualTo(cost.meteredElsewhere());
            assertThat(record.openedAt()).isEqualTo(cost.openedAt());
            assertThat(record.kind()).isEqualTo(cost.kind());
            assertThat(record.outcome()).isEqualTo(cost.outcome());
            assertThat(record.latencyBudget()).isEqualTo(cost.latencyBudget());
            assertThat(record.durationNanos()).isEqualTo(cost.durationNanos());
            assertThat(record.priceTable()).isEqualTo(cost.priceTable());
            assertThat(record.unpricedAttempts()).isEqualTo(cost.unpricedAttempts());
            assertThat(record.estimatedAttempts()).isEqualTo(cost.estimatedAttempts());
            assertThat(record.attempts()).hasSameSizeAs(cost.attempts());
            for (int j = 0; j < cost.attempts().size(); j++) {
                assertSame(cost.attempts().get(j), record.attempts().get(j));
            }
            // what the attempts come to is what the account came to
            assertThat(record.toBuilder().attempts(record.attempts()).build()).isEqualTo(record);
        }
    }

    private static void assertSame(AttemptCost known, LedgerAttempt read) {
        assertThat(read.call()).isEqualTo(known.call());
        assertThat(read.service()).isEqualTo(known.service());
        assertThat(read.provider()).isEqualTo(known.attempt().provider());
        assertThat(read.result()).isEqualTo(known.result());
        assertThat(read.part()).isEqualTo(known.part());
        assertThat(read.isBilled()).isEqualTo(known.attempt().isBilled());
        assertThat(read.usage()).isEqualTo(known.attempt().usage());
        assertThat(read.quality()).isEqualTo(known.attempt().quality());
        assertThat(read.durationNanos()).isEqualTo(known.attempt().durationNanos());
        assertThat(read.firstTokenNanos()).isEqualTo(known.attempt().firstTokenNanos());
        assertThat(read.tier()).isEqualTo(known.attempt().serviceTier());
        assertThat(read.unpriced()).isEqualTo(known.unpriced());
        assertThat(read.cost()).isEqualTo(known.charge().cost());
        assertThat(read.idle()).isEqualTo(known.charge().idle());
        assertThat(read.reportedCost()).isEqualTo(known.charge().reported());
        assertThat(read.isMeteredElsewhere()).isEqualTo(known.attempt().isMeteredElsewhere());
        Money lines = Money.zero(Money.USD);
        for (Charge.Line line : read.lines()) {
            lines = lines.plus(line.cost());
        }
        if (known.charge().cost() != null) {
            assertThat(lines).isEqualTo(known.charge().cost());
        }
    }

    @Test
    void theFormatIsThis() {
        LedgerAttempt refused = LedgerAttempt.of("p", "a")
                .result(Result.RETRIED)
                .billed(false)
                .cost(Money.usd("0"))
                .build();
        LedgerAttempt answer = LedgerAttempt.of("p", "a")
                .usage(Usage.tokens(1_200, 300), Quality.REPORTED)
                .durationNanos(790_000_000)
                .firstTokenNanos(120_500_000)
                .cost(Money.usd("0.00036"))
                .lines(List.of(
                        new Charge.Line(Unit.INPUT_TOKENS, new BigDecimal("1200"), Money.usd("0.00018")),
                        new Charge.Line(Unit.OUTPUT_TOKENS, new BigDecimal("300"), Money.usd("0.00018"))))
                .build();
        LedgerAttempt lookup = LedgerAttempt.of("vectors", "read")
                .call(1)
                .service("retrieval")
                .unpriced(Unpriced.UNKNOWN_PROVIDER)
                .build();
        LedgerRecord record = LedgerRecord.builder("8f2c-1", TIME, "chat", Money.USD)
                .durationNanos(812_000_001)
                .attempts(List.of(refused, answer, lookup))
                .revenue(Money.usd("0.002"))
                .allowance(Money.usd("0.0004"))
                .priceTable("2026-11-01/ab12cd34")
                .release("1.42.0")
                .session("h:0123456789abcdef")
                .attributes(Map.of("plan", "pro"))
                .build();

        assertThat(record.toJson())
                .isEqualTo(
                        "{\"v\":1,\"id\":\"8f2c-1\",\"time\":\"2026-11-21T10:00:00.000Z\",\"kind\":\"request\",\"feature\":\"chat\","
                                + "\"outcome\":\"delivered\",\"ms\":812.000001,\"latencyBudget\":\"none\",\"currency\":\"USD\",\"cost\":0.00036,"
                                + "\"inference\":0.00036,\"idle\":0,\"support\":0,\"retry\":0,\"revenue\":0.002,\"allowance\":0.0004,"
                                + "\"prices\":\"2026-11-01/ab12cd34\",\"release\":\"1.42.0\",\"session\":\"h:0123456789abcdef\","
                                + "\"attributes\":{\"plan\":\"pro\"},\"unpricedAttempts\":1,\"estimatedAttempts\":0,\"attempts\":["
                                + "{\"call\":0,\"provider\":\"p\",\"model\":\"a\",\"result\":\"retried\",\"part\":\"retry\",\"unbilled\":true,"
                                + "\"usage\":{},\"quality\":\"reported\",\"cost\":0},"
                                + "{\"call\":0,\"provider\":\"p\",\"model\":\"a\",\"result\":\"delivered\",\"part\":\"inference\","
                                + "\"usage\":{\"input_tokens\":1200,\"output_tokens\":300},\"quality\":\"reported\",\"ms\":790,"
                                + "\"firstTokenMs\":120.5,\"cost\":0.00036,\"lines\":["
                                + "{\"unit\":\"input_tokens\",\"quantity\":1200,\"cost\":0.00018},"
                                + "{\"unit\":\"output_tokens\",\"quantity\":300,\"cost\":0.00018}]},"
                                + "{\"call\":1,\"service\":\"retrieval\",\"provider\":\"vectors\",\"model\":\"read\",\"result\":\"delivered\","
                                + "\"part\":\"support\",\"usage\":{},\"quality\":\"reported\",\"unpriced\":\"unknown_provider\"}]}");
        LedgerSchema.assertValid(record.toJson());
    }

    @Test
    void aCopyWithOtherAttemptsCostsWhatTheyCost() {
        LedgerRecord record = LedgerRecord.builder("a-1", TIME, "chat", Money.USD)
                .attempts(List.of(
                        LedgerAttempt.of("p", "a").cost(Money.usd("0.5")).build()))
                .outcome(Outcome.FAILED)
                .build();

        LedgerRecord dearer = record.toBuilder()
                .attempts(List.of(
                        record.attempts().get(0).toBuilder()
                                .model("b")
                                .cost(Money.usd("0.75"))
                                .idle(Money.usd("0.25"))
                                .build(),
                        LedgerAttempt.of("p", "a")
                                .result(Result.FAILED)
                                .cost(Money.usd("0.125"))
                                .idle(Money.usd("0.0625"))
                                .build(),
                        LedgerAttempt.of("v", "read")
                                .service("retrieval")
                                .cost(Money.usd("2"))
                                .build()))
                .build();

        assertThat(record.total()).isEqualTo(Money.usd("0.5"));
        assertThat(dearer.inference()).isEqualTo(Money.usd("0.75"));
        assertThat(dearer.idle()).isEqualTo(Money.usd("0.25"));
        assertThat(dearer.support()).isEqualTo(Money.usd("2"));
        assertThat(dearer.retry()).isEqualTo(Money.usd("0.1875")); // 0.125 + 0.0625
        assertThat(dearer.total()).isEqualTo(Money.usd("3.1875"));
        assertThat(dearer.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(dearer).isNotEqualTo(record);
    }

    @Test
    void refusesTwoCurrenciesAndAnAttemptWithoutCostOrReason() {
        assertThatThrownBy(() -> LedgerRecord.builder("a-1", TIME, "chat", Money.USD)
                        .revenue(Money.of("1", java.util.Currency.getInstance("EUR")))
                        .build())
                .hasMessage("ledger record a-1: 1 EUR is not in USD; keep one currency in a record");
        assertThatThrownBy(() -> LedgerAttempt.of("p", "a").build())
                .hasMessage("attempt at p/a: it has neither a cost nor a reason; give one of cost and unpriced");
    }

    private List<LedgerRecord> traffic(int requests) {
        CostMeter meter = RandomTraffic.meter(costs::add, ledger).build();
        new RandomTraffic(17).serve(meter, requests);
        meter.close();
        assertThat(ledger.counts()).isEqualTo(new LedgerCounts(costs.size(), 0, 0, 0));
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
        return sink.records();
    }
}

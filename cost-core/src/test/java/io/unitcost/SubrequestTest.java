package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestCost.Kind;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One request, two services: each publishes its own work, and the first one knows the whole cost. */
class SubrequestTest {

    private static final Attempt OWN =
            Attempt.of("acme", "m").usage(Usage.tokens(1_000, 0)).build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("round")
                    .model("acme", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                    .build())
            .listener(costs)
            .listener(CostMetrics.create(registry))
            .build();

    @AfterEach
    void close() {
        meter.close();
        costs.assertNothingLeft();
    }

    private RequestCost ended(RequestMeter request) {
        request.end(Outcome.DELIVERED);
        return costs.take();
    }

    private double counter(String name) {
        return registry.get(name).tag("feature", "chat").counter().count();
    }

    @Test
    void whatAnotherServicePublishedIsPartOfTheRequestAndNotPublishedAgain() {
        RequestMeter request = meter.open("chat");
        request.record(OWN);
        request.record(Attempt.of("search", "Find")
                .meteredElsewhere(Money.usd("0.004"))
                .build());
        RequestCost cost = ended(request);
        assertThat(cost.total()).isEqualTo(Money.usd("0.005"));
        assertThat(cost.inference()).isEqualTo(Money.usd("0.005"));
        assertThat(cost.meteredElsewhere()).isEqualTo(Money.usd("0.004"));
        assertThat(cost.unpricedAttempts()).isZero();
        assertThat(counter("ai.cost")).isEqualTo(0.001);
        assertThat(registry.get("ai.request.cost")
                        .tag("feature", "chat")
                        .tag("outcome", "delivered")
                        .summary()
                        .totalAmount())
                .as("in billionths")
                .isEqualTo(5_000_000);
        assertThat(registry.find("ai.attempts")
                        .tag("gen_ai.provider.name", "search")
                        .timers())
                .isEmpty();
    }

    /** By the service behind: two models, one of them twice, one try estimated and one without a price. */
    private Tally told() {
        RequestMeter part = meter.openSubrequest("search");
        part.record(OWN);
        part.record(Attempt.of("acme", "m")
                .usage(Usage.tokens(500, 0), Quality.ESTIMATED)
                .build());
        part.record(Attempt.of("acme", "unheard-of")
                .usage(Usage.of(Unit.INPUT_TOKENS, 70, Unit.CACHE_READ_TOKENS, 30))
                .build());
        part.record(Attempt.of("acme", "m").failed().unbilled().build());
        Tally tally = part.tally();
        ended(part);
        assertThat(part.tally()).isNull();
        return Objects.requireNonNull(tally);
    }

    @Test
    void aTallySaysWhatWasUsedAndWhatIsMissing() {
        Tally tally = told();
        assertThat(tally.amount()).isEqualTo(Money.usd("0.0015"));
        assertThat(tally.lines())
                .containsExactlyInAnyOrder(
                        new Tally.Line("acme", "m", Usage.tokens(1_500, 0)),
                        new Tally.Line(
                                "acme", "unheard-of", Usage.of(Unit.INPUT_TOKENS, 70, Unit.CACHE_READ_TOKENS, 30)));
        assertThat(tally.attempts()).isEqualTo(4);
        assertThat(tally.estimated()).isEqualTo(1);
        assertThat(tally.unpriced()).isEqualTo(1);
        assertThat(tally.reason()).isEqualTo(Unpriced.UNKNOWN_MODEL);
        assertThat(tally.usage())
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 1_570)
                        .set(Unit.CACHE_READ_TOKENS, 30)
                        .set(Unit.OUTPUT_TOKENS, 0)
                        .build());
    }

    @Test
    void whatAnotherServiceUsedIsKnownAndNotPublishedAgain() {
        Tally told = told();
        RequestMeter request = meter.open("chat");
        request.record(Attempt.of("search", "Find").meteredElsewhere(told).build());
        RequestCost cost = ended(request);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(attempt.usage()).isEqualTo(told.usage());
        assertThat(attempt.elsewhere()).isEqualTo(told);
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.total()).isEqualTo(told.amount());
        assertThat(cost.meteredElsewhere()).isEqualTo(told.amount());
        assertThat(cost.unpricedAttempts())
                .as("one attempt has not a whole price")
                .isEqualTo(1);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
        assertThat(cost.attempts().get(0).unpriced()).isEqualTo(Unpriced.UNKNOWN_MODEL);
        assertThat(counter("ai.cost")).isZero();
        assertThat(registry.find("ai.tokens").tag("feature", "chat").counters()).isEmpty();
        for (String flag : List.of("ai.unpriced", "ai.estimated")) {
            assertThat(registry.get(flag).tag("feature", "chat").counters())
                    .as(flag)
                    .allMatch(flagged -> flagged.count() == 0);
            assertThat(registry.get(flag).tag("feature", "search").counters())
                    .as(flag + " of the one behind")
                    .anyMatch(flagged -> flagged.count() == 1);
        }
    }

    @Test
    void whereNothingBehindHasAPriceThereIsNoCost_notOneOfZero() {
        Tally told = new Tally(Money.usd("0"), List.of(), 2, 0, 2, Unpriced.NO_USAGE);
        RequestMeter request = meter.open("chat");
        request.record(Attempt.of("search", "Find").meteredElsewhere(told).build());
        RequestCost cost = ended(request);
        assertThat(cost.attempts().get(0).cost()).isNull();
        assertThat(cost.attempts().get(0).attempt().quality()).isEqualTo(Quality.UNKNOWN);
        assertThat(cost.unpricedAttempts()).isEqualTo(1);
    }

    @Test
    void whatIsFurtherBehindIsToldOn() {
        Tally far = told();
        RequestMeter middle = meter.openSubrequest("middle");
        middle.record(OWN);
        middle.record(Attempt.of("search", "Find").meteredElsewhere(far).build());
        Tally both = Objects.requireNonNull(middle.tally());
        ended(middle);
        assertThat(both.amount()).isEqualTo(Money.usd("0.0025"));
        assertThat(both.lines()).contains(new Tally.Line("acme", "m", Usage.tokens(2_500, 0)));
        assertThat(both.attempts()).isEqualTo(5);
        assertThat(both.estimated()).isEqualTo(1);
        assertThat(both.unpriced()).isEqualTo(1);
    }

    @Test
    void aTallyTellsAFewModelsApartAndCountsAll() {
        RequestMeter part = meter.openSubrequest("search");
        for (int i = 0; i < 40; i++) {
            part.record(Attempt.of("acme", "m" + i).usage(Usage.tokens(1, 1)).build());
        }
        Tally tally = Objects.requireNonNull(part.tally());
        ended(part);
        assertThat(tally.lines()).hasSize(Tally.MOST_LINES);
        assertThat(tally.lines()).last().isEqualTo(new Tally.Line("other", "other", Usage.tokens(25, 25)));
        assertThat(tally.usage()).isEqualTo(Usage.tokens(40, 40));
        assertThat(tally.withLines(2).lines()).last().isEqualTo(new Tally.Line("other", "other", Usage.tokens(39, 39)));
        assertThat(tally.withLines(2).usage()).isEqualTo(Usage.tokens(40, 40));
        assertThat(tally.withLines(0).quality()).isEqualTo(Quality.UNKNOWN);
    }

    @Test
    void workForAnotherServicesRequestCountsNoRequest() {
        RequestMeter part = meter.openSubrequest("chat");
        part.record(OWN);
        RequestCost cost = ended(part);
        assertThat(cost.kind()).isEqualTo(Kind.SUBREQUEST);
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.revenue()).isNull();
        assertThat(cost.allowance()).isNull();
        assertThat(counter("ai.cost")).isEqualTo(0.001);
        assertThat(registry.find("ai.requests").tag("feature", "chat").counters())
                .allMatch(requests -> requests.count() == 0);
    }

    @Test
    void usageAfterItsEndIsLate() {
        RequestMeter part = meter.openSubrequest("chat");
        ended(part);
        part.record(OWN);
        assertThat(costs.take().kind()).isEqualTo(Kind.LATE);
    }

    @Test
    void anAmountThatCannotBeAddedIsUnpriced() {
        RequestMeter request = meter.open("chat");
        request.record(
                Attempt.of("search", "Find").meteredElsewhere(Money.usd("-1")).build());
        request.record(Attempt.of("search", "Find")
                .meteredElsewhere(Money.of("1", Currency.getInstance("EUR")))
                .build());
        RequestCost cost = ended(request);
        assertThat(cost.total()).isEqualTo(Money.usd("0"));
        assertThat(cost.unpricedAttempts()).isEqualTo(2);
        assertThat(meter.errors(Site.PRICING)).isEqualTo(2);
    }

    @Test
    void anAccountWithoutARequestThatCameToNothingIsNotPublished() {
        CallMeter call = meter.call();
        call.end();
        assertThat(costs.drain()).isEmpty();
    }

    @Test
    void lookoutsAreAskedWhenForgottenAccountsAreLookedFor() {
        long[] seen = new long[1];
        meter.onReap(now -> {
            throw new IllegalStateException("provoked");
        });
        meter.onReap(now -> seen[0] = now);
        meter.reap();
        assertThat(seen[0]).isNotZero();
        assertThat(meter.errors(Site.REAPER)).isPositive();
    }
}

package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestCost.Kind;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.Currency;
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

package io.unitcost.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestCost;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** A gateway in front of some provider. At its end nothing is left over, and metering had no error. */
final class Stage implements AutoCloseable {

    static final String RED = "sk-red";
    static final String BLUE = "sk-blue";

    private static final BigDecimal MILLION = new BigDecimal("1000000");

    final Receipts receipts = new Receipts();
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final CostMeter meter = Metering.meter(registry, receipts);
    final GatewayServer gateway;
    final Client client;

    Stage(Upstream upstream) {
        gateway = GatewayServer.start(0, upstream, Keys.parse("sk-red : red; sk-blue : blue"), meter, registry);
        client = new Client(gateway.uri());
    }

    static Stage before(URI provider) {
        return new Stage(Upstream.standIn(provider, null));
    }

    static Map<String, ?> chat(String text, boolean stream) {
        return Map.of(
                "model", "gpt-4o-mini", "stream", stream, "messages", List.of(Map.of("role", "user", "content", text)));
    }

    /** The only try of a request. */
    static AttemptCost onlyTry(RequestCost cost) {
        assertThat(cost.attempts()).hasSize(1);
        return cost.attempts().get(0);
    }

    /** What a try of gpt-4o-mini costs that used no cache: 0.15 and 0.60 USD for a million tokens in and out. */
    static BigDecimal usd(StandIn.Bill bill) {
        assertThat(bill.cached()).isZero();
        return new BigDecimal("0.15")
                .multiply(BigDecimal.valueOf(bill.input()))
                .add(new BigDecimal("0.60").multiply(BigDecimal.valueOf(bill.output())))
                .divide(MILLION);
    }

    static StandIn.Bill bill(AttemptCost tried, boolean whole) {
        Attempt attempt = tried.attempt();
        return new StandIn.Bill(
                attempt.model(),
                attempt.usage().count(Unit.INPUT_TOKENS),
                attempt.usage().count(Unit.CACHE_READ_TOKENS),
                attempt.usage().count(Unit.OUTPUT_TOKENS),
                whole);
    }

    @Override
    public void close() {
        gateway.close();
        meter.close();
        assertThat(receipts.left()).as("metered a second time").isEmpty();
        for (Site site : Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
    }
}

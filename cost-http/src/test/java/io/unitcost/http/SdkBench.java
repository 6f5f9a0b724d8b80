package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answers;
import io.unitcost.testing.ModelServer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** A model server with a meter that knows its prices, for tests of real clients. */
final class SdkBench implements AutoCloseable {

    /** 1,200 in at a dollar a million, 34 out at two: 0.001268. */
    static final Answers ANSWERS = Answers.of("m-1", 1_200, 34, "id-1");

    static final Money ONE = Money.usd("0.001268");

    static final PriceTable PRICES = PriceTable.builder("test")
            .model("models", "m-1", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M").rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .model("models", "e-1", m -> m.rate(Unit.INPUT_TOKENS, "0.1 per 1M"))
            .build();

    final ModelServer server = ModelServer.start();
    final RecordedCosts recorded = new RecordedCosts();
    final CostMeter meter;
    final HttpCosts costs;

    SdkBench() {
        this(options -> {});
    }

    SdkBench(Consumer<HttpCosts.Builder> options) {
        this(CostMeter.builder(), options);
    }

    SdkBench(CostMeter.Builder meters, Consumer<HttpCosts.Builder> options) {
        this.meter = meters.prices(PRICES).listener(recorded).build();
        HttpCosts.Builder builder = HttpCosts.builder(meter).provider("127.0.0.1", "models");
        options.accept(builder);
        this.costs = builder.build();
    }

    String url() {
        return server.uri("/v1").toString();
    }

    /** Does it inside a request, and gives what the request cost. */
    RequestCost request(Callable<?> work) throws Exception {
        RequestMeter request = meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            work.call();
        } finally {
            request.end(Outcome.DELIVERED);
        }
        RequestCost cost = recorded.take();
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        return cost;
    }

    /** The same for work that is expected to fail. */
    RequestCost failing(Callable<?> work) throws Exception {
        return request(() -> {
            try {
                work.call();
            } catch (Exception expected) {
                return expected;
            }
            throw new AssertionError("it did not fail");
        });
    }

    /** Does it without a request, and gives the cost that nobody pays. */
    RequestCost unattributed(Callable<?> work) throws Exception {
        work.call();
        RequestCost cost = recorded.take();
        assertThat(cost.kind()).isEqualTo(Kind.UNATTRIBUTED);
        return cost;
    }

    static List<Result> results(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::result).toList();
    }

    static List<Integer> calls(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::call).distinct().toList();
    }

    static AttemptCost only(RequestCost cost) {
        assertThat(cost.attempts()).hasSize(1);
        return cost.attempts().get(0);
    }

    void assertNoErrors() {
        for (CostMeter.Site site : CostMeter.Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
        assertThat(meter.duplicates()).isZero();
    }

    /** What was published is all that there was. */
    @Override
    public void close() {
        meter.close();
        server.close();
        recorded.assertNothingLeft();
    }
}
